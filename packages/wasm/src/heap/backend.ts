/** @file What is used of tfjs's wasm backend: the parts that its types keep to themselves, and the check that they are as they were. */
import type { DataType, KernelBackend, TensorInfo, TypedArray } from '@tensorflow/tfjs-core';

/** Where a tensor's data is. */
interface HeapData {
  readonly id: number;
  readonly memoryOffset: number;
  readonly refCount: number;
}

/** The emscripten module behind the backend. */
interface WasmModule {
  /** The exports of the instance. */
  readonly asm: { readonly memory?: WebAssembly.Memory; malloc(bytes: number): number; free(at: number): void };
  /** Present where the memory is shared between threads. */
  readonly wasmMemory?: WebAssembly.Memory;
  _malloc(bytes: number): number;
  _free(at: number): void;
}

/** tfjs's wasm backend. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: WasmModule;
  readonly dataIdMap: { get(id: object): HeapData; has(id: object): boolean };
  makeOutput(shape: readonly number[], dtype: DataType, memoryOffset?: number): TensorInfo;
  typedArrayFromHeap(tensor: TensorInfo): TypedArray;
  incRef(id: object): void;
  disposeData(id: object, force?: boolean): boolean;
}

/** The memory in which all tensors are. */
export const memoryOf = ({ wasm }: WasmBackend): WebAssembly.Memory | undefined => wasm.wasmMemory ?? wasm.asm.memory;

/** A function of one v128: a module that validates where SIMD is supported. */
const simdProbe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

/** What stands against our kernels on this backend; undefined where nothing does. */
export function objection(backend: Partial<WasmBackend>, version: string): string | undefined {
  if (!/^4\.22\./.test(version)) return `version ${version} of @tensorflow/tfjs-backend-wasm is not known, 4.22 is`;
  if (!WebAssembly.validate(simdProbe)) return 'this engine has no SIMD';
  const { wasm, dataIdMap } = backend;
  const functions = [
    backend.makeOutput,
    backend.incRef,
    backend.disposeData,
    dataIdMap?.get,
    wasm?._malloc,
    wasm?._free,
    wasm?.asm?.malloc,
  ];
  if (functions.some((f) => typeof f !== 'function')) return "the backend's internals are not the known ones";
  return memoryOf(backend as WasmBackend) instanceof WebAssembly.Memory ? undefined : "the backend's memory is not to be found";
}
