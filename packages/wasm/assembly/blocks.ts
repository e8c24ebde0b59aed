/** Blocks of 4 x 4 numbers, and rows of numbers. */

/** out[j][i] = x[i][j]; strides in bytes. */
// @ts-ignore: decorator
@inline
export function transpose4(x: usize, rowStride: usize, out: usize, outStride: usize): void {
  const r0 = v128.load(x);
  const r1 = v128.load(x + rowStride);
  const r2 = v128.load(x + 2 * rowStride);
  const r3 = v128.load(x + 3 * rowStride);
  const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(t0, t1, 0, 1, 4, 5));
  v128.store(out + outStride, v128.shuffle<f32>(t0, t1, 2, 3, 6, 7));
  v128.store(out + 2 * outStride, v128.shuffle<f32>(t2, t3, 0, 1, 4, 5));
  v128.store(out + 3 * outStride, v128.shuffle<f32>(t2, t3, 2, 3, 6, 7));
}

/** out += x; the size in bytes. */
// @ts-ignore: decorator
@inline
export function addTo(out: usize, x: usize, bytes: usize): void {
  const end = out + bytes;
  for (; out + 16 <= end; out += 16, x += 16) v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
  for (; out < end; out += 4, x += 4) store<f32>(out, load<f32>(out) + load<f32>(x));
}
