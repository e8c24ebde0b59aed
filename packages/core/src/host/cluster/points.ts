/** @file What the clustering functions share: squared distances between rows. */
import type { Matrix } from '../linalg/matrix.js';

/** @internal The squared distance of row i of a and row j of b. */
export function rowDistance(a: Matrix, i: number, b: Matrix, j: number): number {
  let sum = 0;
  for (let k = 0; k < a.cols; k++) {
    const difference = a.data[i * a.cols + k]! - b.data[j * b.cols + k]!;
    sum += difference * difference;
  }
  return sum;
}
