/** Layer normalisation: rows with mean 0 and mean square 1, or only the latter, times a gain, plus an offset. */
import { sum4 } from './rows';

// @ts-ignore: decorator
@inline
function total(x: usize, d: i32): f32 {
  let sum = f32x4.splat(0);
  let j: i32 = 0;
  for (; j <= d - 4; j += 4, x += 16) sum = f32x4.add(sum, v128.load(x));
  let all = sum4(sum);
  for (; j < d; j++, x += 4) all += load<f32>(x);
  return all;
}

// @ts-ignore: decorator
@inline
function squares(x: usize, d: i32, centre: f32): f32 {
  const c = f32x4.splat(centre);
  let sum = f32x4.splat(0);
  let j: i32 = 0;
  for (; j <= d - 4; j += 4, x += 16) {
    const v = f32x4.sub(v128.load(x), c);
    sum = f32x4.add(sum, f32x4.mul(v, v));
  }
  let all = sum4(sum);
  for (; j < d; j++, x += 4) {
    const v = load<f32>(x) - centre;
    all += v * v;
  }
  return all;
}

/** The state of a row is its mean, 0 without centring, and one over the root of its variance plus eps. */
export function layerNorm(x: usize, gain: usize, offset: usize, out: usize, state: usize, n: i32, d: i32, eps: f32, centred: bool): void {
  const size = <f32>d;
  for (let i: i32 = 0; i < n; i++, state += 8) {
    const mean: f32 = centred ? total(x, d) / size : 0;
    const scale: f32 = 1 / sqrt<f32>(squares(x, d, mean) / size + eps);
    store<f32>(state, mean);
    store<f32>(state, scale, 4);
    const c = f32x4.splat(mean);
    const s = f32x4.splat(scale);
    let j: i32 = 0;
    for (; j <= d - 4; j += 4, x += 16, out += 16) {
      const at = <usize>j << 2;
      const normal = f32x4.mul(f32x4.sub(v128.load(x), c), s);
      v128.store(out, f32x4.add(f32x4.mul(normal, v128.load(gain + at)), v128.load(offset + at)));
    }
    for (; j < d; j++, x += 4, out += 4) {
      const at = <usize>j << 2;
      store<f32>(out, (load<f32>(x) - mean) * scale * load<f32>(gain + at) + load<f32>(offset + at));
    }
  }
}

/** By x, gain and offset; the last two start at 0. */
export function layerNormGrad(
  x: usize, gain: usize, state: usize, upstream: usize, dx: usize, dGain: usize, dOffset: usize, n: i32, d: i32, centred: bool,
): void {
  const size = <f32>d;
  const bytes = <usize>d << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, x += bytes, dx += bytes, upstream += bytes, state += 8) {
    const mean = load<f32>(state);
    const scale = load<f32>(state, 4);
    const c = f32x4.splat(mean);
    const s = f32x4.splat(scale);
    let along = f32x4.splat(0);
    let plain = along;
    let at: usize = 0;
    for (; at < whole; at += 16) {
      const g = v128.load(upstream + at);
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), c), s);
      const slope = f32x4.mul(g, normal);
      v128.store(dGain + at, f32x4.add(v128.load(dGain + at), slope));
      v128.store(dOffset + at, f32x4.add(v128.load(dOffset + at), g));
      const weight = v128.load(gain + at);
      along = f32x4.add(along, f32x4.mul(slope, weight));
      plain = f32x4.add(plain, f32x4.mul(g, weight));
    }
    let meanAlong = sum4(along);
    let meanPlain = sum4(plain);
    for (; at < bytes; at += 4) {
      const g = load<f32>(upstream + at);
      const slope = g * ((load<f32>(x + at) - mean) * scale);
      store<f32>(dGain + at, load<f32>(dGain + at) + slope);
      store<f32>(dOffset + at, load<f32>(dOffset + at) + g);
      meanAlong += slope * load<f32>(gain + at);
      meanPlain += g * load<f32>(gain + at);
    }
    meanAlong /= size;
    meanPlain = centred ? meanPlain / size : 0;
    const a = f32x4.splat(meanAlong);
    const b = f32x4.splat(meanPlain);
    at = 0;
    for (; at < whole; at += 16) {
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), c), s);
      const own = f32x4.sub(f32x4.mul(v128.load(upstream + at), v128.load(gain + at)), b);
      v128.store(dx + at, f32x4.mul(s, f32x4.sub(own, f32x4.mul(normal, a))));
    }
    for (; at < bytes; at += 4) {
      const normal = (load<f32>(x + at) - mean) * scale;
      store<f32>(dx + at, scale * (load<f32>(upstream + at) * load<f32>(gain + at) - meanPlain - normal * meanAlong));
    }
  }
}
