/** @file Deep clustering by sharpened assignments (Dizaji et al. 2017; Xie et al. 2016). */
import {
  asTensor,
  checkAtLeast,
  checkOneOf,
  checkRank,
  checkShape,
  detach,
  dotLast,
  fail,
  logSoftmax,
  noGrad,
  safeSqrt,
  type TensorLike,
} from '@surrogate/core';
import { add, div, mean, mul, neg, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link clusterTargets}. */
export interface ClusterTargetOptions {
  /** The paper's p / √f, or p² / f as in its code and in DEC, which sharpens more. Default depict. */
  form?: 'depict' | 'dec' | undefined;
}

/** What a layer was, and what the decoder made of it. */
export interface Reconstructed {
  /** float32: the decoder's. */
  readonly output: TensorLike;
  /** float32 of the same shape: the clean encoder's, or the input; a constant. */
  readonly target: TensorLike;
  /** How much this layer counts, >= 0. Default 1. */
  readonly weight?: number | undefined;
}

/** Options of {@link depictLoss}. */
export interface DepictOptions {
  /** The layers that are reconstructed. Default none. */
  reconstructions?: readonly Reconstructed[] | undefined;
  /** How much the clustering counts, >= 0. Default 1. */
  clusterWeight?: number | undefined;
  /** How much all reconstructions count, >= 0. Default 1. */
  reconstructionWeight?: number | undefined;
}

/**
 * Targets of self-training: soft assignments, sharpened and balanced by how much each cluster holds. Without the balance all points end in one cluster.
 *
 * $$ q_{ik} \propto \frac{p_{ik}}{\sqrt{\sum_j p_{jk}}} \ \text{(DEPICT)}, \qquad q_{ik} \propto \frac{p_{ik}^2}{\sum_j p_{jk}} \ \text{(DEC)} $$
 *
 * @param probs float32 `[n, K]`: assignments of the whole data set, not of a batch; rows of sum 1.
 * @param options which form.
 * @returns float32 `[n, K]`, rows of sum 1; a constant to gradients.
 * @throws SurrogateError `shape` unless probs are rows, `range`, `dtype`, `disposed`.
 * @see Ghasedi Dizaji, Herandi, Deng, Cai, Huang: Deep Clustering via Joint Convolutional Autoencoder Embedding and Relative Entropy Minimization, 2017. arXiv:1704.06327
 * @see Xie, Girshick, Farhadi: Unsupervised Deep Embedding for Clustering Analysis, 2016. arXiv:1511.06335
 * @example
 * import { clusterTargets } from '@surrogate/losses';
 * await clusterTargets([[0.6, 0.4], [0.8, 0.2]], { form: 'dec' }).data(); // [0.4909091, 0.5090909, 0.8727273, 0.1272727]
 */
export function clusterTargets(probs: TensorLike, { form = 'depict' }: ClusterTargetOptions = {}): Tensor {
  const fn = 'clusterTargets';
  checkOneOf(fn, 'form', form, ['depict', 'dec']);
  return tidy(() => {
    const p = asTensor(fn, 'probs', probs);
    checkRank(fn, 'probs', p.shape, 2);
    return noGrad(() => {
      const given = detach(p);
      const held = sum(given, 0, true);
      const raw = form === 'depict' ? div(given, safeSqrt(held)) : div(square(given), held);
      return div(raw, sum(raw, 1, true));
    });
  });
}

/**
 * The loss of DEPICT: the noisy encoder's assignments against targets from the clean one, and the reconstruction of every layer.
 *
 * $$ L = -\frac{c}{n} \sum_{ik} q_{ik} \log \tilde p_{ik} + \rho \sum_l c_l \operatorname{mean}\left(\hat z_l - z_l\right)^2 $$
 *
 * Refresh the targets ({@link clusterTargets}) once an epoch.
 *
 * @param noisyLogits float32 `[B, K]`: of the encoder under dropout.
 * @param targets float32 `[B, K]`: rows of the targets; a constant.
 * @param options the reconstructions and the weights.
 * @returns a scalar.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Ghasedi Dizaji, Herandi, Deng, Cai, Huang: Deep Clustering via Joint Convolutional Autoencoder Embedding and Relative Entropy Minimization, 2017. arXiv:1704.06327
 * @example
 * import { depictLoss } from '@surrogate/losses';
 * (await depictLoss([[0, 0]], [[0.3, 0.7]], { reconstructions: [{ output: [1, 2], target: [1, 4] }] }).data())[0]; // 2.693147
 */
export function depictLoss(noisyLogits: TensorLike, targets: TensorLike, options: DepictOptions = {}): Tensor {
  const fn = 'depictLoss';
  const { reconstructions = [], clusterWeight = 1, reconstructionWeight = 1 } = options;
  checkAtLeast(fn, 'clusterWeight', clusterWeight, 0);
  checkAtLeast(fn, 'reconstructionWeight', reconstructionWeight, 0);
  reconstructions.forEach(({ weight = 1 }, l) => checkAtLeast(fn, `reconstructions[${l}].weight`, weight, 0));
  return tidy(() => {
    const z = asTensor(fn, 'noisyLogits', noisyLogits);
    checkRank(fn, 'noisyLogits', z.shape, 2);
    if (z.size === 0) fail('shape', fn, 'noisyLogits', `must not be empty, got shape [${z.shape.join(', ')}]`);
    const q = asTensor(fn, 'targets', targets);
    checkShape(fn, 'targets', q.shape, z.shape);
    const clustering = mul(clusterWeight, neg(mean(dotLast(detach(q), logSoftmax(z)))));
    return reconstructions.reduce<Tensor>((total, { output, target, weight = 1 }, l) => {
      const made = asTensor(fn, `reconstructions[${l}].output`, output);
      const wanted = asTensor(fn, `reconstructions[${l}].target`, target);
      checkShape(fn, `reconstructions[${l}].target`, wanted.shape, made.shape);
      return add(total, mul(reconstructionWeight * weight, mean(square(sub(made, detach(wanted))))));
    }, clustering);
  });
}
