/** @file Whether two rankings of importance agree: on what is primary, and on the order of all; on the host. */
import { checkInteger, checkShape, fail } from '@surrogate/core';

/** How far two lists of importances agree. */
export interface ImportanceAgreement {
  /** Which part of the k most important is common to both, in [0, 1]. */
  readonly overlap: number;
  /** Kendall's τ_b of all importances, in [-1, 1]; NaN where one list has no order at all. */
  readonly kendall: number;
}

/** The places of the k largest; of equal ones the first. */
const largest = (values: ArrayLike<number>, k: number) =>
  Array.from(values, (_, i) => i)
    .sort((i, j) => values[j]! - values[i]! || i - j)
    .slice(0, k);

/**
 * How far two models, or a model and what is known, agree on which factors are primary and which are secondary.
 *
 * $$ \frac{|T_k(a) \cap T_k(b)|}{k}, \qquad \tau_b = \frac{C - D}{\sqrt{(n_0 - n_a)(n_0 - n_b)}} $$
 *
 * with T_k the k largest, C and D the pairs that the two order alike and apart, n₀ all pairs, n_a and n_b those that are tied in a and in b.
 *
 * @param a importances, `[D]`, such as those of `importanceDistribution`, read.
 * @param b others, `[D]`.
 * @param k how many factors are primary, in [1, D].
 * @returns the part in common, and τ.
 * @throws SurrogateError `shape` where the lists differ in length, `range` for k and for numbers that are not finite.
 * @see Primary and Secondary Factor Consistency as Domain Knowledge to Guide Happiness Computing in Online Assessment, 2024. arXiv:2402.12398
 * @example
 * import { primarySecondaryAgreement } from '@surrogate/losses';
 * primarySecondaryAgreement([0.4, 0.3, 0.2, 0.1], [0.5, 0.1, 0.3, 0.1], 2).overlap; // 0.5
 */
export function primarySecondaryAgreement(a: ArrayLike<number>, b: ArrayLike<number>, k: number): ImportanceAgreement {
  const fn = 'primarySecondaryAgreement';
  const n = a.length;
  checkShape(fn, 'b', [b.length], [n]);
  for (const [argument, values] of [
    ['a', a],
    ['b', b],
  ] as const) {
    const odd = Array.from(values).findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) fail('range', fn, argument, `must be finite, got ${values[odd]} at [${odd}]`);
  }
  checkInteger(fn, 'k', k, 1);
  if (k > n) fail('range', fn, 'k', `must be at most the number of factors, ${n}, got ${k}`);
  const top = new Set(largest(b, k));
  const overlap = largest(a, k).filter((i) => top.has(i)).length / k;
  let [agree, untiedA, untiedB] = [0, 0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const [first, second] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)];
      agree += first * second;
      untiedA += Math.abs(first);
      untiedB += Math.abs(second);
    }
  return { overlap, kendall: agree / Math.sqrt(untiedA * untiedB) };
}
