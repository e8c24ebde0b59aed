/** @file Softmax cross-entropy, the loss of classification: label smoothing, z-loss, temperature. */
import {
  checkAbove,
  checkAtLeast,
  checkBetween,
  classLossScope,
  softmaxCrossEntropySumOp,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
  type WeightedSum,
} from '@surrogate/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** Options of {@link crossEntropy}. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** Mass of each label that is spread over all classes, in [0, 1). Default 0. */
  labelSmoothing?: number | undefined;
  /** Weight of logSumExp(z)², which keeps the logits' normaliser near 1, >= 0; PaLM has 1e-4. Default 0. */
  zLoss?: number | undefined;
  /** What the logits are divided by, > 0. Default 1. */
  temperature?: number | undefined;
}

/**
 * Softmax cross-entropy: the negative log-probability of the labels.
 *
 * $$ \ell(z, y) = -\sum_k \tilde y_k \log p_k + \zeta \operatorname{lse}(z / T)^2, \qquad p = \operatorname{softmax}(z / T), \quad \tilde y = (1 - s)\, y + s / K $$
 *
 * With class weights a row counts w_y, also where its label is smoothed (PyTorch weighs each term of the smoothed sum by its own class).
 *
 * @param logits float32 `[..., K]`, unnormalised; the classes on another axis with `axis`.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options smoothing s, z-loss coefficient ζ, temperature T, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or an option outside its range.
 * @see Szegedy, Vanhoucke, Ioffe, Shlens, Wojna: Rethinking the Inception Architecture for Computer Vision, 2015. arXiv:1512.00567 (label smoothing)
 * @see Chowdhery et al.: PaLM: Scaling Language Modeling with Pathways, 2022. arXiv:2204.02311 (z-loss)
 * @example
 * import { crossEntropy } from '@surrogate/losses';
 * (await crossEntropy([[2, 1, 0]], [0]).data())[0]; // 0.407606
 */
export function crossEntropy(logits: TensorLike, labels: Labels, options: CrossEntropyOptions = {}): Tensor {
  const fn = 'crossEntropy';
  const { labelSmoothing = 0, zLoss = 0, temperature = 1 } = options;
  checkBetween(fn, 'labelSmoothing', labelSmoothing, 0, 1);
  checkAtLeast(fn, 'zLoss', zLoss, 0);
  checkAbove(fn, 'temperature', temperature, 0);
  const attributes = { labelSmoothing, zLoss, temperature };
  const whole: WeightedSum = ({ logits: rows, ids }, shares) =>
    softmaxCrossEntropySumOp({ logits: rows, target: ids, weights: shares }, attributes);
  return classLossScope(
    fn,
    { logits, labels },
    options,
    (rows) => crossEntropyRows(rows, rows.logits, attributes),
    softmaxCrossEntropySumOp.fused() ? whole : undefined,
  );
}
