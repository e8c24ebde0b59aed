/** @file Losses of embeddings against proxies and centres, without a margin of angle. */
import {
  asClassTarget,
  asTensor,
  checkAbove,
  checkFinite,
  checkRank,
  checkShape,
  clip,
  l2Normalize,
  logSumExp,
  oneHotMask,
  pairwiseSquaredDistances,
  select,
  softmax,
  softplus,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  broadcastTo,
  cast,
  div,
  expandDims,
  greater,
  mean,
  mul,
  neg,
  notEqual,
  ones,
  square,
  sub,
  sum,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';
import { centerScope, cosinesOf, manyCosinesOf, type CenterLossOptions } from './centers.js';
import { overNonZero } from './distances.js';
import { float, nothing } from './pairs.js';

/** Options of {@link normalizedSoftmaxLoss}. */
export interface NormalizedSoftmaxOptions extends CenterLossOptions {
  /** What cosines are divided by, > 0. Default 0.05. */
  temperature?: number | undefined;
}

/**
 * Normalized softmax loss: cross-entropy over cosines to class centres.
 *
 * $$ \ell = -\log \frac{e^{\cos\theta_y / \tau}}{\sum_k e^{\cos\theta_k / \tau}} $$
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: trained along.
 * @param labels int32 `[B]` class ids, or one-hot or soft.
 * @param options the temperature τ, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or a temperature that is not positive.
 * @see Zhai, Wu: Classification is a Strong Baseline for Deep Metric Learning, 2019. arXiv:1811.12649
 * @example
 * import { normalizedSoftmaxLoss } from '@surrogate/losses';
 * (await normalizedSoftmaxLoss([[2, 0]], [[1, 0], [0, 1]], [0], { temperature: 1 }).data())[0]; // 0.313262
 */
export function normalizedSoftmaxLoss(
  embeddings: TensorLike,
  centers: TensorLike,
  labels: Labels,
  options: NormalizedSoftmaxOptions = {},
): Tensor {
  const fn = 'normalizedSoftmaxLoss';
  const { temperature = 0.05 } = options;
  checkAbove(fn, 'temperature', temperature, 0);
  return centerScope(fn, { embeddings, centers, labels }, options, cosinesOf, (rows) =>
    crossEntropyRows(rows, div(rows.logits, temperature)),
  );
}

/** Options of {@link proxyNcaLoss}. */
export interface ProxyNcaOptions extends CenterLossOptions {
  /** What squared distances are multiplied by, > 0. Default 1. */
  scale?: number | undefined;
}

/**
 * Proxy-NCA loss: the negative log-probability of the own proxy, in a softmax over squared distances between unit vectors.
 *
 * $$ \ell = -\log \frac{e^{-\sigma \lVert \hat x - \hat p_y \rVert^2}}{\sum_k e^{-\sigma \lVert \hat x - \hat p_k \rVert^2}} $$
 *
 * The own proxy is in the sum, as in pytorch-metric-learning and Proxy-NCA++; the first paper leaves it out.
 *
 * @param embeddings float32 `[B, D]`.
 * @param proxies float32 `[K, D]`: trained along.
 * @param labels int32 `[B]` class ids, or one-hot or soft.
 * @param options the scale σ, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or a scale that is not positive.
 * @see Movshovitz-Attias, Toshev, Leung, Ioffe, Singh: No Fuss Distance Metric Learning using Proxies, 2017. arXiv:1703.07464
 * @example
 * import { proxyNcaLoss } from '@surrogate/losses';
 * (await proxyNcaLoss([[2, 0]], [[1, 0], [0, 1]], [0]).data())[0]; // 0.126928
 */
export function proxyNcaLoss(embeddings: TensorLike, proxies: TensorLike, labels: Labels, options: ProxyNcaOptions = {}): Tensor {
  const fn = 'proxyNcaLoss';
  const { scale = 1 } = options;
  checkAbove(fn, 'scale', scale, 0);
  return centerScope(
    fn,
    { embeddings, centers: proxies, labels },
    options,
    ({ embeddings: x, centers: p }) => neg(pairwiseSquaredDistances(l2Normalize(x), l2Normalize(p))),
    (rows) => crossEntropyRows(rows, mul(scale, rows.logits)),
    { name: 'proxies' },
  );
}

/** Options of {@link softTripleLoss}. */
export interface SoftTripleOptions extends CenterLossOptions {
  /** What similarities are multiplied by, > 0. Default 20. */
  scale?: number | undefined;
  /** How soft the choice among the centres of a class is, > 0. Default 0.1. */
  temperature?: number | undefined;
  /** By how much the own class must win. Default 0.01. */
  margin?: number | undefined;
}

/**
 * SoftTriple loss: cross-entropy over similarities to classes that have several centres each, chosen softly.
 *
 * $$ \ell = -\log \frac{e^{\lambda (S_y - \delta)}}{e^{\lambda (S_y - \delta)} + \sum_{k \ne y} e^{\lambda S_k}}, \qquad S_k = \sum_c \operatorname{softmax}_c(s_{kc} / \gamma)\, s_{kc} $$
 *
 * The paper adds a penalty that merges centres of one class, which is not part of this loss.
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, C, D]`: C centres a class, trained along; the paper has 10.
 * @param labels int32 `[B]` class ids, or one-hot or soft.
 * @param options the scale λ, the temperature γ and the margin δ, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Qian, Shang, Sun, Hu, Li, Jin: SoftTriple Loss: Deep Metric Learning Without Triplet Sampling, 2019. arXiv:1909.05235
 * @example
 * import { softTripleLoss } from '@surrogate/losses';
 * (await softTripleLoss([[2, 0]], [[[1, 0]], [[0, 1]]], [0], { scale: 1, margin: 0 }).data())[0]; // 0.313262
 */
export function softTripleLoss(embeddings: TensorLike, centers: TensorLike, labels: Labels, options: SoftTripleOptions = {}): Tensor {
  const fn = 'softTripleLoss';
  const { scale = 20, temperature = 0.1, margin = 0.01 } = options;
  checkAbove(fn, 'scale', scale, 0);
  checkAbove(fn, 'temperature', temperature, 0);
  checkFinite(fn, 'margin', margin);
  return centerScope(
    fn,
    { embeddings, centers, labels },
    options,
    (inputs) => {
      const s = manyCosinesOf(inputs);
      return sum(mul(softmax(div(s, temperature)), s), -1);
    },
    (rows) => crossEntropyRows(rows, mul(scale, sub(rows.logits, mul(margin, rows.target)))),
    { perClass: true },
  );
}

/**
 * P2SGrad loss: squared errors of cosines to class centres, whose gradient is that of the paper's rule.
 *
 * $$ \ell = \frac1K \sum_k (\cos\theta_k - [k = y])^2 $$
 *
 * @param embeddings float32 `[B, D]`.
 * @param centers float32 `[K, D]`: trained along; brought to length 1.
 * @param labels int32 `[B]` class ids, or one-hot or soft.
 * @param options what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K).
 * @see Zhang, Zhao, Yan, Gao, Li, Yi: P2SGrad: Refined Gradients for Optimizing Deep Face Models, 2019. arXiv:1905.02479
 * @example
 * import { p2sGradLoss } from '@surrogate/losses';
 * (await p2sGradLoss([[1, 0]], [[1, 0], [0, 1]], [1]).data())[0]; // 1
 */
export function p2sGradLoss(embeddings: TensorLike, centers: TensorLike, labels: Labels, options: CenterLossOptions = {}): Tensor {
  return centerScope('p2sGradLoss', { embeddings, centers, labels }, options, cosinesOf, (rows) =>
    mean(square(sub(clip(rows.logits, -1, 1), rows.target)), -1),
  );
}

/** Options of {@link proxyAnchorLoss}. */
export interface ProxyAnchorOptions {
  /** The margin δ of the cosine. Default 0.1. */
  margin?: number | undefined;
  /** The scale α, > 0. Default 32. */
  alpha?: number | undefined;
  /** bool or 0/1 `[B]`: which embeddings are there at all. */
  mask?: TensorLike | undefined;
}

/**
 * Proxy-anchor loss: each proxy is an anchor that pulls the embeddings of its class and pushes all others, the hardest most.
 *
 * $$ L = \frac{1}{|P^+|} \sum_{p \in P^+} \log\Big[1 + \sum_{x \in X_p} e^{-\alpha (s(x, p) - \delta)}\Big] + \frac{1}{|P|} \sum_p \log\Big[1 + \sum_{x \notin X_p} e^{\alpha (s(x, p) + \delta)}\Big] $$
 *
 * P⁺ are the proxies of classes that are in the batch.
 *
 * @param embeddings float32 `[B, D]`.
 * @param proxies float32 `[K, D]`: trained along.
 * @param labels int32 `[B]` class ids.
 * @param options the margin δ, the scale α, and which embeddings are there.
 * @returns a scalar; 0 for an empty batch.
 * @throws SurrogateError `shape`, `dtype`, `range` for ids outside [0, K) or options outside their range.
 * @see Kim, Kim, Cho, Kwak: Proxy Anchor Loss for Deep Metric Learning, 2020. arXiv:2003.13911
 * @example
 * import { proxyAnchorLoss } from '@surrogate/losses';
 * (await proxyAnchorLoss([[1, 0]], [[1, 0], [0, 1]], [0], { alpha: 1, margin: 0 }).data())[0]; // 0.659835
 */
export function proxyAnchorLoss(embeddings: TensorLike, proxies: TensorLike, labels: Labels, options: ProxyAnchorOptions = {}): Tensor {
  const fn = 'proxyAnchorLoss';
  const { margin = 0.1, alpha = 32, mask } = options;
  checkFinite(fn, 'margin', margin);
  checkAbove(fn, 'alpha', alpha, 0);
  return tidy(() => {
    const x = asTensor(fn, 'embeddings', embeddings);
    checkRank(fn, 'embeddings', x.shape, 2);
    const p = asTensor(fn, 'proxies', proxies);
    checkShape(fn, 'proxies', p.shape, [null, x.shape[1]!]);
    const [count, classes] = [x.shape[0], p.shape[0]];
    const { ids, soft } = asClassTarget(fn, labels, [count, classes]);
    const given = mask === undefined ? ones([count]) : asTensor(fn, 'mask', mask);
    checkShape(fn, 'mask', given.shape, [count]);
    if (x.size === 0 || p.size === 0) return nothing([x, p]);
    const alive = notEqual(given, 0);
    const there = expandDims(float(alive), 1);
    const shown = select(cast(broadcastTo(expandDims(alive, 1), x.shape), 'bool'), x, zerosLike(x));
    const s = cosinesOf({ embeddings: shown, centers: p });
    const own: Tensor = mul(soft ?? oneHotMask(ids, classes), there);
    const pull = softplus(logSumExp(mul(-alpha, sub(s, margin)), { axis: 0, mask: own }));
    const push = softplus(logSumExp(mul(alpha, add(s, margin)), { axis: 0, mask: sub(there, own) }));
    const met = sum(float(greater(sum(own, 0), 0)));
    return add(overNonZero(sum(pull), met), mean(push));
  });
}
