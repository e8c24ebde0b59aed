/** @file A network trained a few hidden units at a time, each lot on what the others leave. */
import { checkAbove, checkAtLeast, checkBetween, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { matMul, minimizeLbfgs, type Matrix } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';
import type { BoostingTask } from './tasks.js';

/** Options of {@link fitBoostedNetwork}. */
export interface BoostedNetworkOptions {
  /** T · J: how many hidden units in all, >= 0. Default 200. */
  units?: number | undefined;
  /** J: how many a step, >= 1. Default 1. */
  unitsPerStep?: number | undefined;
  /** η, > 0: how much of each step is taken. Default 1. */
  rate?: number | undefined;
  /** The part of the rows that a step sees, in (0, 1]. Default 0.5. */
  subsample?: number | undefined;
  /** The weight of the sum of squared weights in a step, >= 0; small ones may let single units blow up. Default 0.1. */
  l2?: number | undefined;
  /** How many iterations of L-BFGS a step has. Default 200. */
  maxSteps?: number | undefined;
  /** What starts and subsamples are drawn from. */
  rng: Rng;
}

/** A network with one hidden layer of logistic units: scores are σ(x W₁ + b₁) W₂ + b₂. */
export interface DenseNetwork {
  /** D x units. */
  readonly w1: Matrix;
  /** units. */
  readonly b1: Float64Array;
  /** units x K. */
  readonly w2: Matrix;
  /** K. */
  readonly b2: Float64Array;
}

/** What {@link fitBoostedNetwork} made. */
export interface BoostedNetwork {
  /** How many steps there are. */
  readonly steps: number;
  /** The mean loss on the training rows at the start and after each step. */
  readonly losses: Float64Array;
  /** The first so many steps as one network; all by default. */
  dense(steps?: number): DenseNetwork;
}

/** What a step adds: J units, with the step's factor in the second layer. */
interface Part {
  readonly w1: Float64Array;
  readonly b1: Float64Array;
  readonly w2: Float64Array;
  readonly b2: Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** The scores of a network, n x K. */
function scoresOf({ w1, b1, w2, b2 }: DenseNetwork, x: Matrix): Float64Array {
  const hidden = matMul(x, w1);
  const active = { ...hidden, data: hidden.data.map((z, i) => sigmoid(z + b1[i % b1.length]!)) };
  return matMul(active, w2).data.map((z, i) => z + b2[i % b2.length]!);
}

/**
 * The scores of a network with one hidden layer of logistic units.
 *
 * $$ \sigma(x W_1 + b_1) W_2 + b_2 $$
 *
 * @param network such as `dense()` of a boosted one gives.
 * @param x n x D.
 * @returns n x K.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Emami, Martínez-Muñoz: Sequential Training of Neural Networks With Gradient Boosting, 2019. arXiv:1909.12098
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { denseScores } from '@surrogate/optim';
 * const network = { w1: matrixFromRows([[0]]), b1: Float64Array.of(0), w2: matrixFromRows([[4]]), b2: Float64Array.of(1) };
 * denseScores(network, matrixFromRows([[7]])).data[0]; // 3
 */
export function denseScores(network: DenseNetwork, x: Matrix): Matrix {
  if (typeof network?.w1 !== 'object' || typeof network.w2 !== 'object')
    fail('dtype', 'denseScores', 'network', `must have the matrices w1 and w2, got ${typeof network}`);
  if (x.cols !== network.w1.rows) fail('shape', 'denseScores', 'x', `must have ${network.w1.rows} columns, got ${x.cols}`);
  return { rows: x.rows, cols: network.w2.cols, data: scoresOf(network, x) };
}

/** A part with J units that fits residuals by least squares. */
function fitPart(x: Matrix, residuals: Matrix, units: number, l2: number, maxSteps: number, rng: Rng): Part {
  const [n, d, k] = [x.rows, x.cols, residuals.cols];
  const ends = [d * units, d * units + units, d * units + units + units * k];
  const split = (p: Float64Array): Part => ({ w1: p.subarray(0, ends[0]), b1: p.subarray(ends[0], ends[1]), w2: p.subarray(ends[1], ends[2]), b2: p.subarray(ends[2]) }); // prettier-ignore
  const objective = (p: Float64Array) => {
    const { w1, b1, w2, b2 } = split(p);
    const gradient = new Float64Array(p.length);
    const slope = split(gradient);
    let value = 0;
    const hidden = new Float64Array(units);
    const back = new Float64Array(units);
    for (let i = 0; i < n; i++) {
      for (let u = 0; u < units; u++) {
        let z = b1[u]!;
        for (let j = 0; j < d; j++) z += x.data[i * d + j]! * w1[j * units + u]!;
        hidden[u] = sigmoid(z);
      }
      back.fill(0);
      for (let c = 0; c < k; c++) {
        let out = b2[c]!;
        for (let u = 0; u < units; u++) out += hidden[u]! * w2[u * k + c]!;
        const gap = out - residuals.data[i * k + c]!;
        value += gap ** 2 / (2 * n);
        slope.b2[c]! += gap / n;
        for (let u = 0; u < units; u++) {
          slope.w2[u * k + c]! += (gap * hidden[u]!) / n;
          back[u]! += (gap * w2[u * k + c]!) / n;
        }
      }
      for (let u = 0; u < units; u++) {
        const delta = back[u]! * hidden[u]! * (1 - hidden[u]!);
        slope.b1[u]! += delta;
        for (let j = 0; j < d; j++) slope.w1[j * units + u]! += delta * x.data[i * d + j]!;
      }
    }
    for (const [weights, by] of [
      [w1, slope.w1],
      [w2, slope.w2],
    ] as const)
      // prettier-ignore
      weights.forEach((w, i) => {
        value += (l2 * w * w) / (2 * n);
        by[i]! += (l2 * w) / n;
      });
    return { value, gradient };
  };
  const start = rng.fillUniform(new Float64Array(ends[2]! + k), -1, 1).map((v) => v * Math.sqrt(2 / (d + units)));
  const { x: found } = minimizeLbfgs(objective, start, { maxSteps, gradientTolerance: 1e-6 });
  return split(found);
}

/**
 * Trains a network with one hidden layer by gradient boosting: each step fits a few new units to what is left, so that the network can be cut to any number of its first units.
 *
 * $$ F_t = F_{t-1} + \eta \rho_t h_t, \qquad h_t \approx -\partial \ell / \partial F_{t-1} $$
 *
 * It is competitive with training all units together and not better; its worth is that half of it still works. It runs on the host, in doubles.
 *
 * @param x n x D.
 * @param targets n x K: numbers, labels 1 and -1 with `binaryBoosting`, or one-hot rows with `multiclassBoosting`.
 * @param task `squaredBoosting`, `binaryBoosting`, `multiclassBoosting`, or one of your own.
 * @returns the network.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Emami, Martínez-Muñoz: Sequential Training of Neural Networks With Gradient Boosting, 2019. arXiv:1909.12098
 * @example
 * import { rng } from '@surrogate/core';
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { fitBoostedNetwork, squaredBoosting } from '@surrogate/optim';
 * const x = matrixFromRows(Array.from({ length: 40 }, (_, i) => [i / 10]));
 * const y = matrixFromRows(Array.from({ length: 40 }, (_, i) => [Math.sin(i / 10)]));
 * const { losses } = fitBoostedNetwork(x, y, squaredBoosting, { units: 6, unitsPerStep: 2, subsample: 1, l2: 1e-3, rng: rng(0) });
 * losses[3] < 0.1 * losses[0]; // true
 */
export function fitBoostedNetwork(
  x: Matrix,
  targets: Matrix,
  task: BoostingTask,
  { units = 200, unitsPerStep = 1, rate = 1, subsample = 0.5, l2 = 0.1, maxSteps = 200, rng }: BoostedNetworkOptions,
): BoostedNetwork {
  const fn = 'fitBoostedNetwork';
  const [n, d, k] = [x.rows, x.cols, targets.cols];
  vectorOf(fn, 'x', x.data, n * d);
  vectorOf(fn, 'targets', targets.data, n * k);
  if (n === 0 || targets.rows !== n) fail('shape', fn, 'targets', `must have the ${n} rows of x, at least one, got ${targets.rows}`);
  checkFunction(fn, 'task.residuals', task?.residuals);
  checkInteger(fn, 'units', units);
  checkInteger(fn, 'unitsPerStep', unitsPerStep, 1);
  checkAbove(fn, 'rate', rate, 0);
  checkBetween(fn, 'subsample', subsample, Number.MIN_VALUE, 1, true);
  checkAtLeast(fn, 'l2', l2, 0);
  checkInteger(fn, 'maxSteps', maxSteps, 1);
  checkRng(fn, 'rng', rng);
  const first = task.start(targets);
  const scores = Float64Array.from({ length: n * k }, (_, i) => first[i % k]!);
  const losses = [task.loss(targets, scores)];
  const parts: Part[] = [];
  for (let step = 0; step < Math.floor(units / unitsPerStep); step++) {
    const residuals = task.residuals(targets, scores);
    const rows = Array.from(rng.choice(n, Math.max(1, Math.round(subsample * n))));
    const taken = (data: Float64Array, cols: number): Matrix => ({ rows: rows.length, cols, data: Float64Array.from(rows.flatMap((row) => Array.from(data.subarray(row * cols, (row + 1) * cols)))) }); // prettier-ignore
    const part = fitPart(taken(x.data, d), taken(residuals, k), unitsPerStep, l2, maxSteps, rng);
    const network = { w1: { rows: d, cols: unitsPerStep, data: part.w1 }, b1: part.b1, w2: { rows: unitsPerStep, cols: k, data: part.w2 }, b2: part.b2 }; // prettier-ignore
    const h = scoresOf(network, x);
    const size = rate * task.stepSize(targets, scores, h);
    h.forEach((value, i) => (scores[i]! += size * value));
    parts.push({ ...part, w2: part.w2.map((w) => size * w), b2: part.b2.map((b) => size * b) });
    losses.push(task.loss(targets, scores));
  }
  return {
    steps: parts.length,
    losses: Float64Array.from(losses),
    dense(steps = parts.length) {
      checkInteger(fn, 'steps', steps);
      const used = parts.slice(0, steps);
      const width = used.length * unitsPerStep;
      const w1 = new Float64Array(d * width);
      used.forEach((part, t) =>
        part.w1.forEach((w, i) => (w1[Math.floor(i / unitsPerStep) * width + t * unitsPerStep + (i % unitsPerStep)] = w)),
      );
      return {
        w1: { rows: d, cols: width, data: w1 },
        b1: Float64Array.from(used.flatMap((part) => Array.from(part.b1))),
        w2: { rows: width, cols: k, data: Float64Array.from(used.flatMap((part) => Array.from(part.w2))) },
        b2: first.map((b, c) => used.reduce((sum, part) => sum + part.b2[c]!, b)),
      };
    },
  };
}
