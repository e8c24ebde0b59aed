/** @file Layer normalisation. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';
import { kept, rowsAndClasses } from './softmaxRows.js';

/** SurrogateLayerNorm: the state of a row is its mean and its scale. */
export const layerNorm: Kernel = (call) => {
  const { heap } = call;
  const { x, gain, offset } = call.inputs as Record<'x' | 'gain' | 'offset', TensorInfo>;
  const [n, d] = rowsAndClasses(x);
  const [out, state] = [heap.make(x.shape), heap.make([n, 2])];
  const addresses = [x, gain, offset, out, state].map((tensor) => heap.address(tensor));
  heap.run.layerNorm(...addresses, n, d, call.attrs['eps'] as number, +(call.attrs['centred'] as boolean));
  return kept(call, out, state);
};

/** SurrogateLayerNormGrad: by all three. */
export const layerNormGrad: Kernel = ({ inputs, attrs, heap }) => {
  const { x, gain, residual0, upstream } = inputs as Record<'x' | 'gain' | 'residual0' | 'upstream', TensorInfo>;
  const [n, d] = rowsAndClasses(x);
  const outs = [heap.make(x.shape), heap.zeros([d]), heap.zeros([d])];
  const addresses = [x, gain, residual0, upstream, ...outs].map((tensor) => heap.address(tensor));
  heap.run.layerNormGrad(...addresses, n, d, +(attrs['centred'] as boolean));
  return outs;
};
