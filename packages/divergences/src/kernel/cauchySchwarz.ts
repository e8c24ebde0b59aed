/** @file The Cauchy-Schwarz divergence between samples: of distributions, of conditional distributions, of a joint one from the product of its margins; and the bottleneck made of it. */
import { add, cast, div, equal, expandDims, mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkBoolean,
  checkOneOf,
  detach,
  logSumExp,
  pairwiseSquaredDistances,
  safeSqrt,
  type TensorLike,
} from '@surrogate/core';
import { pairedSamples, twoSamples } from './samples.js';

/** A standard deviation of the Gaussian with which densities are estimated, > 0: a number or a scalar tensor, such as `medianHeuristic(x, y)`. */
export type Bandwidth = TensorLike;

/** Options of {@link cauchySchwarzDivergence}. */
export interface CauchySchwarzOptions {
  /** How smooth the densities are taken to be. Default 1. */
  bandwidth?: Bandwidth | undefined;
}

/** Options of {@link conditionalCauchySchwarzDivergence}. */
export interface ConditionalCauchySchwarzOptions {
  /** For the inputs. Default 1. */
  bandwidthX?: Bandwidth | undefined;
  /** For the outputs. Default 1. */
  bandwidthY?: Bandwidth | undefined;
  /** How pairs of inputs are weighed: by both inputs' densities, which makes it a divergence, or by the first's alone, as in equation 18 of the paper, which may be negative. Default symmetric. */
  weighting?: 'symmetric' | 'paper' | undefined;
}

/** Options of {@link cauchySchwarzInformation}. */
export interface CauchySchwarzInformationOptions {
  /** For x. Default 1. */
  bandwidthX?: Bandwidth | undefined;
  /** For t. Default 1. */
  bandwidthT?: Bandwidth | undefined;
  /** Divides by the geometric mean of what each has about itself. Default false. */
  normalized?: boolean | undefined;
}

/** What {@link cauchySchwarzBottleneckLoss} reads of a batch; one row an example. */
export interface BottleneckBatch {
  /** float32 `[N, D]`, the inputs. */
  readonly x: TensorLike;
  /** float32 `[N, E]`, their representations. */
  readonly t: TensorLike;
  /** float32 `[N, F]`, the predictions. */
  readonly predictions: TensorLike;
  /** float32 `[N, F]`, the targets. */
  readonly targets: TensorLike;
}

/** Options of {@link cauchySchwarzBottleneckLoss}. */
export interface BottleneckOptions {
  /** How much compression weighs, >= 0. Default 0.01. */
  beta?: number | undefined;
  /** For the inputs. Default 1. */
  bandwidthX?: Bandwidth | undefined;
  /** For the representations. Default 1. */
  bandwidthT?: Bandwidth | undefined;
  /** For targets and predictions. Default 1. */
  bandwidthY?: Bandwidth | undefined;
}

function checkBandwidths(fn: string, bandwidths: Readonly<Record<string, Bandwidth | undefined>>): void {
  for (const [name, value] of Object.entries(bandwidths)) if (typeof value === 'number') checkAbove(fn, name, value, 0);
}

/** The logarithm of the Gaussian of all pairs, so that points far apart do not underflow. */
function logGram(x: Tensor, bandwidth: Tensor, y?: Tensor): Tensor {
  return div(pairwiseSquaredDistances(div(x, bandwidth), y === undefined ? undefined : div(y, bandwidth)), -2);
}

const logMean = (logs: Tensor): Tensor => sub(logSumExp(logs, { axis: [0, 1] }), Math.log(logs.size));

/**
 * The Cauchy-Schwarz divergence between two samples, by Gaussian density estimates: symmetric, 0 where the estimates agree.
 *
 * $$ -2 \log \int p q + \log \int p^2 + \log \int q^2 $$
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, `range` for a bandwidth that is not positive, `dtype`, `disposed`.
 * @see Yu, Yu, Løkse, Jenssen, Príncipe: Cauchy-Schwarz Divergence Information Bottleneck for Regression, 2024. arXiv:2404.17951
 * @example
 * import { cauchySchwarzDivergence } from '@surrogate/divergences';
 * (await cauchySchwarzDivergence([[0]], [[2]]).data())[0]; // 4
 */
export function cauchySchwarzDivergence(x: TensorLike, y: TensorLike, { bandwidth = 1 }: CauchySchwarzOptions = {}): Tensor {
  const fn = 'cauchySchwarzDivergence';
  checkBandwidths(fn, { bandwidth });
  return tidy(() => {
    const [a, b] = twoSamples(fn, { x, y });
    const width = asTensor(fn, 'bandwidth', bandwidth);
    return sub(add(logMean(logGram(a, width)), logMean(logGram(b, width))), mul(2, logMean(logGram(a, width, b))));
  });
}

/**
 * The Cauchy-Schwarz divergence between the conditional distributions of two outputs for the same inputs; with few inputs alike it is a correntropy loss, which outliers hardly move.
 *
 * $$ \log S(L^{11}) + \log S(L^{22}) - 2 \log S(L^{21}), \qquad S(L) = \sum_{ij} w_{ij} K_{ij} L_{ij}, \quad w_{ij} = \frac{1}{k_i k_j}, \quad k_i = \sum_j K_{ij} $$
 *
 * The paper has w = 1/k_i², which has the same limit, but no Cauchy-Schwarz inequality: it may be negative, and training on it may diverge.
 *
 * @param x float32 `[N, D]`, the inputs.
 * @param y1 float32 `[N, E]`, one output for each, such as the target.
 * @param y2 float32 `[N, E]`, another, such as the prediction.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` unless all are matrices with one number of rows, `range` for a bandwidth that is not positive and another weighting, `dtype`, `disposed`.
 * @see Yu, Yu, Løkse, Jenssen, Príncipe: Cauchy-Schwarz Divergence Information Bottleneck for Regression, 2024. arXiv:2404.17951
 * @example
 * import { conditionalCauchySchwarzDivergence } from '@surrogate/divergences';
 * (await conditionalCauchySchwarzDivergence([[0], [100]], [[0], [1]], [[1], [2]]).data())[0]; // 1
 */
export function conditionalCauchySchwarzDivergence(
  x: TensorLike,
  y1: TensorLike,
  y2: TensorLike,
  options: ConditionalCauchySchwarzOptions = {},
): Tensor {
  const fn = 'conditionalCauchySchwarzDivergence';
  const { bandwidthX = 1, bandwidthY = 1, weighting = 'symmetric' } = options;
  checkBandwidths(fn, { bandwidthX, bandwidthY });
  checkOneOf(fn, 'weighting', weighting, ['symmetric', 'paper']);
  return tidy(() => {
    const [inputs, first, second] = pairedSamples(fn, { x, y1, y2 }) as [Tensor, Tensor, Tensor];
    twoSamples(fn, { y1: first, y2: second });
    const k = logGram(inputs, asTensor(fn, 'bandwidthX', bandwidthX));
    const width = asTensor(fn, 'bandwidthY', bandwidthY);
    const density = logSumExp(k);
    const rows = expandDims(density, 1);
    const weights = sub(k, weighting === 'paper' ? mul(2, rows) : add(rows, expandDims(density, 0)));
    const likeness = (a: Tensor, b?: Tensor) => logSumExp(add(weights, logGram(a, width, b)), { axis: [0, 1] });
    return sub(add(likeness(first), likeness(second)), mul(2, likeness(second, first)));
  });
}

/** The information of two sets of points about each other, from the logarithms of their Grams. */
function information(k: Tensor, l: Tensor): Tensor {
  const n = k.shape[0];
  const margins = add(logSumExp(k), logSumExp(l));
  const apart = sub(logSumExp(margins), 3 * Math.log(n));
  return sub(add(logMean(add(k, l)), add(logMean(k), logMean(l))), mul(2, apart));
}

/**
 * Cauchy-Schwarz mutual information: the divergence of the joint density from the product of its margins.
 *
 * $$ \log \overline{K L} + \log \overline{K}\, \overline{L} - 2 \log \frac1n \sum_i \overline{K_i}\, \overline{L_i} $$
 *
 * @param x float32 `[N, D]`, one observation a row.
 * @param t float32 `[N, E]`, what was observed with it, such as its representation.
 * @returns a float32 scalar, in nats (the paper's code has bits); normalized, at most 1 up to the smoothing.
 * @throws SurrogateError `shape` unless both are matrices with one number of rows, `range` for a bandwidth that is not positive, `dtype`, `disposed`.
 * @see Yu, Yu, Løkse, Jenssen, Príncipe: Cauchy-Schwarz Divergence Information Bottleneck for Regression, 2024. arXiv:2404.17951
 * @example
 * import { cauchySchwarzInformation } from '@surrogate/divergences';
 * (await cauchySchwarzInformation([[0], [100]], [[0], [100]]).data())[0]; // 0.693147
 */
export function cauchySchwarzInformation(x: TensorLike, t: TensorLike, options: CauchySchwarzInformationOptions = {}): Tensor {
  const fn = 'cauchySchwarzInformation';
  const { bandwidthX = 1, bandwidthT = 1, normalized = false } = options;
  checkBandwidths(fn, { bandwidthX, bandwidthT });
  checkBoolean(fn, 'normalized', normalized);
  return tidy(() => {
    const [a, b] = pairedSamples(fn, { x, t }) as [Tensor, Tensor];
    const k = logGram(a, asTensor(fn, 'bandwidthX', bandwidthX));
    const l = logGram(b, asTensor(fn, 'bandwidthT', bandwidthT));
    const value = information(k, l);
    if (!normalized) return value;
    const own = safeSqrt(mul(information(k, k), information(l, l)));
    // What is constant tells nothing, about itself neither.
    return div(value, add(own, cast(equal(detach(own), 0), 'float32')));
  });
}

/**
 * The information bottleneck for regression: predictions that are distributed as the targets given the inputs, from representations that tell little about the inputs.
 *
 * $$ D_{CS}(p(y \mid x) \Vert q(\hat y \mid x)) + \beta\, I_{CS}(x; t) $$
 *
 * The information is the normalized one.
 *
 * @param batch inputs, representations, predictions and targets.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless all are matrices with one number of rows, `range` for a bandwidth that is not positive and a negative beta, `dtype`, `disposed`.
 * @see Yu, Yu, Løkse, Jenssen, Príncipe: Cauchy-Schwarz Divergence Information Bottleneck for Regression, 2024. arXiv:2404.17951
 * @example
 * import { cauchySchwarzBottleneckLoss } from '@surrogate/divergences';
 * const batch = { x: [[0], [100]], t: [[0], [100]], predictions: [[1], [2]], targets: [[0], [1]] };
 * (await cauchySchwarzBottleneckLoss(batch, { beta: 0.5 }).data())[0]; // 1.5
 */
export function cauchySchwarzBottleneckLoss(batch: BottleneckBatch, options: BottleneckOptions = {}): Tensor {
  const fn = 'cauchySchwarzBottleneckLoss';
  const { beta = 0.01, bandwidthX, bandwidthT, bandwidthY } = options;
  checkAtLeast(fn, 'beta', beta, 0);
  checkBandwidths(fn, { bandwidthX, bandwidthT, bandwidthY });
  return tidy(() => {
    const { x, t, predictions, targets } = batch;
    const [inputs, codes, guesses, truth] = pairedSamples(fn, { x, t, predictions, targets }) as [Tensor, Tensor, Tensor, Tensor];
    twoSamples(fn, { predictions: guesses, targets: truth });
    const prediction = conditionalCauchySchwarzDivergence(inputs, truth, guesses, { bandwidthX, bandwidthY });
    const compression = cauchySchwarzInformation(inputs, codes, { bandwidthX, bandwidthT, normalized: true });
    return add(prediction, mul(beta, compression));
  });
}
