/** @file Whether two samples come from one distribution: the discrepancy of what was seen among those of all ways to have split it. */
import { concat, tidy } from '@tensorflow/tfjs-core';
import { checkInteger, checkOneOf, checkRng, noGrad, type Kernel, type Rng, type TensorLike } from '@surrogate/core';
import { medianKernel, twoSamples } from './samples.js';

/** Options of {@link mmdPermutationTest}. */
export interface MmdPermutationOptions {
  /** Draws the permutations; it moves on. */
  rng: Rng;
  /** Any positive definite kernel, or `energyKernel()`. Default a Gaussian as wide as the median distance of the two samples put together. */
  kernel?: Kernel | undefined;
  /** As in `squaredMmd`. Default biased. */
  estimator?: 'biased' | 'unbiased' | undefined;
  /** How many, 1 or more; the p-value is no less than 1 / (1 + this). Default 200. */
  permutations?: number | undefined;
}

/** What {@link mmdPermutationTest} finds. */
export interface PermutationTest {
  /** The squared discrepancy of the two samples. */
  readonly statistic: number;
  /** How often a random split of all points has no smaller one, in (0, 1]. */
  readonly pValue: number;
}

/** The discrepancy of a split from the Gram matrix of all points: with the sum within the first part and that of its rows, the others follow from the total. */
function splitBy(gram: Float64Array, n: number, m: number, unbiased: boolean) {
  const size = n + m;
  const rows = Float64Array.from({ length: size }, (_, i) => gram.subarray(i * size, (i + 1) * size).reduce((a, b) => a + b, 0));
  const total = rows.reduce((a, b) => a + b, 0);
  const pairs = (count: number) => (unbiased ? count * (count - 1) : count * count);
  const own = (i: number) => (unbiased ? gram[i * (size + 1)]! : 0);
  const itself = rows.reduce((sum, _, i) => sum + own(i), 0);
  return (first: Int32Array) => {
    let [inside, across, selves] = [0, 0, 0];
    for (const i of first) {
      across += rows[i]!;
      selves += own(i);
      for (const j of first) inside += gram[i * size + j]!;
    }
    const outside = total - 2 * across + inside;
    return (inside - selves) / pairs(n) + (outside - itself + selves) / pairs(m) - (2 * (across - inside)) / (n * m);
  };
}

/**
 * The permutation test of whether two samples come from one distribution, by their squared maximum mean discrepancy. It holds its level exactly, whatever the kernel and the size.
 *
 * $$ p = \frac{1 + \#\{ b : \operatorname{MMD}^2_{\pi_b} \ge \operatorname{MMD}^2 \}}{1 + B} $$
 *
 * The Gram matrix of all points is made once on the device, and read; the sums are made on the host in float64.
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns the statistic and the p-value.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length, two or more for the unbiased estimate, `range` for another estimator or no permutation, `dtype`, `disposed`.
 * @see Gretton, Borgwardt, Rasch, Schölkopf, Smola: A Kernel Two-Sample Test, 2012
 * @see Phipson, Smyth: Permutation P-values Should Never Be Zero, 2010. arXiv:1603.05766 (the p-value)
 * @example
 * import { rng } from '@surrogate/core';
 * import { mmdPermutationTest } from '@surrogate/divergences';
 * const { pValue } = await mmdPermutationTest([[0], [0.1], [0.2], [0.3]], [[5], [5.1], [5.2], [5.3]], { rng: rng(0) });
 * pValue < 0.1; // true
 */
export async function mmdPermutationTest(x: TensorLike, y: TensorLike, options: MmdPermutationOptions): Promise<PermutationTest> {
  const fn = 'mmdPermutationTest';
  const { rng, kernel, estimator = 'biased', permutations = 200 } = options;
  checkRng(fn, 'rng', rng);
  checkOneOf(fn, 'estimator', estimator, ['biased', 'unbiased']);
  checkInteger(fn, 'permutations', permutations, 1);
  let sizes: [number, number] = [0, 0];
  const made = noGrad(() =>
    tidy(() => {
      const [a, b] = twoSamples(fn, { x, y }, estimator === 'biased' ? 1 : 2);
      sizes = [a.shape[0], b.shape[0]];
      return (kernel ?? medianKernel(a, b)).between(concat([a, b], 0));
    }),
  );
  const gram = Float64Array.from(await made.data<'float32'>().finally(() => made.dispose()));
  const [n, m] = sizes;
  const split = splitBy(gram, n, m, estimator === 'unbiased');
  const statistic = split(Int32Array.from({ length: n }, (_, i) => i));
  // The same split in another order differs in the last bits.
  const least = statistic - 1e-9 * (Math.abs(statistic) + Math.abs(gram[0]!));
  let reached = 1;
  for (let i = 0; i < permutations; i++) if (split(rng.permutation(n + m).subarray(0, n)) >= least) reached++;
  return { statistic, pValue: reached / (1 + permutations) };
}
