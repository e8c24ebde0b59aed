/** @file Linear separators: logistic regression with large steps, and the perceptrons that it becomes. */
import { checkAbove, checkInteger, checkShape, fail } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';

/** How much each point pulls the separator at a step: the parameters move by Σ weight · sign · point. */
export interface SeparatorRule {
  /** What it is called. */
  readonly name: string;
  /** A weight a point, of the margins (sign times score) and of the step, which counts from 0. */
  weights(margins: Float64Array, step: number): Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
/** log(1 + e^x). */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/**
 * Gradient descent on the mean logistic loss.
 *
 * $$ \theta_{t+1} = \theta_t + \gamma\, \tfrac1n \textstyle\sum_i \sigma(-m_i)\, y_i a_i $$
 *
 * @param stepSize γ, > 0.
 * @returns the rule.
 * @throws SurrogateError `range`.
 * @see Tyurin: From Logistic Regression to the Perceptron Algorithm: Exploring Gradient Descent with Large Step Sizes, 2024. arXiv:2412.08424
 * @example
 * import { logisticDescent } from '@surrogate/optim';
 * Array.from(logisticDescent(4).weights(Float64Array.of(0, 0), 0)); // [1, 1]
 */
export function logisticDescent(stepSize: number): SeparatorRule {
  checkAbove('logisticDescent', 'stepSize', stepSize, 0);
  return { name: 'logisticDescent', weights: (margins) => margins.map((m) => (stepSize * sigmoid(-m)) / margins.length) };
}

/**
 * Gradient descent divided by the mean probability of error, which keeps its speed where few points are wrong.
 *
 * $$ \theta_{t+1} = \theta_t + \gamma \textstyle\sum_i w_i\, y_i a_i, \qquad w = \operatorname{softmax}_i(\log \sigma(-m_i)) $$
 *
 * It helps where classes are imbalanced; on balanced data plain descent with large steps is quicker.
 *
 * @param stepSize γ, > 0.
 * @returns the rule.
 * @throws SurrogateError `range`.
 * @see Tyurin: From Logistic Regression to the Perceptron Algorithm, 2024. arXiv:2412.08424
 * @example
 * import { normalizedDescent } from '@surrogate/optim';
 * Array.from(normalizedDescent(1).weights(Float64Array.of(500, 500), 0)); // [0.5, 0.5]
 */
export function normalizedDescent(stepSize: number): SeparatorRule {
  checkAbove('normalizedDescent', 'stepSize', stepSize, 0);
  return {
    name: 'normalizedDescent',
    weights(margins) {
      const logs = margins.map((m) => -softplus(m));
      const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
      const parts = logs.map((log) => Math.exp(log - most));
      const total = parts.reduce((a, b) => a + b, 0);
      return parts.map((part) => (stepSize * part) / total);
    },
  };
}

const wrong = (margins: Float64Array): Float64Array => margins.map((m) => (m <= 0 ? 1 : 0));

/**
 * All misclassified points at once: what gradient descent from 0 becomes as its steps grow.
 *
 * $$ \theta_1 = \tfrac{1}{2n} \textstyle\sum_i y_i a_i, \qquad \theta_{t+1} = \theta_t + \tfrac1n \textstyle\sum_{m_i \le 0} y_i a_i $$
 *
 * @see Tyurin: From Logistic Regression to the Perceptron Algorithm, 2024. arXiv:2412.08424
 */
export const batchPerceptron: SeparatorRule = {
  name: 'batchPerceptron',
  // Only at 0 itself is every point undecided, where the slope of the logistic loss is ½.
  weights: (margins) => {
    const share = margins.every((m) => m === 0) ? 0.5 : 1;
    return wrong(margins).map((one) => (share * one) / margins.length);
  },
};

/**
 * The mean of the misclassified points: what normalized descent becomes as its steps grow. It makes no more mistakes than the perceptron's bound, however many points there are.
 *
 * $$ \theta_{t+1} = \theta_t + \tfrac{1}{|S_t|} \textstyle\sum_{i \in S_t} y_i a_i, \qquad S_t = \lbrace i : m_i \le 0 \rbrace $$
 *
 * @see Tyurin: From Logistic Regression to the Perceptron Algorithm, 2024. arXiv:2412.08424
 */
export const normalizedBatchPerceptron: SeparatorRule = {
  name: 'normalizedBatchPerceptron',
  weights(margins) {
    const parts = wrong(margins);
    const count = parts.reduce((a, b) => a + b, 0);
    return parts.map((part) => part / Math.max(1, count));
  },
};

/**
 * The first misclassified point, one a step.
 *
 * $$ \theta_{t+1} = \theta_t + y_j a_j, \qquad m_j \le 0 $$
 *
 * @see Rosenblatt: The perceptron: a probabilistic model for information storage and organization in the brain, 1958
 */
export const perceptron: SeparatorRule = {
  name: 'perceptron',
  weights(margins) {
    const first = margins.findIndex((m) => m <= 0);
    return margins.map((_, i) => (i === first ? 1 : 0));
  },
};

/** Options of {@link fitSeparator}. */
export interface SeparatorOptions {
  /** Where to start. Default 0. */
  start?: ArrayLike<number> | undefined;
  /** How many steps at most, >= 0. Default 1000. */
  maxSteps?: number | undefined;
}

/** What {@link fitSeparator} found. */
export interface Separator {
  /** θ. */
  readonly weights: Float64Array;
  /** The steps taken. */
  readonly steps: number;
  /** Whether all points are on their side. */
  readonly separated: boolean;
  /** The mean logistic loss before each step, and at the end. */
  readonly losses: Float64Array;
}

/**
 * Looks for a hyperplane through the origin with all points of one sign on each side, and stops when it has one.
 *
 * $$ m_i = y_i \langle a_i, \theta \rangle > 0 \quad \text{for all } i $$
 *
 * It runs on the host, in doubles. A constant feature stands for a bias.
 *
 * @param points n x d.
 * @param signs n numbers, each 1 or -1.
 * @param rule how much each point pulls: `logisticDescent(γ)`, `normalizedDescent(γ)`, `batchPerceptron`, `normalizedBatchPerceptron`, `perceptron`.
 * @returns the separator, how it came about.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Tyurin: From Logistic Regression to the Perceptron Algorithm, 2024. arXiv:2412.08424
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { fitSeparator, perceptron } from '@surrogate/optim';
 * const { weights } = fitSeparator(matrixFromRows([[1, -1], [-1, -4]]), [1, -1], perceptron);
 * Array.from(weights); // [3, 2]
 */
export function fitSeparator(
  points: Matrix,
  signs: ArrayLike<number>,
  rule: SeparatorRule,
  { start, maxSteps = 1000 }: SeparatorOptions = {},
): Separator {
  const fn = 'fitSeparator';
  const { rows: n, cols: d } = points;
  const data = vectorOf(fn, 'points', points.data, n * d);
  checkShape(fn, 'points', [n, d], n === 0 ? [1, d] : [n, d]);
  const y = vectorOf(fn, 'signs', signs, n);
  const odd = y.findIndex((sign) => Math.abs(sign) !== 1);
  if (odd >= 0) fail('range', fn, 'signs', `must be 1 or -1, got ${y[odd]} at [${odd}]`);
  checkFunction(fn, 'rule', rule?.weights);
  checkInteger(fn, 'maxSteps', maxSteps);
  const weights = start === undefined ? new Float64Array(d) : vectorOf(fn, 'start', start, d);
  const margins = new Float64Array(n);
  const losses: number[] = [];
  for (let steps = 0; ; steps++) {
    for (let i = 0; i < n; i++) {
      let score = 0;
      for (let j = 0; j < d; j++) score += data[i * d + j]! * weights[j]!;
      margins[i] = y[i]! * score;
    }
    losses.push(margins.reduce((sum, m) => sum + softplus(-m) / n, 0));
    const separated = margins.every((m) => m > 0);
    if (separated || steps === maxSteps) return { weights, steps, separated, losses: Float64Array.from(losses) };
    const pulls = rule.weights(margins, steps);
    for (let i = 0; i < n; i++) if (pulls[i] !== 0) for (let j = 0; j < d; j++) weights[j]! += pulls[i]! * y[i]! * data[i * d + j]!;
  }
}
