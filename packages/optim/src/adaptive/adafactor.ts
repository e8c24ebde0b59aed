/** @file Adafactor: the second moment of a matrix as an outer product of two vectors. */
import { add, div, expandDims, mean, mul, neg, ones, rsqrt, square, sqrt, zeros, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkBoolean,
  checkInteger,
  defineTransformation,
  maximum,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
} from '@surrogate/core';
import { checkDecay, checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath, taken, type PathMask } from '../transforms/byPath.js';
import { towards } from '../transforms/scaleByAdam.js';

/** Options of {@link adafactor}. */
export interface AdafactorOptions {
  /** Tensors whose two longest axes have at least this size are factored. Default 128. */
  factorFrom?: number | undefined;
  /** The mean square decays by 1 - t^-p: p, > 0. Default 0.8. */
  decayPower?: number | undefined;
  /** The largest root mean square of a tensor's update, > 0; Infinity for none. Default 1. */
  clipping?: number | undefined;
  /** Multiply steps by the root mean square of their parameter, at least 1e-3. Default true. */
  relative?: boolean | undefined;
  /** Decay of the mean of updates, in [0, 1), or a schedule. Default: none, which saves a copy of the parameters. */
  momentum?: Scheduled | undefined;
  /** λ, >= 0, or a schedule; it is not multiplied by the learning rate. Default 0. */
  weightDecay?: Scheduled | undefined;
  /** Which parameters decay. Default all. */
  mask?: PathMask | undefined;
  /** Added to the square, > 0. Default 1e-30. */
  eps?: number | undefined;
}

/** The state of {@link adafactor}: means over rows and columns of factored tensors, the mean squares of the others, and the momentum. */
export type AdafactorState = { count: number; rows: ByPath; columns: ByPath; v: ByPath; m: ByPath };

/** The longest axis and the second longest, where the tensor is to be factored. */
function factoredAxes(shape: readonly number[], from: number): readonly [longest: number, second: number] | undefined {
  const axes = shape.map((_, axis) => axis).sort((a, b) => shape[a]! - shape[b]! || a - b);
  const [second, longest] = axes.slice(-2);
  return longest === undefined || second === undefined || shape[second]! < from ? undefined : [longest, second];
}

const without = (shape: readonly number[], axis: number) => shape.filter((_, i) => i !== axis);

const rms = (x: Tensor): Tensor => sqrt(mean(square(x)));

/**
 * Adam for models that leave no room for Adam: the mean square of an m x n matrix is kept as m + n numbers, and there is no mean.
 *
 * $$ \hat V = \frac{r c^\top}{\operatorname{mean}(r)}, \qquad u = \frac{g}{\sqrt{\hat V}}, \qquad \theta_{t+1} = \theta_t - \eta_t \max(\operatorname{rms} \theta_t, 10^{-3}) \frac{u}{\max(1, \operatorname{rms}(u) / d)} - \lambda \theta_t $$
 *
 * with r and c the moving means of g² + ε over the longest and the second longest axis. Smaller tensors keep g² itself.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-2.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Shazeer, Stern: Adafactor: Adaptive Learning Rates with Sublinear Memory Cost, 2018. arXiv:1804.04235
 * @example
 * import { adafactor } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = adafactor(0.1, { relative: false });
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -0.5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function adafactor(learningRate: Scheduled = 1e-2, options: AdafactorOptions = {}): GradientTransformation<AdafactorState> {
  const { factorFrom = 128, decayPower = 0.8, clipping = 1, relative = true, momentum, weightDecay = 0, mask, eps = 1e-30 } = options;
  const fn = 'adafactor';
  checkScheduled(fn, 'learningRate', learningRate);
  checkInteger(fn, 'factorFrom', factorFrom, 1);
  checkAbove(fn, 'decayPower', decayPower, 0);
  if (clipping !== Infinity) checkAbove(fn, 'clipping', clipping, 0);
  checkBoolean(fn, 'relative', relative);
  if (momentum !== undefined) checkDecay(fn, 'momentum', momentum);
  checkScheduled(fn, 'weightDecay', weightDecay);
  checkAbove(fn, 'eps', eps, 0);
  return defineTransformation<AdafactorState>(fn, {
    init(params) {
      const [rows, columns, v]: [ByPath, ByPath, ByPath] = [{}, {}, {}];
      for (const [path, param] of Object.entries(params)) {
        const axes = factoredAxes(param.shape, factorFrom);
        if (axes === undefined) v[path] = zerosLike(param);
        else [rows[path], columns[path]] = [zeros(without(param.shape, axes[0])), zeros(without(param.shape, axes[1]))];
      }
      return { count: 0, rows, columns, v, m: momentum === undefined ? {} : mapByPath(params, (x) => zerosLike(x)) };
    },
    update(updates, { count, ...memory }, params) {
      const decay = 1 - (count + 1) ** -decayPower;
      const next: Omit<AdafactorState, 'count'> = { rows: {}, columns: {}, v: {}, m: {} };
      const scaled = (g: Tensor, path: string): Tensor => {
        const squares = add(square(g), eps);
        const axes = factoredAxes(g.shape, factorFrom);
        if (axes === undefined) return mul(g, rsqrt((next.v[path] = towards(memory.v[path]!, squares, decay))));
        const [longest, second] = axes;
        const rows = (next.rows[path] = towards(memory.rows[path]!, mean(squares, longest), decay));
        const columns = (next.columns[path] = towards(memory.columns[path]!, mean(squares, second), decay));
        const level = mean(rows, second > longest ? second - 1 : second, true);
        return mul(mul(g, expandDims(rsqrt(div(rows, level)), longest)), expandDims(rsqrt(columns), second));
      };
      const moved = mapByPath(updates, (g, path) => {
        const [u, param] = [scaled(g, path), params[path]!];
        const size = mul(relative ? maximum(rms(param), 1e-3) : ones([]), valueAt(learningRate, count));
        const clipped = clipping === Infinity || u.size === 0 ? u : div(u, maximum(div(rms(u), clipping), 1));
        let move = mul(clipped, size);
        if (momentum !== undefined) move = next.m[path] = towards(memory.m[path]!, move, valueAt(momentum, count));
        const lambda = taken(mask, path, param) ? valueAt(weightDecay, count) : 0;
        return neg(lambda === 0 ? move : add(move, mul(param, lambda)));
      });
      return { updates: moved, state: { count: count + 1, ...next } };
    },
  });
}
