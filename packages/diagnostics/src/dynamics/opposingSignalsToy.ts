/** @file A testbed of opposing signals: a few examples that pull one large feature to both sides. */
import { checkAtLeast, checkBetween, checkFinite, checkInteger, checkRng, type Rng } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';

/** What {@link opposingSignalsToy} draws. */
export interface OpposingSignalsOptions {
  /** n, >= 1. */
  examples: number;
  /** d, how many ordinary features, >= 1. Default 10. */
  width?: number | undefined;
  /** s, how large the other feature is in outliers, >= 0. Default 10. */
  scale?: number | undefined;
  /** The part of examples that are outliers, in [0, 1]; half of them have +s, half -s. Default 0.05. */
  fraction?: number | undefined;
  /** What an outlier's feature adds to the target, times its size. Default 0.02. */
  gamma?: number | undefined;
  /** The length of the true weights of the ordinary features, >= 0. Default 2. */
  betaNorm?: number | undefined;
  /** The standard deviation of the targets' noise, >= 0. Default 0.1. */
  noise?: number | undefined;
}

/** Examples, in doubles. */
export interface OpposingSignals {
  /** n x (d + 1): the ordinary features, then the other. */
  readonly features: Matrix;
  /** n. */
  readonly targets: Float64Array;
  /** 1 and -1 of the outliers, 0 of the rest; the outliers come first. */
  readonly groups: Int32Array;
}

/**
 * Draws regression data in which outliers oppose each other: their large feature has two signs, their target but one, so that a linear weight on it can only balance at 0.
 *
 * $$ y = \langle \beta, x \rangle + \gamma |o| + \epsilon, \qquad o \in \lbrace 0, s, -s \rbrace $$
 *
 * The curvature along that feature grows with what a network learns of the others: it sharpens until its steps overshoot there, and both groups' losses swing in opposition.
 *
 * @param options sizes and scales.
 * @param rng the generator; it moves on.
 * @returns features, targets and groups.
 * @throws SurrogateError `range`, `dtype`.
 * @see Rosenfeld, Risteski: Outliers with Opposing Signals Have an Outsized Effect on Neural Network Optimization, 2023. arXiv:2311.04163
 * @example
 * import { rng } from '@surrogate/core';
 * import { opposingSignalsToy } from '@surrogate/diagnostics';
 * const { groups } = opposingSignalsToy({ examples: 8, fraction: 0.5 }, rng(0));
 * groups; // [1, -1, 1, -1, 0, 0, 0, 0]
 */
export function opposingSignalsToy(options: OpposingSignalsOptions, rng: Rng): OpposingSignals {
  const fn = 'opposingSignalsToy';
  const { examples, width = 10, scale = 10, fraction = 0.05, gamma = 0.02, betaNorm = 2, noise = 0.1 } = options;
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'examples', examples, 1);
  checkInteger(fn, 'width', width, 1);
  checkAtLeast(fn, 'scale', scale, 0);
  checkBetween(fn, 'fraction', fraction, 0, 1, true);
  checkFinite(fn, 'gamma', gamma);
  checkAtLeast(fn, 'betaNorm', betaNorm, 0);
  checkAtLeast(fn, 'noise', noise, 0);
  const drawn = rng.fillNormal(new Float64Array(width));
  const length = Math.hypot(...drawn);
  const beta = drawn.map((value) => (betaNorm * value) / length);
  const outliers = Math.round(fraction * examples);
  const groups = Int32Array.from({ length: examples }, (_, i) => (i >= outliers ? 0 : i % 2 === 0 ? 1 : -1));
  const data = new Float64Array(examples * (width + 1));
  const targets = new Float64Array(examples);
  groups.forEach((group, i) => {
    const row = rng.fillNormal(data.subarray(i * (width + 1), i * (width + 1) + width));
    data[i * (width + 1) + width] = group * scale;
    targets[i] = row.reduce((sum, x, j) => sum + x * beta[j]!, 0) + gamma * Math.abs(group) * scale + noise * rng.normal();
  });
  return { features: { rows: examples, cols: width + 1, data }, targets, groups };
}
