/** @file Jacobian homeostasis: what keeps the weights of a network that settles close to symmetric. */
import { checkInteger, checkRng, fail, randomNormal, type Rng } from '@surrogate/core';
import { checkMatrix, type Matrix } from '@surrogate/core/host';
import { mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, dot, norm, vectorOf } from '../host/vectors.js';

/** Options of {@link jacobianHomeostasisLoss}. */
export interface JacobianHomeostasisOptions {
  /** What directions are drawn from. */
  rng: Rng;
  /** How many directions, >= 1. Default 5. */
  samples?: number | undefined;
}

/**
 * How far a Jacobian is from symmetric, estimated from its products with random directions.
 *
 * $$ \frac1n \mathbb{E}_\varepsilon \big[ \lVert J \varepsilon \rVert^2 - \varepsilon^\top J^2 \varepsilon \big] = \frac1{2n} \lVert J - J^\top \rVert_F^2, \qquad \varepsilon \sim \mathcal{N}(0, I) $$
 *
 * Two products a direction. Gradients flow to whatever the products depend on.
 *
 * @param jvp J times each row of `[S, n]`, of the same shape: how the dynamics of n units react to a change of them.
 * @param size n, >= 1.
 * @returns a float32 scalar; its expectation is 0 for a symmetric Jacobian alone, single estimates may be negative.
 * @throws SurrogateError `range`, `dtype`, `shape` where a product has another shape.
 * @see Laborieux, Zenke: Improving equilibrium propagation without weight symmetry through Jacobian homeostasis, 2023. arXiv:2309.02214
 * @example
 * import { rng } from '@surrogate/core';
 * import { jacobianHomeostasisLoss } from '@surrogate/optim';
 * import { matMul, tensor } from '@tensorflow/tfjs-core';
 * const symmetric = tensor([[1, 2], [2, -1]]);
 * (await jacobianHomeostasisLoss((rows) => matMul(rows, symmetric), 2, { rng: rng(0) }).data())[0]; // 0
 */
export function jacobianHomeostasisLoss(
  jvp: (rows: Tensor) => Tensor,
  size: number,
  { rng, samples = 5 }: JacobianHomeostasisOptions,
): Tensor {
  const fn = 'jacobianHomeostasisLoss';
  checkFunction(fn, 'jvp', jvp);
  checkInteger(fn, 'size', size, 1);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'samples', samples, 1);
  return tidy(() => {
    const directions = randomNormal(rng, [samples, size]);
    const product = (rows: Tensor): Tensor => {
      const made = jvp(rows);
      if (made.shape.join() !== rows.shape.join())
        fail('shape', fn, 'jvp', `must return shape [${rows.shape.join(', ')}], got [${made.shape.join(', ')}]`);
      return made;
    };
    const once = product(directions);
    return mul(sub(sum(square(once)), sum(mul(directions, product(once)))), 1 / (samples * size));
  });
}

/**
 * How far weights between units are from symmetric, exactly, with the gradient that brings them together.
 *
 * $$ \frac{1}{2n} \lVert W - W^\top \rVert_F^2 $$
 *
 * @param weights W, n x n.
 * @returns the value, and the gradient, n x n.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Laborieux, Zenke: Improving equilibrium propagation without weight symmetry through Jacobian homeostasis, 2023. arXiv:2309.02214
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { jacobianAsymmetry } from '@surrogate/optim';
 * jacobianAsymmetry(matrixFromRows([[0, 3], [1, 0]])).value; // 2
 */
export function jacobianAsymmetry(weights: Matrix): { readonly value: number; readonly gradient: Matrix } {
  const fn = 'jacobianAsymmetry';
  checkMatrix(fn, 'weights', weights);
  const n = weights.cols;
  if (weights.rows !== n) fail('shape', fn, 'weights', `must be square, got ${weights.rows} x ${n}`);
  const gap = weights.data.map((w, i) => w - weights.data[(i % n) * n + Math.floor(i / n)]!);
  return { value: dot(gap, gap) / (2 * Math.max(1, n)), gradient: { ...weights, data: gap.map((v) => (2 * v) / n) } };
}

/**
 * The cosine of the angle between two gradients: 1 where one can stand for the other.
 *
 * $$ \frac{\langle a, b \rangle}{\lVert a \rVert \lVert b \rVert} $$
 *
 * @param a numbers.
 * @param b as many.
 * @returns a number in [-1, 1]; 0 where one of them is 0.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @example
 * import { alignment } from '@surrogate/optim';
 * alignment([3, 4], [4, 3]); // 0.96
 */
export function alignment(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const first = vectorOf('alignment', 'a', a);
  const second = vectorOf('alignment', 'b', b, first.length);
  const scale = norm(first) * norm(second);
  return scale === 0 ? 0 : dot(first, second) / scale;
}
