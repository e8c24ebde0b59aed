/** Sums, means and maxima over an axis in the middle: x is [outer, k, inner], out is [outer, inner]. */

const SUM: i32 = 0;
const MAX: i32 = 2;

// @ts-ignore: decorator
@inline
function join4(a: v128, b: v128, operation: i32): v128 {
  return operation == MAX ? f32x4.max(a, b) : f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
function join1(a: f32, b: f32, operation: i32): f32 {
  return operation == MAX ? max<f32>(a, b) : a + b;
}

/** The numbers of one line together. */
// @ts-ignore: decorator
@inline
function line(x: usize, k: i32, operation: i32): f32 {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  const start = operation == MAX ? f32x4.splat(-Infinity) : f32x4.splat(0);
  let a = start;
  let b = start;
  let c = start;
  let d = start;
  for (; x < end16; x += 64) {
    a = join4(a, v128.load(x), operation);
    b = join4(b, v128.load(x, 16), operation);
    c = join4(c, v128.load(x, 32), operation);
    d = join4(d, v128.load(x, 48), operation);
  }
  const both = join4(join4(a, b, operation), join4(c, d, operation), operation);
  let total = join1(
    join1(f32x4.extract_lane(both, 0), f32x4.extract_lane(both, 1), operation),
    join1(f32x4.extract_lane(both, 2), f32x4.extract_lane(both, 3), operation),
    operation,
  );
  for (; x < end; x += 4) total = join1(total, load<f32>(x), operation);
  return total;
}

/** Long sums are sums of sums, or their rounding would grow with their length. */
const block: i32 = 1024;

function sumOf(x: usize, k: i32): f32 {
  if (k <= block) return line(x, k, SUM);
  let total: f64 = 0;
  for (let from: i32 = 0; from < k; from += block) total += line(x + (<usize>from << 2), min(block, k - from), SUM);
  return <f32>total;
}

/** `width` columns side by side, 16, 4 or 1 of them; in blocks, as long lines are. */
// @ts-ignore: decorator
@inline
function columns(x: usize, out: usize, k: i32, bytes: usize, width: i32, operation: i32): void {
  const start = operation == MAX ? f32x4.splat(-Infinity) : f32x4.splat(0);
  let a = start;
  let b = start;
  let c = start;
  let d = start;
  for (let from: i32 = 0; from < k; from += block) {
    let e = start;
    let f = start;
    let g = start;
    let h = start;
    for (let i = min(block, k - from); i > 0; i--, x += bytes) {
      if (width == 1) e = join4(e, v128.load32_splat(x), operation);
      else e = join4(e, v128.load(x), operation);
      if (width == 16) {
        f = join4(f, v128.load(x, 16), operation);
        g = join4(g, v128.load(x, 32), operation);
        h = join4(h, v128.load(x, 48), operation);
      }
    }
    a = join4(a, e, operation);
    b = join4(b, f, operation);
    c = join4(c, g, operation);
    d = join4(d, h, operation);
  }
  if (width == 1) {
    store<f32>(out, f32x4.extract_lane(a, 0));
    return;
  }
  v128.store(out, a);
  if (width == 16) {
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
}

// @ts-ignore: decorator
@inline
function lines(x: usize, out: usize, k: i32, inner: i32, operation: i32): void {
  const bytes = <usize>inner << 2;
  let j: i32 = 0;
  for (; j <= inner - 16; j += 16, x += 64, out += 64) columns(x, out, k, bytes, 16, operation);
  for (; j <= inner - 4; j += 4, x += 16, out += 16) columns(x, out, k, bytes, 4, operation);
  for (; j < inner; j++, x += 4, out += 4) columns(x, out, k, bytes, 1, operation);
}

/** Over nothing a sum is 0 and a maximum -Infinity; NaN is kept. `factor` is 1, or 1/k for a mean. */
export function sumOver(x: usize, out: usize, outer: i32, k: i32, inner: i32, factor: f32): void {
  const step = (<usize>k * <usize>inner) << 2;
  const from = out;
  if (k == 0) memory.fill(out, 0, (<usize>outer * <usize>inner) << 2);
  else if (inner == 1) for (let i: i32 = 0; i < outer; i++, x += step, out += 4) store<f32>(out, sumOf(x, k));
  else for (let i: i32 = 0; i < outer; i++, x += step, out += <usize>inner << 2) lines(x, out, k, inner, SUM);
  if (factor != 1) {
    const end = from + ((<usize>outer * <usize>inner) << 2);
    for (let at = from; at < end; at += 4) store<f32>(at, load<f32>(at) * factor);
  }
}

export function maxOver(x: usize, out: usize, outer: i32, k: i32, inner: i32): void {
  const step = (<usize>k * <usize>inner) << 2;
  for (let i: i32 = 0; i < outer; i++, x += step, out += <usize>inner << 2) {
    if (k == 0) for (let j: i32 = 0; j < inner; j++) store<f32>(out + (<usize>j << 2), -Infinity);
    else if (inner == 1) store<f32>(out, line(x, k, MAX));
    else lines(x, out, k, inner, MAX);
  }
}
