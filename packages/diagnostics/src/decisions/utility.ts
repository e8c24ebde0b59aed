/** @file Logits as utilities, of which the order alone is to be trusted, and the ways from there to probabilities. */
import {
  asClassTarget,
  asTensor,
  checkAbove,
  checkBetween,
  checkRank,
  fail,
  onHost,
  relu,
  softmax,
  type TensorLike,
} from '@surrogate/core';
import { goldenSection } from '@surrogate/core/host';
import { add, argMax, cast, div, equal, greater, mul, oneHot, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** A way from logits to probabilities that keeps their order. */
export interface UtilityTransform {
  /** What it is called. */
  readonly name: string;
  /** float32 probabilities of the logits' shape, which sum to 1 along the last axis; called inside a tidy. */
  probs(logits: Tensor): Tensor;
}

/**
 * Undoes label smoothing: a model that is trained with smoothing ε says (1 - ε) P + ε / K where P is meant.
 *
 * $$ \hat P = \frac{\max(0, \operatorname{softmax}(U) - \varepsilon / K)}{\sum_k \max(0, \operatorname{softmax}(U)_k - \varepsilon / K)} $$
 *
 * A row that is clipped altogether becomes certain of its largest logit.
 *
 * @param epsilon the smoothing that the model was trained with, in [0, 1).
 * @returns a transform for {@link utilityProbs}.
 * @throws SurrogateError `range`.
 * @see Huang, Yuan: Utility-Probability Duality of Neural Networks, 2023. arXiv:2305.14859
 * @example
 * import { smoothingInverse, utilityProbs } from '@surrogate/diagnostics';
 * const smoothed = [0.655, 0.205, 0.07, 0.07].map(Math.log);
 * await utilityProbs(smoothed, smoothingInverse(0.1)).data(); // [0.7, 0.2, 0.05, 0.05]
 */
export function smoothingInverse(epsilon: number): UtilityTransform {
  checkBetween('smoothingInverse', 'epsilon', epsilon, 0, 1);
  return {
    name: 'smoothingInverse',
    probs(logits) {
      const classes = logits.shape.at(-1)!;
      const kept = relu(sub(softmax(logits), epsilon / classes));
      const total = sum(kept, -1, true);
      const some = greater(total, 0);
      const certain = cast(oneHot(cast(argMax(logits, -1), 'int32'), Math.max(classes, 2)), 'float32');
      const safe = div(kept, add(total, cast(equal(total, 0), 'float32')));
      if (classes === 1) return softmax(logits);
      const all = cast(some, 'float32');
      return add(mul(all, safe), mul(sub(1, all), certain));
    },
  };
}

/**
 * Softmax at a temperature: below 1 it sharpens, above it flattens.
 *
 * $$ \hat P = \operatorname{softmax}(U / T) $$
 *
 * @param temperature T, > 0; {@link fitTemperature} finds it.
 * @returns a transform for {@link utilityProbs}.
 * @throws SurrogateError `range`.
 * @see Huang, Yuan: Utility-Probability Duality of Neural Networks, 2023. arXiv:2305.14859
 * @example
 * import { temperatureScaling, utilityProbs } from '@surrogate/diagnostics';
 * await utilityProbs([0, Math.log(3)], temperatureScaling(1)).data(); // [0.25, 0.75]
 */
export function temperatureScaling(temperature: number): UtilityTransform {
  checkAbove('temperatureScaling', 'temperature', temperature, 0);
  return { name: 'temperatureScaling', probs: (logits) => softmax(div(logits, temperature)) };
}

/**
 * Probabilities of logits that are taken for utilities: right for sampling and for expected risks where plain softmax is not, and with the same first choice.
 *
 * The transforms are two that are derived from how models are trained; the paper's own map was not at hand.
 *
 * @param logits float32 `[..., K]`.
 * @param transform the way from one to the other.
 * @returns float32 `[..., K]`.
 * @throws SurrogateError `shape` for a scalar, `dtype` for what is no transform, `disposed`.
 * @see Huang, Yuan: Utility-Probability Duality of Neural Networks, 2023. arXiv:2305.14859
 * @example
 * import { temperatureScaling, utilityProbs } from '@surrogate/diagnostics';
 * await utilityProbs([[0, 0]], temperatureScaling(2)).data(); // [0.5, 0.5]
 */
export function utilityProbs(logits: TensorLike, transform: UtilityTransform): Tensor {
  const fn = 'utilityProbs';
  if (typeof (transform as UtilityTransform | null | undefined)?.probs !== 'function')
    fail('dtype', fn, 'transform', `must be a record with the function probs, got ${transform === null ? 'null' : typeof transform}`);
  return tidy(() => {
    const z = asTensor(fn, 'logits', logits);
    checkRank(fn, 'logits', z.shape, 1, Infinity);
    return transform.probs(z);
  });
}

/**
 * The temperature at which held-out labels are most likely.
 *
 * $$ T = \arg\min_{T} -\sum_i \log \operatorname{softmax}(U_i / T)_{y_i} $$
 *
 * @param logits float32 `[n, K]`.
 * @param labels int32 class ids `[n]`.
 * @returns T, in [0.05, 20].
 * @throws SurrogateError `shape`, `range` for ids and for logits that are not finite, `dtype`, `disposed`.
 * @see Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, 2017. arXiv:1706.04599
 * @example
 * import { fitTemperature } from '@surrogate/diagnostics';
 * const z = 2 * Math.log(3);
 * await fitTemperature([[z, 0], [z, 0], [z, 0], [z, 0]], [0, 0, 0, 1]); // 2
 */
export async function fitTemperature(logits: TensorLike, labels: TensorLike): Promise<number> {
  const fn = 'fitTemperature';
  const read = await onHost(() => {
    const z = asTensor(fn, 'logits', logits);
    checkRank(fn, 'logits', z.shape, 2);
    const { ids } = asClassTarget(fn, labels, z.shape);
    return { z, ids: ids ?? fail('shape', fn, 'labels', `must be class ids of shape [${z.shape[0]}], got [${z.shape}]`) };
  });
  const { data: z, shape } = read.z;
  const odd = z.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) fail('range', fn, 'logits', `must be finite, got ${z[odd]} at position ${odd}`);
  const [rows, classes] = shape as [number, number];
  const nll = (temperature: number) => {
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      let high = -Infinity;
      for (let k = 0; k < classes; k++) high = Math.max(high, z[i * classes + k]! / temperature);
      let total = 0;
      for (let k = 0; k < classes; k++) total += Math.exp(z[i * classes + k]! / temperature - high);
      sum += Math.log(total) + high - z[i * classes + read.ids.data[i]!]! / temperature;
    }
    return sum;
  };
  // On the scale of logarithms the valley is wide at both ends.
  return Math.exp(goldenSection((log) => nll(Math.exp(log)), Math.log(0.05), Math.log(20)).x);
}
