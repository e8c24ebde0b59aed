/** @file f-divergences between categorical distributions, summed so that zeros, underflow and p = q to the last bit come out right. */
import {
  add,
  equal,
  less,
  lessEqual,
  logicalNot,
  logicalOr,
  mul,
  neg,
  sub,
  sum,
  tidy,
  transpose,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { asTensor, checkInteger, exp, fail, logSoftmax, lossScope, select, type LossOptions, type TensorLike } from '@surrogate/core';
import type { FDivergence } from './record.js';

/** Options of the discrete divergences. */
export interface DiscreteDivergenceOptions extends LossOptions {
  /** Where the categories are. Default -1. */
  axis?: number | undefined;
}

/** cost · mass, where mass 0 costs nothing even at an infinite price. */
const priced = (mass: Tensor, cost: number): Tensor =>
  Number.isFinite(cost) ? mul(mass, cost) : select(equal(mass, 0), zerosLike(mass), add(zerosLike(mass), cost));

/** mass · f(e^v) for v <= 0. */
function lighter(mass: Tensor, logMass: Tensor, v: Tensor, divergence: FDivergence): Tensor {
  const pole = divergence.poleAtZero;
  if (pole === undefined) return mul(mass, divergence.f(v));
  // From here on the pole is f to the last bit.
  const far = less(v, -30 / pole.order);
  const zero = zerosLike(v);
  const logs = add(sub(select(far, logMass, zero), mul(pole.order, select(far, v, zero))), Math.log(pole.scale));
  return select(far, exp(logs), mul(mass, divergence.f(select(far, zero, v))));
}

/** One cell q f(p/q), in terms of the adjoint where p > q, so that no ratio above 1 is formed. */
export function divergenceCells(logP: Tensor, logQ: Tensor, divergence: FDivergence): Tensor {
  const [p, q] = [exp(logP), exp(logQ)];
  const [noP, noQ] = [equal(logP, -Infinity), equal(logQ, -Infinity)];
  const zero = zerosLike(p);
  const both = logicalNot(logicalOr(noP, noQ));
  const v = sub(select(both, logP, zero), select(both, logQ, zero));
  const below = lessEqual(v, 0);
  const inside = add(
    lighter(q, logQ, select(below, v, zero), divergence),
    lighter(p, logP, neg(select(below, zero, v)), divergence.adjoint()),
  );
  const onlyOne = add(select(noP, priced(q, divergence.atZero), zero), select(noQ, priced(p, divergence.slopeAtInfinity), zero));
  return select(both, inside, onlyOne);
}

/**
 * The f-divergence between categorical distributions that are given by their log-probabilities.
 *
 * $$ D_f(P \Vert Q) = \sum_k q_k\, f(p_k / q_k) $$
 *
 * A category that only Q has costs q·f(0), one that only P has costs p·lim f(r)/r, one that neither has costs nothing. Where the masses differ from 1 (a mask, a truncation to the
 * top k), the sum is the generalised divergence, which for KL is Σ p log(p/q) - p + q.
 *
 * @param logP float32 `[..., K]`, log-probabilities of P (the policy, the teacher); -Infinity is probability 0.
 * @param logQ float32 `[..., K]`, log-probabilities of Q (the reference, the student).
 * @param divergence which one, as a record.
 * @returns a scalar, or `[...]` with `reduction: 'none'`, in nats where the divergence is.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there.
 * @see Ali, Silvey: A General Class of Coefficients of Divergence of One Distribution from Another, 1966.
 * @example
 * import { fDivergence, kl } from '@surrogate/divergences';
 * const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)];
 * (await fDivergence(p, q, kl).data())[0]; // 0.344618
 */
export function fDivergence(logP: TensorLike, logQ: TensorLike, divergence: FDivergence, options: DiscreteDivergenceOptions = {}): Tensor {
  return betweenRows('fDivergence', { logP, logQ }, options, (p, q) => sum(divergenceCells(p, q, divergence), -1));
}

/**
 * The f-divergence between the softmax distributions of two sets of logits.
 *
 * $$ D_f(\operatorname{softmax}(a) \Vert \operatorname{softmax}(b)) $$
 *
 * @param logitsP float32 `[..., K]`, unnormalised; of the policy, the teacher.
 * @param logitsQ float32 `[..., K]`, unnormalised; of the reference, the student.
 * @param divergence which one, as a record.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there.
 * @see Ali, Silvey: A General Class of Coefficients of Divergence of One Distribution from Another, 1966.
 * @example
 * import { fDivergenceFromLogits, totalVariation } from '@surrogate/divergences';
 * (await fDivergenceFromLogits([0, 0], [0, Math.log(3)], totalVariation).data())[0]; // 0.25
 */
export function fDivergenceFromLogits(
  logitsP: TensorLike,
  logitsQ: TensorLike,
  divergence: FDivergence,
  options: DiscreteDivergenceOptions = {},
): Tensor {
  return betweenRows('fDivergenceFromLogits', { logitsP, logitsQ }, options, (p, q) =>
    sum(divergenceCells(logSoftmax(p), logSoftmax(q), divergence), -1),
  );
}

/** The frame of divergences between two sets of rows: the categories are last when the body runs. */
export function betweenRows(
  fn: string,
  pair: Record<string, TensorLike>,
  options: DiscreteDivergenceOptions,
  body: (first: Tensor, second: Tensor) => Tensor,
): Tensor {
  const { axis = -1 } = options;
  return tidy(() => {
    const names = Object.keys(pair);
    const moved = Object.fromEntries(names.map((name) => [name, axisLast(fn, asTensor(fn, name, pair[name]!), axis)]));
    return lossScope(fn, moved, options, (rows) => body(rows[names[0]!]!, rows[names[1]!]!), 1);
  });
}

function axisLast(fn: string, x: Tensor, axis: number): Tensor {
  checkInteger(fn, 'axis', axis, -x.rank);
  if (axis >= x.rank) fail('range', fn, 'axis', `must be in [${-x.rank}, ${x.rank}), got ${axis}`);
  const at = axis < 0 ? axis + x.rank : axis;
  return at === x.rank - 1 ? x : transpose(x, [...x.shape.keys()].filter((i) => i !== at).concat(at));
}
