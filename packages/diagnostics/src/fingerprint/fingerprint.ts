/** @file What a solution looks like, beyond its loss: ranks, sparsity, and what was forgotten on the way. */
import { fail } from '@surrogate/core';
import { checkMatrix, svd, type Matrix } from '@surrogate/core/host';

/** What {@link kernelFingerprint} tells. */
export interface KernelFingerprint {
  /** exp of the entropy of the singular values' shares: how many directions count. */
  readonly effectiveRank: number;
  /** Σ s² / max s²: how many directions as strong as the first there are. */
  readonly stableRank: number;
  /** The part of the entries below a hundredth of their root mean square. */
  readonly sparsity: number;
}

/**
 * The fingerprint of a weight matrix, or of what training has added to one: solutions of one loss and accuracy differ in it by the optimizer that found them.
 *
 * $$ \exp\Big(-\sum_i p_i \log p_i\Big), \quad p_i = \frac{s_i}{\sum_j s_j}, \qquad \frac{\sum_i s_i^2}{\max_i s_i^2} $$
 *
 * It runs on the host, in doubles.
 *
 * @param kernel W, or W minus its start.
 * @returns ranks of 0 for a matrix of zeros, whose entries are all small.
 * @throws SurrogateError `dtype`, `shape` for no entries, `range`.
 * @see Pascanu et al.: Optimizers Qualitatively Alter Solutions And We Should Leverage This, 2025. arXiv:2507.12224
 * @see Roy, Vetterli: The Effective Rank: A Measure of Effective Dimensionality, 2007
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { kernelFingerprint } from '@surrogate/diagnostics';
 * kernelFingerprint(matrixFromRows([[3, 0], [0, 1]])); // { effectiveRank: 1.754765, stableRank: 1.111111, sparsity: 0.5 }
 */
export function kernelFingerprint(kernel: Matrix): KernelFingerprint {
  checkMatrix('kernelFingerprint', 'kernel', kernel);
  const count = kernel.data.length;
  if (count === 0) fail('shape', 'kernelFingerprint', 'kernel', `must have entries, got ${kernel.rows} x ${kernel.cols}`);
  const values = Array.from(svd(kernel).values);
  const [most, total] = [values[0]!, values.reduce((a, b) => a + b, 0)];
  const square = kernel.data.reduce((sum, w) => sum + w * w, 0);
  if (most === 0) return { effectiveRank: 0, stableRank: 0, sparsity: 1 };
  const entropy = values.reduce((sum, s) => (s > 0 ? sum - (s / total) * Math.log(s / total) : sum), 0);
  const small = 1e-2 * Math.sqrt(square / count);
  return {
    effectiveRank: Math.exp(entropy),
    stableRank: square / most ** 2,
    sparsity: kernel.data.filter((w) => Math.abs(w) < small).length / count,
  };
}

/**
 * How much was forgotten of tasks that were learned one after another: what each loses from right after its training to the end.
 *
 * $$ \frac{1}{T - 1} \sum_{t < T} (a_{t t} - a_{T t}) $$
 *
 * @param accuracies a row for each task learned, the accuracy on each task so far: row t needs its first t + 1 numbers.
 * @returns the mean over all tasks but the last; 0 for one task.
 * @throws SurrogateError `shape` where a row is too short or there is none, `range`.
 * @see Chaudhry, Dokania, Ajanthan, Torr: Riemannian Walk for Incremental Learning, 2018. arXiv:1801.10112
 * @example
 * import { forgetting } from '@surrogate/diagnostics';
 * forgetting([[0.9], [0.5, 0.8]]); // 0.4
 */
export function forgetting(accuracies: readonly ArrayLike<number>[]): number {
  const fn = 'forgetting';
  if (!Array.isArray(accuracies)) fail('dtype', fn, 'accuracies', `must be an array of rows, got ${typeof accuracies}`);
  if (accuracies.length === 0) fail('shape', fn, 'accuracies', 'must hold at least one row, got none');
  accuracies.forEach((row, t) => {
    if (row.length <= t) fail('shape', fn, `accuracies[${t}]`, `must hold at least ${t + 1} numbers, got ${row.length}`);
    for (let k = 0; k <= t; k++)
      if (!Number.isFinite(row[k])) fail('range', fn, `accuracies[${t}]`, `must hold finite numbers, got ${row[k]} at [${k}]`);
  });
  const last = accuracies.at(-1)!;
  const lost = accuracies.slice(0, -1).map((row, t) => row[t]! - last[t]!);
  return lost.length === 0 ? 0 : lost.reduce((a, b) => a + b, 0) / lost.length;
}
