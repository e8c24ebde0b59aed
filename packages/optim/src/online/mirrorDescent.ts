/** @file Optimistic online mirror descent: it plays against a guess of the next gradient, and pays for how wrong the guess was. */
import { checkAbove, checkAtLeast, checkOneOf } from '@surrogate/core';
import { checkFunction, vectorOf } from '../host/vectors.js';
import type { MirrorDomain } from './domains.js';
import type { OnlineLearner } from './learner.js';

/** The step size of a round, which counts from 1, of the sum of squared errors of the hints so far. */
export type OnlineStepSize = (round: number, hintError: number) => number;

/** Options of {@link adaptiveStepSize}. */
export interface AdaptiveStepSizeOptions {
  /** G, a bound on the gradients' norm, >= 0. Default 1. */
  gradientBound?: number | undefined;
  /** δ, > 0. Default 1. */
  delta?: number | undefined;
}

/**
 * The step size for convex losses: it falls only as hints are wrong, so that what can be predicted costs nothing.
 *
 * $$ \eta_t = \frac{D}{\sqrt{\delta + 4 G^2 + \sum_{s < t} \lVert g_s - m_s \rVert^2}} $$
 *
 * @param diameter D of the domain, > 0.
 * @returns the step size of a round.
 * @throws SurrogateError `range`.
 * @see Chen, Tu, Zhao, Zhang: Optimistic Online Mirror Descent for Bridging Stochastic and Adversarial Online Convex Optimization, 2023. arXiv:2302.04552
 * @example
 * import { adaptiveStepSize } from '@surrogate/optim';
 * adaptiveStepSize(2)(1, 0); // 0.894427
 */
export function adaptiveStepSize(diameter: number, { gradientBound = 1, delta = 1 }: AdaptiveStepSizeOptions = {}): OnlineStepSize {
  checkAbove('adaptiveStepSize', 'diameter', diameter, 0);
  checkAtLeast('adaptiveStepSize', 'gradientBound', gradientBound, 0);
  checkAbove('adaptiveStepSize', 'delta', delta, 0);
  return (_round, hintError) => diameter / Math.sqrt(delta + 4 * gradientBound ** 2 + hintError);
}

/**
 * The step size for strongly convex losses.
 *
 * $$ \eta_t = \frac{2}{\lambda t} $$
 *
 * @param convexity λ, > 0.
 * @returns the step size of a round.
 * @throws SurrogateError `range`.
 * @see Chen, Tu, Zhao, Zhang: Optimistic Online Mirror Descent, 2023. arXiv:2302.04552
 * @example
 * import { stronglyConvexStepSize } from '@surrogate/optim';
 * stronglyConvexStepSize(0.5)(4, 0); // 1
 */
export function stronglyConvexStepSize(convexity: number): OnlineStepSize {
  checkAbove('stronglyConvexStepSize', 'convexity', convexity, 0);
  return (round) => 2 / (convexity * round);
}

/** The state of {@link optimisticMirrorDescent}. */
export interface MirrorState {
  /** The round that is next, from 1. */
  readonly round: number;
  /** x̂: where the gradients alone have led. */
  readonly center: Float64Array;
  /** m: the guess of the next gradient. */
  readonly hint: Float64Array;
  /** Σ ‖g - m‖² so far. */
  readonly hintError: number;
}

/** Options of {@link optimisticMirrorDescent}. */
export interface MirrorDescentOptions {
  /** η of a round. Default `adaptiveStepSize(domain.diameter)`. */
  stepSize?: OnlineStepSize | undefined;
  /** `last`: the next gradient will be as this one was, unless `observe` is told better. `none`: no guess, which is plain mirror descent. Default last. */
  hints?: 'last' | 'none' | undefined;
}

/**
 * Optimistic online mirror descent: a step along the hint to play, a step along the gradient to learn.
 *
 * $$ x_t = \arg\min_x \eta_t \langle m_t, x \rangle + D(x, \hat x_t), \qquad \hat x_{t+1} = \arg\min_x \eta_t \langle g_t, x \rangle + D(x, \hat x_t) $$
 *
 * Its regret depends on how wrong the hints were and not on how large the gradients are, which reaches from stochastic losses (small) to adversarial ones (large). It runs on the host, in doubles.
 *
 * @param domain where it plays, and the geometry of its steps: `ballDomain`, `boxDomain`, `simplexDomain`.
 * @returns the learner.
 * @throws SurrogateError `range`, `dtype`; by `observe` `shape` and `range` for gradients.
 * @see Chen, Tu, Zhao, Zhang: Optimistic Online Mirror Descent for Bridging Stochastic and Adversarial Online Convex Optimization, 2023. arXiv:2302.04552
 * @example
 * import { boxDomain, optimisticMirrorDescent } from '@surrogate/optim';
 * const learner = optimisticMirrorDescent(boxDomain([-1], [1]));
 * const state = learner.observe(learner.init(), [1]);
 * Array.from(learner.play(state)); // [-1]
 */
export function optimisticMirrorDescent(domain: MirrorDomain, options: MirrorDescentOptions = {}): OnlineLearner<MirrorState> {
  const fn = 'optimisticMirrorDescent';
  checkFunction(fn, 'domain', domain?.move);
  const { stepSize = adaptiveStepSize(domain.diameter), hints = 'last' } = options;
  checkFunction(fn, 'stepSize', stepSize);
  checkOneOf(fn, 'hints', hints, ['last', 'none']);
  const dimension = domain.start.length;
  const stepped = ({ round, center, hintError }: MirrorState, along: Float64Array): Float64Array => {
    const eta = stepSize(round, hintError);
    return domain.move(center, along.map((g) => eta * g)); // prettier-ignore
  };
  return {
    init: () => ({ round: 1, center: domain.start.slice(), hint: new Float64Array(dimension), hintError: 0 }),
    play: (state) => stepped(state, state.hint),
    observe(state, gradient, hint) {
      const g = vectorOf(fn, 'gradient', gradient, dimension);
      const guess = hint === undefined ? (hints === 'last' ? g : new Float64Array(dimension)) : vectorOf(fn, 'hint', hint, dimension);
      const error = g.reduce((sum, value, i) => sum + (value - state.hint[i]!) ** 2, 0);
      return { round: state.round + 1, center: stepped(state, g), hint: guess, hintError: state.hintError + error };
    },
  };
}

/** The state of {@link onlineEnsemble}. */
export interface EnsembleState<S> {
  /** The learners' own states. */
  readonly states: readonly S[];
  /** The logarithms of their weights. */
  readonly logWeights: Float64Array;
  /** The guess of the next gradient. */
  readonly hint: Float64Array;
}

/**
 * Several learners of different step sizes, averaged by how they did: for optima that move at a speed that nobody knows.
 *
 * $$ x_t = \textstyle\sum_i p_i x_{t,i}, \qquad p_i \propto w_i e^{-\epsilon \langle m_t, x_{t,i} \rangle}, \qquad w_i \leftarrow w_i e^{-\epsilon \ell_i - \epsilon^2 (\ell_i - \langle m_t, x_{t,i} \rangle)^2}, \quad \ell_i = \langle g_t, x_{t,i} \rangle $$
 *
 * The weights are those of optimistic Hedge with the correction of second order; the constants are recalled, not read.
 *
 * @param learners at least one, of one dimension; all see the gradient at the average.
 * @param rate ε, > 0.
 * @returns the learner.
 * @throws SurrogateError `range`, `shape` for no learner; by `observe` for gradients.
 * @see Chen, Tu, Zhao, Zhang: Optimistic Online Mirror Descent, 2023. arXiv:2302.04552
 * @example
 * import { boxDomain, onlineEnsemble, optimisticMirrorDescent } from '@surrogate/optim';
 * const ensemble = onlineEnsemble([0.1, 1].map((eta) => optimisticMirrorDescent(boxDomain([-1], [1]), { stepSize: () => eta })), 0.5);
 * Array.from(ensemble.play(ensemble.init())); // [0]
 */
export function onlineEnsemble<S>(learners: readonly OnlineLearner<S>[], rate: number): OnlineLearner<EnsembleState<S>> {
  const fn = 'onlineEnsemble';
  checkAtLeast(fn, 'learners.length', learners.length, 1);
  checkAbove(fn, 'rate', rate, 0);
  const along = (direction: Float64Array, x: Float64Array): number => x.reduce((sum, value, i) => sum + value * direction[i]!, 0);
  return {
    init: () => {
      const states = learners.map((learner) => learner.init());
      return { states, logWeights: new Float64Array(learners.length), hint: new Float64Array(learners[0]!.play(states[0]!).length) };
    },
    play({ states, logWeights, hint }) {
      const points = states.map((state, i) => learners[i]!.play(state));
      const logs = logWeights.map((log, i) => log - rate * along(hint, points[i]!));
      const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
      const parts = logs.map((log) => Math.exp(log - most));
      const total = parts.reduce((a, b) => a + b, 0);
      return points[0]!.map((_, j) => points.reduce((sum, x, i) => sum + (parts[i]! / total) * x[j]!, 0));
    },
    observe({ states, logWeights, hint }, gradient, nextHint) {
      const g = vectorOf(fn, 'gradient', gradient, hint.length);
      const guess = nextHint === undefined ? g : vectorOf(fn, 'hint', nextHint, hint.length);
      const weights = logWeights.map((log, i) => {
        const point = learners[i]!.play(states[i]!);
        const [loss, guessed] = [along(g, point), along(hint, point)];
        return log - rate * loss - rate ** 2 * (loss - guessed) ** 2;
      });
      return { states: states.map((state, i) => learners[i]!.observe(state, g, guess)), logWeights: weights, hint: guess };
    },
  };
}
