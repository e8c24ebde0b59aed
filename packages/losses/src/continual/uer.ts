/** @file Angles for what is new, angles and lengths for what is replayed (Lin et al. 2023): continual learning without a bias towards the last task. */
import {
  asClassTarget,
  asTensor,
  checkAbove,
  checkAtLeast,
  checkRank,
  checkShape,
  fail,
  l2Normalize,
  safeNorm,
  type TensorLike,
} from '@surrogate/core';
import { add, div, matMul, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropy } from '../classification/crossEntropy.js';

/** Options of {@link cosineLogits}. */
export interface CosineOptions {
  /** What the cosines are divided by, > 0. Default 0.09. */
  temperature?: number | undefined;
}

/** How a dot product divides into an angle and lengths. */
export interface LogitFactors {
  /** float32 `[n, K]`: the cosines of the angles between features and class weights. */
  readonly angle: Tensor;
  /** float32 `[n, K]`: the products of their lengths. */
  readonly norm: Tensor;
}

/** Features with the class of each. */
export interface LabeledBatch {
  /** float32 `[n, d]`, of the last hidden layer. */
  readonly features: TensorLike;
  /** int32 class ids `[n]`. */
  readonly labels: TensorLike;
}

/** Options of {@link uerLoss}. */
export interface UerOptions extends CosineOptions {
  /** How much the replayed batch counts, >= 0. Default 1. */
  replayWeight?: number | undefined;
}

function headOf(fn: string, features: TensorLike, weights: TensorLike, argument = 'features') {
  const h = asTensor(fn, argument, features);
  const w = asTensor(fn, 'weights', weights);
  checkRank(fn, 'weights', w.shape, 2);
  checkShape(fn, argument, h.shape, [null, w.shape[0]]);
  return { h, w };
}

const cosines = (h: Tensor, w: Tensor) => matMul(l2Normalize(h, { axis: 1 }), l2Normalize(w, { axis: 0 }));

/** The mean cross-entropy of a batch, by the logits that its features give. */
function batchLoss(fn: string, argument: string, batch: LabeledBatch, weights: TensorLike, logitsOf: (h: Tensor, w: Tensor) => Tensor) {
  if (typeof batch !== 'object' || batch === null)
    fail('dtype', fn, argument, `must be { features, labels }, got ${batch === null ? 'null' : typeof batch}`);
  const { h, w } = headOf(fn, batch.features, weights, `${argument}.features`);
  const logits = logitsOf(h, w);
  asClassTarget(fn, batch.labels, logits.shape, undefined, `${argument}.labels`);
  return crossEntropy(logits, batch.labels);
}

/**
 * Logits by angle alone: however long features and class weights are, they say the same.
 *
 * $$ z_k = \frac1s \cos\theta_k = \frac{h^\top w_k}{s\, \lVert h \rVert \lVert w_k \rVert} $$
 *
 * @param features float32 `[n, d]`.
 * @param weights float32 `[d, K]`, one column a class.
 * @param options the temperature s.
 * @returns float32 `[n, K]`.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` when the temperature is not above 0.
 * @see Lin, Zhang, Feng, Li, Ye: UER: A Heuristic Bias Addressing Approach for Online Continual Learning, 2023. arXiv:2309.04081
 * @example
 * import { cosineLogits } from '@surrogate/losses';
 * await cosineLogits([[3, 4]], [[1, 0], [0, 2]], { temperature: 1 }).data(); // [0.6, 0.8]
 */
export function cosineLogits(features: TensorLike, weights: TensorLike, options: CosineOptions = {}): Tensor {
  const fn = 'cosineLogits';
  const { temperature = 0.09 } = options;
  checkAbove(fn, 'temperature', temperature, 0);
  return tidy(() => {
    const { h, w } = headOf(fn, features, weights);
    return div(cosines(h, w), temperature);
  });
}

/**
 * The two factors of dot-product logits: an angle, which tells classes apart, and lengths, which favour what was trained last.
 *
 * $$ h^\top w_k = \cos\theta_k \cdot \lVert h \rVert \lVert w_k \rVert $$
 *
 * @param features float32 `[n, d]`.
 * @param weights float32 `[d, K]`, one column a class.
 * @returns both factors, `[n, K]` each, whose product is the logits; they are the caller's.
 * @throws SurrogateError `shape`, `dtype`, `disposed`.
 * @see Lin, Zhang, Feng, Li, Ye: UER: A Heuristic Bias Addressing Approach for Online Continual Learning, 2023. arXiv:2309.04081
 * @example
 * import { logitFactors } from '@surrogate/losses';
 * const { angle, norm } = logitFactors([[3, 4]], [[1, 0], [0, 2]]);
 * await angle.data(); // [0.6, 0.8]
 * await norm.data(); // [5, 10]
 */
export function logitFactors(features: TensorLike, weights: TensorLike): LogitFactors {
  const fn = 'logitFactors';
  return tidy(() => {
    const { h, w } = headOf(fn, features, weights);
    return {
      angle: cosines(h, w),
      norm: mul(safeNorm(h, { axis: 1, keepDims: true }), safeNorm(w, { axis: 0, keepDims: true })),
    };
  });
}

/**
 * The loss of online continual learning by angle and norm: the batch of the stream is learnt by angle alone, so that it cannot win by longer weights; the replayed
 * batch, which holds all classes, by the whole dot product. Predict with dot products.
 *
 * $$ L = \operatorname{CE}\!\left( \tfrac1s \cos\theta, y \right)_{\text{current}} + \lambda \operatorname{CE}\!\left( h^\top W, y \right)_{\text{replay}} $$
 *
 * The split is the paper's; its temperature could not be found, and the default is that of the same authors' cosine head.
 *
 * @param current features and labels of the stream's batch.
 * @param replay features and labels of a batch from memory; undefined before there is one.
 * @param weights float32 `[d, K]`, one column a class.
 * @param options the temperature s and the weight λ.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range`.
 * @see Lin, Zhang, Feng, Li, Ye: UER: A Heuristic Bias Addressing Approach for Online Continual Learning, 2023. arXiv:2309.04081
 * @example
 * import { uerLoss } from '@surrogate/losses';
 * const weights = [[1, 0, -1], [0, 2, 1]];
 * const batch = { features: [[3, 4]], labels: [0] };
 * (await uerLoss(batch, undefined, weights).data())[0]; // 2.3257096
 */
export function uerLoss(current: LabeledBatch, replay: LabeledBatch | undefined, weights: TensorLike, options: UerOptions = {}): Tensor {
  const fn = 'uerLoss';
  const { temperature = 0.09, replayWeight = 1 } = options;
  checkAbove(fn, 'temperature', temperature, 0);
  checkAtLeast(fn, 'replayWeight', replayWeight, 0);
  return tidy(() => {
    const now = batchLoss(fn, 'current', current, weights, (h, w) => div(cosines(h, w), temperature));
    if (replay === undefined) return now;
    return add(
      now,
      mul(
        replayWeight,
        batchLoss(fn, 'replay', replay, weights, (h, w) => matMul(h, w)),
      ),
    );
  });
}
