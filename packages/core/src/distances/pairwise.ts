/** @file Squared distances between all rows of two matrices, and their inner products. */
import {
  add,
  expandDims,
  eye,
  matMul,
  mean,
  mul,
  relu,
  square,
  sub,
  sum,
  tidy,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { detach } from '../gradients/tape.js';
import { checkRank, checkShape } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { defineOp } from '../ops/defineOp.js';

/** Up to so many differences they are formed one by one, which loses nothing to cancellation. */
const direct = 2 ** 18;

const product = (a: Tensor, b: Tensor, transposeA = false, transposeB = false): Tensor =>
  matMul(a as Tensor2D, b as Tensor2D, transposeA, transposeB);

const column = (x: Tensor) => expandDims(x, 1);
const row = (x: Tensor) => expandDims(x, 0);

/** Distances do not change when both sets move; near the origin products cancel least. */
const centre = (y: Tensor): Tensor => mean(detach(y), 0, true);

function squaredDistances(x: Tensor, y: Tensor): Tensor {
  const [n, d] = x.shape as [number, number];
  if (n * y.shape[0] * d <= direct) return sum(square(sub(column(x), row(y))), -1);
  const middle = centre(y);
  const [a, b] = [sub(x, middle), sub(y, middle)];
  const squares = add(column(sum(square(a), 1)), row(sum(square(b), 1)));
  return relu(sub(squares, mul(2, product(a, b, false, true))));
}

/**
 * Squared Euclidean distances between rows, as a fused op.
 *
 * $$ y_{ij} = \lVert x_i - y_j \rVert^2 \ge 0 $$
 *
 * @param inputs `x` float32 `[N, D]`, `y` float32 `[M, D]`; none empty.
 * @returns float32 `[N, M]`.
 * @example
 * import { pairwiseSquaredDistancesOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await pairwiseSquaredDistancesOp({ x: tensor([[0, 0]]), y: tensor([[3, 4]]) }, {}).data(); // [25]
 */
export const pairwiseSquaredDistancesOp = defineOp<{ x: Tensor; y: Tensor }, Record<never, never>>({
  name: 'SurrogatePairwiseSquaredDistances',
  composite: ({ x, y }) => squaredDistances(x, y),
  gradient: ({ x, y }, _attrs, upstream) => {
    const middle = centre(y);
    const [a, b] = [sub(x, middle), sub(y, middle)];
    return {
      x: () => mul(2, sub(mul(a, column(sum(upstream, 1))), product(upstream, b))),
      y: () => mul(2, sub(mul(b, column(sum(upstream, 0))), product(upstream, a, true))),
    };
  },
  kernel: { residuals: 0, gradients: ['x', 'y'] },
});

/**
 * Squared Euclidean distances between all rows of two matrices; never negative, and exactly 0 on the diagonal when there is one matrix only.
 *
 * $$ d_{ij} = \lVert x_i - y_j \rVert^2 $$
 *
 * @param x float32 `[N, D]`.
 * @param y float32 `[M, D]`. Default x.
 * @returns float32 `[N, M]`.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, `dtype`, `disposed`.
 * @example
 * import { pairwiseSquaredDistances } from '@surrogate/core';
 * await pairwiseSquaredDistances([[0, 0], [3, 4]]).data(); // [0, 25, 25, 0]
 */
export function pairwiseSquaredDistances(x: TensorLike, y?: TensorLike): Tensor {
  const fn = 'pairwiseSquaredDistances';
  return tidy(() => {
    const [a, b] = matrices(fn, x, y);
    if (a.size === 0 || b.size === 0) return zeros([a.shape[0], b.shape[0]]);
    const distances = pairwiseSquaredDistancesOp({ x: a, y: b }, {});
    return y === undefined ? mul(distances, sub(1, eye(a.shape[0]))) : distances;
  });
}

/**
 * Inner products of all rows of two matrices.
 *
 * $$ G_{ij} = x_i \cdot y_j $$
 *
 * @param x float32 `[N, D]`.
 * @param y float32 `[M, D]`. Default x.
 * @returns float32 `[N, M]`.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, `dtype`, `disposed`.
 * @example
 * import { gramMatrix } from '@surrogate/core';
 * await gramMatrix([[1, 2], [3, 4]]).data(); // [5, 11, 11, 25]
 */
export function gramMatrix(x: TensorLike, y?: TensorLike): Tensor {
  return tidy(() => {
    const [a, b] = matrices('gramMatrix', x, y);
    return a.size === 0 || b.size === 0 ? zeros([a.shape[0], b.shape[0]]) : product(a, b, false, true);
  });
}

/**
 * A Gram matrix as if its points had been centred in feature space.
 *
 * $$ \tilde G = H G H, \qquad H = I - \tfrac{1}{N} \mathbf{1}\mathbf{1}^\top $$
 *
 * @param gram float32 `[N, N]`.
 * @returns float32 `[N, N]`, whose rows and columns sum to 0.
 * @throws SurrogateError `shape` unless it is square, `dtype`, `disposed`.
 * @see Gretton, Bousquet, Smola, Schölkopf: Measuring Statistical Dependence with Hilbert-Schmidt Norms, 2005
 * @example
 * import { centerGram } from '@surrogate/core';
 * await centerGram([[1, 0], [0, 1]]).data(); // [0.5, -0.5, -0.5, 0.5]
 */
export function centerGram(gram: TensorLike): Tensor {
  return tidy(() => {
    const given = asTensor('centerGram', 'gram', gram);
    checkRank('centerGram', 'gram', given.shape, 2);
    checkShape('centerGram', 'gram', given.shape, [given.shape[1]!, given.shape[1]!]);
    if (given.size === 0) return given.clone();
    const columns = sub(given, mean(given, 0, true));
    return sub(columns, mean(columns, 1, true));
  });
}

function matrices(fn: string, x: TensorLike, y: TensorLike | undefined): [Tensor, Tensor] {
  const a = asTensor(fn, 'x', x);
  checkRank(fn, 'x', a.shape, 2);
  if (y === undefined) return [a, a];
  const b = asTensor(fn, 'y', y);
  checkShape(fn, 'y', b.shape, [null, a.shape[1]!]);
  return [a, b];
}
