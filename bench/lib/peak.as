/** What the machine can do at most: additions and multiplications of four lanes that wait for nothing, and a copy. */

// @ts-ignore: decorator
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/** n times 24 independent multiplications and additions of four numbers; the result keeps them from being left out. A literal factor would be made anew in each round. */
export function arithmetic(n: i32, factor: f32): f32 {
  const x = f32x4.splat(factor);
  let a = f32x4.splat(1);
  let b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
  for (let round: i32 = 0; round < n; round++) {
    a = multiplyAdd(a, x, x);
    b = multiplyAdd(b, x, x);
    c = multiplyAdd(c, x, x);
    d = multiplyAdd(d, x, x);
    e = multiplyAdd(e, x, x);
    f = multiplyAdd(f, x, x);
    g = multiplyAdd(g, x, x);
    h = multiplyAdd(h, x, x);
    i = multiplyAdd(i, x, x);
    j = multiplyAdd(j, x, x);
    k = multiplyAdd(k, x, x);
    l = multiplyAdd(l, x, x);
  }
  const sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(f32x4.add(sum, f32x4.add(f32x4.add(i, j), f32x4.add(k, l))), 0);
}

/** Copies so many bytes, sixteen at a time as kernels do. */
export function copy(from: usize, to: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 64, to += 64) {
    v128.store(to, v128.load(from));
    v128.store(to, v128.load(from, 16), 16);
    v128.store(to, v128.load(from, 32), 32);
    v128.store(to, v128.load(from, 48), 48);
  }
}
