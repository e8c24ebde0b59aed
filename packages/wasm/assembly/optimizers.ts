/** Optimizer steps, in place over parameter and moments. */

/**
 * AdamW: m and v are moved towards g and g², then p -= rate (m c1 / (sqrt(v c2) + eps) + decay p), with c1 and c2 the bias corrections; `rest` is 1 - b, which
 * would lose digits here where b is near 1.
 */
export function adamw(
  p: usize, g: usize, m: usize, v: usize, n: i32,
  rate: f32, b1: f32, rest1: f32, b2: f32, rest2: f32, eps: f32, decay: f32, c1: f32, c2: f32,
): void {
  const keep1 = f32x4.splat(b1);
  const take1 = f32x4.splat(rest1);
  const keep2 = f32x4.splat(b2);
  const take2 = f32x4.splat(rest2);
  const correct1 = f32x4.splat(c1);
  const correct2 = f32x4.splat(c2);
  const small = f32x4.splat(eps);
  const step = f32x4.splat(rate);
  const shrink = f32x4.splat(decay);
  const whole = <usize>(n & ~3) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const grad = v128.load(g + i);
    const param = v128.load(p + i);
    const first = f32x4.add(f32x4.mul(keep1, v128.load(m + i)), f32x4.mul(take1, grad));
    const second = f32x4.add(f32x4.mul(keep2, v128.load(v + i)), f32x4.mul(take2, f32x4.mul(grad, grad)));
    v128.store(m + i, first);
    v128.store(v + i, second);
    const direction = f32x4.div(f32x4.mul(first, correct1), f32x4.add(f32x4.sqrt(f32x4.mul(second, correct2)), small));
    v128.store(p + i, f32x4.sub(param, f32x4.mul(step, f32x4.add(direction, f32x4.mul(shrink, param)))));
  }
  for (const end = <usize>n << 2; i < end; i += 4) {
    const grad = load<f32>(g + i);
    const param = load<f32>(p + i);
    const first = b1 * load<f32>(m + i) + rest1 * grad;
    const second = b2 * load<f32>(v + i) + rest2 * (grad * grad);
    store<f32>(m + i, first);
    store<f32>(v + i, second);
    store<f32>(p + i, param - rate * ((first * c1) / (sqrt<f32>(second * c2) + eps) + decay * param));
  }
}
