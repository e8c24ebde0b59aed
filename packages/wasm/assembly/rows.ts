/**
 * Softmax rows: cross-entropy, log-probabilities, entropy. A forward kernel keeps two numbers a row, the shift (the row's largest logit) and the total
 * Σ exp((x - shift) / T), from which the backward kernel makes the softmax again without the rounding of a large log Σ exp.
 */
import { exp1, exp4, log1 } from './exp';

// @ts-ignore: decorator
@inline
export function sum4(x: v128): f32 {
  return f32x4.extract_lane(x, 0) + f32x4.extract_lane(x, 1) + (f32x4.extract_lane(x, 2) + f32x4.extract_lane(x, 3));
}

/** The largest number of a row; NaN is overlooked, -Infinity where there is nothing else. */
function maxOf(x: usize, k: i32): f32 {
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
  a = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  let top = f32x4.extract_lane(a, 0);
  for (let i = 1; i < 4; i++) {
    const lane = i == 1 ? f32x4.extract_lane(a, 1) : i == 2 ? f32x4.extract_lane(a, 2) : f32x4.extract_lane(a, 3);
    top = lane > top ? lane : top;
  }
  for (; x < end; x += 4) {
    const v = load<f32>(x);
    top = v > top ? v : top;
  }
  return top;
}

// @ts-ignore: decorator
@inline
function finiteOrZero(x: f32): f32 {
  return abs<f32>(x) < Infinity ? x : 0;
}

/** Σ exp((x - shift) / T). */
function totalOf(x: usize, k: i32, shift: f32, scale: f32): f32 {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  const s = f32x4.splat(shift);
  const t = f32x4.splat(scale);
  let a = f32x4.splat(0);
  let b = a;
  let c = a;
  let d = a;
  for (; x < end16; x += 64) {
    a = f32x4.add(a, exp4(f32x4.mul(f32x4.sub(v128.load(x), s), t)));
    b = f32x4.add(b, exp4(f32x4.mul(f32x4.sub(v128.load(x, 16), s), t)));
    c = f32x4.add(c, exp4(f32x4.mul(f32x4.sub(v128.load(x, 32), s), t)));
    d = f32x4.add(d, exp4(f32x4.mul(f32x4.sub(v128.load(x, 48), s), t)));
  }
  let total = sum4(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  for (; x < end; x += 4) total += exp1((load<f32>(x) - shift) * scale);
  return total;
}

/** The sum of x - shift. */
function distanceOf(x: usize, k: i32, shift: f32): f32 {
  const end = x + (<usize>k << 2);
  const end8 = x + ((<usize>k >> 3) << 5);
  const s = f32x4.splat(shift);
  let a = f32x4.splat(0);
  let b = a;
  for (; x < end8; x += 32) {
    a = f32x4.add(a, f32x4.sub(v128.load(x), s));
    b = f32x4.add(b, f32x4.sub(v128.load(x, 16), s));
  }
  let total = sum4(f32x4.add(a, b));
  for (; x < end; x += 4) total += load<f32>(x) - shift;
  return total;
}

function hasNaN(x: usize, k: i32): bool {
  for (const end = x + (<usize>k << 2); x < end; x += 4) {
    const v = load<f32>(x);
    if (v != v) return true;
  }
  return false;
}

/** Writes shift and total of a row. */
// @ts-ignore: decorator
@inline
export function normalizer(x: usize, k: i32, scale: f32, state: usize): void {
  const top = maxOf(x, k);
  const shift = finiteOrZero(top);
  store<f32>(state, shift);
  store<f32>(state, top == Infinity ? (hasNaN(x, k) ? NaN : Infinity) : totalOf(x, k, shift, scale), 4);
}

/** exp((x - shift) / T) * factor - offset, into out: what every backward pass over softmax rows is made of. */
function scaledSoftmax(x: usize, out: usize, k: i32, shift: f32, scale: f32, factor: f32, offset: f32): void {
  const end = x + (<usize>k << 2);
  const end16 = x + ((<usize>k >> 4) << 6);
  const s = f32x4.splat(shift);
  const t = f32x4.splat(scale);
  const f = f32x4.splat(factor);
  const o = f32x4.splat(offset);
  for (; x < end16; x += 64, out += 64) {
    const a = exp4(f32x4.mul(f32x4.sub(v128.load(x), s), t));
    const b = exp4(f32x4.mul(f32x4.sub(v128.load(x, 16), s), t));
    const c = exp4(f32x4.mul(f32x4.sub(v128.load(x, 32), s), t));
    const d = exp4(f32x4.mul(f32x4.sub(v128.load(x, 48), s), t));
    v128.store(out, f32x4.sub(f32x4.mul(a, f), o));
    v128.store(out, f32x4.sub(f32x4.mul(b, f), o), 16);
    v128.store(out, f32x4.sub(f32x4.mul(c, f), o), 32);
    v128.store(out, f32x4.sub(f32x4.mul(d, f), o), 48);
  }
  for (; x < end; x += 4, out += 4) store<f32>(out, exp1((load<f32>(x) - shift) * scale) * factor - offset);
}

/** The same where the total is infinite or NaN: NaN where the logit is +Infinity (or everywhere), else as if the probability were 0. */
function brokenSoftmax(x: usize, out: usize, k: i32, total: f32, offset: f32): void {
  for (const end = x + (<usize>k << 2); x < end; x += 4, out += 4)
    store<f32>(out, total != total || load<f32>(x) == Infinity ? NaN : -offset);
}

// @ts-ignore: decorator
@inline
function softmaxRow(x: usize, out: usize, k: i32, shift: f32, total: f32, scale: f32, factor: f32, offset: f32): void {
  if (total < Infinity) scaledSoftmax(x, out, k, shift, scale, total == 0 ? factor : factor / total, offset);
  else brokenSoftmax(x, out, k, total, offset);
}

// @ts-ignore: decorator
@inline
function logNormalizer(state: usize, scale: f32): f32 {
  return load<f32>(state) * scale + log1(load<f32>(state, 4));
}

/** Cross-entropy against class ids; state holds shift and total of each row. */
export function crossEntropyIds(x: usize, ids: usize, loss: usize, state: usize, n: i32, k: i32, smoothing: f32, zLoss: f32, scale: f32): void {
  for (let i: i32 = 0; i < n; i++) {
    normalizer(x, k, scale, state);
    const id = load<i32>(ids);
    let value: f32 = NaN;
    if (<u32>id < <u32>k) {
      const shift = load<f32>(state);
      let chosen = load<f32>(x + (<usize>id << 2)) - shift;
      if (smoothing != 0) chosen = chosen * (1 - smoothing) + (smoothing * distanceOf(x, k, shift)) / <f32>k;
      value = log1(load<f32>(state, 4)) - chosen * scale;
      if (zLoss != 0) {
        const lse = logNormalizer(state, scale);
        value += zLoss * lse * lse;
      }
    }
    store<f32>(loss, value);
    x += <usize>k << 2;
    ids += 4;
    loss += 4;
    state += 8;
  }
}

/** Its gradient. */
export function crossEntropyIdsGrad(x: usize, ids: usize, state: usize, upstream: usize, out: usize, n: i32, k: i32, smoothing: f32, zLoss: f32, scale: f32): void {
  for (let i: i32 = 0; i < n; i++) {
    const g = load<f32>(upstream) * scale;
    const id = load<i32>(ids);
    if (<u32>id < <u32>k) {
      const mass: f32 = zLoss == 0 ? 1 : 1 + 2 * zLoss * logNormalizer(state, scale);
      softmaxRow(x, out, k, load<f32>(state), load<f32>(state, 4), scale, g * mass, (g * smoothing) / <f32>k);
      const at = out + (<usize>id << 2);
      store<f32>(at, load<f32>(at) - g * (1 - smoothing));
    } else fillRow(out, k, NaN);
    x += <usize>k << 2;
    out += <usize>k << 2;
    ids += 4;
    upstream += 4;
    state += 8;
  }
}

function fillRow(out: usize, k: i32, value: f32): void {
  for (const end = out + (<usize>k << 2); out < end; out += 4) store<f32>(out, value);
}

/** Cross-entropy against distributions (or any weights). A weight of 0 outweighs an infinite logit. */
export function crossEntropyDense(x: usize, target: usize, loss: usize, state: usize, n: i32, k: i32, smoothing: f32, zLoss: f32, scale: f32): void {
  const keep: f32 = 1 - smoothing;
  const spread = smoothing / <f32>k;
  for (let i: i32 = 0; i < n; i++) {
    normalizer(x, k, scale, state);
    const shift = load<f32>(state);
    let mass = f32x4.splat(0);
    let dot = mass;
    let j: i32 = 0;
    const k4 = k & ~3;
    for (; j < k4; j += 4) {
      const at = <usize>j << 2;
      const t = f32x4.add(f32x4.mul(v128.load(target + at), f32x4.splat(keep)), f32x4.splat(spread));
      const v = v128.load(x + at);
      const dead = v128.and(f32x4.eq(t, f32x4.splat(0)), f32x4.eq(f32x4.abs(v), f32x4.splat(Infinity)));
      mass = f32x4.add(mass, t);
      dot = f32x4.add(dot, v128.andnot(f32x4.mul(t, f32x4.sub(v, f32x4.splat(shift))), dead));
    }
    let weight = sum4(mass);
    let product = sum4(dot);
    for (; j < k; j++) {
      const at = <usize>j << 2;
      const t = load<f32>(target + at) * keep + spread;
      const v = load<f32>(x + at);
      weight += t;
      if (!(t == 0 && abs<f32>(v) == Infinity)) product += t * (v - shift);
    }
    let value = log1(load<f32>(state, 4)) * weight - product * scale;
    if (zLoss != 0) {
      const lse = logNormalizer(state, scale);
      value += zLoss * lse * lse;
    }
    store<f32>(loss, value);
    x += <usize>k << 2;
    target += <usize>k << 2;
    loss += 4;
    state += 8;
  }
}

/** Its gradient by the logits. */
export function crossEntropyDenseGrad(x: usize, target: usize, state: usize, upstream: usize, out: usize, n: i32, k: i32, smoothing: f32, zLoss: f32, scale: f32): void {
  const keep: f32 = 1 - smoothing;
  const spread = smoothing / <f32>k;
  for (let i: i32 = 0; i < n; i++) {
    const g = load<f32>(upstream) * scale;
    let weights = f32x4.splat(0);
    let j: i32 = 0;
    const k4 = k & ~3;
    for (; j < k4; j += 4) weights = f32x4.add(weights, v128.load(target + (<usize>j << 2)));
    let mass = sum4(weights);
    for (; j < k; j++) mass += load<f32>(target + (<usize>j << 2));
    mass = mass * keep + smoothing;
    if (zLoss != 0) mass += 2 * zLoss * logNormalizer(state, scale);
    softmaxRow(x, out, k, load<f32>(state), load<f32>(state, 4), scale, g * mass, g * spread);
    const kept = g * keep;
    for (j = 0; j < k4; j += 4) {
      const at = <usize>j << 2;
      v128.store(out + at, f32x4.sub(v128.load(out + at), f32x4.mul(f32x4.splat(kept), v128.load(target + at))));
    }
    for (; j < k; j++) {
      const at = <usize>j << 2;
      store<f32>(out + at, load<f32>(out + at) - kept * load<f32>(target + at));
    }
    x += <usize>k << 2;
    target += <usize>k << 2;
    out += <usize>k << 2;
    upstream += 4;
    state += 8;
  }
}

/** The log-probability of one token a row. */
export function tokenLogProbs(x: usize, ids: usize, out: usize, state: usize, n: i32, k: i32, scale: f32): void {
  for (let i: i32 = 0; i < n; i++) {
    normalizer(x, k, scale, state);
    const id = load<i32>(ids);
    let value: f32 = NaN;
    if (<u32>id < <u32>k) value = (load<f32>(x + (<usize>id << 2)) - load<f32>(state)) * scale - log1(load<f32>(state, 4));
    store<f32>(out, value);
    x += <usize>k << 2;
    ids += 4;
    out += 4;
    state += 8;
  }
}

/** Its gradient. */
export function tokenLogProbsGrad(x: usize, ids: usize, state: usize, upstream: usize, out: usize, n: i32, k: i32, scale: f32): void {
  for (let i: i32 = 0; i < n; i++) {
    const g = load<f32>(upstream) * scale;
    const id = load<i32>(ids);
    if (<u32>id < <u32>k) {
      softmaxRow(x, out, k, load<f32>(state), load<f32>(state, 4), scale, -g, 0);
      const at = out + (<usize>id << 2);
      store<f32>(at, load<f32>(at) + g);
    } else fillRow(out, k, NaN);
    x += <usize>k << 2;
    out += <usize>k << 2;
    ids += 4;
    upstream += 4;
    state += 8;
  }
}

/** Σ e (x - shift) / T with e = exp((x - shift) / T): what is gone adds nothing. */
function energyOf(x: usize, k: i32, shift: f32, scale: f32): f32 {
  const end = x + (<usize>k << 2);
  const end8 = x + ((<usize>k >> 3) << 5);
  const s = f32x4.splat(shift);
  const t = f32x4.splat(scale);
  const zero = f32x4.splat(0);
  let a = zero;
  let b = zero;
  for (; x < end8; x += 32) {
    const v = f32x4.mul(f32x4.sub(v128.load(x), s), t);
    const w = f32x4.mul(f32x4.sub(v128.load(x, 16), s), t);
    const p = exp4(v);
    const q = exp4(w);
    a = f32x4.add(a, v128.andnot(f32x4.mul(p, v), f32x4.eq(p, zero)));
    b = f32x4.add(b, v128.andnot(f32x4.mul(q, w), f32x4.eq(q, zero)));
  }
  let total = sum4(f32x4.add(a, b));
  for (; x < end; x += 4) {
    const v = (load<f32>(x) - shift) * scale;
    const p = exp1(v);
    if (p != 0) total += p * v;
  }
  return total;
}

/** The entropy of each row. */
export function tokenEntropy(x: usize, out: usize, state: usize, n: i32, k: i32, scale: f32): void {
  for (let i: i32 = 0; i < n; i++) {
    normalizer(x, k, scale, state);
    const total = load<f32>(state, 4);
    let value: f32 = total == 0 ? 0 : NaN;
    if (total > 0 && total < Infinity) value = log1(total) - energyOf(x, k, load<f32>(state), scale) / total;
    store<f32>(out, value);
    x += <usize>k << 2;
    out += 4;
    state += 8;
  }
}

/** Its gradient: -g p (log p + H) / T. */
export function tokenEntropyGrad(x: usize, state: usize, entropy: usize, upstream: usize, out: usize, n: i32, k: i32, scale: f32): void {
  const zero = f32x4.splat(0);
  for (let i: i32 = 0; i < n; i++) {
    const shift = load<f32>(state);
    const total = load<f32>(state, 4);
    if (total < Infinity) {
      const factor: f32 = total == 0 ? 0 : (-load<f32>(upstream) * scale) / total;
      const offset: f32 = total == 0 ? 0 : load<f32>(entropy) - log1(total);
      let j: i32 = 0;
      const k4 = k & ~3;
      for (; j < k4; j += 4) {
        const v = f32x4.mul(f32x4.sub(v128.load(x + (<usize>j << 2)), f32x4.splat(shift)), f32x4.splat(scale));
        const p = exp4(v);
        const d = f32x4.mul(f32x4.mul(p, f32x4.add(v, f32x4.splat(offset))), f32x4.splat(factor));
        v128.store(out + (<usize>j << 2), v128.andnot(d, f32x4.eq(p, zero)));
      }
      for (; j < k; j++) {
        const v = (load<f32>(x + (<usize>j << 2)) - shift) * scale;
        const p = exp1(v);
        store<f32>(out + (<usize>j << 2), p == 0 ? 0 : p * (v + offset) * factor);
      }
    } else fillRow(out, k, NaN);
    x += <usize>k << 2;
    out += <usize>k << 2;
    entropy += 4;
    upstream += 4;
    state += 8;
  }
}

/** exp(x) / Σ exp(x) of each row; `nothing` where there is nothing to share out. */
export function softmax(x: usize, out: usize, state: usize, n: i32, k: i32, nothing: f32): void {
  for (let i: i32 = 0; i < n; i++) {
    normalizer(x, k, 1, state);
    const total = load<f32>(state, 4);
    if (total == 0) fillRow(out, k, nothing);
    else softmaxRow(x, out, k, load<f32>(state), total, 1, 1, 0);
    x += <usize>k << 2;
    out += <usize>k << 2;
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
export function logSoftmax(x: usize, out: usize, state: usize, n: i32, k: i32, nothing: f32): void {
  const bytes = <usize>k << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, x += bytes, out += bytes) {
    normalizer(x, k, 1, state);
    const shift = load<f32>(state);
    const total = load<f32>(state, 4);
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
