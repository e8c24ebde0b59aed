/** @file Logistic regression as a linear probe, to its optimum. */
import { checkAbove, checkInteger, fail, onHost, type TensorLike } from '@surrogate/core';
import { minimizeLbfgs, type ValueAndGradient } from '@surrogate/core/host';
import { tensor, tidy, transpose } from '@tensorflow/tfjs-core';
import { classIds, featuresOf, type LinearProbe } from './linearProbe.js';

/** How {@link fitLogisticProbe} is fitted. */
export interface LogisticProbeOptions {
  /** C, how much the examples count against the penalty, > 0. Default 1. */
  c?: number | undefined;
  /** How many steps of L-BFGS at most. Default 500. */
  maxSteps?: number | undefined;
}

interface Examples {
  readonly x: Float64Array;
  readonly ids: ArrayLike<number>;
  readonly width: number;
  readonly classes: number;
  readonly c: number;
}

/** Turns logits into C times the excess of their probabilities over the label, and returns C times the loss. */
function lossAndSlope(z: Float64Array, id: number, c: number): number {
  let high = -Infinity;
  for (const logit of z) high = Math.max(high, logit);
  const right = z[id]!;
  let total = 0;
  for (let k = 0; k < z.length; k++) total += z[k] = Math.exp(z[k]! - high);
  for (let k = 0; k < z.length; k++) z[k]! *= c / total;
  z[id]! -= c;
  return c * (Math.log(total) + high - right);
}

/** The penalised loss at one array of parameters: the weights `[K, d]`, then the bias `[K]`. */
function objective({ x, ids, width, classes, c }: Examples, params: Float64Array): ValueAndGradient {
  const gradient = new Float64Array(params.length);
  const bias = width * classes;
  let value = 0;
  for (let j = 0; j < bias; j++) {
    value += 0.5 * params[j]! ** 2;
    gradient[j] = params[j]!;
  }
  const z = new Float64Array(classes);
  for (let i = 0, row = 0; i < ids.length; i++, row += width) {
    for (let k = 0, from = 0; k < classes; k++, from += width) {
      let sum = params[bias + k]!;
      for (let j = 0; j < width; j++) sum += x[row + j]! * params[from + j]!;
      z[k] = sum;
    }
    value += lossAndSlope(z, ids[i]!, c);
    for (let k = 0, from = 0; k < classes; k++, from += width) {
      const slope = z[k]!;
      gradient[bias + k]! += slope;
      for (let j = 0; j < width; j++) gradient[from + j]! += slope * x[row + j]!;
    }
  }
  return { value, gradient };
}

/**
 * Fits multinomial logistic regression: what one compares a probe of another kind with.
 *
 * $$ \min_{W, b}\ \tfrac12 \lVert W \rVert^2 + C \sum_i \left( \log \sum_k e^{z_{ik}} - z_{i y_i} \right), \qquad z = x W + b $$
 *
 * It runs on the host in double precision, by L-BFGS to the optimum. The penalty is that of scikit-learn; for two classes, scikit-learn keeps one column of weights, and
 * its C is twice this one.
 *
 * @param features float32 `[n, d]`.
 * @param labels int32 class ids `[n]`.
 * @param classes K, >= 1.
 * @returns the probe, which is the caller's.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for a class id outside [0, K), for features that are not finite, and for options.
 * @see Zheng, Zhao, Li, Chen, Zhu: Revisiting Discriminative vs. Generative Classifiers: Theory and Implications, 2023. arXiv:2302.02334
 * @example
 * import { fitLogisticProbe, probeLogits } from '@surrogate/diagnostics';
 * const probe = await fitLogisticProbe([[0, 1], [1, 0]], [0, 1], 2);
 * const [right, wrong] = await probeLogits([[0, 1]], probe).data();
 * right > wrong; // true
 */
export async function fitLogisticProbe(
  features: TensorLike,
  labels: TensorLike,
  classes: number,
  options: LogisticProbeOptions = {},
): Promise<LinearProbe> {
  const fn = 'fitLogisticProbe';
  const { c = 1, maxSteps = 500 } = options;
  checkInteger(fn, 'classes', classes, 1);
  checkAbove(fn, 'c', c, 0);
  checkInteger(fn, 'maxSteps', maxSteps, 1);
  const { x, ids } = await onHost(() => {
    const x = featuresOf(fn, features);
    return { x, ids: classIds(fn, labels, x.shape[0], classes) };
  });
  const odd = x.data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) fail('range', fn, 'features', `must be finite, got ${x.data[odd]} in row ${Math.floor(odd / x.shape[1]!)}`);
  const width = x.shape[1]!;
  const examples = { x: Float64Array.from(x.data), ids: ids.data, width, classes, c };
  const { x: found } = minimizeLbfgs((params) => objective(examples, params), new Float64Array((width + 1) * classes), {
    // The penalty's curvature is 1: what is left of the gradient bounds what is left to go.
    gradientTolerance: 1e-6,
    maxSteps,
  });
  return tidy(() => ({
    weights: transpose(tensor(Float32Array.from(found.subarray(0, width * classes)), [classes, width])),
    bias: tensor(Float32Array.from(found.subarray(width * classes))),
  }));
}
