/** @file Gradients of convolutions, which tfjs's wasm backend lacks or takes long for. */
import { backend_util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';

type Image = [number, number, number, number];

interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly dataFormat?: string;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
}

function geometry(fn: string, shape: number[], filterShape: number[], attrs: NamedAttrMap, depthwise: boolean) {
  const { strides, dilations = 1, pad, dataFormat = 'NHWC', dimRoundingMode } = attrs as unknown as ConvolutionAttributes;
  if (dataFormat !== 'NHWC') throw new Error(`${fn}: the wasm backend wants images as NHWC, got ${dataFormat}`);
  return backend_util.computeConv2DInfo(shape as Image, filterShape as Image, strides, dilations, pad, dimRoundingMode, depthwise);
}

type Geometry = ReturnType<typeof geometry>;

const numbersOf = (info: Geometry, last: number) => [
  ...[info.batchSize, info.inHeight, info.inWidth, info.inChannels, info.outHeight, info.outWidth, last],
  ...[info.filterHeight, info.filterWidth, info.strideHeight, info.strideWidth, info.padInfo.top, info.padInfo.left],
  ...[info.dilationHeight, info.dilationWidth],
];

/** Conv2DBackpropFilter. */
export const conv2DBackpropFilter: Kernel = ({ inputs, attrs, heap }) => {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const info = geometry('conv2d', x.shape, attrs['filterShape'] as number[], attrs, false);
  const out = heap.zeros(info.filterShape);
  const [m, n, k] = [info.filterHeight * info.filterWidth * info.inChannels, info.outChannels, info.outHeight * info.outWidth];
  heap.scratch(m * k * 4, (seen) =>
    heap.scratch(heap.run.matMulScratch(m, n, k), (scratch) => {
      const addresses = [x, dy, out].map((tensor) => heap.address(tensor));
      heap.run.conv2dFilterGrad(...addresses, ...numbersOf(info, n), seen, scratch);
    }),
  );
  return out;
};

/** Conv2DBackpropInput. */
export const conv2DBackpropInput: Kernel = ({ inputs, attrs, heap, delegate }) => {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  if ((attrs['dataFormat'] ?? 'NHWC') !== 'NHWC') return delegate(inputs, attrs);
  const info = geometry('conv2d', attrs['inputShape'] as number[], filter.shape, attrs, false);
  const out = heap.zeros(info.inShape);
  const [m, n, k] = [info.outHeight * info.outWidth, info.filterHeight * info.filterWidth * info.inChannels, info.outChannels];
  heap.scratch(m * n * 4, (seen) =>
    heap.scratch(heap.run.matMulScratch(m, n, k), (scratch) => {
      const addresses = [filter, dy, out].map((tensor) => heap.address(tensor));
      heap.run.conv2dInputGrad(...addresses, ...numbersOf(info, k), seen, scratch);
    }),
  );
  return out;
};

/** DepthwiseConv2dNativeBackpropFilter. */
export const depthwiseBackpropFilter: Kernel = ({ inputs, attrs, heap }) => {
  const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
  const info = geometry('depthwiseConv2d', x.shape, attrs['filterShape'] as number[], attrs, true);
  const out = heap.zeros(info.filterShape);
  const addresses = [x, dy, out].map((tensor) => heap.address(tensor));
  heap.run.depthwiseFilterGrad(...addresses, ...numbersOf(info, info.outChannels / info.inChannels));
  return out;
};

/** DepthwiseConv2dNativeBackpropInput. */
export const depthwiseBackpropInput: Kernel = ({ inputs, attrs, heap }) => {
  const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
  const info = geometry('depthwiseConv2d', attrs['inputShape'] as number[], filter.shape, attrs, true);
  const out = heap.zeros(info.inShape);
  const addresses = [filter, dy, out].map((tensor) => heap.address(tensor));
  heap.run.depthwiseInputGrad(...addresses, ...numbersOf(info, info.outChannels / info.inChannels));
  return out;
};
