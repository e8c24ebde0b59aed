/** @file Losses of several labels at once that know which labels are rare and which go together (after Aslam et al. 2024). */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkRank,
  checkShape,
  lossScope,
  relu,
  sigmoid,
  softplus,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, div, eye, expandDims, mean, mul, neg, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkBroadcast } from '../common/checks.js';
import { weigh } from '../common/weigh.js';
import { multiLabelContrastiveLoss } from './contrastive.js';

/** Options of {@link hybridMultiLabelLoss}. */
export interface HybridMultiLabelOptions extends LossOptions {
  /** float32 `[L]`: how much a positive of each label counts. Default 1. See {@link labelStatistics}. */
  posWeights?: TensorLike | undefined;
  /** float32 `[L, L]`: the correlations of the labels. Default none. See {@link labelStatistics}. */
  correlation?: TensorLike | undefined;
  /** float32 `[B, d]`: the representations that the logits come from. Default none. */
  embeddings?: TensorLike | undefined;
  /** How much the correlation term counts, >= 0. Default 0.1. */
  correlationWeight?: number | undefined;
  /** How much the contrastive term counts, >= 0. Default 0.1. */
  contrastWeight?: number | undefined;
  /** What similarities are divided by, > 0. Default 0.1. */
  temperature?: number | undefined;
}

/** Σ over pairs of labels of R_kl₊ (p_k - p_l)², by row, over L (L - 1). */
function correlationRows(logits: Tensor, correlation: Tensor): Tensor {
  const labels = logits.shape.at(-1)!;
  const p = sigmoid(logits);
  const attraction = mul(relu(correlation), sub(1, eye(labels)));
  const gaps = square(sub(expandDims(p, -1), expandDims(p, -2)));
  return div(sum(mul(attraction, gaps), [-2, -1]), Math.max(labels * (labels - 1), 1));
}

function checkedCorrelation(fn: string, correlation: TensorLike, labels: number): Tensor {
  const r = asTensor(fn, 'correlation', correlation);
  checkShape(fn, 'correlation', r.shape, [labels, labels]);
  return r;
}

/**
 * Label-correlation loss: pulls the predicted probabilities of labels that occur together towards each other.
 *
 * $$ \ell = \frac{1}{L (L - 1)} \sum_{k \ne l} (R_{kl})_+ (p_k - p_l)^2, \qquad p = \sigma(z) $$
 *
 * @param logits float32 `[..., L]`.
 * @param correlation float32 `[L, L]`: R; what is negative, and the diagonal, is left out.
 * @param options what every loss takes; a row is a vector of labels.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the correlations are not `[L, L]` or the logits a scalar.
 * @see Aslam, Jun, Ahmed, Zaman, Yanan, Hongfei, Shiyu, Liu: Improving Arabic Multi-Label Emotion Classification using Stacked Embeddings and Hybrid Loss Function, 2024. arXiv:2410.03979
 * @example
 * import { labelCorrelationLoss } from '@surrogate/losses';
 * const correlation = [[1, 0, 0.6], [0, 1, 0.2], [0.6, 0.2, 1]];
 * (await labelCorrelationLoss([[1, -1, 0], [0, 2, -1]], correlation).data())[0]; // 0.0249361
 */
export function labelCorrelationLoss(logits: TensorLike, correlation: TensorLike, options: LossOptions = {}): Tensor {
  const fn = 'labelCorrelationLoss';
  return tidy(() => {
    const z = asTensor(fn, 'logits', logits);
    checkRank(fn, 'logits', z.shape, 1, 6);
    const r = checkedCorrelation(fn, correlation, z.shape.at(-1)!);
    return lossScope(fn, { logits: z }, options, (rows) => correlationRows(rows.logits, r), 1);
  });
}

/**
 * Hybrid multi-label loss: cross-entropy that weighs rare labels, with the label-correlation and the contrastive loss.
 *
 * $$ \ell = \frac1L \sum_l \left( w_l\, y_l \operatorname{softplus}(-z_l) + (1 - y_l) \operatorname{softplus}(z_l) \right) + \alpha\, \ell_{\text{corr}} + \beta\, \ell_{\text{con}} $$
 *
 * The paper names these three ingredients; the forms that they have here are this library's reading.
 * Embeddings of several encoders are stacked by concatenating them before the model.
 *
 * @param logits float32 `[B, L]`.
 * @param labels 0 or 1, of the same shape.
 * @param options the weights w, the correlations, the embeddings, α and β, and what every loss takes; a row is a vector of labels.
 * @returns a scalar, or `[B]` with `reduction: 'none'`. The contrastive mean is over the rows that share a label with another.
 * @throws SurrogateError `shape` when the shapes do not fit, `range` for a negative weight of a term or a temperature <= 0.
 * @see Aslam, Jun, Ahmed, Zaman, Yanan, Hongfei, Shiyu, Liu: Improving Arabic Multi-Label Emotion Classification using Stacked Embeddings and Hybrid Loss Function, 2024. arXiv:2410.03979
 * @example
 * import { hybridMultiLabelLoss } from '@surrogate/losses';
 * const [logits, labels] = [[[1, -1, 0], [0, 2, -1]], [[1, 0, 1], [0, 1, 0]]];
 * (await hybridMultiLabelLoss(logits, labels, { posWeights: [1, 2, 4] }).data())[0]; // 0.7765628
 */
export function hybridMultiLabelLoss(logits: TensorLike, labels: TensorLike, options: HybridMultiLabelOptions = {}): Tensor {
  const fn = 'hybridMultiLabelLoss';
  const { posWeights = 1, correlation, embeddings, correlationWeight = 0.1, contrastWeight = 0.1, temperature = 0.1, ...rest } = options;
  checkAtLeast(fn, 'correlationWeight', correlationWeight, 0);
  checkAtLeast(fn, 'contrastWeight', contrastWeight, 0);
  checkAbove(fn, 'temperature', temperature, 0);
  return tidy(() => {
    const z = asTensor(fn, 'logits', logits);
    checkRank(fn, 'logits', z.shape, 2);
    const [batch, count] = z.shape as [number, number];
    const w = asTensor(fn, 'posWeights', posWeights);
    checkBroadcast(fn, 'posWeights', w, [count]);
    const r = correlation === undefined ? undefined : checkedCorrelation(fn, correlation, count);
    const e = embeddings === undefined ? undefined : asTensor(fn, 'embeddings', embeddings);
    if (e !== undefined) checkShape(fn, 'embeddings', e.shape, [batch, null]);
    const ofRows = lossScope(
      fn,
      { logits: z, labels },
      rest,
      (rows) => {
        const entropy = add(weigh(mul(w, rows.labels), softplus(neg(rows.logits))), weigh(sub(1, rows.labels), softplus(rows.logits)));
        const plain = mean(entropy, -1);
        return r === undefined ? plain : add(plain, mul(correlationWeight, correlationRows(rows.logits, r)));
      },
      1,
    );
    return e === undefined ? ofRows : add(ofRows, mul(contrastWeight, multiLabelContrastiveLoss(e, labels, { ...rest, temperature })));
  });
}
