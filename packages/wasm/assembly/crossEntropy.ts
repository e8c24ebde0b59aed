/** Cross-entropy of softmax rows; the loss and its gradient. */
import { log1 } from './exp';
import {
  brokenSoftmax,
  brokenTotal,
  expRow,
  fillRow,
  finiteOrZero,
  logNormalizer,
  maxOf,
  normalizer,
  scaleRow,
  softmaxRow,
  sum4,
  topAhead,
  totalOf,
} from './rows';

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

/** The loss of a row with a good id; `chosen` is how far the id's logit is from the shift, `rest` how far all are. */
function lossOf(chosen: f32, rest: f32, k: i32, shift: f32, total: f32, smoothing: f32, zLoss: f32, scale: f32): f32 {
  const kept = smoothing == 0 ? chosen : chosen * (1 - smoothing) + (smoothing * rest) / <f32>k;
  const value = log1(total) - kept * scale;
  if (zLoss == 0) return value;
  const lse = shift * scale + log1(total);
  return value + zLoss * lse * lse;
}

/** Cross-entropy against class ids; state holds shift and total of each row. */
export function crossEntropyIds(x: usize, ids: usize, loss: usize, state: usize, n: i32, k: i32, smoothing: f32, zLoss: f32, scale: f32): void {
  for (let i: i32 = 0; i < n; i++) {
    normalizer(x, k, scale, state);
    const id = load<i32>(ids);
    let value: f32 = NaN;
    if (<u32>id < <u32>k) {
      const shift = load<f32>(state);
      const rest: f32 = smoothing == 0 ? 0 : distanceOf(x, k, shift);
      value = lossOf(load<f32>(x + (<usize>id << 2)) - shift, rest, k, shift, load<f32>(state, 4), smoothing, zLoss, scale);
    }
    store<f32>(loss, value);
    x += <usize>k << 2;
    ids += 4;
    loss += 4;
    state += 8;
  }
}

/**
 * The loss of each row and, in `out`, what the sum of weight times loss is by its logits: one exponential a number. `out` may be where x is, or 0 where no gradient is
 * wanted. With `skip`, rows of weight 0 are not looked at: theirs is the loss of equal logits, as if zeros stood there.
 */
export function crossEntropyIdsSum(x: usize, ids: usize, weights: usize, loss: usize, out: usize, n: i32, k: i32, smoothing: f32, zLoss: f32, scale: f32, skip: bool): void {
  const equal = log1(<f32>k);
  const bytes = <usize>k << 2;
  // The row whose largest number is known, and that number; the row whose exponentials wait for their factor, and what then becomes of its class.
  let seen: usize = 0;
  let top: f32 = 0;
  let behind: usize = 0;
  let factor: f32 = 0;
  let less: f32 = 0;
  let chosenAt: usize = 0;
  let hit: f32 = 0;
  for (let i: i32 = 0; i < n; i++, x += bytes, ids += 4, weights += 4, loss += 4) {
    const weight = load<f32>(weights);
    const id = load<i32>(ids);
    const good = <u32>id < <u32>k;
    const absent = skip && weight == 0;
    if (absent || !good) {
      store<f32>(loss, absent ? equal + zLoss * equal * equal : NaN);
      if (out != 0) fillRow(out, k, absent ? 0 : NaN);
    } else {
      if (seen != x) top = maxOf(x, k);
      const shift = finiteOrZero(top);
      const at = <usize>id << 2;
      const chosen = load<f32>(x + at) - shift;
      const broken = top == Infinity;
      // Before the exponentials, which may take the place of the logits.
      const rest: f32 = smoothing == 0 ? 0 : distanceOf(x, k, shift);
      let total: f32 = 0;
      if (broken) total = brokenTotal(x, k);
      else if (out == 0) total = totalOf(x, k, shift, scale);
      else {
        seen = i + 1 < n ? x + bytes : x;
        total = expRow(x, out, k, shift, scale, seen, behind, factor, less);
        top = topAhead;
        if (behind != 0) store<f32>(chosenAt, load<f32>(chosenAt) - hit);
        behind = 0;
      }
      store<f32>(loss, lossOf(chosen, rest, k, shift, total, smoothing, zLoss, scale));
      if (out != 0) {
        const g = weight * scale;
        const mass: f32 = zLoss == 0 ? g : g * (1 + 2 * zLoss * (shift * scale + log1(total)));
        const offset = (g * smoothing) / <f32>k;
        const own = g * (1 - smoothing);
        if (total < Infinity) {
          behind = out;
          factor = total == 0 ? mass : mass / total;
          less = offset;
          chosenAt = out + at;
          hit = own;
        } else {
          brokenSoftmax(broken ? x : out, out, k, total, offset);
          store<f32>(out + at, load<f32>(out + at) - own);
        }
      }
    }
    if (out != 0) out += bytes;
  }
  if (behind != 0) {
    scaleRow(behind, k, factor, less);
    store<f32>(chosenAt, load<f32>(chosenAt) - hit);
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

