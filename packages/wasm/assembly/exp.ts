import {
  e2,
  e3,
  e4,
  e5,
  e6,
  expFloor,
  half,
  l0,
  l1,
  l2,
  l3,
  l4,
  l5,
  l6,
  l7,
  l8,
  log2OfE,
  logTwoHigh,
  logTwoLow,
  one,
  p1,
  p2,
  p3,
  p4,
  p5,
  p6,
  powerFloor,
  rounding,
} from './constants';
import { lessProduct, multiplyAdd } from './fused';

/** x / ln 2, rounded to an integer n that is in the low bits; less `rounding` it is n as a number. */
// @ts-ignore: decorator
@inline
export function roundedLog2(x: v128): v128 {
  return multiplyAdd(x, f32x4.splat(log2OfE), f32x4.splat(rounding));
}

/** x - n ln 2. */
// @ts-ignore: decorator
@inline
export function remainder(x: v128, n: v128): v128 {
  return multiplyAdd(n, f32x4.splat(logTwoLow), lessProduct(x, n, f32x4.splat(logTwoHigh)));
}

/**
 * e^x of four lanes, for the kernels that stay at or below 1 (x less the largest of its row).
 *
 * x = n ln 2 + r, a polynomial of degree 6 on |r| <= ln 2 / 2, the best for the relative error, and n added to the exponent. Below -87.3, where results are subnormal, and
 * at -Infinity it is exactly 0; NaN stays NaN. Above 88 it is not meant to be used. The largest error is in src/kernels/exp.test.ts.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  // Where x is far below, all this is nonsense and thrown away at the end.
  const shifted = roundedLog2(x);
  const r = remainder(x, f32x4.sub(shifted, f32x4.splat(rounding)));
  let p = multiplyAdd(f32x4.splat(e6), r, f32x4.splat(e5));
  p = multiplyAdd(p, r, f32x4.splat(e4));
  p = multiplyAdd(p, r, f32x4.splat(e3));
  p = multiplyAdd(p, r, f32x4.splat(e2));
  p = f32x4.add(multiplyAdd(p, f32x4.mul(r, r), r), f32x4.splat(one));
  const scaled = i32x4.add(p, i32x4.shl(shifted, 23));
  // Written with "less than", so that NaN is kept.
  return v128.andnot(scaled, f32x4.lt(x, f32x4.splat(expFloor)));
}

/** e^x of one number, the same to the last bit. */
// @ts-ignore: decorator
@inline
export function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(f32x4.splat(x)), 0);
}

/** log₂ e. */
export const log2e: f32 = 1.44269504088896341;

/**
 * 2^y of four lanes for y <= 0: e^x where the factor of x takes log₂ e in, which spares a fifth of `exp4`'s work. At -127 and below, also at -Infinity, it is exactly 0, above
 * -126 it errs as `exp4` does, and in between, where results are subnormal, by less than the smallest normal number; NaN stays NaN.
 */
// @ts-ignore: decorator
@inline
export function power4(y: v128): v128 {
  // At -127 the polynomial is 1, whose bits less 127 exponents are 0. Written so that NaN is kept.
  const bounded = f32x4.pmax(y, f32x4.splat(powerFloor));
  const shifted = f32x4.add(bounded, f32x4.splat(rounding));
  const r = f32x4.sub(bounded, f32x4.sub(shifted, f32x4.splat(rounding)));
  let p = multiplyAdd(f32x4.splat(p6), r, f32x4.splat(p5));
  p = multiplyAdd(p, r, f32x4.splat(p4));
  p = multiplyAdd(p, r, f32x4.splat(p3));
  p = multiplyAdd(p, r, f32x4.splat(p2));
  p = multiplyAdd(p, r, f32x4.splat(p1));
  p = multiplyAdd(p, r, f32x4.splat(one));
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

/** 2^y of one number, the same to the last bit. */
// @ts-ignore: decorator
@inline
export function power1(y: f32): f32 {
  return f32x4.extract_lane(power4(f32x4.splat(y)), 0);
}

/** 2^y of each of n numbers. */
export function powerArray(y: usize, out: usize, n: i32): void {
  for (const end = y + (<usize>n << 2); y < end; y += 4, out += 4) store<f32>(out, power1(load<f32>(y)));
}

/** The natural logarithm in double precision: the standard library's would bring tables, which would lie on tfjs's heap. */
export function log1(x: f32): f32 {
  if (!(x > 0)) return x == 0 ? -Infinity : NaN;
  if (x == Infinity) return Infinity;
  const bits = reinterpret<u64>(<f64>x);
  let exponent = <i32>((bits >> 52) & 0x7ff) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent += 1;
  }
  const s = (m - 1) / (m + 1);
  const q = s * s;
  const series = 1 + q * (1.0 / 3 + q * (1.0 / 5 + q * (1.0 / 7 + q * (1.0 / 9 + q * (1.0 / 11 + q * (1.0 / 13 + q / 15))))));
  return <f32>(<f64>exponent * 0.6931471805599453 + 2 * s * series);
}

/**
 * The natural logarithm of four lanes, Cephes' logf: x = m 2^e with m between the roots of 1/2 and 2, a polynomial in m - 1. At 0 it is -Infinity; negative and subnormal
 * numbers are not meant. The largest error is in src/kernels/exp.test.ts.
 */
// @ts-ignore: decorator
@inline
export function log4(x: v128): v128 {
  const root = i32x4.splat(0x3f3504f3);
  const exponent = i32x4.shr_s(i32x4.sub(x, root), 23);
  const e = f32x4.convert_i32x4_s(exponent);
  const z = f32x4.sub(i32x4.sub(x, i32x4.shl(exponent, 23)), f32x4.splat(one));
  let y = multiplyAdd(f32x4.splat(l8), z, f32x4.splat(l7));
  y = multiplyAdd(y, z, f32x4.splat(l6));
  y = multiplyAdd(y, z, f32x4.splat(l5));
  y = multiplyAdd(y, z, f32x4.splat(l4));
  y = multiplyAdd(y, z, f32x4.splat(l3));
  y = multiplyAdd(y, z, f32x4.splat(l2));
  y = multiplyAdd(y, z, f32x4.splat(l1));
  y = multiplyAdd(y, z, f32x4.splat(l0));
  const square = f32x4.mul(z, z);
  y = f32x4.mul(f32x4.mul(y, z), square);
  y = lessProduct(lessProduct(y, e, f32x4.splat(logTwoLow)), square, f32x4.splat(half));
  const made = multiplyAdd(e, f32x4.splat(logTwoHigh), f32x4.add(z, y));
  const kept = v128.bitselect(x, made, f32x4.ne(x, x));
  return v128.bitselect(f32x4.splat(-Infinity), kept, f32x4.eq(x, f32x4.splat(0)));
}

/** log x of each of n numbers. */
export function logArray(x: usize, out: usize, n: i32): void {
  for (const end = x + (<usize>n << 2); x < end; x += 4, out += 4) store<f32>(out, f32x4.extract_lane(log4(f32x4.splat(load<f32>(x))), 0));
}

/** e^x of four lanes for any x: what is large or subnormal is reached in two halves. */
// @ts-ignore: decorator
@inline
function expAny(x: v128): v128 {
  const usual = f32x4.le(f32x4.abs(x), f32x4.splat(87));
  if (i32x4.all_true(usual)) return exp4(x);
  const half = exp4(f32x4.pmin(f32x4.mul(f32x4.pmax(x, f32x4.splat(-120)), f32x4.splat(0.5)), f32x4.splat(50)));
  return v128.bitselect(exp4(x), f32x4.mul(half, half), usual);
}

/** e^x of each of n numbers. */
export function expArray(x: usize, out: usize, n: i32): void {
  let i: i32 = 0;
  for (; i <= n - 4; i += 4) v128.store(out + (<usize>i << 2), expAny(v128.load(x + (<usize>i << 2))));
  for (; i < n; i++) store<f32>(out + (<usize>i << 2), f32x4.extract_lane(expAny(f32x4.splat(load<f32>(x + (<usize>i << 2)))), 0));
}
