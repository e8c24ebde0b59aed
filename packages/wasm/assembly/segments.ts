/** Sums of rows by segment. */

/** out[ids[i]] += x[i] for n rows of `width` numbers; out starts at 0, ids outside [0, segments) count for nothing. */
export function segmentSum(x: usize, ids: usize, out: usize, n: i32, width: i32, segments: i32, integers: bool): void {
  const bytes = <usize>width << 2;
  const whole = bytes & ~15;
  for (let i: i32 = 0; i < n; i++, x += bytes, ids += 4) {
    const id = load<i32>(ids);
    if (<u32>id >= <u32>segments) continue;
    const to = out + <usize>id * bytes;
    let j: usize = 0;
    if (integers) {
      for (; j < bytes; j += 4) store<i32>(to + j, load<i32>(to + j) + load<i32>(x + j));
    } else {
      for (; j < whole; j += 16) v128.store(to + j, f32x4.add(v128.load(to + j), v128.load(x + j)));
      for (; j < bytes; j += 4) store<f32>(to + j, load<f32>(to + j) + load<f32>(x + j));
    }
  }
}
