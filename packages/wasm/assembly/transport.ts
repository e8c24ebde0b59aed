/** Sinkhorn's rounds in log space. */
import { exp4, log1 } from './exp';
import { sum4 } from './rows';

// @ts-ignore: decorator
@inline
function top4(x: v128): f32 {
  const a = max<f32>(f32x4.extract_lane(x, 0), f32x4.extract_lane(x, 1));
  return max<f32>(a, max<f32>(f32x4.extract_lane(x, 2), f32x4.extract_lane(x, 3)));
}

/** A largest exponent that is no number to subtract counts as 0. */
// @ts-ignore: decorator
@inline
function shiftOf(top: f32): f32 {
  return abs<f32>(top) < Infinity ? top : 0;
}

/** f[i] = -free ε log Σ_j exp((g[j] - cost[i, j]) / ε + logB[j]); `prices` has room for m numbers. */
function rowsFrom(cost: usize, g: usize, logB: usize, f: usize, prices: usize, n: i32, m: i32, eps: f32, free: f32): void {
  const bytes = <usize>m << 2;
  const whole = bytes & ~15;
  const rate: f32 = 1 / eps;
  const r = f32x4.splat(rate);
  let at: usize = 0;
  for (; at < bytes; at += 4) store<f32>(prices + at, load<f32>(g + at) * rate + load<f32>(logB + at));
  for (let i: i32 = 0; i < n; i++, cost += bytes, f += 4) {
    let tops = f32x4.splat(-Infinity);
    for (at = 0; at < whole; at += 16) tops = f32x4.max(tops, f32x4.sub(v128.load(prices + at), f32x4.mul(v128.load(cost + at), r)));
    let top = top4(tops);
    for (; at < bytes; at += 4) top = max<f32>(top, load<f32>(prices + at) - load<f32>(cost + at) * rate);
    const shift = shiftOf(top);
    const s = f32x4.splat(shift);
    let sums = f32x4.splat(0);
    for (at = 0; at < whole; at += 16)
      sums = f32x4.add(sums, exp4(f32x4.sub(f32x4.sub(v128.load(prices + at), f32x4.mul(v128.load(cost + at), r)), s)));
    let sum = sum4(sums);
    for (; at < bytes; at += 4) {
      const z = load<f32>(prices + at) - load<f32>(cost + at) * rate - shift;
      sum += f32x4.extract_lane(exp4(f32x4.splat(z)), 0);
    }
    store<f32>(f, -free * eps * (log1(sum) + shift));
  }
}

/** How many columns are summed over all rows before the next: what stays in the second cache. */
const strip: i32 = 64;

/** g[j] = -free ε log Σ_i exp((f[i] - cost[i, j]) / ε + logA[i]); `tops` has room for a strip of numbers, `sums` for another, `prices` for n. */
function columnsFrom(cost: usize, f: usize, logA: usize, g: usize, prices: usize, tops: usize, sums: usize, n: i32, m: i32, eps: f32, free: f32): void {
  const bytes = <usize>m << 2;
  const rate: f32 = 1 / eps;
  const r = f32x4.splat(rate);
  for (let i: i32 = 0; i < n; i++) {
    const at = <usize>i << 2;
    store<f32>(prices + at, load<f32>(f + at) * rate + load<f32>(logA + at));
  }
  for (let j0: i32 = 0; j0 < m; j0 += strip) {
    const width = min(strip, m - j0);
    const here = <usize>width << 2;
    const whole = here & ~15;
    const first = cost + (<usize>j0 << 2);
    for (let at: usize = 0; at < here; at += 4) {
      store<f32>(tops + at, -Infinity);
      store<f32>(sums + at, 0);
    }
    let line = first;
    for (let i: i32 = 0; i < n; i++, line += bytes) {
      const price = load<f32>(prices + (<usize>i << 2));
      const p = f32x4.splat(price);
      let at: usize = 0;
      for (; at < whole; at += 16) v128.store(tops + at, f32x4.max(v128.load(tops + at), f32x4.sub(p, f32x4.mul(v128.load(line + at), r))));
      for (; at < here; at += 4) store<f32>(tops + at, max<f32>(load<f32>(tops + at), price - load<f32>(line + at) * rate));
    }
    for (let at: usize = 0; at < here; at += 4) store<f32>(tops + at, shiftOf(load<f32>(tops + at)));
    line = first;
    for (let i: i32 = 0; i < n; i++, line += bytes) {
      const price = load<f32>(prices + (<usize>i << 2));
      const p = f32x4.splat(price);
      let at: usize = 0;
      for (; at < whole; at += 16)
        v128.store(
          sums + at,
          f32x4.add(v128.load(sums + at), exp4(f32x4.sub(f32x4.sub(p, f32x4.mul(v128.load(line + at), r)), v128.load(tops + at)))),
        );
      for (; at < here; at += 4) {
        const z = price - load<f32>(line + at) * rate - load<f32>(tops + at);
        store<f32>(sums + at, load<f32>(sums + at) + f32x4.extract_lane(exp4(f32x4.splat(z)), 0));
      }
    }
    for (let at: usize = 0; at < here; at += 4)
      store<f32>(g + (<usize>j0 << 2) + at, -free * eps * (log1(load<f32>(sums + at)) + load<f32>(tops + at)));
  }
}

/** How many bytes of scratch `sinkhornRound` wants. */
export function sinkhornScratch(n: i32, m: i32): i32 {
  return (max(n, m) + 2 * strip) * 4;
}

/** One round: f from g, then g from f. `free` is 1, or ρ / (ρ + ε) where the marginals may be violated. */
export function sinkhornRound(cost: usize, logA: usize, logB: usize, f: usize, g: usize, n: i32, m: i32, eps: f32, free: f32, scratch: usize): void {
  const tops = scratch + (<usize>max(n, m) << 2);
  rowsFrom(cost, g, logB, f, scratch, n, m, eps, free);
  columnsFrom(cost, f, logA, g, scratch, tops, tops + (<usize>strip << 2), n, m, eps, free);
}

/** Half of the way from f to what a round makes of it, for a measure's transport to itself; the scratch is that of a round and n numbers more. */
export function sinkhornSelfRound(cost: usize, logA: usize, f: usize, n: i32, eps: f32, free: f32, scratch: usize): void {
  const made = scratch + <usize>sinkhornScratch(n, n);
  rowsFrom(cost, f, logA, made, scratch, n, n, eps, free);
  for (let at: usize = 0; at < <usize>n << 2; at += 4) store<f32>(f + at, (load<f32>(f + at) + load<f32>(made + at)) * 0.5);
}
