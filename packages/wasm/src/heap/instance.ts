/** @file Our own module, instantiated on the backend's memory. */
import { binary, type names } from '../generated/kernels.js';

/** The functions of the module: addresses and numbers in, results on the heap. */
export type Exports = Readonly<Record<(typeof names)[number], (...args: number[]) => number>>;

const decode = (text: string): number[] => Array.from(atob(text), (character) => character.charCodeAt(0));

const isShared = ({ buffer }: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && (buffer as ArrayBufferLike) instanceof SharedArrayBuffer;

function bytesFor(memory: WebAssembly.Memory): Uint8Array<ArrayBuffer> {
  const { start, middle, end } = binary;
  return new Uint8Array([...decode(start), ...decode(isShared(memory) ? middle.shared : middle.plain), ...decode(end)]);
}

const imports = (memory: WebAssembly.Memory) => ({ env: { memory } });

/** Compiles off the main thread. */
export async function instantiate(memory: WebAssembly.Memory): Promise<Exports> {
  const { instance } = await WebAssembly.instantiate(bytesFor(memory), imports(memory));
  return instance.exports as unknown as Exports;
}

/** Compiles at once, for a backend that is in use already. */
export function instantiateNow(memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytesFor(memory)), imports(memory)).exports as unknown as Exports;
}
