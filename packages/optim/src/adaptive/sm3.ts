/** @file SM3: Adagrad with one number for each row and column. */
import { add, expandDims, greater, mul, rsqrt, square, zeros, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { defineTransformation, max, minimum, select, type ByPath, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { descent } from './descent.js';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, zerosByPath } from '../transforms/byPath.js';
import type { ChainState } from '../transforms/chain.js';
import { towards } from '../transforms/scaleByAdam.js';

/** Options of {@link sm3}. */
export interface Sm3Options {
  /** Decay of the mean of updates, in [0, 1), or a schedule. Default 0.9. */
  momentum?: Scheduled | undefined;
  /** Added to the sum, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
}

/** The mean of updates, and for each parameter the largest sums of squares along each axis. */
type Sm3State = { count: number; m: ByPath; sums: Record<string, Tensor[]> };

/** A vector along one axis of a tensor, so that it is broadcast over the others. */
const along = (vector: Tensor, axis: number, rank: number): Tensor => {
  let x = vector;
  for (let i = 0; i < rank; i++) if (i !== axis) x = expandDims(x, i);
  return x;
};

/** The largest over all axes but one. */
function largestAlong(x: Tensor, axis: number): Tensor {
  let y = x;
  for (let i = x.rank - 1; i >= 0; i--) if (i !== axis) y = max(y, { axis: i });
  return y;
}

/**
 * Adagrad whose sum of squares for an entry is the least of what its row, its column, and so on have seen at most: memory of m + n for an m x n matrix, beside the momentum.
 *
 * $$ \nu_{ij} = \min(r_i, c_j) + g_{ij}^2, \qquad r_i \leftarrow \max_j \nu_{ij}, \quad c_j \leftarrow \max_i \nu_{ij}, \qquad m_t = \beta m_{t-1} + (1 - \beta) \frac{g}{\sqrt{\nu + \epsilon}}, \qquad \theta_{t+1} = \theta_t - \eta_t m_t $$
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-2.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Anil, Gupta, Koren, Singer: Memory-Efficient Adaptive Optimization, 2019. arXiv:1901.11150
 * @example
 * import { sm3 } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = sm3(0.1, { momentum: 0 });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function sm3(learningRate: Scheduled = 1e-2, { momentum = 0.9, eps = 1e-8 }: Sm3Options = {}): GradientTransformation<ChainState> {
  checkDecay('sm3', 'momentum', momentum);
  checkScheduled('sm3', 'eps', eps);
  const direction = defineTransformation<Sm3State>('sm3', {
    init: (params) => ({
      count: 0,
      m: zerosByPath(params),
      sums: Object.fromEntries(
        Object.entries(params).map(([path, { shape, rank }]) => [path, rank < 2 ? [zeros(shape)] : shape.map((size) => zeros([size]))]),
      ),
    }),
    update(updates, { count, m, sums }) {
      const next: Record<string, Tensor[]> = {};
      const scaled = mapByPath(updates, (g, path) => {
        const own = sums[path]!;
        const seen = g.rank < 2 ? own[0]! : own.map((x, axis) => along(x, axis, g.rank)).reduce((a, b) => minimum(a, b));
        const total = add(seen, square(g));
        next[path] = g.rank < 2 ? [total] : g.shape.map((_size, axis) => largestAlong(total, axis));
        return mul(g, select(greater(total, 0), rsqrt(add(total, valueAt(eps, count))), zerosLike(total)));
      });
      const mean = mapByPath(scaled, (u, path) => towards(m[path]!, u, valueAt(momentum, count)));
      return { updates: mean, state: { count: count + 1, m: mean, sums: next } };
    },
  });
  return descent('sm3', learningRate, direction);
}
