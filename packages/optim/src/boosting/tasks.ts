/** @file What boosting lowers: squared error, the logistic loss, cross-entropy. */
import type { Matrix } from '@surrogate/core/host';

/** What is boosted: where it starts, what is left to fit, how far a new part goes. Scores and targets are n x K, row after row. */
export interface BoostingTask {
  /** What it is called. */
  readonly name: string;
  /** The best constant scores, K numbers. */
  start(targets: Matrix): Float64Array;
  /** What is left to fit. */
  residuals(targets: Matrix, scores: Float64Array): Float64Array;
  /** The factor of a new part h, by a step of Newton. */
  stepSize(targets: Matrix, scores: Float64Array, part: Float64Array): number;
  /** The mean loss. */
  loss(targets: Matrix, scores: Float64Array): number;
}

const columnMeans = ({ rows, cols, data }: Matrix): Float64Array =>
  Float64Array.from(
    { length: cols },
    (_, k) => Array.from({ length: rows }, (_u, i) => data[i * cols + k]!).reduce((a, b) => a + b, 0) / rows,
  );

/**
 * Squared error, for regression.
 *
 * $$ F_0 = \bar y, \qquad r = y - F, \qquad \rho = 1 $$
 *
 * @see Emami, Martínez-Muñoz: Sequential Training of Neural Networks With Gradient Boosting, 2019. arXiv:1909.12098
 */
export const squaredBoosting: BoostingTask = {
  name: 'squaredBoosting',
  start: columnMeans,
  residuals: ({ data }, scores) => data.map((y, i) => y - scores[i]!),
  stepSize: () => 1,
  loss: ({ data }, scores) => data.reduce((sum, y, i) => sum + (y - scores[i]!) ** 2, 0) / data.length,
};

/**
 * The logistic loss of labels 1 and -1; σ(2F) is the probability of 1.
 *
 * $$ F_0 = \tfrac12 \log \frac{1 + \bar y}{1 - \bar y}, \qquad r = \frac{2 y}{1 + e^{2 y F}}, \qquad \rho = \frac{\sum r h}{\sum r h^2 (2 y - r)} $$
 *
 * @see Emami, Martínez-Muñoz: Sequential Training of Neural Networks With Gradient Boosting, 2019. arXiv:1909.12098
 */
export const binaryBoosting: BoostingTask = {
  name: 'binaryBoosting',
  start: (targets) => columnMeans(targets).map((mean) => Math.log((1 + mean) / (1 - mean)) / 2),
  residuals: ({ data }, scores) => data.map((y, i) => (2 * y) / (1 + Math.exp(2 * y * scores[i]!))),
  stepSize({ data }, scores, part) {
    let [top, bottom] = [0, 0];
    data.forEach((y, i) => {
      const r = (2 * y) / (1 + Math.exp(2 * y * scores[i]!));
      top += r * part[i]!;
      bottom += r * part[i]! ** 2 * (2 * y - r);
    });
    return bottom === 0 ? 0 : top / bottom;
  },
  loss: ({ data }, scores) => data.reduce((sum, y, i) => sum + Math.log1p(Math.exp(-2 * y * scores[i]!)), 0) / data.length,
};

/** The softmax of each row's scores, and the mean cross-entropy. */
function softmaxOf({ rows, cols, data }: Matrix, scores: Float64Array): { probs: Float64Array; loss: number } {
  const probs = new Float64Array(rows * cols);
  let loss = 0;
  for (let i = 0; i < rows; i++) {
    const row = scores.subarray(i * cols, (i + 1) * cols);
    const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
    const total = row.reduce((sum, z) => sum + Math.exp(z - most), 0);
    row.forEach((z, k) => {
      probs[i * cols + k] = Math.exp(z - most) / total;
      loss -= data[i * cols + k]! * (z - most - Math.log(total));
    });
  }
  return { probs, loss: loss / rows };
}

/**
 * Cross-entropy of one-hot rows; the softmax of the scores is the probabilities. One step size serves all classes, by a step of Newton that takes each class for itself.
 *
 * $$ F_0 = 0, \qquad r = Y - p, \qquad \rho = \frac{\sum h (Y - p)}{\sum h^2 p (1 - p)}, \qquad p = \operatorname{softmax}(F) $$
 *
 * @see Emami, Martínez-Muñoz: Sequential Training of Neural Networks With Gradient Boosting, 2019. arXiv:1909.12098
 */
export const multiclassBoosting: BoostingTask = {
  name: 'multiclassBoosting',
  start: ({ cols }) => new Float64Array(cols),
  residuals: (targets, scores) => softmaxOf(targets, scores).probs.map((p, i) => targets.data[i]! - p),
  stepSize(targets, scores, part) {
    let [top, bottom] = [0, 0];
    softmaxOf(targets, scores).probs.forEach((p, i) => {
      top += part[i]! * (targets.data[i]! - p);
      bottom += part[i]! ** 2 * p * (1 - p);
    });
    return bottom === 0 ? 0 : top / bottom;
  },
  loss: (targets, scores) => softmaxOf(targets, scores).loss,
};
