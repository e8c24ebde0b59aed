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

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
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

/** Weighs the experts at one example; ties of the gate go to the lower index. */
export function weighExperts(mixture: ExpertMixture, x: ArrayLike<number>, y: number, topK: number): Weighed {
  const scores = mixture.gateWeights.map((weights) => dot(weights, x));
  const active = scores.map((v, i) => scores.filter((other, j) => other > v || (other === v && j < i)).length < topK);
  const residuals = Float64Array.from(mixture.slopes, (slope, i) => y - dot(slope, x) - mixture.offsets[i]!);
  const gate = Float64Array.from(scores, (v, i) => (active[i] ? v + mixture.gateBias[i]! : -Infinity));
  const joint = gate.map((logit, i) => logit - (residuals[i]! / mixture.stds[i]!) ** 2 / 2 - Math.log(mixture.stds[i]!) - halfLogTwoPi);
  const [weights, gateSum] = softmaxOf(gate);
  const [shares, jointSum] = softmaxOf(joint);
  return { logDensity: jointSum - gateSum, weights, shares, residuals };
}

function softmaxOf(logits: Float64Array): readonly [Float64Array, number] {
  const largest = Math.max(...logits);
  const terms = logits.map((logit) => Math.exp(logit - largest));
  const sum = terms.reduce((a, b) => a + b, 0);
  return [terms.map((term) => term / sum), largest + Math.log(sum)];
}
