/** Divergences of two sets of softmax rows from their mixture M = λ P + (1 - λ) Q: a KL(P‖M) + b KL(Q‖M). */
import { eleventh, factorial3, factorial4, factorial5, factorial6, factorial7, fifth, half, ninth, seventh, third, two } from './constants';
import { loadPart, logOf, logTotalOf, storePart, weighed } from './divergences';
import { exp4, log4 } from './exp';
import { normalizer, sum4 } from './rows';
import { multiplyAdd } from './fused';

/** log(m / max(p, q)), where d = log q - log p and `own` is p's share of m. */
// @ts-ignore: decorator
@inline
function logMixed(d: v128, own: v128, other: v128): v128 {
  const above = f32x4.gt(d, f32x4.splat(0));
  const small = exp4(f32x4.neg(f32x4.abs(d)));
  const leads = v128.bitselect(other, own, above);
  const follows = v128.bitselect(own, other, above);
  return log4(multiplyAdd(follows, small, leads));
}

/** log(m / p) from what `logMixed` gives. */
// @ts-ignore: decorator
@inline
function logAbove(mixed: v128, d: v128): v128 {
  return f32x4.add(f32x4.pmax(f32x4.splat(0), d), mixed);
}

/** p log(p / m) - p + m of four cells: none is negative, none cancels where p and q almost agree. */
// @ts-ignore: decorator
@inline
function mixedCells(p: v128, q: v128, d: v128, mixed: v128, own: v128, other: v128): v128 {
  const near = f32x4.lt(f32x4.abs(d), f32x4.splat(half));
  // u = m / p - 1 by the series of e^d - 1, then u - log(1 + u) by that of the inverse hyperbolic tangent of u / (2 + u).
  let e = multiplyAdd(d, f32x4.splat(factorial7), f32x4.splat(factorial6));
  e = multiplyAdd(e, d, f32x4.splat(factorial5));
  e = multiplyAdd(e, d, f32x4.splat(factorial4));
  e = multiplyAdd(e, d, f32x4.splat(factorial3));
  e = multiplyAdd(e, d, f32x4.splat(half));
  const u = f32x4.mul(other, f32x4.add(d, f32x4.mul(f32x4.mul(d, d), e)));
  const s = f32x4.div(u, f32x4.add(u, f32x4.splat(two)));
  const t = f32x4.mul(s, s);
  let w = multiplyAdd(t, f32x4.splat(eleventh), f32x4.splat(ninth));
  w = multiplyAdd(w, t, f32x4.splat(seventh));
  w = multiplyAdd(w, t, f32x4.splat(fifth));
  w = multiplyAdd(w, t, f32x4.splat(third));
  const close = f32x4.mul(p, f32x4.mul(s, f32x4.sub(u, f32x4.mul(f32x4.splat(two), f32x4.mul(t, w)))));
  const m = f32x4.add(f32x4.mul(own, p), f32x4.mul(other, q));
  const apart = f32x4.sub(f32x4.sub(m, p), f32x4.mul(p, logAbove(mixed, d)));
  const cell = v128.bitselect(close, apart, near);
  return v128.bitselect(m, cell, f32x4.eq(p, f32x4.splat(0)));
}

/** log q - log p, 0 where both are impossible. */
// @ts-ignore: decorator
@inline
function apartBy(logP: v128, logQ: v128): v128 {
  const none = f32x4.splat(-Infinity);
  return v128.andnot(f32x4.sub(logQ, logP), v128.and(f32x4.eq(logP, none), f32x4.eq(logQ, none)));
}

// @ts-ignore: decorator
@inline
function part(x: usize, left: i32): v128 {
  return left >= 4 ? v128.load(x) : loadPart(x, left);
}

// @ts-ignore: decorator
@inline
function put(to: usize, v: v128, left: i32): void {
  if (left >= 4) v128.store(to, v);
  else storePart(to, v, left);
}

/** The divergence of each row, for λ in (0, 1); the states hold shift and total. */
export function mixtureRows(
  a: usize, b: usize, out: usize, stateA: usize, stateB: usize, n: i32, k: i32, scale: f32, lambda: f32, weightA: f32, weightB: f32,
): void {
  const s = f32x4.splat(scale);
  const mine = f32x4.splat(lambda);
  const theirs = f32x4.splat(1 - lambda);
  const bytes = <usize>k << 2;
  for (let i: i32 = 0; i < n; i++, a += bytes, b += bytes, out += 4, stateA += 8, stateB += 8) {
    normalizer(a, k, scale, stateA);
    normalizer(b, k, scale, stateB);
    const shiftA = f32x4.splat(load<f32>(stateA));
    const shiftB = f32x4.splat(load<f32>(stateB));
    const logA = f32x4.splat(logTotalOf(stateA));
    const logB = f32x4.splat(logTotalOf(stateB));
    let fromA = f32x4.splat(0);
    let fromB = fromA;
    for (let j: i32 = 0; j < k; j += 4) {
      const at = <usize>j << 2;
      const logP = logOf(part(a + at, k - j), shiftA, s, logA);
      const logQ = logOf(part(b + at, k - j), shiftB, s, logB);
      const p = exp4(logP);
      const q = exp4(logQ);
      const d = apartBy(logP, logQ);
      const mixed = logMixed(d, mine, theirs);
      if (weightA != 0) fromA = f32x4.add(fromA, mixedCells(p, q, d, mixed, mine, theirs));
      if (weightB != 0) fromB = f32x4.add(fromB, mixedCells(q, p, f32x4.neg(d), mixed, theirs, mine));
    }
    store<f32>(out, weightA * sum4(fromA) + weightB * sum4(fromB));
  }
}

/** p times the slope by p, but for a multiple of p that the mean takes away: a p log(p/m) - own (a p + b q) p/m. */
// @ts-ignore: decorator
@inline
function slopeOf(p: v128, mass: v128, logRatio: v128, weight: v128, own: v128): v128 {
  const dead = f32x4.eq(p, f32x4.splat(0));
  const slope = f32x4.sub(f32x4.neg(weighed(f32x4.mul(weight, p), logRatio)), f32x4.mul(f32x4.mul(own, mass), exp4(f32x4.neg(logRatio))));
  // m is at least own times p, so that the exponential stays in its range unless p is as good as gone.
  return v128.andnot(slope, dead);
}

/** Its gradient by a. */
export function mixtureRowsGrad(
  a: usize, b: usize, stateA: usize, stateB: usize, upstream: usize, out: usize, n: i32, k: i32, scale: f32, lambda: f32, weightA: f32, weightB: f32,
): void {
  const s = f32x4.splat(scale);
  const mine = f32x4.splat(lambda);
  const theirs = f32x4.splat(1 - lambda);
  const wA = f32x4.splat(weightA);
  const wB = f32x4.splat(weightB);
  const bytes = <usize>k << 2;
  for (let i: i32 = 0; i < n; i++, a += bytes, b += bytes, out += bytes, upstream += 4, stateA += 8, stateB += 8) {
    const shiftA = f32x4.splat(load<f32>(stateA));
    const shiftB = f32x4.splat(load<f32>(stateB));
    const logA = f32x4.splat(logTotalOf(stateA));
    const logB = f32x4.splat(logTotalOf(stateB));
    const g = f32x4.splat(load<f32>(upstream) * scale);
    let sum = f32x4.splat(0);
    for (let j: i32 = 0; j < k; j += 4) {
      const at = <usize>j << 2;
      const logP = logOf(part(a + at, k - j), shiftA, s, logA);
      const logQ = logOf(part(b + at, k - j), shiftB, s, logB);
      const p = exp4(logP);
      const mass = f32x4.add(f32x4.mul(wA, p), f32x4.mul(wB, exp4(logQ)));
      const d = apartBy(logP, logQ);
      const slope = slopeOf(p, mass, logAbove(logMixed(d, mine, theirs), d), wA, mine);
      sum = f32x4.add(sum, slope);
      put(out + at, slope, k - j);
    }
    const mean = f32x4.splat(sum4(sum));
    for (let j: i32 = 0; j < k; j += 4) {
      const at = <usize>j << 2;
      const p = exp4(logOf(part(a + at, k - j), shiftA, s, logA));
      put(out + at, f32x4.mul(g, f32x4.sub(part(out + at, k - j), f32x4.mul(p, mean))), k - j);
    }
  }
}
