/** @file GaLore: an optimizer that sees gradients of matrices in a few directions only. */
import { matMul, mul, reshape, zeros, zerosLike, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkInteger,
  defineTransformation,
  hostMatrix,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
  type StateTree,
} from '@surrogate/core';
import { svd, type Matrix } from '@surrogate/core/host';
import { descent, type DecayOptions } from '../adaptive/descent.js';
import { mapByPath } from '../transforms/byPath.js';
import type { ChainState } from '../transforms/chain.js';
import { scaleByAdam } from '../transforms/scaleByAdam.js';
import { checkTransformation } from '../wrappers/check.js';
import { asMatrix, matrixShape, toTensor } from './matrices.js';

/** Options of {@link galore}. */
export interface GaloreOptions extends DecayOptions {
  /** r, how many directions of each matrix are kept, >= 1. Default 128. */
  rank?: number | undefined;
  /** How many steps there are between new directions, >= 1. Default 200. */
  every?: number | undefined;
  /** α, the size of what is projected back, > 0. Default 1. */
  scale?: number | undefined;
  /** What works in the small space; it may not look at parameters. Default {@link scaleByAdam}. */
  inner?: GradientTransformation | undefined;
}

/** The directions of each matrix, and the state of what works in them. */
type GaloreState = { count: number; directions: ByPath; inner: StateTree };

/** The first columns. */
const leading = ({ rows, cols, data }: Matrix, count: number): Matrix => ({
  rows,
  cols: count,
  data: Float64Array.from({ length: rows * count }, (_x, i) => data[Math.floor(i / count) * cols + (i % count)]!),
});

/**
 * Gradient low-rank projection: Adam keeps its moments for the r strongest singular directions of each matrix only, which saves memory.
 *
 * $$ R = P^\top G, \qquad U = \alpha\, P\, \rho(R), \qquad P = \text{the first } r \text{ left singular vectors of } G, \text{ renewed every } T \text{ steps} $$
 *
 * with P on the longer side: matrices wider than tall are projected from the right. All axes but the last count as rows; vectors are left as they are. The singular vectors
 * are computed on the host: on cpu and wasm, not on webgpu.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation; its updates throw `backend` on webgpu.
 * @throws SurrogateError `range`, `dtype`.
 * @see Zhao, Zhang, Chen, Wang, Anandkumar, Tian: GaLore: Memory-Efficient LLM Training by Gradient Low-Rank Projection, 2024. arXiv:2403.03507
 * @example
 * import { galore, scale } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = galore(1, { rank: 1, inner: scale(1) });
 * const params = { w: tensor([[1, 0], [0, 2]]) };
 * await step(optimizer, params, { w: tensor([[3, 0], [0, 1]]) }, optimizer.init(params)).params.w.data(); // [-2, 0, 0, 2]
 */
export function galore(
  learningRate: Scheduled = 1e-3,
  { rank = 128, every = 200, scale = 1, inner = scaleByAdam(), weightDecay = 0, mask }: GaloreOptions = {},
): GradientTransformation<ChainState> {
  const fn = 'galore';
  checkInteger(fn, 'rank', rank, 1);
  checkInteger(fn, 'every', every, 1);
  checkAbove(fn, 'scale', scale, 0);
  checkTransformation(fn, inner);
  const small = (shape: readonly [number, number]) => {
    const [rows, columns] = shape;
    const kept = Math.min(rank, rows, columns);
    return { kept, left: rows >= columns, shape: rows >= columns ? ([kept, columns] as const) : ([rows, kept] as const) };
  };
  const project = (g: Tensor, p: Tensor, left: boolean) =>
    left ? matMul(p as Tensor2D, asMatrix(g), true) : matMul(asMatrix(g), p as Tensor2D);
  const direction = defineTransformation<GaloreState>(fn, {
    init(params) {
      const directions: ByPath = {};
      const proxies = mapByPath(params, (param, path) => {
        const shape = matrixShape(param);
        if (shape === undefined) return zerosLike(param);
        const { kept, shape: proxy } = small(shape);
        directions[path] = zeros([Math.max(...shape), kept]);
        return zeros([...proxy]);
      });
      return { count: 0, directions, inner: inner.init(proxies) };
    },
    update(updates, { count, directions, inner: state }) {
      const next = { ...directions };
      const reduced = mapByPath(updates, (g, path) => {
        const shape = matrixShape(g);
        if (shape === undefined) return g;
        const { kept, left } = small(shape);
        if (count % every === 0) {
          const { u, v } = svd(hostMatrix(fn, 'params', asMatrix(g)));
          next[path] = toTensor(leading(left ? u : v, kept));
        }
        return project(g, next[path]!, left);
      });
      const made = inner.update(
        reduced,
        state,
        mapByPath(reduced, (x) => zerosLike(x)),
      );
      const moved = mapByPath(made.updates, (u, path) => {
        const g = updates[path]!;
        const shape = matrixShape(g);
        if (shape === undefined) return u;
        const p = next[path] as Tensor2D;
        const whole = small(shape).left ? matMul(p, u as Tensor2D) : matMul(u as Tensor2D, p, false, true);
        return reshape(mul(whole, scale), g.shape);
      });
      return { updates: moved, state: { count: count + 1, directions: next, inner: made.state } };
    },
  });
  return descent(fn, learningRate, direction, { weightDecay, mask });
}
