/** @file Regression as classification over bins: HL-Gauss (Imani, White 2018; Farebrother et al. 2024) and two-hot targets. */
import {
  asTensor,
  checkAbove,
  checkBoolean,
  checkFinite,
  checkInteger,
  checkShape,
  clip,
  detach,
  fail,
  lossScope,
  noGrad,
  relu,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { broadcastTo, div, erf, expandDims, linspace, mul, slice, sub, sum, tidy, abs, type Tensor } from '@tensorflow/tfjs-core';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** Bins over a range of values. */
export interface HistogramOptions {
  /** The least value. Default -10. */
  min?: number | undefined;
  /** The largest value, > min. Default 10. */
  max?: number | undefined;
  /** How many bins, >= 2. Default 51. */
  bins?: number | undefined;
}

/** Options of {@link hlGauss}. */
export interface HlGaussOptions extends HistogramOptions {
  /** The standard deviation of a target over the width of a bin, > 0. Default 0.75, which spreads a target over about six bins. */
  sigmaRatio?: number | undefined;
  /** Widens the range by three standard deviations at each end, so that values near it decode without bias. Default false. */
  padRange?: boolean | undefined;
}

/** A way to read numbers as distributions over bins, and back. */
export interface HistogramCode {
  /** float32 `[bins]`: the value that each bin stands for. */
  centers(): Tensor;
  /** Values `[...]` as probabilities `[..., bins]`, a constant to gradients; values beyond the range count as its ends. */
  toProbs(values: TensorLike): Tensor;
  /** Probabilities `[..., bins]` as their mean values `[...]`. */
  toScalar(probs: TensorLike): Tensor;
  /** Cross-entropy of logits `[..., bins]` against values `[...]`. */
  loss(logits: TensorLike, values: TensorLike, options?: LossOptions): Tensor;
}

function checkRange(fn: string, { min = -10, max = 10, bins = 51 }: HistogramOptions) {
  checkFinite(fn, 'min', min);
  checkFinite(fn, 'max', max);
  if (!(max > min)) fail('range', fn, 'max', `must be greater than min = ${min}, got ${max}`);
  checkInteger(fn, 'bins', bins, 2);
  return { min, max, bins };
}

/** A code from its centres and from how one value becomes probabilities. */
function code(fn: string, centers: () => Tensor, encode: (values: Tensor) => Tensor): HistogramCode {
  const bins = () => centers().shape[0];
  const toProbs = (values: TensorLike) => tidy(() => noGrad(() => encode(detach(asTensor(fn, 'values', values)))));
  return {
    centers: () => tidy(centers),
    toProbs,
    toScalar: (probs) =>
      tidy(() => {
        const p = asTensor(fn, 'probs', probs);
        checkShape(fn, 'probs', p.shape.slice(-1), [bins()]);
        return sum(mul(p, centers()), -1);
      }),
    loss: (logits, values, options = {}) =>
      tidy(() => {
        const z = asTensor(fn, 'logits', logits);
        const targets = asTensor(fn, 'values', values);
        checkShape(fn, 'logits', z.shape, [...targets.shape, bins()]);
        const spread: Tensor = broadcastTo(expandDims(targets, -1), z.shape);
        return lossScope(
          fn,
          { logits: z, values: spread },
          options,
          (rows) => {
            const target = noGrad(() => encode(detach(firstOf(rows.values))));
            return crossEntropyRows({ logits: rows.logits, ids: undefined, target });
          },
          1,
        );
      }),
  };
}

const firstOf = (x: Tensor): Tensor => sum(slice(x, Array<number>(x.rank).fill(0), [...x.shape.slice(0, -1), 1]), -1);

/**
 * HL-Gauss: a number as a Gaussian over bins, so that regression becomes classification whose gradients know no scale.
 *
 * $$ p_i(y) = \frac{\Phi\left( \frac{e_{i+1} - y}{\sigma} \right) - \Phi\left( \frac{e_i - y}{\sigma} \right)}{\Phi\left( \frac{e_m - y}{\sigma} \right) - \Phi\left( \frac{e_0 - y}{\sigma} \right)}, \qquad \ell(z, y) = \operatorname{CE}(z, p(y)) $$
 *
 * @param options the range, the bins, and the width of the Gaussian.
 * @returns how numbers become probabilities and back, and the loss.
 * @throws SurrogateError `range`; its functions `shape`, `dtype`, `disposed`.
 * @see Imani, White: Improving Regression Performance with Distributional Losses, 2018. arXiv:1806.04613
 * @see Farebrother et al.: Stop Regressing: Training Value Functions via Classification for Scalable Deep RL, 2024. arXiv:2403.03950
 * @example
 * import { hlGauss } from '@surrogate/losses';
 * const code = hlGauss({ min: -1, max: 1, bins: 4 });
 * await code.toProbs(0.3).data(); // [0.0167071, 0.2017075, 0.5070832, 0.2745021]
 */
export function hlGauss(options: HlGaussOptions = {}): HistogramCode {
  const fn = 'hlGauss';
  const { sigmaRatio = 0.75, padRange = false } = options;
  const { min, max, bins } = checkRange(fn, options);
  checkAbove(fn, 'sigmaRatio', sigmaRatio, 0);
  checkBoolean(fn, 'padRange', padRange);
  // Padding widens the bins, and with them the Gaussian: solve width · bins = max - min + 6 · sigmaRatio · width.
  if (padRange && bins <= 6 * sigmaRatio) fail('range', fn, 'bins', `must be more than ${6 * sigmaRatio} for a padded range, got ${bins}`);
  const width = (max - min) / (padRange ? bins - 6 * sigmaRatio : bins);
  const low = padRange ? min - 3 * sigmaRatio * width : min;
  const sigma = sigmaRatio * width;
  const centers = () => linspace(low + width / 2, low + (bins - 0.5) * width, bins) as Tensor;
  return code(fn, centers, (values) => {
    const edges = linspace(low, low + bins * width, bins + 1);
    const y = expandDims(clip(values, min, max), -1);
    const below = erf(div(sub(edges, y), sigma * Math.SQRT2));
    const front = Array<number>(below.rank - 1).fill(0);
    const shape = below.shape.slice(0, -1);
    const mass = sub(slice(below, [...front, 1], [...shape, bins]), slice(below, [...front, 0], [...shape, bins]));
    return div(mass, sum(mass, -1, true));
  });
}

/**
 * Two-hot code: a number as weights on the two nearest of evenly spaced values; it decodes exactly.
 *
 * $$ p_i(y) = \left( 1 - \frac{|y - c_i|}{c_{i+1} - c_i} \right)_+ $$
 *
 * @param options the range, whose ends are the first and the last value, and how many values.
 * @returns how numbers become probabilities and back, and the loss.
 * @throws SurrogateError `range`; its functions `shape`, `dtype`, `disposed`.
 * @see Schrittwieser et al.: Mastering Atari, Go, Chess and Shogi by Planning with a Learned Model, 2020. arXiv:1911.08265
 * @example
 * import { twoHot } from '@surrogate/losses';
 * await twoHot({ min: -1, max: 1, bins: 5 }).toProbs(0.3).data(); // [0, 0, 0.4, 0.6, 0]
 */
export function twoHot(options: HistogramOptions = {}): HistogramCode {
  const { min, max, bins } = checkRange('twoHot', options);
  const width = (max - min) / (bins - 1);
  const centers = () => linspace(min, max, bins) as Tensor;
  return code('twoHot', centers, (values) => relu(sub(1, div(abs(sub(expandDims(clip(values, min, max), -1), centers())), width))));
}
