/** @file SOAP: Adam in the eigenbasis of Shampoo's preconditioners. */
import { add, div, mul, reshape, sqrt, square, zeros, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, defineTransformation, hostMatrix, type ByPath, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { eigh, identityMatrix, matMul as multiply, qr, type Matrix } from '@surrogate/core/host';
import { descent, type DecayOptions, type MomentOptions } from '../adaptive/descent.js';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, zerosByPath } from '../transforms/byPath.js';
import type { ChainState } from '../transforms/chain.js';
import { towards } from '../transforms/scaleByAdam.js';
import { asMatrix, between, gram, matrixShape, toTensor } from './matrices.js';

/** Options of {@link soap}. */
export interface SoapOptions extends MomentOptions, DecayOptions {
  /** How many steps there are between new bases, >= 1. Default 10. */
  every?: number | undefined;
  /** Axes longer than this keep their own basis, >= 1; a new basis takes the cube of it. Default 256. */
  maxSize?: number | undefined;
}

/** Means of G Gᵀ and Gᵀ G, the bases, and Adam's moments: the mean in the parameters' own basis, the mean square in the others. */
type SoapState = { count: number; l: ByPath; r: ByPath; lBasis: ByPath; rBasis: ByPath; m: ByPath; v: ByPath };

/** Columns in another order. */
const permuted = (q: Matrix, order: readonly number[]): Matrix => ({
  ...q,
  data: q.data.map((_x, i) => q.data[i - (i % q.cols) + order[i % q.cols]!]!),
});

/** Eigenvectors, those of the largest eigenvalues first. */
function firstBasis(a: Matrix): Tensor {
  const { vectors } = eigh(a);
  return toTensor(
    permuted(
      vectors,
      Array.from({ length: vectors.cols }, (_x, i) => vectors.cols - 1 - i),
    ),
  );
}

/** One power iteration: what comes next of a basis, and in which order its columns were taken. */
function nextBasis(a: Matrix, q: Matrix): { basis: Tensor; order: readonly number[] } {
  const image = multiply(a, q);
  const sizes = Array.from({ length: q.cols }, (_x, j) => {
    let sum = 0;
    for (let i = 0; i < q.rows; i++) sum += q.data[i * q.cols + j]! * image.data[i * q.cols + j]!;
    return sum;
  });
  const order = sizes.map((_x, i) => i).sort((i, j) => sizes[j]! - sizes[i]! || i - j);
  return { basis: toTensor(qr(multiply(a, permuted(q, order))).q), order };
}

/**
 * Adam that runs in the eigenbasis of Shampoo's preconditioners, which turns slowly: as good as Shampoo, and less sensitive to stale bases.
 *
 * $$ G' = Q_L^\top G Q_R, \qquad U = Q_L \frac{M'}{\sqrt{V'} + \epsilon} Q_R^\top, \qquad L \leftarrow \beta_2 L + (1 - \beta_2) G G^\top, \quad Q_L \leftarrow \operatorname{qr}(L Q_L) $$
 *
 * with the mean M' and mean square V' of G' and Adam's corrections on the whole step. The first step only begins the bases, and moves nothing; where its gradient has a
 * lower rank than a side has axes, what completes a basis is arbitrary. What is no matrix is left to Adam, from the second step on as well; all axes but
 * the last count as rows. β₁ and β₂ are 0.95 and the weight decay λ 0.01 by default. Bases are computed on the host: on cpu and wasm, not on webgpu.
 *
 * @param learningRate η, >= 0, or a schedule. Default 3e-3.
 * @returns the transformation; its updates throw `backend` on webgpu.
 * @throws SurrogateError `range`.
 * @see Vyas, Morwani, Zhao, Shapira, Brandfonbrener, Janson, Kakade: SOAP: Improving and Stabilizing Shampoo using Adam, 2024. arXiv:2409.11321
 * @example
 * import { soap } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = soap(0.1, { weightDecay: 0 });
 * const grads = { w: tensor([[4, 0], [0, -9]]) };
 * const first = step(optimizer, { w: tensor([[1, 0], [0, 2]]) }, grads, optimizer.init({ w: tensor([[1, 0], [0, 2]]) }));
 * await step(optimizer, first.params, grads, first.state).params.w.data(); // [0.9, 0, 0, 2.1]
 */
export function soap(learningRate: Scheduled = 3e-3, options: SoapOptions = {}): GradientTransformation<ChainState> {
  const fn = 'soap';
  const { b1 = 0.95, b2 = 0.95, eps = 1e-8, every = 10, maxSize = 256, weightDecay = 0.01, mask } = options;
  checkDecay(fn, 'b1', b1);
  checkDecay(fn, 'b2', b2);
  checkScheduled(fn, 'eps', eps);
  checkInteger(fn, 'every', every, 1);
  checkInteger(fn, 'maxSize', maxSize, 1);
  const host = (x: Tensor) => hostMatrix(fn, 'params', x);
  const direction = defineTransformation<SoapState>(fn, {
    init(params) {
      const state: SoapState = { count: 0, l: {}, r: {}, lBasis: {}, rBasis: {}, m: zerosByPath(params), v: zerosByPath(params) };
      for (const [path, param] of Object.entries(params)) {
        const [rows, columns] = matrixShape(param) ?? [Infinity, Infinity];
        if (rows <= maxSize) [state.l[path], state.lBasis[path]] = [zeros([rows, rows]), zeros([rows, rows])];
        if (columns <= maxSize) [state.r[path], state.rBasis[path]] = [zeros([columns, columns]), zeros([columns, columns])];
      }
      return state;
    },
    update(updates, state, _params) {
      const { count } = state;
      const [beta1, beta2] = [valueAt(b1, count), valueAt(b2, count)];
      const next: SoapState = {
        count: count + 1,
        l: {},
        r: {},
        lBasis: { ...state.lBasis },
        rBasis: { ...state.rBasis },
        m: { ...state.m },
        v: { ...state.v },
      };
      const isMatrix = (path: string) => state.l[path] !== undefined || state.r[path] !== undefined;
      const followed = (x: Tensor | undefined, g: Tensor, side: 'rows' | 'columns') =>
        x === undefined ? undefined : towards(x, gram(asMatrix(g), side), beta2);
      const moved = mapByPath(updates, (g, path) => {
        const u = count === 0 ? zerosLike(g) : adamStep(g, path);
        const [l, r] = [followed(state.l[path], g, 'rows'), followed(state.r[path], g, 'columns')];
        if (l !== undefined) next.l[path] = l;
        if (r !== undefined) next.r[path] = r;
        if (count === 0) {
          if (l !== undefined) next.lBasis[path] = firstBasis(host(l));
          if (r !== undefined) next.rBasis[path] = firstBasis(host(r));
        } else if (count % every === 0 && isMatrix(path)) turn(path, g);
        return u;
      });
      return { updates: moved, state: next };

      /** Adam's step in the bases, from the second gradient on. */
      function adamStep(g: Tensor, path: string): Tensor {
        const matrix = isMatrix(path);
        const [left, right] = [state.lBasis[path], state.rBasis[path]];
        const into = (x: Tensor) => (matrix ? reshape(between(left, asMatrix(x), right, true), g.shape) : x);
        const m = (next.m[path] = towards(state.m[path]!, g, beta1));
        const v = (next.v[path] = towards(state.v[path]!, square(into(g)), beta2));
        const ratio = div(into(m), add(sqrt(v), valueAt(eps, count)));
        const back = matrix ? reshape(between(left, asMatrix(ratio), right), g.shape) : ratio;
        return mul(back, Math.sqrt(1 - beta2 ** count) / (1 - beta1 ** count));
      }

      /** Turns the bases, and takes the mean square along. */
      function turn(path: string, g: Tensor): void {
        let v: Tensor = asMatrix(next.v[path]!);
        for (const [axis, sums, bases] of [
          [0, next.l, next.lBasis],
          [1, next.r, next.rBasis],
        ] as const) {
          if (sums[path] === undefined) continue;
          const { basis, order } = nextBasis(host(sums[path]), host(bases[path]!));
          bases[path] = basis;
          const columns = toTensor(permuted(identityMatrix(order.length), order));
          v = axis === 0 ? between(columns, v, undefined, true) : between(undefined, v, columns, true);
        }
        next.v[path] = reshape(v, g.shape);
      }
    },
  });
  checkScheduled(fn, 'weightDecay', weightDecay);
  // The first step begins the bases and does nothing else.
  return descent(fn, learningRate, direction, { weightDecay: (step) => (step === 0 ? 0 : valueAt(weightDecay, step)), mask });
}
