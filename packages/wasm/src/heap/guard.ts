/** @file Running out of memory as an error: stock tfjs goes on at address 0 and writes over its own heap. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { SurrogateError } from '@surrogate/core';
import type { WasmBackend } from './backend.js';

/** What a kernel has taken and not given back yet; undefined between kernels. */
type Ledger = Map<object, number> | undefined;

const ledgers = new WeakMap<WasmBackend, { current: Ledger }>();

const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 23 ? 2 : 0)} MB`;

/** Makes a backend refuse what it has no room for. */
export function guardMemory(backend: WasmBackend, memory: WebAssembly.Memory): void {
  const { wasm, makeOutput, incRef, disposeData } = backend;
  const { malloc } = wasm.asm;
  const book: { current: Ledger } = { current: undefined };
  const count = (id: object, by: number) => book.current?.set(id, (book.current.get(id) ?? 0) + by);
  ledgers.set(backend, book);
  wasm._malloc = (bytes) => {
    const at = bytes > 0xffffffff ? 0 : malloc(bytes);
    if (at === 0 && bytes > 0)
      throw new SurrogateError(
        'memory',
        'wasm',
        'memory',
        `holds ${megabytes(memory.buffer.byteLength)} and has no room for another ${megabytes(bytes)}: dispose tensors, or use smaller batches; got 0 from malloc`,
      );
    return at;
  };
  backend.makeOutput = (...args) => {
    const made: TensorInfo = makeOutput.apply(backend, args);
    count(made.dataId, 1);
    return made;
  };
  backend.incRef = (id) => {
    incRef.call(backend, id);
    count(id, 1);
  };
  backend.disposeData = (id, force) => {
    count(id, -1);
    return disposeData.call(backend, id, force);
  };
}

/** Runs a kernel; where it throws, what it had taken is given back. */
export function guarded<T>(backend: WasmBackend, kernel: () => T): T {
  const book = ledgers.get(backend);
  if (book === undefined || book.current !== undefined) return kernel();
  const ledger = (book.current = new Map());
  try {
    return kernel();
  } catch (error) {
    book.current = undefined;
    for (const [id, owned] of ledger) for (let i = 0; i < owned; i++) backend.disposeData(id);
    throw error;
  } finally {
    book.current = undefined;
  }
}
