/** @file Overlap losses: Dice with self-adjusting weights (Li et al. 2020), Tversky, focal Tversky, Jaccard. */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkBoolean,
  checkOneOf,
  checkShape,
  maximum,
  pow,
  sigmoid,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, div, fill, mean, mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { countsOf, nothing, type BatchOptions } from './anyLoss.js';
import { classRows, decisionRows, type BatchRows, type ClassRowOptions } from './rows.js';

/** How overlap is measured, for one class or for many. */
export interface OverlapOptions {
  /** Self-adjustment: p becomes (1 - p)^alpha · p, which gives easy examples less say, >= 0; above 0.1 positives stall. Default 0. */
  alpha?: number | undefined;
  /** Added above and below the fraction, > 0. Default 1. */
  smooth?: number | undefined;
  /** Squares in the denominator. Default false. */
  squaredDenominator?: boolean | undefined;
  /** One fraction for the whole batch, or the mean of one an example. Default batch. */
  level?: 'batch' | 'example' | undefined;
}

/** Options of {@link binaryDiceLoss}. */
export interface BinaryDiceOptions extends BatchOptions, OverlapOptions {}

/** Options of {@link diceLoss}. */
export interface DiceOptions extends ClassRowOptions, OverlapOptions {
  /** float32 `[K]`: how much the loss of each class counts. Default all alike. */
  classWeights?: TensorLike | undefined;
}

/** Options of {@link tverskyLoss}. */
export interface TverskyOptions extends ClassRowOptions {
  /** Weight of false positives, >= 0. Default 0.5. */
  fpWeight?: number | undefined;
  /** Weight of misses, >= 0. Default 0.5. */
  fnWeight?: number | undefined;
  /** Added above and below the fraction, > 0. Default 1. */
  smooth?: number | undefined;
  /** The power of the loss of each class, > 0: below 1 is the focal Tversky loss (its paper has 0.75). Default 1. */
  gamma?: number | undefined;
}

/** Options of {@link jaccardLoss}. */
export interface JaccardOptions extends ClassRowOptions {
  /** Added above and below the fraction, > 0. Default 1. */
  smooth?: number | undefined;
}

/** Keeps the slope of (1 - p)^alpha finite where p is 1. */
const leastDoubt = 1e-6;

/** Below any sum of weights that is not 0. */
const leastWeight = 1e-30;

function checkOverlap(fn: string, { alpha = 0, smooth = 1, squaredDenominator = false, level = 'batch' }: OverlapOptions) {
  checkAtLeast(fn, 'alpha', alpha, 0);
  checkAbove(fn, 'smooth', smooth, 0);
  checkBoolean(fn, 'squaredDenominator', squaredDenominator);
  checkOneOf(fn, 'level', level, ['batch', 'example']);
  return { alpha, smooth, squaredDenominator, level };
}

/** The dice loss of each class. */
function diceOf({ predictions: p, labels: y, weights: w }: BatchRows, options: ReturnType<typeof checkOverlap>): Tensor {
  const { alpha, smooth, squaredDenominator, level } = options;
  const q = alpha === 0 ? p : mul(pow(maximum(sub(1, p), leastDoubt), alpha), p);
  const size = (x: Tensor) => (squaredDenominator ? square(x) : x);
  const overlap = mul(2, mul(q, y));
  const sizes = add(size(q), size(y));
  const loss = (above: Tensor, below: Tensor) => sub(1, div(add(above, smooth), add(below, smooth)));
  if (level === 'batch') return loss(sum(mul(w, overlap), 0), sum(mul(w, sizes), 0));
  // Rows of weight 0 do not count; where all are such, the loss is 0.
  return div(sum(mul(w, loss(overlap, sizes)), 0), maximum(sum(w), leastWeight));
}

function meanOverClasses(fn: string, losses: Tensor, classWeights: TensorLike | undefined): Tensor {
  if (classWeights === undefined) return mean(losses);
  const weights = asTensor(fn, 'classWeights', classWeights);
  checkShape(fn, 'classWeights', weights.shape, losses.shape);
  return div(sum(mul(weights, losses)), sum(weights));
}

/**
 * Dice loss of independent decisions, as for a segmentation mask.
 *
 * $$ L = 1 - \frac{2 \sum_i q_i y_i + g}{\sum_i q_i + \sum_i y_i + g}, \qquad q = (1 - p)^\alpha p, \quad p = \sigma(z) $$
 *
 * @param logits float32 of any shape.
 * @param labels of the same shape, in [0, 1].
 * @param options α, the smoothing g, how it is counted, and what weighs.
 * @returns a scalar.
 * @throws SurrogateError `shape` when the shapes differ, `range`, `dtype`.
 * @see Li, Sun, Meng, Liang, Wu, Li: Dice Loss for Data-imbalanced NLP Tasks, 2020. arXiv:1911.02855
 * @see Milletari, Navab, Ahmadi: V-Net, 2016. arXiv:1606.04797
 * @example
 * import { binaryDiceLoss } from '@surrogate/losses';
 * (await binaryDiceLoss([0, 0], [1, 0]).data())[0]; // 0.333333
 */
export function binaryDiceLoss(logits: TensorLike, labels: TensorLike, options: BinaryDiceOptions = {}): Tensor {
  const fn = 'binaryDiceLoss';
  const overlap = checkOverlap(fn, options);
  return tidy(() => {
    const rows = decisionRows(fn, ['logits', logits], labels, options);
    return rows === undefined ? nothing(fn, 'logits', logits) : mean(diceOf({ ...rows, predictions: sigmoid(rows.predictions) }, overlap));
  });
}

/**
 * Dice loss over classes: the mean of each class's overlap with its softmax probabilities.
 *
 * $$ L = \frac1K \sum_k \left( 1 - \frac{2 \sum_i q_{ik} y_{ik} + g}{\sum_i q_{ik} + \sum_i y_{ik} + g} \right), \qquad q = (1 - p)^\alpha p, \quad p = \operatorname{softmax}(z) $$
 *
 * The authors' code sums the classes; multiply by K for that.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options α, the smoothing g, how it is counted, where the classes are, and what weighs.
 * @returns a scalar.
 * @throws SurrogateError `shape` when labels fit neither form, `range`, `dtype`.
 * @see Li, Sun, Meng, Liang, Wu, Li: Dice Loss for Data-imbalanced NLP Tasks, 2020. arXiv:1911.02855
 * @example
 * import { diceLoss } from '@surrogate/losses';
 * (await diceLoss([[2, 1, 0], [0, 1, 1]], [0, 2], { squaredDenominator: true, level: 'example' }).data())[0]; // 0.0730918
 */
export function diceLoss(logits: TensorLike, labels: Labels, options: DiceOptions = {}): Tensor {
  const fn = 'diceLoss';
  const overlap = checkOverlap(fn, options);
  return tidy(() => {
    const rows = classRows(fn, logits, labels, options);
    return rows === undefined ? nothing(fn, 'logits', logits) : meanOverClasses(fn, diceOf(rows, overlap), options.classWeights);
  });
}

function tversky(fn: string, logits: TensorLike, labels: Labels, options: TverskyOptions): Tensor {
  const { fpWeight = 0.5, fnWeight = 0.5, smooth = 1, gamma = 1 } = options;
  checkAtLeast(fn, 'fpWeight', fpWeight, 0);
  checkAtLeast(fn, 'fnWeight', fnWeight, 0);
  checkAbove(fn, 'smooth', smooth, 0);
  checkAbove(fn, 'gamma', gamma, 0);
  return tidy(() => {
    const rows = classRows(fn, logits, labels, options);
    if (rows === undefined) return nothing(fn, 'logits', logits);
    const { tp, fn: missed, fp } = countsOf(rows);
    const index = div(add(tp, smooth), add(add(tp, smooth), add(mul(fpWeight, fp), mul(fnWeight, missed))));
    const loss = sub(1, index);
    return mean(gamma === 1 ? loss : pow(maximum(loss, 0), fill(loss.shape, gamma)));
  });
}

/**
 * Tversky loss over classes: overlap in which false positives and misses count differently; with `gamma` the focal Tversky loss.
 *
 * $$ L = \frac1K \sum_k \left( 1 - \frac{tp_k + g}{tp_k + a\, fp_k + b\, fn_k + g} \right)^\gamma $$
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options the weights a and b, the smoothing g, the power γ, where the classes are, and what weighs.
 * @returns a scalar.
 * @throws SurrogateError `shape` when labels fit neither form, `range`.
 * @see Salehi, Erdogmus, Gholipour: Tversky Loss Function for Image Segmentation Using 3D Fully Convolutional Deep Networks, 2017. arXiv:1706.05721
 * @see Abraham, Khan: A Novel Focal Tversky Loss Function with Improved Attention U-Net for Lesion Segmentation, 2018. arXiv:1810.07842
 * @example
 * import { tverskyLoss } from '@surrogate/losses';
 * (await tverskyLoss([[0, 0]], [0], { smooth: 1e-6, fnWeight: 1 }).data())[0]; // 0.75
 */
export function tverskyLoss(logits: TensorLike, labels: Labels, options: TverskyOptions = {}): Tensor {
  return tversky('tverskyLoss', logits, labels, options);
}

/**
 * Jaccard (intersection over union) loss over classes.
 *
 * $$ L = \frac1K \sum_k \left( 1 - \frac{tp_k + g}{tp_k + fp_k + fn_k + g} \right) $$
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options the smoothing g, where the classes are, and what weighs.
 * @returns a scalar.
 * @throws SurrogateError `shape` when labels fit neither form, `range`.
 * @see Rahman, Wang: Optimizing Intersection-Over-Union in Deep Neural Networks for Image Segmentation, 2016
 * @example
 * import { jaccardLoss } from '@surrogate/losses';
 * (await jaccardLoss([[0, 0], [0, 0]], [0, 1], { smooth: 1e-6 }).data())[0]; // 0.666667
 */
export function jaccardLoss(logits: TensorLike, labels: Labels, options: JaccardOptions = {}): Tensor {
  return tversky('jaccardLoss', logits, labels, { ...options, fpWeight: 1, fnWeight: 1, gamma: 1 });
}
