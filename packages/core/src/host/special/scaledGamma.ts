/** @file Parts of the incomplete gamma function whose plain formulas cancel. */
import { lgamma } from './gamma.js';

/** @internal log(1 + x) - x without cancellation, for x > -1. */
export function log1pMinus(x: number): number {
  if (x < -0.4 || x > 0.5) return Math.log1p(x) - x;
  const ratio = x / (2 + x);
  const squared = ratio * ratio;
  let sum = 0;
  for (let k = 31; k >= 3; k -= 2) sum = sum * squared + 1 / k;
  return ratio * (2 * squared * sum - x);
}

/** log Γ(a) - ((a - 1/2) log a - a + log √(2π)): Stirling's remainder. */
function stirlingRemainder(a: number): number {
  if (a < 12) return lgamma(a) - ((a - 0.5) * Math.log(a) - a + 0.5 * Math.log(2 * Math.PI));
  const squared = 1 / (a * a);
  return (1 / 12 - squared * (1 / 360 - squared * (1 / 1260 - squared * (1 / 1680 - squared * (1 / 1188 - (squared * 691) / 360360))))) / a;
}

/** @internal log(x^a e^-x / Γ(a + 1)), the factor before every series of the incomplete gamma function. */
export function logGammaPrefix(a: number, x: number): number {
  if (a < 12) return a * Math.log(x) - x - lgammaPlus1(a);
  const distance = (x - a) / a;
  const exponent = Math.abs(distance) < 0.4 ? log1pMinus(distance) : Math.log(x / a) - distance;
  return a * exponent - stirlingRemainder(a) - 0.5 * Math.log(2 * Math.PI * a);
}

/** ζ(k) - 1 for k = 2 ... 29. */
const zetaMinus1 = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914, 0.008349277381922827,
  0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915,
  6.124813505870483e-5, 3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6,
  9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7, 1.1921992596531106e-7, 5.960818905125948e-8, 2.980350351465228e-8,
  1.4901554828365043e-8, 7.45071178983543e-9, 3.725334024788457e-9, 1.862659723513049e-9,
];
const eulerGamma = 0.5772156649015329;

/** @internal log Γ(1 + a), without the rounding of 1 + a, for a > 0. */
export function lgammaPlus1(a: number): number {
  if (a > 0.5) return lgamma(1 + a);
  let sum = 0;
  for (let k = 29; k >= 2; k--) sum = -a * (sum + zetaMinus1[k - 2]! / k);
  return -a * sum - Math.log1p(a) + a * (1 - eulerGamma);
}
