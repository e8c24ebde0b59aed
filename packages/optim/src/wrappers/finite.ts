/** @file What is not finite: put to 0, or the whole step left out. */
import {
  add,
  all,
  cast,
  isFinite as finiteOf,
  isNaN as nanOf,
  logicalAnd,
  logicalNot,
  logicalOr,
  greater,
  scalar,
  zerosLike,
  Tensor,
  type Scalar,
} from '@tensorflow/tfjs-core';
import { checkInteger, defineTransformation, select, type ByPath, type GradientTransformation, type StateTree } from '@surrogate/core';
import { either, mapByPath } from '../transforms/byPath.js';
import { stateless } from '../transforms/normalize.js';
import type { NoState } from '../transforms/scale.js';
import { checkTransformation } from './check.js';

/**
 * Puts NaN in gradients to 0.
 *
 * $$ u_i = \begin{cases} 0 & g_i \text{ is NaN} \\ g_i & \text{else} \end{cases} $$
 *
 * @returns the transformation.
 * @see {@link applyIfFinite}, which leaves the whole step out, and infinities, too.
 * @example
 * import { zeroNans } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [zeroNans(), tensor([NaN, 2])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [0, 2]
 */
export function zeroNans(): GradientTransformation<NoState> {
  return stateless('zeroNans', (updates) => mapByPath(updates, (g) => select(nanOf(g), zerosLike(g), g)));
}

/** Whether all numbers are finite: a bool scalar. */
const allFinite = (tensors: ByPath): Tensor =>
  Object.values(tensors)
    .filter(({ size }) => size > 0)
    .map((x): Tensor => all(finiteOf(x)))
    .reduce((a, b) => logicalAnd(a, b), scalar(true, 'bool'));

/** One of two states of one form, tensor by tensor; host numbers are those of the first. */
function choose(chosen: Tensor, first: StateTree, second: StateTree): StateTree {
  if (first instanceof Tensor) return second instanceof Tensor && second !== first ? either(chosen, first, second) : first;
  if (Array.isArray(first)) return first.map((part: StateTree, i) => choose(chosen, part, (second as readonly StateTree[])[i]!));
  if (typeof first !== 'object' || first === null) return first;
  const other = second as Readonly<Record<string, StateTree>>;
  return Object.fromEntries(Object.entries(first).map(([key, part]) => [key, choose(chosen, part, other[key]!)]));
}

/** The state of {@link applyIfFinite}: failures in a row and in all, as scalars, and the state of what is wrapped. */
export type FiniteState = { inRow: Scalar; total: Scalar; inner: StateTree };

/** Options of {@link applyIfFinite}. */
export interface ApplyIfFiniteOptions {
  /** How many steps in a row may be left out; the next one is taken as it is, so that the failure shows, >= 0. Default 5. */
  maxErrors?: number | undefined;
}

/**
 * Leaves a step out where a gradient is not finite: the update is 0, and the optimizer's moments stay as they were.
 *
 * Nothing is read from the backend, so the steps that are left out still count in schedules and corrections of means. How many there were is in the state: `await state.total.data()`.
 *
 * @param inner the optimizer.
 * @param options how long that may go on.
 * @returns the transformation.
 * @throws SurrogateError `range`, `dtype`.
 * @example
 * import { applyIfFinite, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = applyIfFinite(sgd(0.5));
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([NaN, 1]) }, optimizer.init(params)).params.w.data(); // [1, 2]
 */
export function applyIfFinite(
  inner: GradientTransformation,
  { maxErrors = 5 }: ApplyIfFiniteOptions = {},
): GradientTransformation<FiniteState> {
  checkTransformation('applyIfFinite', inner);
  checkInteger('applyIfFinite', 'maxErrors', maxErrors);
  return defineTransformation<FiniteState>('applyIfFinite', {
    init: (params) => ({ inRow: scalar(0), total: scalar(0), inner: inner.init(params) }),
    update(updates, { inRow, total, inner: state }, params, extra) {
      const finite = allFinite(updates);
      const failed = logicalNot(finite);
      const row = select(finite, scalar(0), add(inRow, 1)) as Scalar;
      const taken = logicalOr(finite, greater(row, maxErrors));
      const made = inner.update(updates, state, params, extra);
      return {
        updates: mapByPath(made.updates, (u) => either(taken, u, zerosLike(u))),
        state: { inRow: row, total: add(total, cast(failed, 'float32')), inner: choose(taken, made.state, state) },
      };
    },
  });
}
