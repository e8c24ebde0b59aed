/** @file Fields whose mass is known in closed form: the Stefan problem and the porous medium equation. */
import { checkAbove, checkBetween } from '@surrogate/core';
import { erf, findRoot } from '@surrogate/core/host';

/** A field that moves, u(x, t) for x >= 0 and t >= 0. */
export interface ConservedField {
  /** u at a place and a time. */
  value(x: number, t: number): number;
  /** ∫ u dx at a time. */
  mass(t: number): number;
  /** Beyond what place u is 0 at a time. */
  front(t: number): number;
}

/**
 * The Stefan problem, a front of melting: u jumps from p* to 0 there.
 *
 * $$ u = 1 - c_1 \operatorname{erf} \frac{x}{2 \sqrt t} \text{ for } x \le \alpha \sqrt t, \text{ else } 0, \qquad \alpha = 2 z,\ c_1 = \frac{1 - p^*}{\operatorname{erf} z},\ p^* z \operatorname{erf}(z) e^{z^2} = \frac{1 - p^*}{\sqrt \pi} $$
 *
 * @param options p*, the value at the front, in (0, 1).
 * @returns the field, with mass 2 c₁ √(t/π).
 * @throws SurrogateError `range`.
 * @see Hansen, Maddix, Alizadeh, Gupta, Mahoney: Learning Physical Models that Can Respect Conservation Laws, 2023. arXiv:2302.11002
 * @example
 * import { stefanSolution } from '@surrogate/diagnostics';
 * stefanSolution({ pStar: 0.6 }).mass(0.05); // 0.1859462
 */
export function stefanSolution({ pStar }: { pStar: number }): ConservedField {
  checkAbove('stefanSolution', 'pStar', pStar, 0);
  checkBetween('stefanSolution', 'pStar', pStar, 0, 1);
  const missing = (z: number) => pStar * z * erf(z) * Math.exp(z * z) - (1 - pStar) / Math.sqrt(Math.PI);
  // z erf(z) exp(z²) is above any double's need at 20.
  const z = findRoot(missing, 0, 20);
  const c1 = (1 - pStar) / erf(z);
  const front = (t: number) => 2 * z * Math.sqrt(t);
  return {
    value: (x, t) => (x <= front(t) ? 1 - (x === 0 ? 0 : c1 * erf(x / (2 * Math.sqrt(t)))) : 0),
    mass: (t) => 2 * c1 * Math.sqrt(t / Math.PI),
    front,
  };
}

/**
 * The porous medium equation with a front at x = t, sharp for large exponents.
 *
 * $$ u = (m \max(t - x, 0))^{1/m} $$
 *
 * @param options m, the exponent, > 0.
 * @returns the field, with mass m^(1 + 1/m) t^(1 + 1/m) / (m + 1).
 * @throws SurrogateError `range`.
 * @see Hansen, Maddix, Alizadeh, Gupta, Mahoney: Learning Physical Models that Can Respect Conservation Laws, 2023. arXiv:2302.11002
 * @example
 * import { porousMediumSolution } from '@surrogate/diagnostics';
 * porousMediumSolution({ m: 1 }).mass(0.5); // 0.125
 */
export function porousMediumSolution({ m }: { m: number }): ConservedField {
  checkAbove('porousMediumSolution', 'm', m, 0);
  return {
    value: (x, t) => (m * Math.max(0, t - x)) ** (1 / m),
    mass: (t) => (m * t) ** (1 + 1 / m) / (m + 1),
    front: (t) => t,
  };
}
