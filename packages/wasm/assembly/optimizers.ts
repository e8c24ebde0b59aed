/** Optimizer steps, in place over parameter and moments. */

/**
 * AdamW: m and v are moved towards g and g², then p -= rate (m c1 / (sqrt(v c2) + eps) + decay p), with c1 and c2 the bias corrections; `rest` is 1 - b, which
 * would lose digits here where b is near 1, and `factor` scales g first.
 */
export function adamw(
  p: usize, g: usize, m: usize, v: usize, n: i32,
  rate: f32, b1: f32, rest1: f32, b2: f32, rest2: f32, eps: f32, decay: f32, c1: f32, c2: f32, factor: f32,
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
  const f = f32x4.splat(factor);
  const whole = <usize>(n & ~3) << 2;
  let i: usize = 0;
  for (; i < whole; i += 16) {
    const grad = f32x4.mul(f, v128.load(g + i));
    const param = v128.load(p + i);
    const first = f32x4.add(f32x4.mul(keep1, v128.load(m + i)), f32x4.mul(take1, grad));
    const second = f32x4.add(f32x4.mul(keep2, v128.load(v + i)), f32x4.mul(take2, f32x4.mul(grad, grad)));
    v128.store(m + i, first);
    v128.store(v + i, second);
    const direction = f32x4.div(f32x4.mul(first, correct1), f32x4.add(f32x4.sqrt(f32x4.mul(second, correct2)), small));
    v128.store(p + i, f32x4.sub(param, f32x4.mul(step, f32x4.add(direction, f32x4.mul(shrink, param)))));
  }
  for (const end = <usize>n << 2; i < end; i += 4) {
    const grad = factor * load<f32>(g + i);
    const param = load<f32>(p + i);
    const first = b1 * load<f32>(m + i) + rest1 * grad;
    const second = b2 * load<f32>(v + i) + rest2 * (grad * grad);
    store<f32>(m + i, first);
    store<f32>(v + i, second);
    store<f32>(p + i, param - rate * ((first * c1) / (sqrt<f32>(second * c2) + eps) + decay * param));
  }
}

/** The sum of the squares, in double precision. */
export function sumOfSquares(x: usize, n: i32): f64 {
  let a = f64x2.splat(0);
  let b = a;
  let i: i32 = 0;
  for (; i <= n - 4; i += 4, x += 16) {
    const v = v128.load(x);
    const low = f64x2.promote_low_f32x4(v);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
    a = f64x2.add(a, f64x2.mul(low, low));
    b = f64x2.add(b, f64x2.mul(high, high));
  }
  const both = f64x2.add(a, b);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < n; i++, x += 4) sum += <f64>load<f32>(x) * <f64>load<f32>(x);
  return sum;
}

/** Steps along `factor` g; with momentum m = factor g + mu m first, and along m, or with a look ahead along factor g + mu m. */
export function sgd(p: usize, g: usize, m: usize, n: i32, rate: f32, mu: f32, nesterov: bool, factor: f32): void {
  const step = f32x4.splat(rate);
  const keep = f32x4.splat(mu);
  const f = f32x4.splat(factor);
  const bytes = <usize>n << 2;
  const whole = bytes & ~15;
  let i: usize = 0;
  if (m == 0) {
    for (; i < whole; i += 16) v128.store(p + i, f32x4.sub(v128.load(p + i), f32x4.mul(step, f32x4.mul(f, v128.load(g + i)))));
    for (; i < bytes; i += 4) store<f32>(p + i, load<f32>(p + i) - rate * (factor * load<f32>(g + i)));
    return;
  }
  for (; i < whole; i += 16) {
    const grad = f32x4.mul(f, v128.load(g + i));
    const next = f32x4.add(grad, f32x4.mul(keep, v128.load(m + i)));
    v128.store(m + i, next);
    const along = nesterov ? f32x4.add(grad, f32x4.mul(keep, next)) : next;
    v128.store(p + i, f32x4.sub(v128.load(p + i), f32x4.mul(step, along)));
  }
  for (; i < bytes; i += 4) {
    const grad = factor * load<f32>(g + i);
    const next = grad + mu * load<f32>(m + i);
    store<f32>(m + i, next);
    store<f32>(p + i, load<f32>(p + i) - rate * (nesterov ? grad + mu * next : next));
  }
}

/** The sign, 0 at 0 and at NaN as tfjs has it. */
// @ts-ignore: decorator
@inline
function sign4(x: v128): v128 {
  const zero = f32x4.splat(0);
  const up = v128.and(f32x4.gt(x, zero), f32x4.splat(1));
  return v128.or(up, v128.and(f32x4.lt(x, zero), f32x4.splat(-1)));
}

/** Lion: along the sign of a mix of mean and gradient; then the mean moves. */
export function lion(p: usize, g: usize, m: usize, n: i32, rate: f32, b1: f32, rest1: f32, b2: f32, rest2: f32, decay: f32, factor: f32): void {
  const bytes = <usize>n << 2;
  const whole = bytes & ~15;
  const f = f32x4.splat(factor);
  const step = f32x4.splat(rate);
  const keep1 = f32x4.splat(b1);
  const take1 = f32x4.splat(rest1);
  const keep2 = f32x4.splat(b2);
  const take2 = f32x4.splat(rest2);
  const shrink = f32x4.splat(decay);
  for (let i: usize = 0; i < bytes; i += i < whole ? 16 : 4) {
    const single = i >= whole;
    const grad = f32x4.mul(f, single ? v128.load32_splat(g + i) : v128.load(g + i));
    const first = single ? v128.load32_splat(m + i) : v128.load(m + i);
    const param = single ? v128.load32_splat(p + i) : v128.load(p + i);
    const along = sign4(f32x4.add(f32x4.mul(keep1, first), f32x4.mul(take1, grad)));
    const next = f32x4.sub(param, f32x4.mul(step, f32x4.add(along, f32x4.mul(shrink, param))));
    const mean = f32x4.add(f32x4.mul(keep2, first), f32x4.mul(take2, grad));
    if (single) {
      store<f32>(p + i, f32x4.extract_lane(next, 0));
      store<f32>(m + i, f32x4.extract_lane(mean, 0));
    } else {
      v128.store(p + i, next);
      v128.store(m + i, mean);
    }
  }
}

/** RMSprop: over the root of the mean square, less the square of the mean where m is given; momentum, where t is given, of what the learning rate has scaled. */
export function rmsprop(
  p: usize, g: usize, v: usize, m: usize, t: usize, n: i32, rate: f32, b: f32, rest: f32, eps: f32, mu: f32, nesterov: bool, factor: f32,
): void {
  const bytes = <usize>n << 2;
  const whole = bytes & ~15;
  const f = f32x4.splat(factor);
  const step = f32x4.splat(rate);
  const keep = f32x4.splat(b);
  const take = f32x4.splat(rest);
  const small = f32x4.splat(eps);
  const push = f32x4.splat(mu);
  const one = f32x4.splat(1);
  for (let i: usize = 0; i < bytes; i += i < whole ? 16 : 4) {
    const single = i >= whole;
    const grad = f32x4.mul(f, single ? v128.load32_splat(g + i) : v128.load(g + i));
    const second = f32x4.add(
      f32x4.mul(keep, single ? v128.load32_splat(v + i) : v128.load(v + i)),
      f32x4.mul(take, f32x4.mul(grad, grad)),
    );
    let variance = second;
    if (m != 0) {
      const mean = f32x4.add(f32x4.mul(keep, single ? v128.load32_splat(m + i) : v128.load(m + i)), f32x4.mul(take, grad));
      if (single) store<f32>(m + i, f32x4.extract_lane(mean, 0));
      else v128.store(m + i, mean);
      variance = f32x4.sub(second, f32x4.mul(mean, mean));
    }
    let move = f32x4.neg(f32x4.mul(step, f32x4.mul(grad, f32x4.div(one, f32x4.sqrt(f32x4.add(variance, small))))));
    if (t != 0) {
      const trace = f32x4.add(move, f32x4.mul(push, single ? v128.load32_splat(t + i) : v128.load(t + i)));
      if (single) store<f32>(t + i, f32x4.extract_lane(trace, 0));
      else v128.store(t + i, trace);
      move = nesterov ? f32x4.add(move, f32x4.mul(push, trace)) : trace;
    }
    const next = f32x4.add(single ? v128.load32_splat(p + i) : v128.load(p + i), move);
    if (single) {
      store<f32>(p + i, f32x4.extract_lane(next, 0));
      store<f32>(v + i, f32x4.extract_lane(second, 0));
    } else {
      v128.store(p + i, next);
      v128.store(v + i, second);
    }
  }
}
