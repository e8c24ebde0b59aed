/** @file Manifold similarity loss (Aziere, Todorovic 2019): proxies are compared by random walks over the batch. */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkBetween,
  checkRank,
  checkShape,
  asClassTarget,
  detach,
  exp,
  fail,
  l2Normalize,
  logSumExp,
  oneHotMask,
  relu,
  safeSqrt,
  softplus,
  spdSolve,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  concat,
  div,
  expandDims,
  eye,
  greaterEqual,
  matMul,
  mean,
  mul,
  slice,
  sub,
  sum,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { cosineSimilarity } from './distances.js';
import { float, nothing } from './pairs.js';

/** Options of {@link manifoldLoss}. */
export interface ManifoldOptions {
  /** How much of a walk goes on at each step, in [0, 1). Default 0.8. */
  alpha?: number | undefined;
  /** By how much the own proxy must win, > 0. Default 5e-4. */
  margin?: number | undefined;
  /** How much the comparison by the walks themselves counts, >= 0. Default 1. */
  intrinsicWeight?: number | undefined;
  /** How much the comparison of where walks lead counts, >= 0. Default 1. */
  contextWeight?: number | undefined;
}

/** Where random walks over similarities lead: (1 - α) (I - α S)⁻¹, `[T, T]`. */
function walks(points: Tensor, alpha: number): Tensor {
  const apart = sub(1, eye(points.shape[0]));
  const near = mul(exp(mul(2, relu(cosineSimilarity.between(points)))), apart);
  const degree = safeSqrt(sum(near, 1));
  const balanced = div(near, mul(expandDims(degree, 1), expandDims(degree, 0)));
  const identity = eye(points.shape[0]);
  return mul(1 - alpha, spdSolve(sub(identity, mul(alpha, balanced)), identity));
}

/** How far proxies other than the own one come near it, or before it, `[N]`. */
function rivalry(similarity: Tensor, own: Tensor, margin: number): Tensor {
  const excess = add(sub(similarity, sum(mul(own, similarity), 1, true)), margin);
  const counts = mul(sub(1, own), float(greaterEqual(detach(excess), 0)));
  return mean(softplus(logSumExp(excess, { mask: counts })));
}

/**
 * Manifold similarity loss: an embedding's own proxy should be the nearest, as random walks over embeddings and proxies see it.
 *
 * $$ F = (1 - \alpha)(I - \alpha \bar S)^{-1}, \qquad L = \operatorname{mean}_i \log\Big[1 + \sum_{k \ne y} e^{F_{ik} - F_{iy} + m}\Big] + \lambda \operatorname{mean}_i \log\Big[1 + \sum_{k \ne y} e^{c_{ik} - c_{iy} + m}\Big] $$
 *
 * S̄ is the normalised similarity exp(2 cos₊) without its diagonal, c the cosine between rows of F; only proxies that come within the margin count. It solves N + K equations: for batches of a hundred.
 *
 * @param embeddings float32 `[N, D]`.
 * @param proxies float32 `[K, D]`: trained along.
 * @param metaClasses int32 `[N]` in [0, K): which proxy each embedding belongs to; without labels, drawn at random for each training run.
 * @param options α, the margin m and the weights.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `dtype`, `range`.
 * @see Aziere, Todorovic: Ensemble Deep Manifold Similarity Learning Using Hard Proxies, 2019
 * @example
 * import { manifoldLoss } from '@surrogate/losses';
 * const loss = manifoldLoss([[1, 0], [0, 1]], [[1, 0], [0, 1]], [0, 1], { alpha: 0.5 });
 * (await loss.data())[0]; // 0
 */
export function manifoldLoss(embeddings: TensorLike, proxies: TensorLike, metaClasses: TensorLike, options: ManifoldOptions = {}): Tensor {
  const fn = 'manifoldLoss';
  const { alpha = 0.8, margin = 5e-4, intrinsicWeight = 1, contextWeight = 1 } = options;
  checkBetween(fn, 'alpha', alpha, 0, 1);
  checkAbove(fn, 'margin', margin, 0);
  checkAtLeast(fn, 'intrinsicWeight', intrinsicWeight, 0);
  checkAtLeast(fn, 'contextWeight', contextWeight, 0);
  return tidy(() => {
    const x = asTensor(fn, 'embeddings', embeddings);
    checkRank(fn, 'embeddings', x.shape, 2);
    const p = asTensor(fn, 'proxies', proxies);
    checkShape(fn, 'proxies', p.shape, [null, x.shape[1]!]);
    const [count, classes] = [x.shape[0], p.shape[0]];
    const { ids } = asClassTarget(fn, metaClasses, [count, classes], undefined, 'metaClasses');
    if (ids === undefined) fail('dtype', fn, 'metaClasses', 'must be ids of proxies');
    if (x.size === 0 || p.size === 0) return nothing([x, p]);
    const own = oneHotMask(ids, classes);
    const reach = walks(concat([x, p], 0), alpha);
    const ofEmbeddings = slice(reach, [0, 0], [count, -1]);
    const ofProxies = slice(reach, [count, 0], [classes, -1]);
    const intrinsic = rivalry(slice(ofEmbeddings, [0, count], [count, classes]), own, margin);
    const context = rivalry(matMul(l2Normalize(ofEmbeddings) as Tensor2D, l2Normalize(ofProxies) as Tensor2D, false, true), own, margin);
    return add(mul(intrinsicWeight, intrinsic), mul(contextWeight, context));
  });
}
