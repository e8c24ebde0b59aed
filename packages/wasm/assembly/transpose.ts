/** Transposition of numbers of four bytes. */
import { transpose4 } from './blocks';

/** out[j][i] = x[i][j] for rows x columns; strides in bytes. */
function transposeMatrix(x: usize, xStride: usize, out: usize, outStride: usize, rows: i32, columns: i32): void {
  // Tiles of 32 x 32, so that lines of both sides stay in the first cache.
  for (let i0: i32 = 0; i0 < rows; i0 += 32) {
    const i1 = min(i0 + 32, rows);
    for (let j0: i32 = 0; j0 < columns; j0 += 32) {
      const j1 = min(j0 + 32, columns);
      let i = i0;
      for (; i <= i1 - 4; i += 4) {
        let j = j0;
        for (; j <= j1 - 4; j += 4)
          transpose4(x + <usize>i * xStride + (<usize>j << 2), xStride, out + <usize>j * outStride + (<usize>i << 2), outStride);
        for (; j < j1; j++)
          for (let r = i; r < i + 4; r++) store<i32>(out + <usize>j * outStride + (<usize>r << 2), load<i32>(x + <usize>r * xStride + (<usize>j << 2)));
      }
      for (; i < i1; i++)
        for (let j = j0; j < j1; j++) store<i32>(out + <usize>j * outStride + (<usize>i << 2), load<i32>(x + <usize>i * xStride + (<usize>j << 2)));
    }
  }
}

function copyLine(x: usize, out: usize, bytes: usize): void {
  const end16 = x + (bytes & ~15);
  const end = x + bytes;
  for (; x < end16; x += 16, out += 16) v128.store(out, v128.load(x));
  for (; x < end; x += 4, out += 4) store<i32>(out, load<i32>(x));
}

/**
 * Five loops over the outer axes of the output, each with its size and its strides in x and out, in bytes. Inside: where `rows` is 0 a line of `columns` numbers
 * that lie together on both sides, else a matrix [rows, columns] of x with rows `xStride` apart, written transposed with lines `outStride` apart.
 */
export function transpose(
  x: usize, out: usize,
  n0: i32, x0: usize, o0: usize, n1: i32, x1: usize, o1: usize, n2: i32, x2: usize, o2: usize,
  n3: i32, x3: usize, o3: usize, n4: i32, x4: usize, o4: usize,
  rows: i32, columns: i32, xStride: usize, outStride: usize,
): void {
  for (let i: i32 = 0; i < n0; i++)
    for (let j: i32 = 0; j < n1; j++)
      for (let k: i32 = 0; k < n2; k++)
        for (let l: i32 = 0; l < n3; l++) {
          let from = x + <usize>i * x0 + <usize>j * x1 + <usize>k * x2 + <usize>l * x3;
          let to = out + <usize>i * o0 + <usize>j * o1 + <usize>k * o2 + <usize>l * o3;
          for (let m: i32 = 0; m < n4; m++, from += x4, to += o4) {
            if (rows == 0) copyLine(from, to, <usize>columns << 2);
            else transposeMatrix(from, xStride, to, outStride, rows, columns);
          }
        }
}
