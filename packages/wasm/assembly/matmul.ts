/**
 * C = A · B for each transpose. Rows of four and columns of eight are held in registers; B, and A where it is transposed or used often, is first copied into
 * panels in the order in which they are read.
 */
import { addTo, transpose4 } from './blocks';
import { multiplyAdd } from './fused';

/** At most how many products are summed before C is touched: a panel of B of this depth stays in the first cache. */
const deepest: i32 = 384;
/** How many rows of A are packed at a time, and how many columns of B: what stays in the second cache. */
const rowsAtOnce: i32 = 128;
const columnsAtOnce: i32 = 1024;

/** How many products are summed before C is touched: equal parts of k. */
function depthOf(k: i32): i32 {
  const parts = (k + deepest - 1) / deepest;
  return parts > 1 ? (k + parts - 1) / parts : k;
}

/** How many bytes of scratch `matMul` wants. */
export function matMulScratch(m: i32, n: i32, k: i32): i32 {
  const kc = depthOf(k);
  const nc = (min(n, columnsAtOnce) + 7) & ~7;
  const mc = (min(m, rowsAtOnce) + 3) & ~3;
  return (kc * nc + kc * mc + 32) * 4;
}

// @ts-ignore: decorator
@inline
function put(c: usize, offset: usize, x: v128, y: v128, add: bool): void {
  if (add) {
    x = f32x4.add(v128.load(c + offset), x);
    y = f32x4.add(v128.load(c + offset, 16), y);
  }
  v128.store(c + offset, x);
  v128.store(c + offset, y, 16);
}

/** A tile of 4 x 8: `a` is read at a + i · 4 + p · 16, `b` at b + p · 32. */
function tile(a: usize, b: usize, c: usize, k: i32, stride: usize, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  for (let p: i32 = 0; p < k; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = multiplyAdd(a0, b0, c00);
    c01 = multiplyAdd(a0, b1, c01);
    const a1 = v128.load32_splat(a, 4);
    c10 = multiplyAdd(a1, b0, c10);
    c11 = multiplyAdd(a1, b1, c11);
    const a2 = v128.load32_splat(a, 8);
    c20 = multiplyAdd(a2, b0, c20);
    c21 = multiplyAdd(a2, b1, c21);
    const a3 = v128.load32_splat(a, 12);
    c30 = multiplyAdd(a3, b0, c30);
    c31 = multiplyAdd(a3, b1, c31);
    a += 16;
    b += 32;
  }
  put(c, 0, c00, c01, add);
  put(c, stride, c10, c11, add);
  put(c, 2 * stride, c20, c21, add);
  put(c, 3 * stride, c30, c31, add);
}

/** The same with the rows of A where they lie. */
function rowTile(a0: usize, rowStride: usize, b: usize, c: usize, k: i32, stride: usize, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00, c30 = c00, c31 = c00;
  let a1 = a0 + rowStride;
  let a2 = a1 + rowStride;
  let a3 = a2 + rowStride;
  for (const end = a0 + (<usize>k << 2); a0 < end; ) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    c00 = multiplyAdd(x0, b0, c00);
    c01 = multiplyAdd(x0, b1, c01);
    const x1 = v128.load32_splat(a1);
    c10 = multiplyAdd(x1, b0, c10);
    c11 = multiplyAdd(x1, b1, c11);
    const x2 = v128.load32_splat(a2);
    c20 = multiplyAdd(x2, b0, c20);
    c21 = multiplyAdd(x2, b1, c21);
    const x3 = v128.load32_splat(a3);
    c30 = multiplyAdd(x3, b0, c30);
    c31 = multiplyAdd(x3, b1, c31);
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
    b += 32;
  }
  put(c, 0, c00, c01, add);
  put(c, stride, c10, c11, add);
  put(c, 2 * stride, c20, c21, add);
  put(c, 3 * stride, c30, c31, add);
}

/**
 * Copies `count` lines of length k into panels of `width` (4 or 8), panel[p][i] = x[i][p]; the lines that are missing in the last panel are zeros.
 * Lines are rows (`across` bytes apart), their elements next to each other.
 */
function packRows(x: usize, across: usize, count: i32, k: i32, width: i32, out: usize): void {
  const step = <usize>width << 2;
  for (let from: i32 = 0; from < count; from += width) {
    const here = min(width, count - from);
    let p: i32 = 0;
    if (here == width) {
      for (; p <= k - 4; p += 4) {
        const at = x + (<usize>p << 2);
        const to = out + <usize>p * step;
        transpose4(at, across, to, step);
        if (width == 8) transpose4(at + 4 * across, across, to + 16, step);
      }
    }
    for (; p < k; p++) {
      const at = x + (<usize>p << 2);
      const to = out + <usize>p * step;
      for (let i: i32 = 0; i < width; i++) store<f32>(to + (<usize>i << 2), i < here ? load<f32>(at + <usize>i * across) : 0);
    }
    x += <usize>width * across;
    out += <usize>k * step;
  }
}

/** The same where lines are columns: their elements are `along` bytes apart, the lines next to each other. */
function packColumns(x: usize, along: usize, count: i32, k: i32, width: i32, out: usize): void {
  const step = <usize>width << 2;
  let from: i32 = 0;
  // Four panels at once, so that whole lines of the cache are read.
  if (width == 8) {
    const panel = <usize>k << 5;
    for (; from <= count - 32; from += 32) {
      let at = x + (<usize>from << 2);
      for (let p: i32 = 0; p < k; p++, at += along, out += 32) {
        v128.store(out, v128.load(at));
        v128.store(out, v128.load(at, 16), 16);
        v128.store(out + panel, v128.load(at, 32));
        v128.store(out + panel, v128.load(at, 48), 16);
        v128.store(out + 2 * panel, v128.load(at, 64));
        v128.store(out + 2 * panel, v128.load(at, 80), 16);
        v128.store(out + 3 * panel, v128.load(at, 96));
        v128.store(out + 3 * panel, v128.load(at, 112), 16);
      }
      out += 3 * panel;
    }
  }
  for (; from < count; from += width) {
    const here = min(width, count - from);
    let at = x + (<usize>from << 2);
    if (here == 8) {
      for (let p: i32 = 0; p < k; p++, at += along, out += 32) {
        v128.store(out, v128.load(at));
        v128.store(out, v128.load(at, 16), 16);
      }
    } else if (here == width) {
      for (let p: i32 = 0; p < k; p++, at += along, out += 16) v128.store(out, v128.load(at));
    } else {
      for (let p: i32 = 0; p < k; p++, at += along, out += step)
        for (let i: i32 = 0; i < width; i++) store<f32>(out + (<usize>i << 2), i < here ? load<f32>(at + (<usize>i << 2)) : 0);
    }
  }
}

/** Moves what is inside C from a tile at its edge. */
function putEdge(from: usize, c: usize, rows: i32, columns: i32, stride: usize, add: bool): void {
  for (let i: i32 = 0; i < rows; i++)
    for (let j: i32 = 0; j < columns; j++) {
      const at = c + <usize>i * stride + (<usize>j << 2);
      const value = load<f32>(from + ((<usize>i << 5) + (<usize>j << 2)));
      store<f32>(at, add ? load<f32>(at) + value : value);
    }
}

/** C [m, n] = A · B, where A is [m, k] or, transposed, [k, m], and B is [k, n] or [n, k]; or C += A · B. */
export function matMul(
  a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool, accumulate: bool, scratch: usize,
): void {
  const stride = <usize>n << 2;
  if (k == 0 && !accumulate) memory.fill(c, 0, <usize>m * stride);
  const edge = scratch;
  const packedB = scratch + 128;
  const aStride = <usize>(transposeA ? m : k) << 2;
  const bStride = <usize>(transposeB ? k : n) << 2;
  const depth = depthOf(k);
  for (let j0: i32 = 0; j0 < n; j0 += columnsAtOnce) {
    const columns = min(columnsAtOnce, n - j0);
    for (let p0: i32 = 0; p0 < k; p0 += depth) {
      const kc = min(depth, k - p0);
      if (transposeB) packRows(b + <usize>j0 * bStride + (<usize>p0 << 2), bStride, columns, kc, 8, packedB);
      else packColumns(b + <usize>p0 * bStride + (<usize>j0 << 2), bStride, columns, kc, 8, packedB);
      const packedA = packedB + ((<usize>kc * ((columns + 7) & ~7)) << 2);
      for (let i0: i32 = 0; i0 < m; i0 += rowsAtOnce) {
        const rows = min(rowsAtOnce, m - i0);
        // Rows that lie in order are read where they are, unless a long line of columns uses them again and again.
        const direct = !transposeA && columns < 64 && (rows & 3) == 0;
        if (transposeA) packColumns(a + <usize>p0 * aStride + (<usize>i0 << 2), aStride, rows, kc, 4, packedA);
        else if (!direct) packRows(a + <usize>i0 * aStride + (<usize>p0 << 2), aStride, rows, kc, 4, packedA);
        for (let j: i32 = 0; j < columns; j += 8) {
          const panelB = packedB + ((<usize>j * kc) << 2);
          for (let i: i32 = 0; i < rows; i += 4) {
            const at = c + <usize>(i0 + i) * stride + (<usize>(j0 + j) << 2);
            const inside = rows - i >= 4 && columns - j >= 8;
            const to = inside ? at : edge;
            const toStride = inside ? stride : 32;
            const add = inside && (p0 > 0 || accumulate);
            if (direct) rowTile(a + <usize>(i0 + i) * aStride + (<usize>p0 << 2), aStride, panelB, to, kc, toStride, add);
            else tile(packedA + ((<usize>i * kc) << 2), panelB, to, kc, toStride, add);
            if (!inside) putEdge(edge, at, min(4, rows - i), min(8, columns - j), stride, p0 > 0 || accumulate);
          }
        }
      }
    }
  }
}

/** One product for each of `count` matrices; a stride of 0 uses the same matrix again. */
export function batchMatMul(
  a: usize, aStep: usize, b: usize, bStep: usize, c: usize, cStep: usize, count: i32,
  m: i32, n: i32, k: i32, transposeA: bool, transposeB: bool, scratch: usize,
): void {
  for (let i: i32 = 0; i < count; i++) {
    matMul(a, b, c, m, n, k, transposeA, transposeB, false, scratch);
    a += aStep;
    b += bStep;
    c += cStep;
  }
}

/** Adds the bias to each row and applies the activation: 0 none, 1 relu, 2 relu6, 3 leaky relu. */
export function addBias(c: usize, bias: usize, rows: i32, n: i32, activation: i32, alpha: f32): void {
  const bytes = <usize>n << 2;
  for (let i: i32 = 0; i < rows; i++, c += bytes) {
    let at: usize = 0;
    if (activation == 0 && bias != 0) for (; at < (bytes & ~15); at += 16) v128.store(c + at, f32x4.add(v128.load(c + at), v128.load(bias + at)));
    for (; at < bytes; at += 4) {
      let value = load<f32>(c + at);
      if (bias != 0) value += load<f32>(bias + at);
      if (activation == 1 || activation == 2) value = value < 0 ? 0 : value;
      if (activation == 2) value = value > 6 ? 6 : value;
      if (activation == 3) value = value < 0 ? value * alpha : value;
      store<f32>(c + at, value);
    }
  }
}

/** out[j] += Σ x[i][j]. */
export function addColumns(x: usize, out: usize, rows: i32, n: i32): void {
  const bytes = <usize>n << 2;
  for (let i: i32 = 0; i < rows; i++, x += bytes) addTo(out, x, bytes);
}

/** out = Σ a[i] b[i], summed in double precision. */
export function dot(a: usize, b: usize, out: usize, n: i32): void {
  let sum: f64 = 0;
  for (const end = a + (<usize>n << 2); a < end; a += 4, b += 4) sum += <f64>load<f32>(a) * <f64>load<f32>(b);
  store<f32>(out, <f32>sum);
}

/** out[i] = factor · x[i]. */
export function scale(x: usize, out: usize, n: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  let i: i32 = 0;
  for (; i <= n - 4; i += 4, x += 16, out += 16) v128.store(out, f32x4.mul(f, v128.load(x)));
  for (; i < n; i++, x += 4, out += 4) store<f32>(out, factor * load<f32>(x));
}
