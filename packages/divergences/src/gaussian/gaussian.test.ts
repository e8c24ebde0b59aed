import { eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  fDivergence,
  gaussianBhattacharyya,
  gaussianCauchySchwarz,
  gaussianFisherDivergence,
  gaussianFisherRao,
  gaussianKl,
  gaussianRenyi,
  gaussianSquaredHellinger,
  gaussianSquaredWasserstein,
  mixtureCauchySchwarz,
  squaredHellinger,
  type DiagonalGaussian,
  type Gaussian,
} from '../index.js';

const functions: Record<string, (p: Gaussian, q: Gaussian, options?: object) => Tensor> = {
  kl: gaussianKl,
  wasserstein: gaussianSquaredWasserstein,
  renyi: gaussianRenyi,
  bhattacharyya: gaussianBhattacharyya,
  hellinger: gaussianSquaredHellinger,
  fisher: gaussianFisherDivergence,
  cauchySchwarz: gaussianCauchySchwarz,
  fisherRao: (a, b) => gaussianFisherRao(a as DiagonalGaussian, b as DiagonalGaussian),
};

oracle(
  'divergences/gaussian',
  ({ call, form, m1, s1, m2, s2, w1, w2, options }: OracleCase) => {
    const [a, b] = [{ mean: m1, [form as 'stddev']: s1 }, { mean: m2, [form as 'stddev']: s2 }]; // prettier-ignore
    return call === 'mixture'
      ? mixtureCauchySchwarz({ ...a, weights: w1 }, { ...b, weights: w2 })
      : functions[call as string]!(a, b, options as object);
  },
  { rtol: 1e-3, atol: 1e-5 },
);

const p = { mean: [1, 0], covariance: [[2, 0.5], [0.5, 1]] }; // prettier-ignore
const q = { mean: [0, 1], covariance: [[1, -0.2], [-0.2, 1.5]] }; // prettier-ignore

eachBackend(() => {
  it('is exactly 0 for equal standard deviations and never negative for nearly equal ones', async () => {
    const near = { mean: [0.5, -1], stddev: [0.3, 2] };
    await expectClose(gaussianKl(near, near), 0, { atol: 0 });
    const value = (await gaussianKl(near, { mean: [0.5, -1], stddev: [0.30001, 2.0001] }).data())[0]!;
    // Σ (Δσ/σ)², since ½ (e^u - 1 - u) with u = 2 Δσ/σ is (Δσ/σ)².
    expect(value / (Math.log(0.30001 / 0.3) ** 2 + Math.log(2.0001 / 2) ** 2)).toBeCloseTo(1, 1);
  });
});

// What is true of formulas is shown once; that the backends agree is for the oracle and the table of all exports.
eachBackend(
  () => {
    it('gives the numbers that were derived elsewhere', async () => {
      await expectClose(gaussianKl(p, q), 1.0669445705, { rtol: 1e-4 });
      await expectClose(gaussianKl(q, p), 1.433446819, { rtol: 1e-4 });
      await expectClose(gaussianSquaredWasserstein(p, q), 2.4022069588, { rtol: 1e-4 });
      await expectClose(gaussianRenyi(p, q, { alpha: 1.2 }), 1.3612799509, { rtol: 1e-4 });
      await expectClose(gaussianRenyi(p, q), 0.5591159043, { rtol: 1e-4 });
      await expectClose(gaussianRenyi(p, q, { alpha: 0.9 }), 0.9513365477, { rtol: 1e-4 });
      await expectClose(gaussianSquaredHellinger(p, q), 2 * 0.2438820921, { rtol: 1e-4 });
      await expectClose(gaussianCauchySchwarz(p, q), 0.9707218422, { rtol: 1e-4 });
      await expectClose(gaussianFisherDivergence(p, q), 2.2537865587, { rtol: 1e-4 });
      const [wide, standard] = [{ mean: [1], stddev: [2] }, { mean: [0], stddev: [1] }]; // prettier-ignore
      await expectClose(gaussianKl(wide, standard), 1.3068528194, { rtol: 1e-5 });
      await expectClose(gaussianSquaredWasserstein(wide, standard), 2, { rtol: 1e-5 });
      await expectClose(gaussianFisherRao(wide, standard), 1.1893809314, { rtol: 1e-5 });
      await expectClose(gaussianCauchySchwarz({ mean: [0], stddev: [2] }, { mean: [3], stddev: [2] }), 1.125, { rtol: 1e-5 });
      const twoModes = { mean: [[-1], [1]], stddev: [[0.5], [0.5]], weights: [0.5, 0.5] }; // prettier-ignore
      await expectClose(mixtureCauchySchwarz(twoModes, { mean: [[0]], stddev: [[1]] }), 0.3481462987, { rtol: 1e-4 });
      expect((await gaussianRenyi(p, q, { alpha: 2 }).data())[0]).toBe(Infinity);
      await expectClose(gaussianBhattacharyya(p, q), 0.2795579521, { rtol: 1e-4 });
    });

    it('a mixture of one is a Gaussian, its weights have any total, and what counts nothing may be anywhere', async () => {
      const one = { mean: [p.mean], covariance: [p.covariance] };
      const other = { mean: [q.mean], stddev: [[1, 2]] };
      const alone = (await gaussianCauchySchwarz(p, { mean: q.mean, stddev: [1, 2] }).data())[0]!;
      await expectClose(mixtureCauchySchwarz({ ...one, weights: [5] }, other), alone, { rtol: 1e-4 });
      const withMore = { mean: [p.mean, [9, 9]], covariance: [p.covariance, p.covariance], weights: [2, 0] };
      await expectClose(mixtureCauchySchwarz(withMore, other), alone, { rtol: 1e-4 });
      await expectClose(mixtureCauchySchwarz(withMore, withMore), 0, { atol: 0 });
    });

    it('is the divergence of the densities on a grid', async () => {
      const grid = Array.from({ length: 400 }, (_, i) => -10 + i / 20);
      const logDensity = (mean: number, stddev: number) =>
        grid.map((x) => -0.5 * ((x - mean) / stddev) ** 2 - Math.log(stddev * Math.sqrt(2 * Math.PI) * 20));
      const exact = (await fDivergence(logDensity(0.5, 1), logDensity(-0.7, 1.5), squaredHellinger).data())[0]!;
      await expectClose(gaussianSquaredHellinger({ mean: [0.5], stddev: [1] }, { mean: [-0.7], stddev: [1.5] }), exact, { rtol: 1e-4 });
    });

    it('takes one of either form, and tends to KL at order 1', async () => {
      const standard = { mean: [0, 1], stddev: [1, 2] };
      const spread = { mean: [0, 1], covariance: [[1, 0], [0, 4]] }; // prettier-ignore
      await expectClose(gaussianKl(p, standard), (await gaussianKl(p, spread).data())[0]!, { rtol: 1e-5 });
      await expectClose(gaussianKl(standard, spread), 0, { atol: 1e-6 });
      await expectClose(gaussianSquaredWasserstein(standard, spread), 0, { atol: 1e-5 });
      await expectClose(gaussianRenyi(p, q, { alpha: 0.995 }), (await gaussianKl(p, q).data())[0]!, { rtol: 0.02 });
    });
  },
  { backends: ['cpu'] },
);
