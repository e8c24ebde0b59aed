/** What the machine can do at most: additions and multiplications of four lanes that wait for nothing, and a copy. */

/** n times 24 independent multiplications and additions of four numbers; the result keeps them from being left out. */
export function arithmetic(n: i32): f32 {
  const x = f32x4.splat(0.999999);
  let a = f32x4.splat(1);
  let b = a, c = a, d = a, e = a, f = a, g = a, h = a, i = a, j = a, k = a, l = a;
  for (let round: i32 = 0; round < n; round++) {
    a = f32x4.add(f32x4.mul(a, x), x);
    b = f32x4.add(f32x4.mul(b, x), x);
    c = f32x4.add(f32x4.mul(c, x), x);
    d = f32x4.add(f32x4.mul(d, x), x);
    e = f32x4.add(f32x4.mul(e, x), x);
    f = f32x4.add(f32x4.mul(f, x), x);
    g = f32x4.add(f32x4.mul(g, x), x);
    h = f32x4.add(f32x4.mul(h, x), x);
    i = f32x4.add(f32x4.mul(i, x), x);
    j = f32x4.add(f32x4.mul(j, x), x);
    k = f32x4.add(f32x4.mul(k, x), x);
    l = f32x4.add(f32x4.mul(l, x), x);
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
