/** @file Which coordinates to move next: scores, fixed partitions, greedy choices. */
import { checkAtLeast, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { eigh, type Matrix } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';

/** What a choice of a block may look at. */
export interface BlockContext {
  /** Where the descent is. */
  readonly x: Float64Array;
  /** The gradient there. */
  readonly gradient: Float64Array;
  /** A bound on the second derivative along each coordinate. */
  readonly lipschitz: Float64Array;
  /** The step, which counts from 0. */
  readonly step: number;
}

/** Chooses the coordinates of the next step. */
export type BlockChoice = (context: BlockContext) => readonly number[];

/** How much a coordinate promises. */
export type CoordinateScore = (context: BlockContext, i: number) => number;

/**
 * Gauss and Southwell's score: the size of the slope.
 *
 * $$ |g_i| $$
 *
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { gaussSouthwell } from '@surrogate/optim';
 * const here = { x: Float64Array.of(0, 0), gradient: Float64Array.of(3, -4), lipschitz: Float64Array.of(1, 4), step: 0 };
 * gaussSouthwell(here, 1); // 4
 */
export const gaussSouthwell: CoordinateScore = ({ gradient }, i) => Math.abs(gradient[i]!);

/**
 * The slope over the root of the curvature: its square is twice what a step along the coordinate gains at least.
 *
 * $$ |g_i| / \sqrt{L_i} $$
 *
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { gaussSouthwellLipschitz } from '@surrogate/optim';
 * const here = { x: Float64Array.of(0, 0), gradient: Float64Array.of(3, -4), lipschitz: Float64Array.of(1, 4), step: 0 };
 * gaussSouthwellLipschitz(here, 1); // 2
 */
export const gaussSouthwellLipschitz: CoordinateScore = ({ gradient, lipschitz }, i) => Math.abs(gradient[i]!) / Math.sqrt(lipschitz[i]!);

/**
 * The slope over the root of a row's sum, for blocks whose coordinates act on each other.
 *
 * $$ |g_i| / \sqrt{D_i}, \qquad D_i = \textstyle\sum_j |H_{ij}| $$
 *
 * @param hessian H, a bound on the Hessian.
 * @returns the score.
 * @throws SurrogateError `shape` where H is not square.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { gaussSouthwellDiagonal } from '@surrogate/optim';
 * const [x, gradient, lipschitz] = [Float64Array.of(0, 0), Float64Array.of(2, 1), Float64Array.of(3, 1)];
 * gaussSouthwellDiagonal(matrixFromRows([[3, -1], [-1, 1]]))({ x, gradient, lipschitz, step: 0 }, 0); // 1
 */
export function gaussSouthwellDiagonal(hessian: Matrix): CoordinateScore {
  const { rows: n, cols, data } = hessian;
  if (n !== cols) fail('shape', 'gaussSouthwellDiagonal', 'hessian', `must be square, got ${n} x ${cols}`);
  const sums = Float64Array.from({ length: n }, (_, i) =>
    data.subarray(i * n, (i + 1) * n).reduce((sum, entry) => sum + Math.abs(entry), 0),
  );
  return ({ gradient }, i) => Math.abs(gradient[i]!) / Math.sqrt(sums[i]!);
}

/** The places of the k largest numbers, the largest first. */
const largest = (values: Float64Array, k: number): number[] =>
  Array.from(values, (_, i) => i)
    .sort((i, j) => values[j]! - values[i]!)
    .slice(0, k);

/**
 * The coordinates with the highest scores, whatever they are.
 *
 * $$ b = \operatorname{top}_k\, s_i $$
 *
 * @param size k, how many, >= 1.
 * @param score how much a coordinate promises. Default `gaussSouthwellLipschitz`.
 * @returns the choice.
 * @throws SurrogateError `range`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { gaussSouthwell, greedyBlock } from '@surrogate/optim';
 * const [x, gradient, lipschitz] = [Float64Array.of(0, 0), Float64Array.of(1, 1.9), Float64Array.of(1, 4)];
 * [greedyBlock(1), greedyBlock(1, gaussSouthwell)].map((choose) => choose({ x, gradient, lipschitz, step: 0 })[0]); // [0, 1]
 */
export function greedyBlock(size: number, score: CoordinateScore = gaussSouthwellLipschitz): BlockChoice {
  checkInteger('greedyBlock', 'size', size, 1);
  return (context) => largest(context.gradient.map((_, i) => score(context, i)), size); // prettier-ignore
}

/**
 * The block of a partition whose scores have the largest sum of squares.
 *
 * $$ \arg\max_b \textstyle\sum_{i \in b} s_i^2 $$
 *
 * @param blocks the partition, as `partitionBlocks` gives it.
 * @param score how much a coordinate promises. Default `gaussSouthwellLipschitz`.
 * @returns the choice.
 * @throws SurrogateError `shape` for no block.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { greedyPart } from '@surrogate/optim';
 * const [x, gradient, lipschitz] = [Float64Array.of(0, 0, 0), Float64Array.of(2, 1, 2), Float64Array.of(1, 1, 1)];
 * greedyPart([[0], [1, 2]])({ x, gradient, lipschitz, step: 0 }); // [1, 2]
 */
export function greedyPart(blocks: readonly (readonly number[])[], score: CoordinateScore = gaussSouthwellLipschitz): BlockChoice {
  if (blocks.length === 0) fail('shape', 'greedyPart', 'blocks', 'must hold at least one block, got none');
  return (context) => {
    const sums = Float64Array.from(blocks, (block) => block.reduce((sum, i) => sum + score(context, i) ** 2, 0));
    return blocks[largest(sums, 1)[0]!]!;
  };
}

/**
 * The blocks of a partition in turn.
 *
 * $$ b_t = b_{t \bmod m} $$
 *
 * @param blocks the partition.
 * @returns the choice.
 * @throws SurrogateError `shape` for no block.
 * @example
 * import { cyclicPart } from '@surrogate/optim';
 * const [x, gradient, lipschitz] = [Float64Array.of(0, 0), Float64Array.of(1, 1), Float64Array.of(1, 1)];
 * cyclicPart([[0], [1]])({ x, gradient, lipschitz, step: 3 }); // [1]
 */
export function cyclicPart(blocks: readonly (readonly number[])[]): BlockChoice {
  if (blocks.length === 0) fail('shape', 'cyclicPart', 'blocks', 'must hold at least one block, got none');
  return ({ step }) => blocks[step % blocks.length]!;
}

/** Options of {@link randomBlock}. */
export interface RandomBlockOptions {
  /** How likely a coordinate is to be drawn, >= 0, next to the others: `({ lipschitz }, i) => lipschitz[i]!` draws steep ones more often. Default all alike. */
  weight?: CoordinateScore | undefined;
}

/**
 * Coordinates drawn at random, without repetition.
 *
 * $$ P(i \text{ is next}) = \frac{w_i}{\sum_{j \text{ left}} w_j} $$
 *
 * @param size k, >= 1.
 * @param rng what is drawn from.
 * @returns the choice; it throws `range` for a weight below 0.
 * @throws SurrogateError `range`, `dtype`.
 * @see Nesterov: Efficiency of Coordinate Descent Methods on Huge-Scale Optimization Problems, 2012
 * @example
 * import { rng } from '@surrogate/core';
 * import { randomBlock } from '@surrogate/optim';
 * const [x, gradient, lipschitz] = [Float64Array.of(0, 0), Float64Array.of(1, 1), Float64Array.of(1, 1)];
 * randomBlock(2, rng(0))({ x, gradient, lipschitz, step: 0 }).length; // 2
 */
export function randomBlock(size: number, rng: Rng, { weight }: RandomBlockOptions = {}): BlockChoice {
  const fn = 'randomBlock';
  checkInteger(fn, 'size', size, 1);
  checkRng(fn, 'rng', rng);
  if (weight === undefined) return ({ gradient }) => Array.from(rng.choice(gradient.length, Math.min(size, gradient.length)));
  checkFunction(fn, 'weight', weight);
  return (context) => {
    // Of clocks that ring at these rates the first k are such a draw.
    const rings = context.gradient.map((_, i) => {
      const rate = weight(context, i);
      checkAtLeast(fn, 'weight', rate, 0);
      return Math.max(-Number.MAX_VALUE, Math.log(1 - rng.uniform()) / rate);
    });
    return largest(rings, size);
  };
}

/**
 * The block that a quadratic bound says to gain most, approximately: iterative hard thresholding of its minimiser.
 *
 * $$ \max_b\, g_b^\top H_{bb}^{-1} g_b, \qquad d \leftarrow \operatorname{top}_k\Big(d - \tfrac{1}{\lambda_{\max}(H)} (g + H d)\Big) $$
 *
 * @param size k, >= 1.
 * @param hessian H, a symmetric bound on the Hessian.
 * @returns the choice; with few rounds it may be worse than that of `gaussSouthwellLipschitz`.
 * @throws SurrogateError `range`, `shape`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { quadraticBlock } from '@surrogate/optim';
 * const [x, gradient, lipschitz] = [Float64Array.of(0, 0), Float64Array.of(1, 1.9), Float64Array.of(1, 4)];
 * quadraticBlock(1, matrixFromRows([[1, 0], [0, 4]]))({ x, gradient, lipschitz, step: 0 }); // [0]
 */
export function quadraticBlock(size: number, hessian: Matrix): BlockChoice {
  checkInteger('quadraticBlock', 'size', size, 1);
  const top = eigh(hessian).values.at(-1) ?? 1;
  const n = hessian.rows;
  return ({ gradient, lipschitz }) => {
    const kept = (d: Float64Array): Float64Array => {
      const places = new Set(largest(d.map(Math.abs), size));
      return d.map((value, i) => (places.has(i) ? value : 0));
    };
    let d: Float64Array = gradient.map((g, i) => -g / Math.sqrt(lipschitz[i]!));
    for (let round = 0; round < 10; round++) {
      const next = kept(
        d.map((value, i) => {
          let bent = gradient[i]!;
          for (let j = 0; j < n; j++) bent += hessian.data[i * n + j]! * d[j]!;
          return value - bent / top;
        }),
      );
      const change = next.reduce((most, value, i) => Math.max(most, Math.abs(value - d[i]!)), 0);
      d = next;
      if (change < 1e-10) break;
    }
    return largest(d.map(Math.abs), size);
  };
}

/**
 * Cuts the coordinates into blocks: in their order, those of like curvature together (`sorted`), or large with small ones (`balanced`).
 *
 * @param lipschitz L, a bound on the second derivative along each coordinate.
 * @param size how many coordinates a block has at most, >= 1.
 * @param order how they are put together. Default given.
 * @returns the blocks.
 * @throws SurrogateError `range`, `dtype`.
 * @see Nutini, Laradji, Schmidt: Let's Make Block Coordinate Descent Converge Faster, 2017. arXiv:1712.08859
 * @example
 * import { partitionBlocks } from '@surrogate/optim';
 * partitionBlocks([3, 1, 4, 2], 2, 'balanced'); // [[1, 2], [3, 0]]
 */
export function partitionBlocks(lipschitz: ArrayLike<number>, size: number, order: 'given' | 'sorted' | 'balanced' = 'given'): number[][] {
  const fn = 'partitionBlocks';
  const l = vectorOf(fn, 'lipschitz', lipschitz);
  checkInteger(fn, 'size', size, 1);
  if (!['given', 'sorted', 'balanced'].includes(order))
    fail('range', fn, 'order', `must be given, sorted or balanced, got ${String(order)}`);
  const places = Array.from(l, (_, i) => i);
  if (order !== 'given') places.sort((i, j) => l[i]! - l[j]!);
  const ordered =
    order === 'balanced' ? places.map((_, k) => (k % 2 === 0 ? places[k / 2]! : places[places.length - (k + 1) / 2]!)) : places;
  return Array.from({ length: Math.ceil(l.length / size) }, (_, b) => ordered.slice(b * size, (b + 1) * size));
}
