/** @file Classes without labels: sure of each example, and of all classes alike. */
import { asTensor, checkRank, dotLast, exp, fail, logSoftmax, logSumExp, type TensorLike } from '@surrogate/core';
import { mean, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/**
 * The negative mutual information of examples and their predicted classes: low where each prediction is sure and the classes come equally often.
 *
 * $$ -I = \frac1B \sum_i H(p_i) - H\Big(\frac1B \sum_i p_i\Big), \qquad p_i = \operatorname{softmax}(z_i) $$
 *
 * It adapts a classifier to a domain without labels, and it clusters. The mean over the batch is within the loss, so that batches should hold several examples a class.
 *
 * @param logits float32 `[B, K]`, unnormalised.
 * @returns a scalar in [-ln K, 0], in nats.
 * @throws SurrogateError `shape` unless logits are rows, at least one, `dtype`, `disposed`.
 * @see Krause, Perona, Gomes: Discriminative Clustering by Regularized Information Maximization, 2010; Lv, Liang, Gong, Li, Liu, Li, Liu, Wang: Pareto Domain Adaptation, 2021
 * @example
 * import { mutualInformationLoss } from '@surrogate/losses';
 * await mutualInformationLoss([[9, -9], [-9, 9]]).data(); // [-0.693147]
 */
export function mutualInformationLoss(logits: TensorLike): Tensor {
  const fn = 'mutualInformationLoss';
  return tidy(() => {
    const z = asTensor(fn, 'logits', logits);
    checkRank(fn, 'logits', z.shape, 2);
    if (z.size === 0) fail('shape', fn, 'logits', `must not be empty, got shape [${z.shape.join(', ')}]`);
    const logP = logSoftmax(z);
    const logMean = sub(logSumExp(logP, { axis: 0 }), Math.log(z.shape[0]));
    return sub(dotLast(exp(logMean), logMean), mean(dotLast(exp(logP), logP)));
  });
}
