/** @file Rows of a matrix by number, and their sums by number: each is the other's gradient, on every backend and to any order. */
import { expandDims, gather, scatterND, zeros, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';

/** @internal x[at] for x `[R, D]` and int32 at `[N]` in range. */
export function takeRows(x: Tensor, at: Tensor): Tensor {
  if (at.size === 0 || x.size === 0) return zeros([at.size, x.shape[1]!]);
  return differentiable(
    { x, at },
    (inputs) => gather(inputs.x, inputs.at as Tensor1D),
    (inputs, upstream) => ({ x: () => addRows(upstream, inputs.at, inputs.x.shape[0]) }),
  );
}

/** @internal The sums of the rows of x `[N, D]` that have the same number, `[count, D]`. */
export function addRows(x: Tensor, at: Tensor, count: number): Tensor {
  if (x.size === 0 || count === 0) return zeros([count, x.shape[1]!]);
  return differentiable(
    { x, at },
    (inputs) => scatterND(expandDims(inputs.at, -1), inputs.x, [count, inputs.x.shape[1]!]),
    (inputs, upstream) => ({ x: () => takeRows(upstream, inputs.at) }),
  );
}
