/** @file The inverse of w exp(w), on numbers. */

const branchPoint = -1 / Math.E;
/** What -1/e has beyond the double nearest to it. */
const branchRest = 1.2428753672788363e-17;

/**
 * The Lambert W function: w with w exp(w) = x.
 *
 * Largest relative error 4e-15, but 2e-8 within 1e-16 of the branch point, where W is not differentiable.
 *
 * @param x at least -1/e; below 0 also for branch -1.
 * @param branch 0 for w >= -1, -1 for w <= -1. Default 0.
 * @returns W(x); for branch -1 -Infinity at 0; NaN outside the domain.
 * @see Corless, Gonnet, Hare, Jeffrey, Knuth: On the Lambert W Function, 1996
 * @example
 * import { lambertW } from '@surrogate/core/host';
 * lambertW(1); // 0.56714329
 * lambertW(-0.1, -1); // -3.5771521
 */
export function lambertW(x: number, branch: 0 | -1 = 0): number {
  if (!(x >= branchPoint) || (branch === -1 && x > 0)) return NaN;
  if (x === 0) return branch === 0 ? x : -Infinity;
  if (x === Infinity) return Infinity;
  const distance = Math.max(0, Math.E * (x - branchPoint - branchRest));
  if (distance < 1e-4) return beside(Math.sqrt(2 * distance) * (branch === 0 ? 1 : -1));
  if (branch === 0 && x > 3) return wrightOmega(Math.log(x));
  if (branch === -1 && x > -0.25) return fromLogs(Math.log(-x));
  return halley(x, distance < 0.7 ? beside(Math.sqrt(2 * distance) * (branch === 0 ? 1 : -1)) : x / (1 + x));
}

/** The series in p = ±√(2 (e x + 1)) around the branch point. */
function beside(p: number): number {
  return -1 + p * (1 - p * (1 / 3 - p * (11 / 72 - p * (43 / 540 - p * (769 / 17280 - (p * 221) / 8505)))));
}

function halley(x: number, start: number): number {
  let w = start;
  for (let step = 0; step < 20; step++) {
    const power = Math.exp(w);
    const error = w * power - x;
    const change = error / (power * (w + 1) - ((w + 2) * error) / (2 * w + 2));
    w -= change;
    if (Math.abs(change) <= 1e-16 * Math.abs(w)) break;
  }
  return w;
}

/** W₋₁ by Newton's method on w + log(-w) = log(-x), which does not underflow. */
function fromLogs(log: number): number {
  let w = log - Math.log(-log);
  for (let step = 0; step < 20; step++) {
    const change = (w + Math.log(-w) - log) / (1 + 1 / w);
    w -= change;
    if (Math.abs(change) <= 1e-16 * Math.abs(w)) break;
  }
  return w;
}

/**
 * The Wright omega function W₀(exp t): what the Lambert W function of a huge or tiny number is, given its logarithm.
 *
 * Largest relative error 1e-15.
 *
 * @param t any number.
 * @returns w > 0 with w + log w = t.
 * @see Corless, Jeffrey: The Wright omega Function, 2002
 * @example
 * import { wrightOmega } from '@surrogate/core/host';
 * wrightOmega(1000); // 993.09917
 */
export function wrightOmega(t: number): number {
  if (t < -37) return Math.exp(t);
  if (t > 1e18) return t;
  if (t < 1) return halley(Math.exp(t), t < -2 ? Math.exp(t) : 0.57 + 0.36 * t);
  let w = t - Math.log(t) * (t > 2.5 ? 1 : 0.5);
  for (let step = 0; step < 20; step++) {
    const change = ((w + Math.log(w) - t) * w) / (1 + w);
    w -= change;
    if (Math.abs(change) <= 1e-16 * w) break;
  }
  return w;
}
