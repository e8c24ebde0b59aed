import { eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { gaussianBhattacharyya, gaussianKl, gaussianRenyi, gaussianSquaredWasserstein, type Gaussian } from '../index.js';

const functions: Record<string, (p: Gaussian, q: Gaussian, options?: object) => Tensor> = {
  kl: gaussianKl,
  wasserstein: gaussianSquaredWasserstein,
  renyi: gaussianRenyi,
  bhattacharyya: gaussianBhattacharyya,
};

oracle(
  'divergences/gaussian',
  ({ call, form, m1, s1, m2, s2, options }: OracleCase) =>
    functions[call as string]!({ mean: m1, [form as 'stddev']: s1 }, { mean: m2, [form as 'stddev']: s2 }, options as object),
  { rtol: 1e-3, atol: 1e-5 },
);

const p = { mean: [1, 0], covariance: [[2, 0.5], [0.5, 1]] }; // prettier-ignore
const q = { mean: [0, 1], covariance: [[1, -0.2], [-0.2, 1.5]] }; // prettier-ignore

eachBackend(() => {
  it('gives the numbers that were derived elsewhere', async () => {
    await expectClose(gaussianKl(p, q), 1.0669445705, { rtol: 1e-4 });
    await expectClose(gaussianKl(q, p), 1.433446819, { rtol: 1e-4 });
    await expectClose(gaussianSquaredWasserstein(p, q), 2.4022069588, { rtol: 1e-4 });
    await expectClose(gaussianRenyi(p, q, { alpha: 1.2 }), 1.3612799509, { rtol: 1e-4 });
    expect((await gaussianRenyi(p, q, { alpha: 2 }).data())[0]).toBe(Infinity);
    await expectClose(gaussianBhattacharyya(p, q), 0.2795579521, { rtol: 1e-4 });
  });

  it('takes one of either form, and tends to KL at order 1', async () => {
    const standard = { mean: [0, 1], stddev: [1, 2] };
    const spread = { mean: [0, 1], covariance: [[1, 0], [0, 4]] }; // prettier-ignore
    await expectClose(gaussianKl(p, standard), (await gaussianKl(p, spread).data())[0]!, { rtol: 1e-5 });
    await expectClose(gaussianKl(standard, spread), 0, { atol: 1e-6 });
    await expectClose(gaussianSquaredWasserstein(standard, spread), 0, { atol: 1e-5 });
    await expectClose(gaussianRenyi(p, q, { alpha: 0.995 }), (await gaussianKl(p, q).data())[0]!, { rtol: 0.02 });
  });

  it('is exactly 0 for equal standard deviations and never negative for nearly equal ones', async () => {
    const near = { mean: [0.5, -1], stddev: [0.3, 2] };
    await expectClose(gaussianKl(near, near), 0, { atol: 0 });
    const value = (await gaussianKl(near, { mean: [0.5, -1], stddev: [0.30001, 2.0001] }).data())[0]!;
    // Σ (Δσ/σ)², since ½ (e^u - 1 - u) with u = 2 Δσ/σ is (Δσ/σ)².
    expect(value / (Math.log(0.30001 / 0.3) ** 2 + Math.log(2.0001 / 2) ** 2)).toBeCloseTo(1, 1);
  });
});
