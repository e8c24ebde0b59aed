/** @file What a kernel is. */
import type { NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';

/** What a kernel is called with. */
export interface KernelCall {
  readonly inputs: NamedTensorInfoMap;
  readonly attrs: NamedAttrMap;
  readonly heap: Heap;
  /** tfjs's own kernel of this name, where it has one. */
  readonly delegate: (inputs: NamedTensorInfoMap, attrs: NamedAttrMap) => TensorInfo;
}

/** Tensors on the heap in, tensors on the heap out. */
export type Kernel = (call: KernelCall) => TensorInfo | TensorInfo[];
