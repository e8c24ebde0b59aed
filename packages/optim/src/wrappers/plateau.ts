/** @file What reacts to the loss: smaller steps on a plateau. */
import { mul } from '@tensorflow/tfjs-core';
import { checkAtLeast, checkBetween, checkInteger, defineTransformation, fail, type GradientTransformation } from '@surrogate/core';
import { mapByPath } from '../transforms/byPath.js';

/** The state of {@link reduceOnPlateau}, all host numbers. */
export type PlateauState = { scale: number; best: number; bad: number; cooldown: number; count: number; sum: number };

/** Options of {@link reduceOnPlateau}. */
export interface PlateauOptions {
  /** What steps are multiplied by, in (0, 1). Default 0.1. */
  factor?: number | undefined;
  /** How many losses in a row may be no better, >= 1. Default 10. */
  patience?: number | undefined;
  /** By what share of the best loss a loss must be lower to be better, in [0, 1]. Default 1e-4. */
  relative?: number | undefined;
  /** By how much more, >= 0. Default 0. */
  absolute?: number | undefined;
  /** How many losses after a reduction do not count, >= 0. Default 0. */
  cooldown?: number | undefined;
  /** How many losses are averaged into one, >= 1: the batches of an epoch. Default 1. */
  every?: number | undefined;
  /** The least scale, in [0, 1]. Default 0. */
  least?: number | undefined;
}

/**
 * Scales updates down each time the loss has not improved for a while. It stands after the optimizer: `chain(adam(1e-3), reduceOnPlateau())`.
 *
 * $$ u = s_t g, \qquad s \leftarrow \max(\text{factor} \cdot s, \text{least}) \text{ when } f \ge (1 - r) f_{\text{best}} - a \text{ for patience losses in a row} $$
 *
 * The loss comes with each step, as a host number: `step(optimizer, params, grads, state, { loss })`; {@link minimize} tells it.
 *
 * @param options when, and by how much.
 * @returns the transformation; its updates throw where no loss is told.
 * @throws SurrogateError `range`.
 * @example
 * import { chain, reduceOnPlateau, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = chain(sgd(1), reduceOnPlateau({ factor: 0.5, patience: 1 }));
 * const first = step(optimizer, { w: tensor([4]) }, { w: tensor([1]) }, optimizer.init({ w: tensor([4]) }), { loss: 2 });
 * await step(optimizer, first.params, { w: tensor([1]) }, first.state, { loss: 2 }).params.w.data(); // [2.5]
 */
export function reduceOnPlateau(options: PlateauOptions = {}): GradientTransformation<PlateauState> {
  const fn = 'reduceOnPlateau';
  const { factor = 0.1, patience = 10, relative = 1e-4, absolute = 0, cooldown = 0, every = 1, least = 0 } = options;
  if (!(factor > 0 && factor < 1)) fail('range', fn, 'factor', `must be in (0, 1), got ${factor}`);
  checkInteger(fn, 'patience', patience, 1);
  checkBetween(fn, 'relative', relative, 0, 1, true);
  checkAtLeast(fn, 'absolute', absolute, 0);
  checkInteger(fn, 'cooldown', cooldown);
  checkInteger(fn, 'every', every, 1);
  checkBetween(fn, 'least', least, 0, 1, true);
  const judged = (state: PlateauState, loss: number): PlateauState => {
    const better = loss < (1 - relative) * state.best - absolute;
    const best = better ? loss : state.best;
    const bad = better ? 0 : state.bad + 1;
    if (state.cooldown > 0) return { ...state, best, bad: 0, cooldown: state.cooldown - 1 };
    if (bad < patience) return { ...state, best, bad };
    return { ...state, best, bad: 0, scale: Math.max(state.scale * factor, least), cooldown };
  };
  return defineTransformation<PlateauState>(fn, {
    init: () => ({ scale: 1, best: Infinity, bad: 0, cooldown: 0, count: 0, sum: 0 }),
    update(updates, state, _params, { loss }) {
      if (loss === undefined) fail('range', fn, 'extra.loss', 'must be told with each step, got undefined');
      const [count, sum] = [state.count + 1, state.sum + loss];
      const next = count < every ? { ...state, count, sum } : judged({ ...state, count: 0, sum: 0 }, sum / count);
      return { updates: mapByPath(updates, (u) => mul(u, next.scale)), state: next };
    },
  });
}
