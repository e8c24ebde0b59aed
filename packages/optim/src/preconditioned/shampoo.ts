/** @file Shampoo: a preconditioner for the rows of a matrix and one for its columns. */
import { add, div, eye, mul, rsqrt, reshape, square, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkBetween,
  checkBoolean,
  checkInteger,
  defineTransformation,
  hostMatrix,
  safeNorm,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
} from '@surrogate/core';
import { eigh, matMul, transpose, type Matrix } from '@surrogate/core/host';
import type { DecayOptions } from '../adaptive/descent.js';
import { checkDecay, checkScheduled } from '../schedules/scheduled.js';
import { mapByPath } from '../transforms/byPath.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { trace } from '../transforms/momentum.js';
import { scaleByAdam } from '../transforms/scaleByAdam.js';
import { scaleByLearningRate } from '../transforms/scale.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';
import { asMatrix, between, gram, matrixShape, toTensor } from './matrices.js';

/** Options of {@link shampoo}. */
export interface ShampooOptions extends DecayOptions {
  /** Decay of the means of G Gᵀ and Gᵀ G, in (0, 1]; 1 sums them, as the paper does. Default 1. */
  decay?: number | undefined;
  /** p: the preconditioners are L^-p and R^-p; 1/4 in the paper, 1/2 is often better. Default 1/4. */
  power?: number | undefined;
  /** How many steps there are between new roots, >= 1. Default 10. */
  every?: number | undefined;
  /** Axes longer than this are not preconditioned, >= 1; the roots take the cube of it. Default 256. */
  maxSize?: number | undefined;
  /** Where L and R begin, times the identity, > 0. Default 1e-6. */
  ridge?: number | undefined;
  /** μ, in [0, 1), or a schedule. Default 0.9. */
  momentum?: Scheduled | undefined;
  /** Give each update the length of Adam's (grafting), so that Adam's learning rate serves. Default true. */
  graft?: boolean | undefined;
}

/** Sums of G Gᵀ and Gᵀ G, their roots, the sums of squares of what is no matrix, and Adam's state where steps are grafted. */
type ShampooState = {
  count: number;
  l: ByPath;
  r: ByPath;
  lRoot: ByPath;
  rRoot: ByPath;
  squares: ByPath;
  adam: { count: number; m: ByPath; v: ByPath };
};

/** A^-p. Sums of float32 numbers know eigenvalues to about 1e-7 of the largest one: those below 1e-6 of it count as that. */
function inverseRoot(a: Matrix, power: number): Matrix {
  const { values, vectors } = eigh(a);
  const floor = 1e-6 * values.at(-1)!;
  const factors = values.map((value) => Math.max(value, floor) ** -power);
  const scaled = { ...vectors, data: vectors.data.map((entry, i) => entry * factors[i % factors.length]!) };
  return matMul(scaled, transpose(vectors));
}

/**
 * Adagrad with whole matrices: gradients of an m x n matrix are multiplied with roots of an m x m and an n x n matrix, which know how its rows and columns vary together.
 *
 * $$ L_t = L_{t-1} + G_t G_t^\top, \qquad R_t = R_{t-1} + G_t^\top G_t, \qquad U = L_t^{-p}\, G_t\, R_t^{-p} $$
 *
 * All axes but the last count as rows. What is no matrix has the diagonal of it, Adagrad; an axis of more than `maxSize` has no preconditioner. The roots are computed on the
 * host, by eigendecomposition: on cpu and wasm, not on webgpu.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-3.
 * @returns the transformation; its updates throw `backend` on webgpu.
 * @throws SurrogateError `range`, `dtype`.
 * @see Gupta, Koren, Singer: Shampoo: Preconditioned Stochastic Tensor Optimization, 2018. arXiv:1802.09568; Anil, Gupta, Koren, Regan, Singer: Scalable Second Order Optimization for Deep Learning, 2020. arXiv:2002.09018
 * @example
 * import { shampoo } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = shampoo(0.1, { momentum: 0, graft: false });
 * const params = { w: tensor([[1, 0], [0, 2]]) };
 * await step(optimizer, params, { w: tensor([[4, 0], [0, -9]]) }, optimizer.init(params)).params.w.data(); // [0.9, 0, 0, 2.1]
 */
export function shampoo(learningRate: Scheduled = 1e-3, options: ShampooOptions = {}): GradientTransformation<ChainState> {
  const fn = 'shampoo';
  const { decay = 1, power = 0.25, every = 10, maxSize = 256, ridge = 1e-6, momentum = 0.9, graft = true, weightDecay = 0, mask } = options;
  checkScheduled(fn, 'learningRate', learningRate);
  checkBetween(fn, 'decay', decay, Number.MIN_VALUE, 1, true);
  checkAbove(fn, 'power', power, 0);
  checkInteger(fn, 'every', every, 1);
  checkInteger(fn, 'maxSize', maxSize, 1);
  checkAbove(fn, 'ridge', ridge, 0);
  checkDecay(fn, 'momentum', momentum);
  checkBoolean(fn, 'graft', graft);
  checkScheduled(fn, 'weightDecay', weightDecay);
  const adam = scaleByAdam();
  const gathered = (sum: Tensor, x: Tensor) => (decay === 1 ? add(sum, x) : add(mul(sum, decay), mul(x, 1 - decay)));
  const sides = (x: Tensor) => {
    const [rows, columns] = matrixShape(x) ?? [Infinity, Infinity];
    return { left: rows <= maxSize ? rows : 0, right: columns <= maxSize ? columns : 0 };
  };
  const direction = defineTransformation<ShampooState>(fn, {
    init(params) {
      const state: Omit<ShampooState, 'adam'> = { count: 0, l: {}, r: {}, lRoot: {}, rRoot: {}, squares: {} };
      for (const [path, param] of Object.entries(params)) {
        const { left, right } = sides(param);
        if (left > 0) [state.l[path], state.lRoot[path]] = [mul(eye(left), ridge), eye(left)];
        if (right > 0) [state.r[path], state.rRoot[path]] = [mul(eye(right), ridge), eye(right)];
        if (left + right === 0) state.squares[path] = add(zerosLike(param), ridge);
      }
      const { count, m, v } = adam.init(graft ? params : {});
      return { ...state, adam: { count, m, v } };
    },
    update(updates, { count, l, r, lRoot, rRoot, squares, adam: adamState }, params) {
      const next: ShampooState = { count: count + 1, l: {}, r: {}, lRoot: { ...lRoot }, rRoot: { ...rRoot }, squares: {}, adam: adamState };
      const renewed = count % every === 0;
      const correction = decay === 1 ? 1 : 1 - decay ** (count + 1);
      const rootOf = (x: Tensor) => toTensor(inverseRoot(hostMatrix(fn, 'params', div(x, correction)), power));
      const turned = mapByPath(updates, (g, path) => {
        if (squares[path] !== undefined) {
          next.squares[path] = gathered(squares[path], square(g));
          return mul(g, rsqrt(div(next.squares[path], correction)));
        }
        const matrix = asMatrix(g);
        if (l[path] !== undefined) {
          next.l[path] = gathered(l[path], gram(matrix, 'rows'));
          if (renewed) next.lRoot[path] = rootOf(next.l[path]);
        }
        if (r[path] !== undefined) {
          next.r[path] = gathered(r[path], gram(matrix, 'columns'));
          if (renewed) next.rRoot[path] = rootOf(next.r[path]);
        }
        return reshape(between(next.lRoot[path], matrix, next.rRoot[path]), g.shape);
      });
      if (!graft) return { updates: turned, state: next };
      const model = adam.update(updates, adamState, params);
      next.adam = model.state;
      const grafted = mapByPath(turned, (u, path) => mul(u, div(safeNorm(model.updates[path]!), add(safeNorm(u), 1e-16))));
      return { updates: grafted, state: next };
    },
  });
  return chain(direction, trace(momentum), addDecayedWeights(weightDecay, { mask }), scaleByLearningRate(learningRate));
}
