/** @file A mixture of Gaussian experts on the host, and its density. */
import { checkAbove, checkInteger, checkShape, fail } from '@surrogate/core';

/** A mixture of linear experts, whose gate is linear too; all in float64. */
export interface ExpertMixture {
  /** The gate's slopes β₁: one row of d numbers an expert. */
  readonly gateWeights: readonly ArrayLike<number>[];
  /** The gate's biases β₀, one an expert; where two experts or more are active they count up to a common constant. */
  readonly gateBias: ArrayLike<number>;
  /** The experts' slopes a: one row of d numbers an expert. */
  readonly slopes: readonly ArrayLike<number>[];
  /** The experts' offsets b. */
  readonly offsets: ArrayLike<number>;
  /** The experts' standard deviations σ, > 0. */
  readonly stds: ArrayLike<number>;
}

/** Refuses what is no mixture; returns how many experts there are, and how many inputs. */
export function checkMixture(fn: string, argument: string, mixture: ExpertMixture): readonly [number, number] {
  if (!Array.isArray(mixture?.gateWeights) || !Array.isArray(mixture.slopes))
    fail('dtype', fn, argument, `must be a mixture { gateWeights, gateBias, slopes, offsets, stds }, got ${typeof mixture}`);
  const k = mixture.gateWeights.length;
  const d = (mixture.gateWeights[0] as ArrayLike<number> | undefined)?.length ?? 0;
  if (d === 0) fail('shape', fn, `${argument}.gateWeights`, 'must have one expert and one input or more, got none');
  for (const name of ['gateBias', 'slopes', 'offsets', 'stds'] as const) checkShape(fn, `${argument}.${name}`, [mixture[name].length], [k]);
  for (const name of ['gateWeights', 'slopes'] as const)
    for (const row of mixture[name]) {
      checkShape(fn, `${argument}.${name}`, [row.length], [d]);
      finite(fn, `${argument}.${name}`, row);
    }
  for (const name of ['gateBias', 'offsets'] as const) finite(fn, `${argument}.${name}`, mixture[name]);
  for (const std of Array.from(mixture.stds)) checkAbove(fn, `${argument}.stds`, std, 0);
  return [k, d];
}

/** Refuses numbers that are not finite. */
export function finite(fn: string, argument: string, values: ArrayLike<number>): void {
  const odd = Array.from(values).findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) fail('range', fn, argument, `must be finite, got ${values[odd]} at [${odd}]`);
}

/** A number of active experts, in [1, k]. */
export function checkTopK(fn: string, topK: number, k: number): void {
  checkInteger(fn, 'topK', topK, 1);
  if (topK > k) fail('range', fn, 'topK', `must be at most the number of experts, ${k}, got ${topK}`);
}

/** A loop and no callback: fits call it for each expert and example. */
function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
const halfLogTwoPi = 0.5 * Math.log(2 * Math.PI);

/** What a mixture says of one example. */
export interface Weighed {
  /** log g(y | x). */
  readonly logDensity: number;
  /** The gate's weights; 0 outside the active experts. */
  readonly weights: Float64Array;
  /** The experts' shares in the density. */
  readonly shares: Float64Array;
  /** y less what each expert expects. */
  readonly residuals: Float64Array;
}

/** Turns logits into their softmax in place; returns their log-sum-exp. */
function softmaxInPlace(logits: Float64Array): number {
  let largest = -Infinity;
  for (const logit of logits) largest = Math.max(largest, logit);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) sum += logits[i] = Math.exp(logits[i]! - largest);
  for (let i = 0; i < logits.length; i++) logits[i]! /= sum;
  return largest + Math.log(sum);
}

/** Weighs the experts at one example; ties of the gate go to the lower index. */
export function weighExperts(mixture: ExpertMixture, x: ArrayLike<number>, y: number, topK: number): Weighed {
  const k = mixture.gateWeights.length;
  const [scores, weights, shares, residuals] = [new Float64Array(k), new Float64Array(k), new Float64Array(k), new Float64Array(k)];
  for (let i = 0; i < k; i++) scores[i] = dot(mixture.gateWeights[i]!, x);
  for (let i = 0; i < k; i++) {
    let ahead = 0;
    for (let j = 0; j < k; j++) if (scores[j]! > scores[i]! || (scores[j] === scores[i] && j < i)) ahead++;
    residuals[i] = y - dot(mixture.slopes[i]!, x) - mixture.offsets[i]!;
    weights[i] = ahead < topK ? scores[i]! + mixture.gateBias[i]! : -Infinity;
    shares[i] = weights[i]! - (residuals[i]! / mixture.stds[i]!) ** 2 / 2 - Math.log(mixture.stds[i]!) - halfLogTwoPi;
  }
  const gateSum = softmaxInPlace(weights);
  return { logDensity: softmaxInPlace(shares) - gateSum, weights, shares, residuals };
}
