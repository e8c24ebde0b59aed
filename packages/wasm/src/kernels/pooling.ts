/** @file Gradients of pooling. */
import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel, KernelCall } from './kernel.js';

interface PoolingAttributes {
  readonly filterSize: number | [number, number];
  readonly strides: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

/** The sizes as the module wants them. How many windows there are is what dy says: the rounding of a border does not reach a gradient of tfjs. */
function geometry({ inputs, attrs }: KernelCall): { numbers: number[]; windowSize: number } {
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  const { filterSize, strides, pad, dimRoundingMode } = attrs as unknown as PoolingAttributes;
  const shape = input.shape as [number, number, number, number];
  const info = backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const window = [info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left];
  return { numbers: [...shape, dy.shape[1]!, dy.shape[2]!, ...window], windowSize: info.filterHeight * info.filterWidth };
}

/** MaxPoolGrad: of equal numbers in a window the first one takes all, and NaN takes nothing, as on tfjs's cpu backend. */
export const maxPoolGrad: Kernel = (call) => {
  const { heap, inputs } = call;
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  if (input.dtype !== 'float32' || dy.dtype !== 'float32') return call.delegate(inputs, call.attrs);
  const out = heap.zeros(input.shape);
  heap.run.maxPoolGrad(heap.address(input), heap.address(dy), heap.address(out), ...geometry(call).numbers);
  return out;
};

/** AvgPoolGrad: each number of a window gets one over its size also at a border, where the mean is of fewer, as on all of tfjs's backends. */
export const avgPoolGrad: Kernel = (call) => {
  const { heap, inputs } = call;
  const { dy, input } = inputs as { dy: TensorInfo; input: TensorInfo };
  if (input.dtype !== 'float32' || dy.dtype !== 'float32') return call.delegate(inputs, call.attrs);
  const out = heap.zeros(input.shape);
  const { numbers, windowSize } = geometry(call);
  heap.run.avgPoolGrad(heap.address(dy), heap.address(out), 1 / windowSize, ...numbers);
  return out;
};
