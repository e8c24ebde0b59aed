/** Arithmetic of two tensors, one of which may be repeated along any axis; tensors that are repeated; whole numbers and truth values as numbers. */

// @ts-ignore: decorator
@inline
function of4(a: v128, b: v128, operation: i32): v128 {
  if (operation == 0) return f32x4.add(a, b);
  if (operation == 1) return f32x4.sub(a, b);
  if (operation == 2) return f32x4.mul(a, b);
  if (operation == 3) return f32x4.div(a, b);
  return operation == 4 ? f32x4.max(a, b) : f32x4.min(a, b);
}

// @ts-ignore: decorator
@inline
function of1(a: f32, b: f32, operation: i32): f32 {
  return f32x4.extract_lane(of4(f32x4.splat(a), f32x4.splat(b), operation), 0);
}

/** A line of n numbers, where each side lies in order (step 4) or is one number (step 0). */
// @ts-ignore: decorator
@inline
function line(a: usize, aStep: usize, b: usize, bStep: usize, out: usize, n: i32, operation: i32): void {
  const end = out + (<usize>n << 2);
  const end8 = out + ((<usize>n >> 3) << 5);
  if (aStep != 0 && bStep != 0) {
    for (; out < end8; out += 32, a += 32, b += 32) {
      v128.store(out, of4(v128.load(a), v128.load(b), operation));
      v128.store(out, of4(v128.load(a, 16), v128.load(b, 16), operation), 16);
    }
  } else if (aStep != 0) {
    const y = v128.load32_splat(b);
    for (; out < end8; out += 32, a += 32) {
      v128.store(out, of4(v128.load(a), y, operation));
      v128.store(out, of4(v128.load(a, 16), y, operation), 16);
    }
  } else {
    const x = v128.load32_splat(a);
    for (; out < end8; out += 32, b += 32) {
      v128.store(out, of4(x, v128.load(b), operation));
      v128.store(out, of4(x, v128.load(b, 16), operation), 16);
    }
  }
  for (; out < end; out += 4, a += aStep, b += bStep) store<f32>(out, of1(load<f32>(a), load<f32>(b), operation));
}

// @ts-ignore: decorator
@inline
function lines(
  a: usize, b: usize, out: usize, n0: i32, a0: usize, b0: usize, n1: i32, a1: usize, b1: usize, n2: i32, a2: usize, b2: usize,
  n: i32, aStep: usize, bStep: usize, operation: i32,
): void {
  const bytes = <usize>n << 2;
  for (let i: i32 = 0; i < n0; i++)
    for (let j: i32 = 0; j < n1; j++) {
      let x = a + <usize>i * a0 + <usize>j * a1;
      let y = b + <usize>i * b0 + <usize>j * b1;
      for (let k: i32 = 0; k < n2; k++, x += a2, y += b2, out += bytes) line(x, aStep, y, bStep, out, n, operation);
    }
}

/** Three loops over the outer axes of the output, each with its size and its strides in a and b, in bytes; inside, lines. Operations: + - * /, the larger, the smaller. */
export function broadcast(
  operation: i32, a: usize, b: usize, out: usize,
  n0: i32, a0: usize, b0: usize, n1: i32, a1: usize, b1: usize, n2: i32, a2: usize, b2: usize, n: i32, aStep: usize, bStep: usize,
): void {
  if (operation == 0) lines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, 0);
  else if (operation == 1) lines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, 1);
  else if (operation == 2) lines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, 2);
  else if (operation == 3) lines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, 3);
  else if (operation == 4) lines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, 4);
  else lines(a, b, out, n0, a0, b0, n1, a1, b1, n2, a2, b2, n, aStep, bStep, 5);
}

/** What is in x, of `unit` bytes each (1 or 4), again and again: loops as above, where a stride of 0 repeats; inside, a line in order, or of one (step 0). */
export function repeat(
  x: usize, out: usize, n0: i32, s0: usize, n1: i32, s1: usize, n2: i32, s2: usize, n3: i32, s3: usize, n: i32, step: usize, unit: i32,
): void {
  const bytes = <usize>n * <usize>unit;
  for (let i: i32 = 0; i < n0; i++)
    for (let j: i32 = 0; j < n1; j++)
      for (let k: i32 = 0; k < n2; k++) {
        let from = x + <usize>i * s0 + <usize>j * s1 + <usize>k * s2;
        for (let l: i32 = 0; l < n3; l++, from += s3, out += bytes) {
          if (step != 0 && (bytes > 64 || unit == 1)) memory.copy(out, from, bytes);
          else if (unit == 1) memory.fill(out, load<u8>(from), bytes);
          else if (step != 0) for (let at: usize = 0; at < bytes; at += 4) store<u32>(out + at, load<u32>(from + at));
          else {
            const value = v128.load32_splat(from);
            let at: usize = 0;
            for (; at < (bytes & ~15); at += 16) v128.store(out + at, value);
            for (; at < bytes; at += 4) store<u32>(out + at, load<u32>(from));
          }
        }
      }
}

/** Truth values as numbers. */
export function boolToFloat(x: usize, out: usize, n: i32): void {
  let i: i32 = 0;
  for (; i <= n - 4; i += 4, x += 4, out += 16) {
    const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(x)));
    v128.store(out, f32x4.convert_i32x4_s(words));
  }
  for (; i < n; i++, x++, out += 4) store<f32>(out, <f32>load<u8>(x));
}

/** Whole numbers as numbers. */
export function intToFloat(x: usize, out: usize, n: i32): void {
  let i: i32 = 0;
  for (; i <= n - 4; i += 4, x += 16, out += 16) v128.store(out, f32x4.convert_i32x4_s(v128.load(x)));
  for (; i < n; i++, x += 4, out += 4) store<f32>(out, <f32>load<i32>(x));
}
