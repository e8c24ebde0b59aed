/** @file Momentum: a decaying sum of gradients. */
import { add, mul } from '@tensorflow/tfjs-core';
import { defineTransformation, type ByPath, type GradientTransformation, type Scheduled } from '@surrogate/core';
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
