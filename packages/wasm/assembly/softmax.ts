/** Softmax, its logarithm, and log Σ e^x of rows. */
import { exp1, exp4, log1 } from './exp';
import {
  brokenSoftmax,
  brokenTotal,
  expRow,
  fillRow,
  finiteOrZero,
  maxOf,
  normalizer,
  scaleRow,
  softmaxRow,
  sum4,
  topAhead,
  totalBelow,
} from './rows';

/** exp(x) / Σ exp(x) of each row; `nothing` where there is nothing to share out. */
export function softmax(x: usize, out: usize, n: i32, k: i32, nothing: f32): void {
  const bytes = <usize>k << 2;
  let top: f32 = n > 0 ? maxOf(x, k) : 0;
  for (let i: i32 = 0; i < n; i++, x += bytes, out += bytes) {
    const next = i + 1 < n ? x + bytes : x;
    if (top == Infinity) {
      brokenSoftmax(x, out, k, brokenTotal(x, k), 0);
      top = maxOf(next, k);
    } else {
      const total = expRow(x, out, k, finiteOrZero(top), 1, next, 0, 0, 0);
      top = topAhead;
      if (total == 0) fillRow(out, k, nothing);
      else if (total < Infinity) scaleRow(out, k, 1 / total, 0);
      else brokenSoftmax(out, out, k, total, 0);
    }
  }
}

/** Its gradient from the softmax: y (g - Σ y g). */
export function softmaxGrad(y: usize, upstream: usize, out: usize, n: i32, k: i32): void {
  const bytes = <usize>k << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, y += bytes, upstream += bytes, out += bytes) {
    let sums = f32x4.splat(0);
    let at: usize = 0;
    for (; at < whole; at += 16) sums = f32x4.add(sums, f32x4.mul(v128.load(y + at), v128.load(upstream + at)));
    let sum = sum4(sums);
    for (; at < bytes; at += 4) sum += load<f32>(y + at) * load<f32>(upstream + at);
    const s = f32x4.splat(sum);
    for (at = 0; at < whole; at += 16) v128.store(out + at, f32x4.mul(v128.load(y + at), f32x4.sub(v128.load(upstream + at), s)));
    for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(y + at) * (load<f32>(upstream + at) - sum));
  }
}

/** x - log Σ exp(x) of each row; where nothing is possible, x - `nothing`. */
export function logSoftmax(x: usize, out: usize, n: i32, k: i32, nothing: f32): void {
  const bytes = <usize>k << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, x += bytes, out += bytes) {
    const top = maxOf(x, k);
    const shift = finiteOrZero(top);
    const total = totalBelow(x, k, top, shift, 1);
    const logTotal: f32 = total == 0 ? nothing : log1(total);
    const s = f32x4.splat(shift);
    const t = f32x4.splat(logTotal);
    let at: usize = 0;
    for (; at < whole; at += 16) v128.store(out + at, f32x4.sub(f32x4.sub(v128.load(x + at), s), t));
    for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(x + at) - shift - logTotal);
  }
}

/** Its gradient from the log-softmax: g - e^y Σ g. */
export function logSoftmaxGrad(y: usize, upstream: usize, out: usize, n: i32, k: i32): void {
  const bytes = <usize>k << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, y += bytes, upstream += bytes, out += bytes) {
    let sums = f32x4.splat(0);
    let at: usize = 0;
    for (; at < whole; at += 16) sums = f32x4.add(sums, v128.load(upstream + at));
    let sum = sum4(sums);
    for (; at < bytes; at += 4) sum += load<f32>(upstream + at);
    const s = f32x4.splat(sum);
    for (at = 0; at < whole; at += 16) v128.store(out + at, f32x4.sub(v128.load(upstream + at), f32x4.mul(exp4(v128.load(y + at)), s)));
    for (; at < bytes; at += 4) store<f32>(out + at, load<f32>(upstream + at) - exp1(load<f32>(y + at)) * sum);
  }
}

/** log Σ exp(x) of each row. */
export function logSumExp(x: usize, out: usize, state: usize, n: i32, k: i32): void {
  for (let i: i32 = 0; i < n; i++) {
    normalizer(x, k, 1, state);
    store<f32>(out, log1(load<f32>(state, 4)) + load<f32>(state));
    x += <usize>k << 2;
    out += 4;
    state += 8;
  }
}

/** Its gradient: g times the softmax. */
export function logSumExpGrad(x: usize, state: usize, upstream: usize, out: usize, n: i32, k: i32): void {
  for (let i: i32 = 0; i < n; i++) {
    softmaxRow(x, out, k, load<f32>(state), load<f32>(state, 4), 1, load<f32>(upstream), 0);
    x += <usize>k << 2;
    out += <usize>k << 2;
    upstream += 4;
    state += 8;
  }
}
