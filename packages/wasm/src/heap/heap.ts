/** @file tfjs's heap as our kernels see it. */
import { util, type DataType, type TensorInfo } from '@tensorflow/tfjs-core';
import type { WasmBackend } from './backend.js';
import type { Exports } from './instance.js';

/** A backend and our module on its memory. */
export class Heap {
  constructor(
    readonly backend: WasmBackend,
    /** The functions of our module. */
    readonly run: Exports,
  ) {}

  /** The address of a tensor's data; it stays where it is when the memory grows. */
  address({ dataId }: TensorInfo): number {
    return this.backend.dataIdMap.get(dataId).memoryOffset;
  }

  /** A new tensor with nothing written yet. */
  make(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    return this.backend.makeOutput([...shape], dtype);
  }

  /** A new tensor of zeros. */
  zeros(shape: readonly number[], dtype: DataType = 'float32'): TensorInfo {
    const made = this.make(shape, dtype);
    this.bytes(this.address(made), util.sizeFromShape([...shape]) * 4).fill(0);
    return made;
  }

  /** A view; valid until the next allocation. */
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array((this.backend.wasm.wasmMemory ?? this.backend.wasm.asm.memory!).buffer, at, length);
  }

  /** The same data under another shape, one more owner. */
  share({ dataId, dtype }: TensorInfo, shape: readonly number[]): TensorInfo {
    this.backend.incRef(dataId);
    return { dataId, shape: [...shape], dtype };
  }

  /** Gives up one ownership. */
  release({ dataId }: TensorInfo): void {
    this.backend.disposeData(dataId);
  }

  /** Room that lasts as long as the body runs. */
  scratch<T>(bytes: number, body: (at: number) => T): T {
    const at = this.backend.wasm._malloc(bytes) >>> 0;
    try {
      return body(at);
    } finally {
      this.backend.wasm._free(at);
    }
  }
}
