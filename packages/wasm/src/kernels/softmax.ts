/** @file Softmax over the last axis, its logarithm, and log Σ e^x: tfjs's kernels, and the library's own, which differ where a row has nothing but -Infinity. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Kernel } from './kernel.js';
import { kept, rowsAndClasses } from './softmaxRows.js';

/** What stands in a row that has no mass. */
const stock =
  (name: 'softmax' | 'logSoftmax', nothing: number): Kernel =>
  ({ inputs, heap }) => {
    const logits = inputs['logits'] as TensorInfo;
    const out = heap.make(logits.shape);
    heap.run[name](heap.address(logits), heap.address(out), ...rowsAndClasses(logits), nothing);
    return out;
  };

/** Softmax. */
export const softmax: Kernel = stock('softmax', NaN);

/** LogSoftmax. */
export const logSoftmax: Kernel = stock('logSoftmax', -Infinity);

/** The value is what the gradient starts from. */
const own =
  (name: 'softmax' | 'logSoftmax'): Kernel =>
  (call) => {
    const { heap } = call;
    const x = call.inputs['x'] as TensorInfo;
    const out = heap.make(x.shape);
    heap.run[name](heap.address(x), heap.address(out), ...rowsAndClasses(x), 0);
    return kept(call, out, heap.share(out, out.shape));
  };

const ownGrad =
  (name: 'softmaxGrad' | 'logSoftmaxGrad'): Kernel =>
  ({ inputs, heap }) => {
    const { residual0, upstream } = inputs as { residual0: TensorInfo; upstream: TensorInfo };
    const out = heap.make(upstream.shape);
    heap.run[name](heap.address(residual0), heap.address(upstream), heap.address(out), ...rowsAndClasses(upstream));
    return [out];
  };

/** SurrogateSoftmax. */
export const softmaxOp: Kernel = own('softmax');
/** SurrogateSoftmaxGrad. */
export const softmaxOpGrad: Kernel = ownGrad('softmaxGrad');
/** SurrogateLogSoftmax. */
export const logSoftmaxOp: Kernel = own('logSoftmax');
/** SurrogateLogSoftmaxGrad. */
export const logSoftmaxOpGrad: Kernel = ownGrad('logSoftmaxGrad');

/** SurrogateLogSumExp: the reduced axis stays, with size 1. */
export const logSumExpOp: Kernel = (call) => {
  const { heap } = call;
  const x = call.inputs['x'] as TensorInfo;
  const [n, k] = rowsAndClasses(x);
  const [out, state] = [heap.make([...x.shape.slice(0, -1), 1]), heap.make([n, 2])];
  const { logSumExp } = heap.run;
  logSumExp(heap.address(x), heap.address(out), heap.address(state), n, k);
  return kept(call, out, state);
};

/** SurrogateLogSumExpGrad. */
export const logSumExpOpGrad: Kernel = ({ inputs, heap }) => {
  const { x, residual0, upstream } = inputs as Record<'x' | 'residual0' | 'upstream', TensorInfo>;
  const out = heap.make(x.shape);
  heap.run.logSumExpGrad(heap.address(x), heap.address(residual0), heap.address(upstream), heap.address(out), ...rowsAndClasses(x));
  return [out];
};
