/** @file Bootstrapping (Reed et al. 2015): labels mixed with what the model itself believes. */
import {
  checkBetween,
  checkOneOf,
  classLossScope,
  detach,
  dotLast,
  logSoftmax,
  oneHotMask,
  softmax,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, argMax, mul, neg, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link bootstrapCrossEntropy}. */
export interface BootstrapOptions extends ClassLossOptions {
  /** How far the labels are trusted, in [0, 1]. Default 0.95 for soft beliefs, 0.8 for hard ones. */
  beta?: number | undefined;
  /** The beliefs: the predicted probabilities, or the likeliest class. Default soft. */
  beliefs?: 'soft' | 'hard' | undefined;
}

/**
 * Cross-entropy against a mixture of the labels and the model's own beliefs, so that consistent predictions outweigh labels that contradict them.
 *
 * $$ \ell(z, y) = -\sum_k \left( \beta y_k + (1 - \beta) b_k \right) \log p_k, \qquad p = \operatorname{softmax}(z), \quad b = p \text{ or } \text{onehot}(\operatorname{argmax} z) $$
 *
 * The gradient flows through soft beliefs, as in the paper: they add an entropy penalty.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options β, the kind of beliefs, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or beta outside [0, 1].
 * @see Reed, Lee, Anguelov, Szegedy, Erhan, Rabinovich: Training Deep Neural Networks on Noisy Labels with Bootstrapping, 2015. arXiv:1412.6596
 * @example
 * import { bootstrapCrossEntropy } from '@surrogate/losses';
 * (await bootstrapCrossEntropy([[2, 1, 0]], [2], { beta: 0.5, beliefs: 'hard' }).data())[0]; // 1.407606
 */
export function bootstrapCrossEntropy(logits: TensorLike, labels: Labels, options: BootstrapOptions = {}): Tensor {
  const fn = 'bootstrapCrossEntropy';
  const { beliefs = 'soft', beta = beliefs === 'soft' ? 0.95 : 0.8 } = options;
  checkOneOf(fn, 'beliefs', beliefs, ['soft', 'hard']);
  checkBetween(fn, 'beta', beta, 0, 1, true);
  return classLossScope(fn, { logits, labels }, options, (rows) => {
    const z = rows.logits;
    const logProbs = logSoftmax(z);
    const believed = beliefs === 'soft' ? softmax(z) : detachedLikeliest(z);
    return neg(dotLast(add(mul(beta, rows.target), mul(1 - beta, believed)), logProbs));
  });
}

const detachedLikeliest = (z: Tensor) => oneHotMask(argMax(detach(z), -1), z.shape.at(-1)!);
