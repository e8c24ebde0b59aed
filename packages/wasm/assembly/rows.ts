/**
 * What kernels over rows of logits are made of. A forward kernel keeps two numbers a row, the shift (the row's largest logit) and the total
 * Σ exp((x - shift) / T), from which the backward kernel makes the softmax again without the rounding of a large log Σ exp.
 */
import { log1, log2e, power1, power4 } from './exp';

// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

// @ts-ignore: decorator
@inline
function max4(x: v128): f32 {
  const pairs = f32x4.pmax(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** The largest number of a row; NaN is overlooked, -Infinity where there is nothing else. */
export function maxOf(x: usize, k: i32): f32 {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  let a = f32x4.splat(-Infinity);
  let b = a;
  let c = a;
  let d = a;
  for (; x < end16; x += 64) {
    a = f32x4.pmax(a, v128.load(x));
    b = f32x4.pmax(b, v128.load(x, 16));
    c = f32x4.pmax(c, v128.load(x, 32));
    d = f32x4.pmax(d, v128.load(x, 48));
  }
  let top = max4(f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d)));
  for (; x < end; x += 4) {
    const v = load<f32>(x);
    top = v > top ? v : top;
  }
  return top;
}

// @ts-ignore: decorator
@inline
export function finiteOrZero(x: f32): f32 {
  return abs<f32>(x) < Infinity ? x : 0;
}

/** Σ exp((x - shift) / T). */
export function totalOf(x: usize, k: i32, shift: f32, scale: f32): f32 {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  const s = f32x4.splat(shift);
  const rate = scale * log2e;
  const t = f32x4.splat(rate);
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; x < end16; x += 64) {
    a = f32x4.add(a, power4(f32x4.mul(f32x4.sub(v128.load(x), s), t)));
    b = f32x4.add(b, power4(f32x4.mul(f32x4.sub(v128.load(x, 16), s), t)));
    c = f32x4.add(c, power4(f32x4.mul(f32x4.sub(v128.load(x, 32), s), t)));
    d = f32x4.add(d, power4(f32x4.mul(f32x4.sub(v128.load(x, 48), s), t)));
  }
  for (; x + 16 <= end; x += 16) a = f32x4.add(a, power4(f32x4.mul(f32x4.sub(v128.load(x), s), t)));
  let total = sum4(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  for (; x < end; x += 4) total += power1((load<f32>(x) - shift) * rate);
  return total;
}

/** The total of a row that has +Infinity: NaN where it also has NaN. */
export function brokenTotal(x: usize, k: i32): f32 {
  for (const end = x + (<usize>k << 2); x < end; x += 4) {
    const v = load<f32>(x);
    if (v != v) return NaN;
  }
  return Infinity;
}

/** Σ exp((x - shift) / T) of a row whose largest number is known. */
// @ts-ignore: decorator
@inline
export function totalBelow(x: usize, k: i32, top: f32, shift: f32, scale: f32): f32 {
  return top == Infinity ? brokenTotal(x, k) : totalOf(x, k, shift, scale);
}

/** Writes shift and total of a row. */
// @ts-ignore: decorator
@inline
export function normalizer(x: usize, k: i32, scale: f32, state: usize): void {
  const top = maxOf(x, k);
  const shift = finiteOrZero(top);
  store<f32>(state, shift);
  store<f32>(state, totalBelow(x, k, top, shift, scale), 4);
}

/** factor x - offset of sixteen numbers where they lie. */
// @ts-ignore: decorator
@inline
function scale16(x: usize, factor: v128, offset: v128): void {
  v128.store(x, f32x4.sub(f32x4.mul(v128.load(x), factor), offset));
  v128.store(x, f32x4.sub(f32x4.mul(v128.load(x, 16), factor), offset), 16);
  v128.store(x, f32x4.sub(f32x4.mul(v128.load(x, 32), factor), offset), 32);
  v128.store(x, f32x4.sub(f32x4.mul(v128.load(x, 48), factor), offset), 48);
}

/** The largest number of the row that `expRow` looked ahead at. */
export let topAhead: f32 = 0;

/**
 * exp((x - shift) / T) into out; their sum. Meanwhile the largest number of the row at `ahead` is found, which fetches it from memory under the arithmetic of this one,
 * and the row at `behind`, unless that is 0, becomes factor x - offset.
 */
export function expRow(x: usize, out: usize, k: i32, shift: f32, scale: f32, ahead: usize, behind: usize, factor: f32, offset: f32): f32 {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  const s = f32x4.splat(shift);
  const rate = scale * log2e;
  const t = f32x4.splat(rate);
  const m = f32x4.splat(factor);
  const o = f32x4.splat(offset);
  let a = f32x4.splat(0);
  let b = a;
  let c = f32x4.splat(-Infinity);
  let d = c;
  for (; x < end16; x += 64, out += 64, ahead += 64) {
    const e = power4(f32x4.mul(f32x4.sub(v128.load(x), s), t));
    const f = power4(f32x4.mul(f32x4.sub(v128.load(x, 16), s), t));
    const g = power4(f32x4.mul(f32x4.sub(v128.load(x, 32), s), t));
    const h = power4(f32x4.mul(f32x4.sub(v128.load(x, 48), s), t));
    v128.store(out, e);
    v128.store(out, f, 16);
    v128.store(out, g, 32);
    v128.store(out, h, 48);
    a = f32x4.add(a, f32x4.add(e, f));
    b = f32x4.add(b, f32x4.add(g, h));
    c = f32x4.pmax(c, v128.load(ahead));
    d = f32x4.pmax(d, v128.load(ahead, 16));
    c = f32x4.pmax(c, v128.load(ahead, 32));
    d = f32x4.pmax(d, v128.load(ahead, 48));
    if (behind != 0) {
      scale16(behind, m, o);
      behind += 64;
    }
  }
  let top = max4(f32x4.pmax(c, d));
  let total = sum4(f32x4.add(a, b));
  for (; x < end; x += 4, out += 4, ahead += 4) {
    const e = power1((load<f32>(x) - shift) * rate);
    store<f32>(out, e);
    total += e;
    const v = load<f32>(ahead);
    top = v > top ? v : top;
    if (behind != 0) {
      store<f32>(behind, load<f32>(behind) * factor - offset);
      behind += 4;
    }
  }
  topAhead = top;
  return total;
}

/** factor x - offset where it lies. */
export function scaleRow(x: usize, k: i32, factor: f32, offset: f32): void {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  const f = f32x4.splat(factor);
  const o = f32x4.splat(offset);
  for (; x < end16; x += 64) scale16(x, f, o);
  for (; x < end; x += 4) store<f32>(x, load<f32>(x) * factor - offset);
}

/** exp((x - shift) / T) * factor - offset, into out: what every backward pass over softmax rows is made of. */
export function scaledSoftmax(x: usize, out: usize, k: i32, shift: f32, scale: f32, factor: f32, offset: f32): void {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  const s = f32x4.splat(shift);
  const rate = scale * log2e;
  const t = f32x4.splat(rate);
  const f = f32x4.splat(factor);
  const o = f32x4.splat(offset);
  for (; x < end16; x += 64, out += 64) {
    const a = power4(f32x4.mul(f32x4.sub(v128.load(x), s), t));
    const b = power4(f32x4.mul(f32x4.sub(v128.load(x, 16), s), t));
    const c = power4(f32x4.mul(f32x4.sub(v128.load(x, 32), s), t));
    const d = power4(f32x4.mul(f32x4.sub(v128.load(x, 48), s), t));
    v128.store(out, f32x4.sub(f32x4.mul(a, f), o));
    v128.store(out, f32x4.sub(f32x4.mul(b, f), o), 16);
    v128.store(out, f32x4.sub(f32x4.mul(c, f), o), 32);
    v128.store(out, f32x4.sub(f32x4.mul(d, f), o), 48);
  }
  for (; x + 16 <= end; x += 16, out += 16)
    v128.store(out, f32x4.sub(f32x4.mul(power4(f32x4.mul(f32x4.sub(v128.load(x), s), t)), f), o));
  for (; x < end; x += 4, out += 4) store<f32>(out, power1((load<f32>(x) - shift) * rate) * factor - offset);
}

/** The same where the total is infinite or NaN: NaN where the logit is +Infinity (or everywhere), else as if the probability were 0. */
export function brokenSoftmax(x: usize, out: usize, k: i32, total: f32, offset: f32): void {
  for (const end = x + (<usize>k << 2); x < end; x += 4, out += 4)
    store<f32>(out, total != total || load<f32>(x) == Infinity ? NaN : 0 - offset);
}

// @ts-ignore: decorator
@inline
export function softmaxRow(x: usize, out: usize, k: i32, shift: f32, total: f32, scale: f32, factor: f32, offset: f32): void {
  if (total < Infinity) scaledSoftmax(x, out, k, shift, scale, total == 0 ? factor : factor / total, offset);
  else brokenSoftmax(x, out, k, total, offset);
}

// @ts-ignore: decorator
@inline
export function logNormalizer(state: usize, scale: f32): f32 {
  return load<f32>(state) * scale + log1(load<f32>(state, 4));
}

export function fillRow(out: usize, k: i32, value: f32): void {
  for (const end = out + (<usize>k << 2); out < end; out += 4) store<f32>(out, value);
}
