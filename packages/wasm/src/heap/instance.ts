/** @file Our own module, instantiated on the backend's memory. */
import { binary, type names } from '../generated/kernels.js';

/** The functions of the module: addresses and numbers in, results on the heap. */
export type Exports = Readonly<Record<(typeof names)[number], (...args: number[]) => number>>;

const isShared = ({ buffer }: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && (buffer as ArrayBufferLike) instanceof SharedArrayBuffer;

function bytesOf({ start, middle, end }: typeof binary, memory: WebAssembly.Memory): Uint8Array<ArrayBuffer> {
  const text = [start, isShared(memory) ? middle.shared : middle.plain, end].map(atob).join('');
  const bytes = new Uint8Array(text.length);
  // `Uint8Array.from` with a function takes twice as long, which a program waits for when it starts.
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** A module of one function that returns a fused multiply-add of zeros: engines without relaxed SIMD refuse it. */
const probe = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // "\0asm", version 1
  ...[1, 5, 1, 96, 0, 1, 123], // one type: nothing to v128
  ...[3, 2, 1, 0], // one function of that type
  ...[10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11], // its code: three i8x16.splat(0), f32x4.relaxed_madd
);

/** The build that the engine runs fastest: with relaxed SIMD a · b + c is one instruction and one rounding. */
async function bestBuild(): Promise<typeof binary> {
  if (!WebAssembly.validate(probe)) return binary;
  try {
    return (await import('../generated/relaxed.js')).binary;
  } catch {
    // A page that cannot load the other file is served as well by this one, only slower.
    return binary;
  }
}

const imports = (memory: WebAssembly.Memory) => ({ env: { memory } });

/** Compiles off the main thread. */
export async function instantiate(memory: WebAssembly.Memory): Promise<Exports> {
  const { instance } = await WebAssembly.instantiate(bytesOf(await bestBuild(), memory), imports(memory));
  return instance.exports as unknown as Exports;
}

/** Compiles at once, for a backend that is in use already; there is no time to load another build. */
export function instantiateNow(memory: WebAssembly.Memory, build = binary): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytesOf(build, memory)), imports(memory)).exports as unknown as Exports;
}
