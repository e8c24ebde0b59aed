/** @file Optimistic online Newton steps: mirror descent in a metric that grows with the gradients seen, for exp-concave losses. */
import { checkAbove, checkOneOf } from '@surrogate/core';
import { identityMatrix, type Matrix } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';
import type { MetricDomain } from './domains.js';
import type { OnlineLearner } from './learner.js';

/** The state of {@link optimisticNewton}. */
export interface OnlineNewtonState {
  /** x̂: where the gradients alone have led. */
  readonly center: Float64Array;
  /** m: the guess of the next gradient. */
  readonly hint: Float64Array;
  /** H of the next round. */
  readonly metric: Matrix;
}

/** Options of {@link optimisticNewton}. */
export interface OnlineNewtonOptions {
  /** G, a bound on the gradients' norm, > 0. Default 1. */
  gradientBound?: number | undefined;
  /** `last`: the next gradient will be as this one was, unless `observe` is told better. `none`: no guess. Default last. */
  hints?: 'last' | 'none' | undefined;
}

/**
 * Optimistic online mirror descent in the geometry of Newton's method, for losses whose exponential exp(-α f) is concave: squares, logarithms, logistic losses of bounded margins.
 *
 * $$ x_t = \arg\min_x \langle m_t, x \rangle + \tfrac12 \lVert x - \hat x_t \rVert_{H_t}^2, \qquad \hat x_{t+1} = \arg\min_x \langle g_t, x \rangle + \tfrac12 \lVert x - \hat x_t \rVert_{H_t}^2 $$
 *
 * $$ H_t = \Big( 1 + \frac{\beta G^2}{2} \Big) I + \frac{\beta}{2} \sum_{s < t} g_s g_s^\top, \qquad \beta = \tfrac12 \min\Big( \frac{1}{4 G D}, \alpha \Big) $$
 *
 * Where gradients have been large it moves little, elsewhere much. The constants are recalled, not read, and careful: on small problems `optimisticMirrorDescent` may lose less.
 * A round takes the cube of the dimension, in a box and in the simplex some matrix products more; it runs on the host, in doubles.
 *
 * @param domain where it plays, of points D apart at most in the Euclidean norm: `ballDomain`, `boxDomain`, `simplexDomain` (portfolios).
 * @param expConcavity α, > 0.
 * @returns the learner.
 * @throws SurrogateError `range`, `dtype`; by `observe` `shape` and `range` for gradients.
 * @see Chen, Tu, Zhao, Zhang: Optimistic Online Mirror Descent for Bridging Stochastic and Adversarial Online Convex Optimization, 2023. arXiv:2302.04552
 * @see Hazan, Agarwal, Kale: Logarithmic Regret Algorithms for Online Convex Optimization, 2007
 * @example
 * import { ballDomain, optimisticNewton } from '@surrogate/optim';
 * const learner = optimisticNewton(ballDomain(1, 2), 1, { hints: 'none' });
 * const state = learner.observe(learner.init(), [1]);
 * Array.from(learner.play(state)); // [-0.984615]
 */
export function optimisticNewton(
  domain: MetricDomain,
  expConcavity: number,
  { gradientBound = 1, hints = 'last' }: OnlineNewtonOptions = {},
): OnlineLearner<OnlineNewtonState> {
  const fn = 'optimisticNewton';
  checkFunction(fn, 'domain', domain?.moveUnder);
  checkAbove(fn, 'expConcavity', expConcavity, 0);
  checkAbove(fn, 'gradientBound', gradientBound, 0);
  checkOneOf(fn, 'hints', hints, ['last', 'none']);
  const dimension = domain.start.length;
  const half = Math.min(1 / (4 * gradientBound * domain.span), expConcavity) / 4;
  return {
    init: () => ({
      center: domain.start.slice(),
      hint: new Float64Array(dimension),
      metric: identityMatrix(dimension, 1 + half * gradientBound ** 2),
    }),
    play: ({ center, hint, metric }) => domain.moveUnder(metric, center, hint),
    observe({ center, metric }, gradient, hint) {
      const g = vectorOf(fn, 'gradient', gradient, dimension);
      const guess = hint === undefined ? (hints === 'last' ? g : new Float64Array(dimension)) : vectorOf(fn, 'hint', hint, dimension);
      const data = metric.data.map((h, k) => h + half * g[Math.floor(k / dimension)]! * g[k % dimension]!);
      return { center: domain.moveUnder(metric, center, g), hint: guess, metric: { ...metric, data } };
    },
  };
}
