/** @file Bayesian optimisation: few evaluations of an expensive function, each where a Gaussian process expects most of it. */
import { checkAbove, checkAtLeast, checkFinite, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { matrixFromRows, minimizeNelderMead, type Matrix } from '@surrogate/core/host';
import {
  extendProcess,
  maternCovariance,
  posteriorCovariance,
  predictProcess,
  scaledCovariance,
  type Covariance,
  type GaussianProcess,
} from '@surrogate/kernel-methods';
import { checkFunction, vectorOf } from '../host/vectors.js';
import { expectedImprovement, feasibilityProbability, knowledgeGradient, upperConfidenceBound } from './acquisitions.js';
import { standardizedProcess } from './standardized.js';

/** What is known when the next point is chosen, with inputs in [0, 1] and values of mean 0 and variance 1. */
export interface BayesianKnowledge {
  /** The process given all observations. */
  readonly process: GaussianProcess;
  /** The best value so far. */
  readonly best: number;
}

/** What an observation at each of some points promises: M x D points in, M numbers out. */
export type Acquisition = (knowledge: BayesianKnowledge, points: Matrix) => Float64Array;

/**
 * Expected improvement as an acquisition.
 *
 * $$ \mathbb{E} \max(f(x) - f^+, 0) $$
 *
 * @see Frazier: A Tutorial on Bayesian Optimization, 2018. arXiv:1807.02811
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { gaussianProcess, rbfCovariance } from '@surrogate/kernel-methods';
 * import { improvementAcquisition } from '@surrogate/optim';
 * const process = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(0), { covariance: rbfCovariance(), noise: 0.1 });
 * improvementAcquisition({ process, best: 0 }, matrixFromRows([[100]])); // [0.398942]
 */
export const improvementAcquisition: Acquisition = ({ process, best }, points) => {
  const { mean, variance } = predictProcess(process, points);
  return mean.map((mu, i) => expectedImprovement(mu, Math.sqrt(variance[i]!), best));
};

/**
 * An upper confidence bound as an acquisition.
 *
 * $$ \mu(x) + \kappa s(x) $$
 *
 * @param kappa κ, >= 0. Default 2.
 * @returns the acquisition.
 * @throws SurrogateError `range`.
 * @see Srinivas, Krause, Kakade, Seeger: Gaussian Process Optimization in the Bandit Setting, 2009. arXiv:0912.3995
 * @example
 * import { confidenceAcquisition } from '@surrogate/optim';
 * typeof confidenceAcquisition(1); // 'function'
 */
export function confidenceAcquisition(kappa = 2): Acquisition {
  checkAtLeast('confidenceAcquisition', 'kappa', kappa, 0);
  return ({ process }, points) => {
    const { mean, variance } = predictProcess(process, points);
    return mean.map((mu, i) => upperConfidenceBound(mu, Math.sqrt(variance[i]!), kappa));
  };
}

/**
 * The knowledge gradient over the observed points and the new one, which is the tutorial's expected improvement under noise.
 *
 * $$ \mathbb{E} \max_{a \in A} \mu_{n+1}(a) - \max_{a \in A} \mu_n(a), \qquad A = \lbrace x_1, \dots, x_n, x \rbrace $$
 *
 * @see Frazier: A Tutorial on Bayesian Optimization, 2018. arXiv:1807.02811
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { gaussianProcess, rbfCovariance } from '@surrogate/kernel-methods';
 * import { knowledgeAcquisition } from '@surrogate/optim';
 * const process = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(0), { covariance: rbfCovariance(), noise: 0.1 });
 * knowledgeAcquisition({ process, best: 0 }, matrixFromRows([[100]])); // [0.380377]
 */
export const knowledgeAcquisition: Acquisition = ({ process }, points) => {
  const observed = predictProcess(process, process.x).mean;
  const { mean, variance } = predictProcess(process, points);
  const together = posteriorCovariance(process, process.x, points);
  const n = observed.length;
  return mean.map((mu, j) => {
    const size = Math.sqrt(variance[j]! + process.noise);
    if (size === 0) return 0;
    const changes = Float64Array.from({ length: n + 1 }, (_, i) => (i < n ? together.data[i * points.rows + j]! : variance[j]!) / size);
    return knowledgeGradient([...observed, mu], changes);
  });
};

/** What {@link bayesianOptimization} has seen; plain numbers, which JSON keeps. */
export interface BayesianState {
  /** The points, in the user's own units. */
  readonly points: readonly (readonly number[])[];
  /** The values there. */
  readonly values: readonly number[];
  /** What the constraints were there; without constraints, none. */
  readonly constraints?: readonly (readonly number[])[] | undefined;
}

/** Options of {@link bayesianOptimization}. */
export interface BayesianOptions {
  /** What chooses. Default `improvementAcquisition`. */
  acquisition?: Acquisition | undefined;
  /** How many points are spread evenly first, >= 1. Default 2 D + 2. */
  start?: number | undefined;
  /** The covariance over [0, 1]^D that fitting starts from. Default Matérn 5/2 with a length scale of 0.3 in each dimension, and a scale. */
  covariance?: Covariance | undefined;
  /** The variance of an observation that fitting starts from, where values have variance 1, > 0. Default 1e-4. */
  noise?: number | undefined;
  /** How many random points are compared, >= 1. Default 1000. */
  candidates?: number | undefined;
  /** How many constraints each observation tells of, >= 0; a point is feasible where all are at most 0. The acquisition, which must not be negative then, is multiplied by the probability of that. Default 0. */
  constraints?: number | undefined;
  /** What an observation at a point costs, > 0: the acquisition is divided by it. Default the same everywhere. */
  cost?: ((point: readonly number[]) => number) | undefined;
}

/** Bayesian optimisation as functions of what was seen. */
export interface BayesianOptimization {
  /** Nothing seen yet. */
  init(): BayesianState;
  /** Where to look next: `count` points (default 1), which may be evaluated in parallel. */
  ask(state: BayesianState, rng: Rng, count?: number): number[][];
  /** The state after an observation; larger values are better. With constraints, their values. */
  tell(state: BayesianState, point: ArrayLike<number>, value: number, constraints?: ArrayLike<number>): BayesianState;
  /** The best feasible observation; undefined before the first. */
  best(state: BayesianState): { readonly point: readonly number[]; readonly value: number } | undefined;
}

/** The root of x^(d+1) = x + 1 whose powers spread points most evenly. */
function spreadRatio(d: number): number {
  let x = 2;
  for (let i = 0; i < 40; i++) x = (1 + x) ** (1 / (d + 1));
  return x;
}

/**
 * Bayesian optimisation: maximises a function that is expensive to evaluate, by a Gaussian process of what was seen.
 *
 * $$ x_{n+1} = \arg\max_x \alpha(x \mid x_{1..n}, y_{1..n}) $$
 *
 * The first points are an additive recurrence that fills the box evenly. Then each `ask` fits a process to the standardised values (maximum a posteriori) and climbs the acquisition from the best of many
 * random points; where observations tell of constraints, the acquisition counts as much as they are likely to hold, and where they cost unlike amounts, per unit of cost. Several points at once are chosen one after the other, each as if the ones before had given the best value so far. It runs on the host, for up to some hundred evaluations.
 *
 * @param bounds the lowest and the highest number of each dimension.
 * @returns functions to ask and tell.
 * @throws SurrogateError `range`, `shape`, `dtype`.
 * @see Frazier: A Tutorial on Bayesian Optimization, 2018. arXiv:1807.02811; Gardner, Kusner, Xu, Weinberger, Cunningham: Bayesian Optimization with Inequality Constraints, 2014
 * @example
 * import { rng } from '@surrogate/core';
 * import { bayesianOptimization } from '@surrogate/optim';
 * const [search, source] = [bayesianOptimization([[0, 10]]), rng(0)];
 * let state = search.init();
 * for (let i = 0; i < 12; i++) {
 *   const [[x]] = search.ask(state, source);
 *   state = search.tell(state, [x], -((x - 3) ** 2));
 * }
 * Math.abs(search.best(state).point[0] - 3) < 0.1; // true
 */
export function bayesianOptimization(bounds: readonly (readonly [number, number])[], options: BayesianOptions = {}): BayesianOptimization {
  const fn = 'bayesianOptimization';
  const d = bounds.length;
  if (d === 0) fail('shape', fn, 'bounds', 'must have at least one dimension, got none');
  bounds.forEach(([low, high], i) => {
    checkFinite(fn, `bounds[${i}]`, low);
    if (!(high > low && Number.isFinite(high))) fail('range', fn, `bounds[${i}]`, `must rise, got [${low}, ${high}]`);
  });
  const { acquisition = improvementAcquisition, start = 2 * d + 2, noise = 1e-4, candidates = 1000, constraints = 0, cost } = options;
  const { covariance = scaledCovariance(maternCovariance({ lengthScale: Array<number>(d).fill(0.3) }), 1) } = options;
  checkFunction(fn, 'acquisition', acquisition);
  checkInteger(fn, 'start', start, 1);
  checkAtLeast(fn, 'noise', noise, 1e-6);
  checkInteger(fn, 'candidates', candidates, 1);
  checkInteger(fn, 'constraints', constraints);
  if (cost !== undefined) checkFunction(fn, 'cost', cost);
  const toUnit = (point: readonly number[]): number[] => point.map((v, i) => (v - bounds[i]![0]) / (bounds[i]![1] - bounds[i]![0]));
  const fromUnit = (unit: ArrayLike<number>): number[] =>
    bounds.map(([low, high], i) => low + (high - low) * Math.min(1, Math.max(0, unit[i]!)));
  const ratio = spreadRatio(d);
  /** The n-th point of the even start. */
  const even = (n: number, shift: readonly number[]): number[] => fromUnit(shift.map((s, i) => (s + (n + 1) / ratio ** (i + 1)) % 1)); // prettier-ignore

  /** What is known of the values, and what makes an acquisition's worth that of a point: how likely it is to be feasible, and what it costs. */
  const learnt = (state: BayesianState): [BayesianKnowledge, Worth] => {
    const points = state.points.map(toUnit);
    const { process, y } = standardizedProcess(points, state.values, covariance, noise);
    const limits = Array.from({ length: constraints }, (_, c) => standardizedProcess(points, state.constraints!.map((row) => row[c]!), covariance, noise)); // prettier-ignore
    const best = y.reduce((most, value, i) => (isFeasible(state, i) && value > most ? value : most), -Infinity);
    const worth: Worth = (knowledge, at) => {
      // Until something feasible is known, finding it is all that counts, not twice at one place.
      const gain = knowledge.best === -Infinity ? predictProcess(knowledge.process, at).variance : acquisition(knowledge, at);
      const predicted = limits.map((limit) => limit.predict(at));
      return gain.map((value, i) => {
        const chance = feasibilityProbability(predicted.map(({ mean }) => mean[i]!), predicted.map(({ deviation }) => deviation[i]!)); // prettier-ignore
        return (value * chance) / (cost === undefined ? 1 : priceOf(at.data.subarray(i * d, (i + 1) * d)));
      });
    };
    return [{ process, best }, worth];
  };

  const priceOf = (unit: ArrayLike<number>): number => {
    const price = cost!(fromUnit(unit));
    checkAbove(fn, 'cost', price, 0);
    return price;
  };

  const climbed = (knowledge: BayesianKnowledge, worthOf: Worth, rng: Rng): number[] => {
    const points = { rows: candidates, cols: d, data: rng.fillUniform(new Float64Array(candidates * d)) };
    const worth = worthOf(knowledge, points);
    const order = Array.from(worth, (_, i) => i).sort((i, j) => worth[j]! - worth[i]!);
    let best: { x: Float64Array; value: number } = { x: points.data.slice(order[0]! * d, (order[0]! + 1) * d), value: worth[order[0]!]! };
    for (const i of order.slice(0, 5)) {
      const from = points.data.slice(i * d, (i + 1) * d);
      const clipped = (x: Float64Array) => x.map((v) => Math.min(1, Math.max(0, v)));
      const down = (x: Float64Array): number => -worthOf(knowledge, { rows: 1, cols: d, data: clipped(x) })[0]!;
      const { x, value } = minimizeNelderMead(down, from, { initialStep: 0.05, tolerance: 1e-4, maxCalls: 60 * d });
      if (-value > best.value) best = { x: clipped(x), value: -value };
    }
    return fromUnit(best.x);
  };

  return {
    init: () => ({ points: [], values: [] }),
    ask(state, rng, count = 1) {
      checkRng(fn, 'rng', rng);
      checkInteger(fn, 'count', count, 1);
      const seen = state.points.length;
      const spread = Math.max(0, Math.min(count, start - seen));
      // The shift is a draw of its own child, so that the start is one sequence however it is asked for.
      const first = state.points[0];
      const shift = first === undefined ? Array.from({ length: d }, () => rng.uniform()) : toUnit(first).map((u, i) => (((u - 1 / ratio ** (i + 1)) % 1) + 1) % 1); // prettier-ignore
      const asked = Array.from({ length: spread }, (_, k) => even(seen + k, shift));
      if (asked.length === count) return asked;
      const [known, worth] = learnt(state);
      let knowledge = known;
      for (const point of asked) knowledge = believing(knowledge, toUnit(point));
      while (asked.length < count) {
        const point = climbed(knowledge, worth, rng);
        asked.push(point);
        if (asked.length < count) knowledge = believing(knowledge, toUnit(point));
      }
      return asked;
    },
    tell(state, point, value, told = []) {
      const x = vectorOf(fn, 'point', point, d);
      checkFinite(fn, 'value', value);
      const limits = vectorOf(fn, 'constraints', told, constraints);
      const next = { points: [...state.points, Array.from(x)], values: [...state.values, value] };
      return constraints === 0 ? next : { ...next, constraints: [...(state.constraints ?? []), Array.from(limits)] };
    },
    best(state) {
      const { points, values } = state;
      const at = values.reduce((most, value, i) => (isFeasible(state, i) && (most < 0 || value > values[most]!) ? i : most), -1);
      return at < 0 ? undefined : { point: points[at]!, value: values[at]! };
    },
  };
}

/** What an observation at each of some points is worth, with everything taken into account. */
type Worth = (knowledge: BayesianKnowledge, points: Matrix) => Float64Array;

const isFeasible = ({ constraints }: BayesianState, i: number): boolean => constraints?.[i]?.every((value) => value <= 0) ?? true;

/** What would be known if a point had given the best value so far; what is expected there where no value counts yet. */
function believing({ process, best }: BayesianKnowledge, unit: readonly number[]): BayesianKnowledge {
  const at = matrixFromRows([unit]);
  const value = best === -Infinity ? predictProcess(process, at).mean : Float64Array.of(best);
  return { process: extendProcess(process, at, value), best };
}
