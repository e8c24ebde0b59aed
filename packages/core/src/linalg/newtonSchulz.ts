/** @file The nearest orthogonal matrix by matrix products alone. */
import { add, mul, reshape, rsqrt, square, sum, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkFinite, checkInteger, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { flip, times } from './batched.js';

/** Options of {@link newtonSchulz}. */
export interface NewtonSchulzOptions {
  /** How many rounds, >= 1. Default 5. */
  steps?: number | undefined;
  /** a, b, c of each round. Default 3.4445, -4.775, 2.0315: they do not converge, but bring every singular value near 1 (within about 0.7 to 1.2) in five rounds. */
  coefficients?: readonly [number, number, number] | undefined;
  /** What keeps a zero matrix zero, > 0. Default 1e-7. */
  eps?: number | undefined;
}

/**
 * Brings the singular values of matrices towards 1 and keeps their singular vectors, by Newton-Schulz rounds.
 *
 * $$ X_0 = \frac{M}{\lVert M \rVert_F}, \qquad X_{k+1} = a X_k + b\,(X_k X_k^\top) X_k + c\,(X_k X_k^\top)^2 X_k $$
 *
 * With coefficients 1.875, -1.25, 0.375 the rounds converge to the orthogonal factor U Vᵀ of the polar decomposition; small singular values then want 10 rounds or more.
 *
 * @param x float32 `[..., M, N]`.
 * @returns float32 of the same shape; differentiable to any order.
 * @throws SurrogateError `shape` for a rank below 2, `dtype`, `disposed`, `range` for options out of range.
 * @see Jordan and others: Muon: An optimizer for hidden layers in neural networks, 2024; Bernstein, Newhouse: Old Optimizer, New Norm, 2024. arXiv:2409.20325
 * @example
 * import { newtonSchulz } from '@surrogate/core';
 * await newtonSchulz([[3, 0], [0, 1]], { steps: 10, coefficients: [1.875, -1.25, 0.375] }).data(); // [1, 0, 0, 1]
 */
export function newtonSchulz(x: TensorLike, options: NewtonSchulzOptions = {}): Tensor {
  const fn = 'newtonSchulz';
  const { steps = 5, coefficients = [3.4445, -4.775, 2.0315], eps = 1e-7 } = options;
  checkInteger(fn, 'steps', steps, 1);
  checkAbove(fn, 'eps', eps, 0);
  if (coefficients.length !== 3) fail('shape', fn, 'coefficients', `must be three numbers, got ${coefficients.length}`);
  coefficients.forEach((value, i) => checkFinite(fn, `coefficients[${i}]`, value));
  const [a, b, c] = coefficients;
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    if (given.rank < 2) fail('shape', fn, 'x', `must have rank 2 or more, got shape [${given.shape.join(', ')}]`);
    if (given.size === 0) return zeros(given.shape);
    const [rows, columns] = given.shape.slice(-2) as [number, number];
    const batch = reshape(given, [-1, rows, columns]);
    const tall = rows > columns;
    let y = tall ? flip(batch) : batch;
    y = mul(y, rsqrt(add(sum(square(y), [1, 2], true), eps * eps)));
    for (let step = 0; step < steps; step++) {
      const gram = times(y, y, false, true);
      y = add(mul(y, a), times(add(mul(gram, b), mul(times(gram, gram), c)), y));
    }
    return reshape(tall ? flip(y) : y, given.shape);
  });
}
