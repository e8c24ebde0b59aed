/**
 * What exponentials and logarithms are made into, each of n numbers by itself: tanh, e^x - 1, log x, log(1 + x), log(1 + e^x). Each is right for every float32, in
 * relative terms also near 0 and far out; subnormal numbers, infinities, NaN and the sign of 0 are kept. The largest errors are in src/kernels/activations.test.ts.
 */
import { half, m1, m2, m3, m4, m5, one, rounding, two } from './constants';
import { log4, remainder, roundedLog2 } from './exp';
import { multiplyAdd } from './fused';

/** e^r - 1 for |r| <= ln 2 / 2; a polynomial, the best for the relative error. */
// @ts-ignore: decorator
@inline
function nearZero(r: v128): v128 {
  let q = multiplyAdd(f32x4.splat(m5), r, f32x4.splat(m4));
  q = multiplyAdd(q, r, f32x4.splat(m3));
  q = multiplyAdd(q, r, f32x4.splat(m2));
  q = multiplyAdd(q, r, f32x4.splat(m1));
  q = multiplyAdd(q, r, f32x4.splat(half));
  return multiplyAdd(q, f32x4.mul(r, r), r);
}

/** 2^n for integers in the range of float32's normal exponents. */
// @ts-ignore: decorator
@inline
function powerOf2(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** e^x; the power of 2 is multiplied in two halves, which reaches the subnormal numbers and infinity. */
// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  // Written so that NaN is kept.
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-104)), f32x4.splat(89));
  const up = roundedLog2(bounded);
  const p = f32x4.add(nearZero(remainder(bounded, f32x4.sub(up, f32x4.splat(rounding)))), f32x4.splat(one));
  const n = i32x4.sub(up, f32x4.splat(rounding));
  const first = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(p, powerOf2(first)), powerOf2(i32x4.sub(n, first)));
}

/** Where |x| < 2^-25 functions that are x to first order are x. */
// @ts-ignore: decorator
@inline
function unlessTiny(x: v128, made: v128): v128 {
  return v128.bitselect(x, made, f32x4.lt(f32x4.abs(x), f32x4.splat(2.98023224e-8)));
}

/** e^x - 1. */
// @ts-ignore: decorator
@inline
function beyond1(x: v128): v128 {
  const bounded = f32x4.pmin(f32x4.pmax(x, f32x4.splat(-18)), f32x4.splat(89));
  const up = roundedLog2(bounded);
  const p = nearZero(remainder(bounded, f32x4.sub(up, f32x4.splat(rounding))));
  // Half of it, so that 2^128 is not needed.
  const scale = powerOf2(i32x4.sub(i32x4.sub(up, f32x4.splat(rounding)), i32x4.splat(1)));
  const made = multiplyAdd(scale, p, f32x4.sub(scale, f32x4.splat(half)));
  return unlessTiny(x, f32x4.add(made, made));
}

/** What the logarithm of normal numbers leaves open: of infinity, of NaN and of what is negative. */
// @ts-ignore: decorator
@inline
function outside(x: v128, logarithm: v128): v128 {
  const finite = v128.bitselect(logarithm, x, f32x4.lt(x, f32x4.splat(Infinity)));
  return v128.bitselect(f32x4.splat(NaN), finite, f32x4.lt(x, f32x4.splat(0)));
}

/** log x. */
// @ts-ignore: decorator
@inline
function logarithm(x: v128): v128 {
  const subnormal = f32x4.lt(x, f32x4.splat(1.17549435e-38));
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(16777216)), x, subnormal);
  return outside(x, f32x4.sub(log4(normal), v128.and(f32x4.splat(16.635532333), subnormal)));
}

/** log(1 + x): the logarithm of the rounded sum, and what the rounding took. */
// @ts-ignore: decorator
@inline
function log1p(x: v128): v128 {
  const unit = f32x4.splat(one);
  const sum = f32x4.add(x, unit);
  const back = f32x4.sub(sum, unit);
  const lost = f32x4.add(f32x4.sub(unit, f32x4.sub(sum, back)), f32x4.sub(x, back));
  const more = v128.and(f32x4.div(lost, sum), f32x4.gt(sum, f32x4.splat(0)));
  return unlessTiny(x, outside(sum, f32x4.add(log4(sum), more)));
}

/** log(1 + x) for 0 <= x <= 1. */
// @ts-ignore: decorator
@inline
function log1pOfUnit(x: v128): v128 {
  const unit = f32x4.splat(one);
  const sum = f32x4.add(x, unit);
  return f32x4.add(log4(sum), f32x4.div(f32x4.sub(x, f32x4.sub(sum, unit)), sum));
}

// @ts-ignore: decorator
@inline
function tanh(x: v128): v128 {
  const t = beyond1(f32x4.mul(f32x4.abs(x), f32x4.splat(-2)));
  const size = f32x4.neg(f32x4.div(t, f32x4.add(t, f32x4.splat(two))));
  return v128.or(size, v128.and(x, i32x4.splat(0x80000000)));
}

// @ts-ignore: decorator
@inline
function softplus(x: v128): v128 {
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), log1pOfUnit(exponential(f32x4.neg(f32x4.abs(x)))));
}

const TANH: i32 = 0;
const EXPM1: i32 = 1;
const LOG: i32 = 2;
const LOG1P: i32 = 3;
const SOFTPLUS: i32 = 4;

// @ts-ignore: decorator
@inline
function of4(x: v128, operation: i32): v128 {
  if (operation == TANH) return tanh(x);
  if (operation == EXPM1) return beyond1(x);
  if (operation == LOG) return logarithm(x);
  if (operation == LOG1P) return log1p(x);
  return softplus(x);
}

/** Eight at a time; the last eight may be some of those before them once more. */
// @ts-ignore: decorator
@inline
function each(x: usize, out: usize, n: i32, operation: i32): void {
  for (let left = n; left > 0; left -= 8, x += 32, out += 32) {
    const back = <usize>max(0, 8 - left) << 2;
    x -= back;
    out -= back;
    const a = of4(v128.load(x), operation);
    const b = of4(v128.load(x, 16), operation);
    v128.store(out, a);
    v128.store(out, b, 16);
  }
}

/** Each of the functions above of n numbers, 8 or more, not in place; functions apart, or the compiler joins their loops and chooses in each turn. */
export function tanhOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, TANH);
}

export function expm1Of(x: usize, out: usize, n: i32): void {
  each(x, out, n, EXPM1);
}

export function logOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, LOG);
}

export function log1pOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, LOG1P);
}

export function softplusOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, SOFTPLUS);
}
