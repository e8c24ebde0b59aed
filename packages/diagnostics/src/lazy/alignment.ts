/** @file Does a kernel look where the target is? */
import { checkBoolean, fail } from '@surrogate/core';
import { checkMatrix, checkVector, type Matrix } from '@surrogate/core/host';

/** Options of {@link kernelTargetAlignment}. */
export interface AlignmentOptions {
  /** Take the mean from the target, and from each column of the kernel. Default true. */
  center?: boolean | undefined;
}

/**
 * How well a kernel matrix is aligned with a target: 1 where the kernel is the target's own, y yᵀ.
 *
 * $$ \frac{y^\top K y}{\lVert K \rVert_F \lVert y \rVert^2} $$
 *
 * @param kernel n x n: with the tangent kernel of a network, what lazy training can fit soon.
 * @param y n.
 * @param options whether to center.
 * @returns the alignment, in [-1, 1]; 0 where the kernel or the target is 0.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Cristianini, Shawe-Taylor, Elisseeff, Kandola: On Kernel-Target Alignment, 2001; Kumar, Bordelon, Gershman, Pehlevan: Grokking as the Transition from Lazy to Rich Training Dynamics, 2023. arXiv:2310.06110
 * @example
 * import { kernelTargetAlignment } from '@surrogate/diagnostics';
 * import { matrixFromRows } from '@surrogate/core/host';
 * kernelTargetAlignment(matrixFromRows([[2, 1], [1, 2]]), Float64Array.of(1, -1), { center: false }); // 0.3162278
 */
export function kernelTargetAlignment(kernel: Matrix, y: Float64Array, { center = true }: AlignmentOptions = {}): number {
  const fn = 'kernelTargetAlignment';
  checkBoolean(fn, 'center', center);
  checkMatrix(fn, 'kernel', kernel);
  const n = kernel.rows;
  if (kernel.cols !== n) fail('shape', fn, 'kernel', `must be square, got ${n} x ${kernel.cols}`);
  checkVector(fn, 'y', y, n);
  const mean = (values: Float64Array) => (center ? values.reduce((a, b) => a + b, 0) / n : 0);
  const off = mean(y);
  const target = y.map((value) => value - off);
  let [product, squares] = [0, 0];
  for (let j = 0; j < n; j++) {
    const column = Float64Array.from({ length: n }, (_, i) => kernel.data[i * n + j]!);
    const middle = mean(column);
    column.forEach((value, i) => {
      product += target[i]! * (value - middle) * target[j]!;
      squares += (value - middle) ** 2;
    });
  }
  const size = Math.sqrt(squares) * target.reduce((sum, value) => sum + value * value, 0);
  return size > 0 ? product / size : 0;
}
