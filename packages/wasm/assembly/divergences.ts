/** The Kullback-Leibler divergence between two sets of softmax rows. */
import { factorial3, factorial4, factorial5, factorial6, factorial7, factorial8, half, one } from './constants';
import { exp4, log1 } from './exp';
import { normalizer, sum4 } from './rows';
import { multiplyAdd } from './fused';

/** Up to three numbers as four lanes, the rest of which is impossible. */
// @ts-ignore: decorator
@inline
export function loadPart(x: usize, count: i32): v128 {
  let v = f32x4.splat(-Infinity);
  v = f32x4.replace_lane(v, 0, load<f32>(x));
  if (count > 1) v = f32x4.replace_lane(v, 1, load<f32>(x, 4));
  if (count > 2) v = f32x4.replace_lane(v, 2, load<f32>(x, 8));
  return v;
}

/** p log(p / q) - p + q of four cells, given logarithms: the terms add up to the divergence, none is negative, none cancels where p and q almost agree. */
// @ts-ignore: decorator
@inline
function cells(logP: v128, logQ: v128): v128 {
  const infinity = f32x4.splat(-Infinity);
  const p = exp4(logP);
  const q = exp4(logQ);
  const v = f32x4.sub(logQ, logP);
  const near = f32x4.lt(f32x4.abs(v), f32x4.splat(half));
  // e^v - 1 - v by its series, which is good to float32 for |v| < 1/2.
  let series = multiplyAdd(v, f32x4.splat(factorial8), f32x4.splat(factorial7));
  series = multiplyAdd(series, v, f32x4.splat(factorial6));
  series = multiplyAdd(series, v, f32x4.splat(factorial5));
  series = multiplyAdd(series, v, f32x4.splat(factorial4));
  series = multiplyAdd(series, v, f32x4.splat(factorial3));
  series = multiplyAdd(series, v, f32x4.splat(half));
  const small = f32x4.mul(f32x4.mul(p, series), f32x4.mul(v, v));
  const large = f32x4.sub(q, f32x4.mul(p, f32x4.add(v, f32x4.splat(one))));
  let cell = v128.bitselect(small, large, near);
  // Where one of the two is impossible: q where P has nothing, infinite where only Q has nothing.
  const noQ = f32x4.eq(logQ, infinity);
  const none = f32x4.splat(0);
  const alone = v128.bitselect(f32x4.splat(Infinity), none, f32x4.gt(p, none));
  cell = v128.bitselect(q, cell, f32x4.eq(logP, infinity));
  return v128.bitselect(alone, cell, noQ);
}

/** The logarithms of a row's probabilities; -Infinity everywhere in a row that has none. */
// @ts-ignore: decorator
@inline
export function logOf(x: v128, shift: v128, scale: v128, logTotal: v128): v128 {
  return f32x4.sub(f32x4.mul(f32x4.sub(x, shift), scale), logTotal);
}

// @ts-ignore: decorator
@inline
export function logTotalOf(state: usize): f32 {
  const total = load<f32>(state, 4);
  return total == 0 ? 0 : total < Infinity ? log1(total) : NaN;
}

/** KL(P‖Q) of each row; the states hold shift and total. */
export function klRows(a: usize, b: usize, out: usize, stateA: usize, stateB: usize, n: i32, k: i32, scale: f32): void {
  const s = f32x4.splat(scale);
  const bytes = <usize>k << 2;
  for (let i: i32 = 0; i < n; i++) {
    normalizer(a, k, scale, stateA);
    normalizer(b, k, scale, stateB);
    const shiftA = f32x4.splat(load<f32>(stateA));
    const shiftB = f32x4.splat(load<f32>(stateB));
    const logA = f32x4.splat(logTotalOf(stateA));
    const logB = f32x4.splat(logTotalOf(stateB));
    let total = f32x4.splat(0);
    let j: i32 = 0;
    for (; j <= k - 8; j += 8) {
      const at = <usize>j << 2;
      const one = cells(logOf(v128.load(a + at), shiftA, s, logA), logOf(v128.load(b + at), shiftB, s, logB));
      const other = cells(logOf(v128.load(a + at, 16), shiftA, s, logA), logOf(v128.load(b + at, 16), shiftB, s, logB));
      total = f32x4.add(total, f32x4.add(one, other));
    }
    for (; j <= k - 4; j += 4) {
      const at = <usize>j << 2;
      total = f32x4.add(total, cells(logOf(v128.load(a + at), shiftA, s, logA), logOf(v128.load(b + at), shiftB, s, logB)));
    }
    if (j < k) {
      const at = <usize>j << 2;
      total = f32x4.add(total, cells(logOf(loadPart(a + at, k - j), shiftA, s, logA), logOf(loadPart(b + at, k - j), shiftB, s, logB)));
    }
    store<f32>(out, sum4(total));
    a += bytes;
    b += bytes;
    out += 4;
    stateA += 8;
    stateB += 8;
  }
}

/** p's part of four cells of the gradient without the mean: what log p - log q is, 0 where P has nothing. */
// @ts-ignore: decorator
@inline
function ratioOf(logP: v128, logQ: v128): v128 {
  return v128.andnot(f32x4.sub(logP, logQ), f32x4.eq(logP, f32x4.splat(-Infinity)));
}

/** p · ratio, where a p of 0 outweighs an infinite ratio. */
// @ts-ignore: decorator
@inline
export function weighed(p: v128, ratio: v128): v128 {
  const dead = v128.and(f32x4.eq(p, f32x4.splat(0)), f32x4.eq(f32x4.abs(ratio), f32x4.splat(Infinity)));
  return v128.andnot(f32x4.mul(p, ratio), dead);
}

// @ts-ignore: decorator
@inline
export function storePart(to: usize, v: v128, count: i32): void {
  store<f32>(to, f32x4.extract_lane(v, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(v, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(v, 2), 8);
}

/** Its gradient by P's logits: g p (log p/q - D) / T. */
export function klRowsGradP(a: usize, b: usize, stateA: usize, stateB: usize, upstream: usize, out: usize, n: i32, k: i32, scale: f32): void {
  const s = f32x4.splat(scale);
  const bytes = <usize>k << 2;
  for (let i: i32 = 0; i < n; i++, a += bytes, b += bytes, out += bytes, upstream += 4, stateA += 8, stateB += 8) {
    const shiftA = f32x4.splat(load<f32>(stateA));
    const shiftB = f32x4.splat(load<f32>(stateB));
    const logA = f32x4.splat(logTotalOf(stateA));
    const logB = f32x4.splat(logTotalOf(stateB));
    const g = f32x4.splat(load<f32>(upstream) * scale);
    let mean = f32x4.splat(0);
    let j: i32 = 0;
    for (; j < k; j += 4) {
      const at = <usize>j << 2;
      const part = k - j;
      const logP = logOf(part >= 4 ? v128.load(a + at) : loadPart(a + at, part), shiftA, s, logA);
      const logQ = logOf(part >= 4 ? v128.load(b + at) : loadPart(b + at, part), shiftB, s, logB);
      const ratio = ratioOf(logP, logQ);
      mean = f32x4.add(mean, weighed(exp4(logP), ratio));
      if (part >= 4) v128.store(out + at, ratio);
      else storePart(out + at, ratio, part);
    }
    const centre = f32x4.splat(sum4(mean));
    for (j = 0; j < k; j += 4) {
      const at = <usize>j << 2;
      const part = k - j;
      const p = exp4(logOf(part >= 4 ? v128.load(a + at) : loadPart(a + at, part), shiftA, s, logA));
      const ratio = part >= 4 ? v128.load(out + at) : loadPart(out + at, part);
      const slope = f32x4.mul(g, f32x4.mul(p, f32x4.sub(ratio, centre)));
      if (part >= 4) v128.store(out + at, slope);
      else storePart(out + at, slope, part);
    }
  }
}

/** Its gradient by Q's logits: g (q - p) / T. */
export function klRowsGradQ(a: usize, b: usize, stateA: usize, stateB: usize, upstream: usize, out: usize, n: i32, k: i32, scale: f32): void {
  const s = f32x4.splat(scale);
  const bytes = <usize>k << 2;
  for (let i: i32 = 0; i < n; i++, a += bytes, b += bytes, out += bytes, upstream += 4, stateA += 8, stateB += 8) {
    const shiftA = f32x4.splat(load<f32>(stateA));
    const shiftB = f32x4.splat(load<f32>(stateB));
    const logA = f32x4.splat(logTotalOf(stateA));
    const logB = f32x4.splat(logTotalOf(stateB));
    const g = f32x4.splat(load<f32>(upstream) * scale);
    let j: i32 = 0;
    for (; j <= k - 8; j += 8) {
      const at = <usize>j << 2;
      const p0 = exp4(logOf(v128.load(a + at), shiftA, s, logA));
      const q0 = exp4(logOf(v128.load(b + at), shiftB, s, logB));
      const p1 = exp4(logOf(v128.load(a + at, 16), shiftA, s, logA));
      const q1 = exp4(logOf(v128.load(b + at, 16), shiftB, s, logB));
      v128.store(out + at, f32x4.mul(g, f32x4.sub(q0, p0)));
      v128.store(out + at, f32x4.mul(g, f32x4.sub(q1, p1)), 16);
    }
    for (; j < k; j += 4) {
      const at = <usize>j << 2;
      const part = k - j;
      const p = exp4(logOf(part >= 4 ? v128.load(a + at) : loadPart(a + at, part), shiftA, s, logA));
      const q = exp4(logOf(part >= 4 ? v128.load(b + at) : loadPart(b + at, part), shiftB, s, logB));
      if (part >= 4) v128.store(out + at, f32x4.mul(g, f32x4.sub(q, p)));
      else storePart(out + at, f32x4.mul(g, f32x4.sub(q, p)), part);
    }
  }
}
