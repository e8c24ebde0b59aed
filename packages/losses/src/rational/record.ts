/** @file Rational functions that stand for usual activations: where their coefficients begin. */
import { checkInteger, checkOneOf, checkShape, fail } from '@surrogate/core';
import { gaussHermite } from '@surrogate/core/host';

/** A rational function P / Q, P of degree 5 and Q of degree 4 with constant term 1. */
export interface Rational {
  /** What it stands for. */
  readonly name: string;
  /** The six coefficients of P, the constant one first. */
  readonly numerator: readonly number[];
  /** The four coefficients of Q, that of x first. */
  readonly denominator: readonly number[];
  /** How Q is kept from 0: Q = 1 + Σ |b_j| |x|^j (A), or Q = 1 + |Σ b_j x^j| (B). */
  readonly version: 'A' | 'B';
}

/** What goes in comes out. */
export const rationalIdentity: Rational = { name: 'identity', numerator: [0, 1, 0, 0, 0, 0], denominator: [0, 0, 0, 0], version: 'A' };

/** x σ(x), to 2e-6 on [-3, 3]. */
export const rationalSwish: Rational = {
  name: 'swish',
  numerator: [3.05488e-7, 0.50000079, 0.24999783, 0.05326628, 0.00580303, 0.0002752],
  denominator: [-4.1e-6, 0.10652899, -1.27e-6, 0.00055023],
  version: 'A',
};

/** GELU, to 0.003 on [-3, 3]. The coefficients were fitted for version B: the official code uses them with version A, where they are off by 1.5. */
export const rationalGelu: Rational = {
  name: 'gelu',
  numerator: [-0.00153969, 0.51692871, 0.44075827, 0.0972553, -0.00884418, -0.00378675],
  denominator: [-0.14171056, -0.06481231, -0.0444695, 0.01283776],
  version: 'B',
};

/** GELU in version A, whose kernel is the simpler one, to 0.0041 on [-3, 3]. */
export const rationalGeluA: Rational = {
  name: 'geluA',
  numerator: [-0.00124236, 0.50804971, 0.41586363, 0.13022719, 0.0243559, 0.00290284],
  denominator: [-0.06675016, 0.17927646, 0.03746683, 0],
  version: 'A',
};

/** Refuses what is no rational function. */
export function checkRational(fn: string, argument: string, value: Rational): void {
  if (!Array.isArray(value?.numerator) || !Array.isArray(value.denominator))
    fail('dtype', fn, argument, `must be a rational function { numerator, denominator, version }, got ${typeof value}`);
  checkOneOf(fn, `${argument}.version`, value.version, ['A', 'B']);
  for (const [name, count] of [
    ['numerator', 6],
    ['denominator', 4],
  ] as const) {
    checkShape(fn, `${argument}.${name}`, [value[name].length], [count]);
    const odd = value[name].find((coefficient) => !Number.isFinite(coefficient));
    if (odd !== undefined) fail('range', fn, `${argument}.${name}`, `must be finite, got ${odd}`);
  }
}

/** P(x) / Q(x) in float64. */
function rationalAt({ numerator, denominator, version }: Rational, x: number): number {
  const p = numerator.reduceRight((sum, a) => sum * x + a, 0);
  const terms = denominator.map((b, j) => (version === 'A' ? Math.abs(b * x ** (j + 1)) : b * x ** (j + 1)));
  return p / (1 + Math.abs(terms.reduce((a, b) => a + b, 0)));
}

/**
 * By how much the variance of weights behind an activation must exceed one over the number of inputs, for variances to stay what they are.
 *
 * $$ \alpha = \frac{1}{\mathbb E_{z \sim \mathcal N(0, 1)}[R(z)^2]} $$
 *
 * @param activation a rational function, such as {@link rationalSwish}.
 * @param nodes how many nodes the integral takes, 1 to 300. Default 64.
 * @returns α, in float64.
 * @throws SurrogateError `dtype`, `shape`, `range`.
 * @see Yang, Wang: Kolmogorov-Arnold Transformer, 2024. arXiv:2409.10594
 * @example
 * import { rationalGain, rationalIdentity, rationalSwish } from '@surrogate/losses';
 * rationalGain(rationalIdentity); // 1
 * rationalGain(rationalSwish); // 2.810764
 */
export function rationalGain(activation: Rational, nodes = 64): number {
  const fn = 'rationalGain';
  checkRational(fn, 'activation', activation);
  checkInteger(fn, 'nodes', nodes, 1);
  if (nodes > 300) fail('range', fn, 'nodes', `must be at most 300, got ${nodes}`);
  const rule = gaussHermite(nodes);
  return 1 / rule.nodes.reduce((sum, z, i) => sum + rule.weights[i]! * rationalAt(activation, z) ** 2, 0);
}
