/** What is done to each number by itself; choices between two; comparisons. */

const SQRT: i32 = 0;
const RSQRT: i32 = 1;
const SQUARE: i32 = 2;
const ABS: i32 = 3;
const NEG: i32 = 4;
const RELU: i32 = 5;
const STEP: i32 = 6;
const RECIPROCAL: i32 = 7;
const CLIP: i32 = 8;
const SIGN: i32 = 9;
const LEAKY: i32 = 10;

/** NaN stays NaN in all of them but the sign, where it is 0, as on tfjs's cpu backend. */
// @ts-ignore: decorator
@inline
function of4(x: v128, operation: i32, low: v128, high: v128): v128 {
  if (operation == SQRT) return f32x4.sqrt(x);
  if (operation == RSQRT) return f32x4.div(f32x4.splat(1), f32x4.sqrt(x));
  if (operation == SQUARE) return f32x4.mul(x, x);
  if (operation == ABS) return f32x4.abs(x);
  if (operation == NEG) return f32x4.neg(x);
  if (operation == RELU) return f32x4.max(x, f32x4.splat(0));
  if (operation == STEP) return v128.bitselect(x, v128.bitselect(f32x4.splat(1), low, f32x4.gt(x, f32x4.splat(0))), f32x4.ne(x, x));
  if (operation == RECIPROCAL) return f32x4.div(f32x4.splat(1), x);
  if (operation == SIGN) {
    const one = f32x4.splat(1);
    const zero = f32x4.splat(0);
    return f32x4.sub(v128.and(one, f32x4.gt(x, zero)), v128.and(one, f32x4.lt(x, zero)));
  }
  if (operation == LEAKY) return v128.bitselect(f32x4.mul(x, low), x, f32x4.lt(x, f32x4.splat(0)));
  return f32x4.pmin(f32x4.pmax(x, low), high);
}

// @ts-ignore: decorator
@inline
function each(x: usize, out: usize, n: i32, operation: i32, low: f32, high: f32): void {
  const l = f32x4.splat(low);
  const h = f32x4.splat(high);
  const end = out + (<usize>n << 2);
  for (const end8 = out + ((<usize>n >> 3) << 5); out < end8; out += 32, x += 32) {
    const a = of4(v128.load(x), operation, l, h);
    const b = of4(v128.load(x, 16), operation, l, h);
    v128.store(out, a);
    v128.store(out, b, 16);
  }
  for (; out < end; out += 4, x += 4) store<f32>(out, f32x4.extract_lane(of4(v128.load32_splat(x), operation, l, h), 0));
}

/**
 * Each of the functions above of n numbers; `low` and `high` are the bounds of a clip, `low` is what a step has at and below 0, and the slope of a leaky relu there. Functions
 * apart, or the compiler joins their loops and computes what it does not need in each turn.
 */
export function sqrtOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, SQRT, 0, 0);
}

export function rsqrtOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, RSQRT, 0, 0);
}

export function squareOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, SQUARE, 0, 0);
}

export function absOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, ABS, 0, 0);
}

export function negOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, NEG, 0, 0);
}

export function reluOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, RELU, 0, 0);
}

export function stepOf(x: usize, out: usize, n: i32, low: f32): void {
  each(x, out, n, STEP, low, 0);
}

export function reciprocalOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, RECIPROCAL, 0, 0);
}

export function clipOf(x: usize, out: usize, n: i32, low: f32, high: f32): void {
  each(x, out, n, CLIP, low, high);
}

export function signOf(x: usize, out: usize, n: i32): void {
  each(x, out, n, SIGN, 0, 0);
}

export function leakyReluOf(x: usize, out: usize, n: i32, low: f32): void {
  each(x, out, n, LEAKY, low, 0);
}

/** Four truth values as masks. */
// @ts-ignore: decorator
@inline
function masks(condition: usize): v128 {
  const bytes = v128.load32_zero(condition);
  return i32x4.ne(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes)), i32x4.splat(0));
}

/** Where the condition holds a, else b. */
export function select(condition: usize, a: usize, b: usize, out: usize, n: i32): void {
  let i: i32 = 0;
  for (; i <= n - 4; i += 4, condition += 4, a += 16, b += 16, out += 16)
    v128.store(out, v128.bitselect(v128.load(a), v128.load(b), masks(condition)));
  for (; i < n; i++, condition++, a += 4, b += 4, out += 4) store<f32>(out, load<u8>(condition) != 0 ? load<f32>(a) : load<f32>(b));
}

const GREATER: i32 = 0;
const GREATER_EQUAL: i32 = 1;
const LESS: i32 = 2;
const LESS_EQUAL: i32 = 3;
const EQUAL: i32 = 4;

// @ts-ignore: decorator
@inline
function compare4(a: v128, b: v128, operation: i32): v128 {
  if (operation == GREATER) return f32x4.gt(a, b);
  if (operation == GREATER_EQUAL) return f32x4.ge(a, b);
  if (operation == LESS) return f32x4.lt(a, b);
  if (operation == LESS_EQUAL) return f32x4.le(a, b);
  if (operation == EQUAL) return f32x4.eq(a, b);
  return f32x4.ne(a, b);
}

// @ts-ignore: decorator
@inline
function next4(x: usize, step: usize, offset: usize): v128 {
  return step == 0 ? v128.load32_splat(x) : v128.load(x + offset);
}

// @ts-ignore: decorator
@inline
function compareLine(a: usize, aStep: usize, b: usize, bStep: usize, out: usize, n: i32, operation: i32): void {
  const end = out + <usize>n;
  for (const end16 = out + (<usize>n & ~15); out < end16; out += 16, a += aStep << 4, b += bStep << 4) {
    const p = i16x8.narrow_i32x4_s(
      compare4(next4(a, aStep, 0), next4(b, bStep, 0), operation),
      compare4(next4(a, aStep, 16), next4(b, bStep, 16), operation),
    );
    const q = i16x8.narrow_i32x4_s(
      compare4(next4(a, aStep, 32), next4(b, bStep, 32), operation),
      compare4(next4(a, aStep, 48), next4(b, bStep, 48), operation),
    );
    v128.store(out, v128.and(i8x16.narrow_i16x8_s(p, q), i8x16.splat(1)));
  }
  for (; out < end; out++, a += aStep, b += bStep)
    store<u8>(out, <u8>(i32x4.extract_lane(compare4(v128.load32_splat(a), v128.load32_splat(b), operation), 0) & 1));
}

// @ts-ignore: decorator
@inline
function compareLines(
  a: usize, b: usize, out: usize, n0: i32, a0: usize, b0: usize, n1: i32, a1: usize, b1: usize, n2: i32, a2: usize, b2: usize,
  n: i32, aStep: usize, bStep: usize, operation: i32,
): void {
  for (let i: i32 = 0; i < n0; i++)
    for (let j: i32 = 0; j < n1; j++) {
      let x = a + <usize>i * a0 + <usize>j * a1;
      let y = b + <usize>i * b0 + <usize>j * b1;
      for (let k: i32 = 0; k < n2; k++, x += a2, y += b2, out += <usize>n) compareLine(x, aStep, y, bStep, out, n, operation);
    }
}

/** Truth values, with loops as `broadcast` has them. Operations: > >= < <= = and not equal. */
export function compare(
  operation: i32, a: usize, b: usize, out: usize,
  n0: i32, a0: usize, b0: usize, n1: i32, a1: usize, b1: usize, n2: i32, a2: usize, b2: usize, n: i32, aStep: usize, bStep: usize,
): void {
  if (operation == GREATER) compareLines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, GREATER);
  else if (operation == GREATER_EQUAL) compareLines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, GREATER_EQUAL);
  else if (operation == LESS) compareLines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, LESS);
  else if (operation == LESS_EQUAL) compareLines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, LESS_EQUAL);
  else if (operation == EQUAL) compareLines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, EQUAL);
  else compareLines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, 5);
}
