/** @file Momentum: a decaying sum of gradients. */
import { add, div, mul } from '@tensorflow/tfjs-core';
import { checkBoolean, defineTransformation, type ByPath, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkDecay, valueAt } from '../schedules/scheduled.js';
import { mapByPath, zerosByPath } from './byPath.js';

/** The state of {@link trace}. */
export type TraceState = { count: number; trace: ByPath };

/** Options of {@link trace}. */
export interface TraceOptions {
  /** Look ahead as Nesterov does. Default false. */
  nesterov?: boolean | undefined;
}

/**
 * Adds to each gradient a decaying sum of those before it (heavy ball), or looks ahead along it (Nesterov).
 *
 * $$ m_t = g_t + \mu m_{t-1}, \qquad u = m_t, \quad \text{or with Nesterov } u = g_t + \mu m_t $$
 *
 * @param decay μ, in [0, 1), or a schedule.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Sutskever, Martens, Dahl, Hinton: On the Importance of Initialization and Momentum in Deep Learning, 2013.
 * @example
 * import { trace } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [trace(0.9), tensor([1, 2])];
 * const first = transformation.update({ w }, transformation.init({ w }), { w });
 * await transformation.update({ w }, first.state, { w }).updates.w.data(); // [1.9, 3.8]
 */
export function trace(decay: Scheduled, { nesterov = false }: TraceOptions = {}): GradientTransformation<TraceState> {
  checkDecay('trace', 'decay', decay);
  return defineTransformation<TraceState>('trace', {
    init: (params) => ({ count: 0, trace: zerosByPath(params) }),
    update(updates, state) {
      const mu = valueAt(decay, state.count);
      const next = mapByPath(updates, (g, path) => add(g, mul(state.trace[path]!, mu)));
      const moved = nesterov ? mapByPath(updates, (g, path) => add(g, mul(next[path]!, mu))) : next;
      return { updates: moved, state: { count: state.count + 1, trace: next } };
    },
  });
}

/** Options of {@link ema}. */
export interface EmaOptions {
  /** Divide by the weight of what was seen, so that the mean does not begin at 0. Default true. */
  debias?: boolean | undefined;
}

/** The state of {@link ema}. */
export type EmaState = { count: number; weight: number; mean: ByPath };

/**
 * The exponential moving average of gradients in their place.
 *
 * $$ m_t = \beta m_{t-1} + (1 - \beta) g_t, \qquad u = \frac{m_t}{1 - \beta^t} $$
 *
 * @param decay β, in [0, 1), or a schedule.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Kingma, Ba: Adam, 2014. arXiv:1412.6980
 * @example
 * import { ema } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [ema(0.5), tensor([1, 2])];
 * const first = transformation.update({ w }, transformation.init({ w }), { w });
 * await transformation.update({ w: tensor([4, 2]) }, first.state, { w }).updates.w.data(); // [3, 2]
 */
export function ema(decay: Scheduled, { debias = true }: EmaOptions = {}): GradientTransformation<EmaState> {
  checkDecay('ema', 'decay', decay);
  checkBoolean('ema', 'debias', debias);
  return defineTransformation<EmaState>('ema', {
    init: (params) => ({ count: 0, weight: 0, mean: zerosByPath(params) }),
    update(updates, { count, weight, mean }) {
      const beta = valueAt(decay, count);
      const next = mapByPath(updates, (g, path) => add(mul(mean[path]!, beta), mul(g, 1 - beta)));
      const seen = beta * weight + 1 - beta;
      return { updates: debias ? mapByPath(next, (m) => div(m, seen)) : next, state: { count: count + 1, weight: seen, mean: next } };
    },
  });
}
