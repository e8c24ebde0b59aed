/** Log-probabilities of tokens and entropies of rows. */
import { exp1, exp4, log1 } from './exp';
import { fillRow, normalizer, softmaxRow, sum4 } from './rows';

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

