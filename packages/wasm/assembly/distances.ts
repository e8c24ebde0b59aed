/** Squared distances between rows, from their differences: never negative, and exact where rows almost agree. */
import { sum4 } from './rows';
import { multiplyAdd } from './fused';

/** out[i][j] = |x[i] - y[j]|². */
export function squaredDistances(x: usize, y: usize, out: usize, n: i32, m: i32, d: i32): void {
  const bytes = <usize>d << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, x += bytes) {
    let other = y;
    for (let j: i32 = 0; j < m; j++, other += bytes, out += 4) {
      let sum = f32x4.splat(0);
      let at: usize = 0;
      for (; at < whole; at += 16) {
        const apart = f32x4.sub(v128.load(x + at), v128.load(other + at));
        sum = multiplyAdd(apart, apart, sum);
      }
      let total = sum4(sum);
      for (; at < bytes; at += 4) {
        const apart = load<f32>(x + at) - load<f32>(other + at);
        total += apart * apart;
      }
      store<f32>(out, total);
    }
  }
}

/** The gradients by both; they start at 0. */
export function squaredDistancesGrad(x: usize, y: usize, upstream: usize, dx: usize, dy: usize, n: i32, m: i32, d: i32): void {
  const bytes = <usize>d << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, x += bytes, dx += bytes) {
    let other = y;
    let to = dy;
    for (let j: i32 = 0; j < m; j++, other += bytes, to += bytes, upstream += 4) {
      const twice: f32 = 2 * load<f32>(upstream);
      const g = f32x4.splat(twice);
      let at: usize = 0;
      for (; at < whole; at += 16) {
        const slope = f32x4.mul(g, f32x4.sub(v128.load(x + at), v128.load(other + at)));
        v128.store(dx + at, f32x4.add(v128.load(dx + at), slope));
        v128.store(to + at, f32x4.sub(v128.load(to + at), slope));
      }
      for (; at < bytes; at += 4) {
        const slope = twice * (load<f32>(x + at) - load<f32>(other + at));
        store<f32>(dx + at, load<f32>(dx + at) + slope);
        store<f32>(to + at, load<f32>(to + at) - slope);
      }
    }
  }
}
