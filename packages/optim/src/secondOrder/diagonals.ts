/** @file Diagonals of the Hessian. */
import { cast, mul, oneHot, reshape, square, tensor1d, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkInteger,
  checkRng,
  disposeTree,
  fail,
  hvp,
  noGrad,
  randomRademacher,
  treeAxpy,
  treeFlatten,
  treeMap,
  treeUnflatten,
  treeZip,
  type Rng,
  type TensorTree,
} from '@surrogate/core';

const oneRow = (one: Tensor, size: number): Tensor => tidy(() => cast(reshape(one, [size]), 'float32'));

function checkLoss(fn: string, loss: unknown): void {
  if (typeof loss !== 'function') fail('dtype', fn, 'loss', `must be a function, got ${typeof loss}`);
}

/** Sums trees as they come, and disposes them. */
function accumulated<P extends TensorTree<P>>(like: P, count: number, part: (i: number) => P, weight = 1): P {
  let total = treeMap(like, (x) => zerosLike(x));
  for (let i = 0; i < count; i++) {
    const one = part(i);
    const next = treeAxpy(weight, one, total);
    disposeTree(one);
    disposeTree(total);
    total = next;
  }
  return total;
}

/**
 * Makes of a loss the function that gives the diagonal of its Hessian, exactly: by as many products as there are parameters, so for a few hundred of them.
 *
 * $$ h_i = \frac{\partial^2 f}{\partial \theta_i^2} $$
 *
 * @param loss a function of a tree (and of what else it is given), which returns a float32 scalar and is made of ops that are twice differentiable.
 * @returns a function of the same arguments, which returns a tree of the parameters' form.
 * @throws SurrogateError `dtype`; by its function `shape`, `disposed`.
 * @example
 * import { hessianDiagonal } from '@surrogate/optim';
 * import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const cubes = ({ w }: { w: Tensor }) => sum(mul(w, square(w)));
 * await hessianDiagonal(cubes)({ w: tensor([1, 2]) }).w.data(); // [6, 12]
 */
export function hessianDiagonal<P extends TensorTree<P>, A extends unknown[]>(
  loss: (params: P, ...rest: A) => Tensor,
): (params: P, ...rest: A) => P {
  checkLoss('hessianDiagonal', loss);
  const product = hvp(loss);
  return (params, ...rest) =>
    noGrad(() => {
      const flat = treeFlatten(params);
      const size = flat.size;
      flat.dispose();
      return accumulated(params, size, (i) => {
        const ids = tensor1d([i], 'int32');
        const one = oneHot(ids, size);
        const row = oneRow(one, size);
        const unit = treeUnflatten(row, params);
        try {
          const column = product(params, unit, ...rest);
          const entry = treeZip(column, unit, (h, e) => mul(h, e));
          disposeTree(column);
          return entry;
        } finally {
          [ids, one, row].forEach((x) => x.dispose());
          disposeTree(unit);
        }
      });
    });
}

/** Options of {@link hessianDiagonalEstimate}. */
export interface HessianEstimateOptions {
  /** What signs are drawn from. */
  rng: Rng;
  /** How many products are averaged, >= 1. Default 1. */
  samples?: number | undefined;
}

/**
 * Makes of a loss the function that estimates the diagonal of its Hessian by products with random signs (Hutchinson): without bias, and exact where the Hessian is diagonal.
 *
 * $$ \hat h = \frac1S \sum_s z_s \odot (\nabla^2 f\, z_s), \qquad z \in \lbrace -1, 1 \rbrace^n $$
 *
 * It is what {@link sophia} divides by.
 *
 * @param loss a function of a tree (and of what else it is given), which returns a float32 scalar and is made of ops that are twice differentiable.
 * @param options the generator.
 * @returns a function of the same arguments, which returns a tree of the parameters' form; each call draws anew.
 * @throws SurrogateError `range`, `dtype`; by its function `shape`, `disposed`.
 * @see Bekas, Kokiopoulou, Saad: An Estimator for the Diagonal of a Matrix, 2007.
 * @example
 * import { hessianDiagonalEstimate } from '@surrogate/optim';
 * import { rng } from '@surrogate/core';
 * import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const cubes = ({ w }: { w: Tensor }) => sum(mul(w, square(w)));
 * await hessianDiagonalEstimate(cubes, { rng: rng(0) })({ w: tensor([1, 2]) }).w.data(); // [6, 12]
 */
export function hessianDiagonalEstimate<P extends TensorTree<P>, A extends unknown[]>(
  loss: (params: P, ...rest: A) => Tensor,
  { rng, samples = 1 }: HessianEstimateOptions,
): (params: P, ...rest: A) => P {
  const fn = 'hessianDiagonalEstimate';
  checkLoss(fn, loss);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'samples', samples, 1);
  const product = hvp(loss);
  return (params, ...rest) =>
    noGrad(() =>
      accumulated(
        params,
        samples,
        () => {
          const signs = treeMap(params, (x) => randomRademacher(rng, x.shape));
          try {
            const along = product(params, signs, ...rest);
            const entry = treeZip(along, signs, (h, z) => mul(h, z));
            disposeTree(along);
            return entry;
          } finally {
            disposeTree(signs);
          }
        },
        1 / samples,
      ),
    );
}

/**
 * The Gauss-Newton-Bartlett estimate of the Hessian's diagonal, from the gradient of a batch's mean loss with labels that were drawn from the model's own probabilities.
 *
 * $$ \hat h = B\, \hat g \odot \hat g $$
 *
 * It is what {@link sophia} divides by in language models: positive, and without second derivatives.
 *
 * @param grads ĝ, a tree of float32 tensors.
 * @param batchSize B, an integer, >= 1.
 * @returns a new tree of the same form.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @see Liu, Li, Hall, Liang, Ma: Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training, 2023. arXiv:2305.14342
 * @example
 * import { gaussNewtonDiagonal } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await gaussNewtonDiagonal({ w: tensor([1, -2]) }, 3).w.data(); // [3, 12]
 */
export function gaussNewtonDiagonal<P extends TensorTree<P>>(grads: P, batchSize: number): P {
  checkInteger('gaussNewtonDiagonal', 'batchSize', batchSize, 1);
  return treeMap(grads, (g) => mul(square(g), batchSize));
}
