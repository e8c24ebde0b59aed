/** @file Divergences of order α between categorical distributions that are functions of the alpha divergence: Rényi's and Tsallis's. */
import {
  abs,
  add,
  any,
  div,
  equal,
  fill,
  less,
  logicalAnd,
  logicalNot,
  logicalOr,
  mul,
  neg,
  sub,
  sum,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, detach, exp, log1p, logSumExp, max, noGrad, select, type TensorLike } from '@surrogate/core';
import { alphaDivergence } from '../f/alpha.js';
import { betweenRows, divergenceCells, type DiscreteDivergenceOptions } from '../f/discrete.js';
import { kl } from '../f/kl.js';

/** Options of {@link renyiDivergence}. */
export interface RenyiOptions extends DiscreteDivergenceOptions {
  /** α >= 0; 0 is minus the logarithm of what Q has where P has anything, 1 is KL(P‖Q), Infinity the logarithm of the largest ratio. Default 0.5, twice the Bhattacharyya distance. */
  alpha?: number | undefined;
}

/** Options of {@link tsallisDivergence}. */
export interface TsallisOptions extends DiscreteDivergenceOptions {
  /** The order, > 0; 1 is KL(P‖Q), 2 Pearson's χ². Default 0.5, the squared Hellinger distance. */
  order?: number | undefined;
}

/** Within this of 1 the order is taken as 1, since the formulas divide by their distance. */
const limit = 1e-3;

/** @internal The divergence of rows whose categories are last. */
export function renyiRows(logP: Tensor, logQ: Tensor, alpha: number): Tensor {
  if (Math.abs(alpha - 1) < limit) return sum(divergenceCells(logP, logQ, kl), -1);
  const [noP, noQ] = [equal(logP, -Infinity), equal(logQ, -Infinity)];
  const both = logicalNot(logicalOr(noP, noQ));
  const zero = zerosLike(logP);
  const [p, q] = [select(both, logP, zero), select(both, logQ, zero)];
  const nowhere = fill(logP.shape, -Infinity);
  const onlyP = noGrad(() => any(logicalAnd(noQ, logicalNot(noP)), -1));
  const bounded = (rows: Tensor) => (alpha > 1 ? select(onlyP, fill(rows.shape, Infinity), rows) : rows);
  if (alpha === 0) {
    // What Q has beside P is subtracted from 1, so that nothing is lost where that is little.
    const beside = sum(exp(select(noP, logQ, nowhere)), -1);
    const little = less(detach(beside), 0.5);
    const shared = logSumExp(select(noP, nowhere, logQ));
    return neg(select(little, log1p(neg(select(little, beside, zerosLike(beside)))), shared));
  }
  if (alpha === Infinity) return bounded(max(select(both, sub(p, q), nowhere), { axis: -1 }));

  const far = logSumExp(select(both, add(mul(alpha, p), mul(1 - alpha, q)), nowhere));
  // Where the two nearly agree the sum is 1 but for rounding: there its distance from 1 is summed itself.
  const excess = mul(alpha * (alpha - 1), sum(divergenceCells(logP, logQ, alphaDivergence(alpha)), -1));
  const near = less(abs(detach(excess)), 0.05);
  return bounded(div(select(near, log1p(select(near, excess, zerosLike(excess))), far), alpha - 1));
}

/**
 * The Rényi divergence between categorical distributions.
 *
 * $$ \frac{1}{\alpha - 1} \log \sum_k p_k^\alpha q_k^{1 - \alpha} $$
 *
 * Each distribution's mass is taken to be 1.
 *
 * @param logP float32 `[..., K]`, log-probabilities of P; -Infinity is probability 0.
 * @param logQ float32 `[..., K]`, log-probabilities of Q.
 * @returns a scalar, or `[...]` with `reduction: 'none'`, in nats; Infinity where P has mass that Q lacks and α >= 1, or where they share nothing.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there and a negative alpha.
 * @see van Erven, Harremoës: Rényi Divergence and Kullback-Leibler Divergence, 2012. arXiv:1206.2459
 * @example
 * import { renyiDivergence } from '@surrogate/divergences';
 * const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)];
 * (await renyiDivergence(p, q, { alpha: 2 }).data())[0]; // 0.569095
 */
export function renyiDivergence(logP: TensorLike, logQ: TensorLike, options: RenyiOptions = {}): Tensor {
  const { alpha = 0.5 } = options;
  if (alpha !== Infinity) checkAtLeast('renyiDivergence', 'alpha', alpha, 0);
  return betweenRows('renyiDivergence', { logP, logQ }, options, (p, q) => renyiRows(p, q, alpha));
}

/**
 * The Tsallis relative entropy between categorical distributions, which is the order times the alpha divergence.
 *
 * $$ \frac{1}{t - 1} \left( \sum_k p_k^t q_k^{1 - t} - 1 \right) $$
 *
 * @param logP float32 `[..., K]`, log-probabilities of P; -Infinity is probability 0.
 * @param logQ float32 `[..., K]`, log-probabilities of Q.
 * @returns a scalar, or `[...]` with `reduction: 'none'`; Infinity where P has mass that Q lacks and the order is 1 or more.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there and an order that is not positive.
 * @see Tsallis: Generalized entropy-based criterion for consistent testing, 1998. doi:10.1103/PhysRevE.58.1442
 * @example
 * import { tsallisDivergence } from '@surrogate/divergences';
 * const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)];
 * (await tsallisDivergence(p, q, { order: 3 }).data())[0]; // 1.436111
 */
export function tsallisDivergence(logP: TensorLike, logQ: TensorLike, options: TsallisOptions = {}): Tensor {
  const { order = 0.5 } = options;
  checkAbove('tsallisDivergence', 'order', order, 0);
  const divergence = alphaDivergence(order);
  return betweenRows('tsallisDivergence', { logP, logQ }, options, (p, q) => mul(order, sum(divergenceCells(p, q, divergence), -1)));
}
