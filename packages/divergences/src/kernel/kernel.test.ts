import {
  energyKernel,
  inverseMultiquadricKernel,
  laplacianKernel,
  linearKernel,
  maternKernel,
  medianHeuristic,
  polynomialKernel,
  randomNormal,
  rationalQuadraticKernel,
  rbfKernel,
  rng,
  type Kernel,
} from '@surrogate/core';
import { checkGradient, eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { add, matMul, mul, sub, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  cauchySchwarzDivergence,
  cauchySchwarzInformation,
  cka,
  conditionalCauchySchwarzDivergence,
  distanceCorrelation,
  energyDistance,
  hsic,
  kernelSteinDiscrepancy,
  mmdPermutationTest,
  squaredMmd,
} from '../index.js';

const kernels: Record<string, Kernel> = {
  rbf: rbfKernel({ lengthScale: 1.2 }),
  linear: linearKernel(),
  matern: maternKernel({ smoothness: 1.5 }),
  'matern 2.5': maternKernel({ lengthScale: 1.2 }),
  multiquadric: inverseMultiquadricKernel({ lengthScale: 1.2 }),
  stretched: rbfKernel({ lengthScale: [1.2 * 1.3, 1.2 * 0.8] }),
  energy: energyKernel(),
};

type Estimator = { estimator: 'biased' | 'unbiased' };
const calls: Record<string, (c: OracleCase) => Tensor> = {
  mmd: ({ x, y, kernel, options }) =>
    squaredMmd(x as Tensor, y as Tensor, { ...(options as Estimator), kernel: kernels[kernel as string]! }),
  weighted: ({ x, y, xWeights, yWeights, options }) =>
    squaredMmd(x as Tensor, y as Tensor, {
      ...(options as Estimator),
      kernel: kernels['rbf']!,
      xWeights: xWeights as Tensor,
      yWeights: yWeights as Tensor,
    }),
  stein: ({ x, scores, kernel, options }) =>
    kernelSteinDiscrepancy(x as Tensor, scores as Tensor, { ...(options as Estimator), kernel: kernels[kernel as string]! }),
  correlation: ({ x, y }) => distanceCorrelation(x as Tensor, y as Tensor),
  energy: ({ x, y, options }) => energyDistance(x as Tensor, y as Tensor, options as Estimator),
  hsic: ({ x, y, kernel, options }) =>
    hsic(x as Tensor, y as Tensor, { ...(options as Estimator), kernelX: kernels[kernel as string]!, kernelY: kernels[kernel as string]! }),
  cka: ({ x, y, kernel, options }) =>
    cka(x as Tensor, y as Tensor, { ...(options as Estimator), kernelX: kernels[kernel as string]!, kernelY: kernels[kernel as string]! }),
  cs: ({ x, y, options }) => cauchySchwarzDivergence(x as Tensor, y as Tensor, options as object),
  conditional: ({ x, y1, y2, options }) => conditionalCauchySchwarzDivergence(x as Tensor, y1 as Tensor, y2 as Tensor, options as object),
  information: ({ x, t, options }) => cauchySchwarzInformation(x as Tensor, t as Tensor, options as object),
};
oracle('divergences/kernel', (c) => calls[c.call as string]!(c), { rtol: 5e-4, atol: 3e-6 });

const x = [[0, 1], [1, 0], [0.5, 0.5], [2, 1]]; // prettier-ignore
const y1 = [[1], [2], [1.5], [0]]; // prettier-ignore
const y2 = [[1.1], [1.8], [1.4], [0.3]]; // prettier-ignore
const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;

/** What is true of estimates and of derivatives is shown once; that the backends agree is for the table of all exports. */
const once = { backends: ['cpu'] } as const;

const corner = [[0, 0], [1, 0], [0, 1]]; // prettier-ignore
const around = [[1, 1], [2, 1], [1, 3], [0, 2]]; // prettier-ignore
const five = [[0, 1], [1, 0], [2, 1], [3, 3], [1, 2]]; // prettier-ignore
const others = [[1, 0, 0], [0, 1, 1], [1, 2, 0], [3, 2, 1], [2, 1, 1]]; // prettier-ignore
const centred = five.map(([a, b]) => [a! - 1.4, b! - 1.4]);

eachBackend(() => {
  it('alignment does not see rotations and scales', async () => {
    const features = [[0.3, 1], [1, -0.4], [0.5, 0.2], [2, 1.1], [-1, 0.6]]; // prettier-ignore
    const turned = tidy(() => mul(3, matMul(tensor2d(features), tensor2d([[0.6, -0.8], [0.8, 0.6]])))); // prettier-ignore
    await expectClose(cka(features, turned), 1, { rtol: 1e-5 });
    await expectClose(cka(features, turned, { estimator: 'unbiased' }), 1, { rtol: 1e-5 });
  });

  it('for inputs that are all different, the conditional divergence is the correntropy loss', async () => {
    const correntropy = y1.map(([a], i) => Math.exp(-((a! - y2[i]![0]!) ** 2) / 2)).reduce((a, b) => a + b) / 4;
    await expectClose(conditionalCauchySchwarzDivergence(x, y1, y2, { bandwidthX: 1e-3 }), -2 * Math.log(correntropy), { rtol: 1e-4 });
  });
});

eachBackend(() => {
  it.each([
    ['rbf', rbfKernel(), 0.6248572939, 0.2855921627],
    ['laplacian', laplacianKernel(), 0.5756850149, 0.125534065],
    ['rational quadratic', rationalQuadraticKernel(), 0.5001202501, 0.2276334776],
    ['polynomial', polynomialKernel({ scale: 0.5 }), 32.2282986111, 20.2291666667],
    ['energy', energyKernel(), 1.736866943, 0.9283197522],
  ] as const)('MMD with %s gives the numbers that were derived elsewhere', async (_name, kernel, biased, unbiased) => {
    await expectClose(squaredMmd(corner, around, { kernel }), biased, { rtol: 2e-5 });
    await expectClose(squaredMmd(corner, around, { kernel, estimator: 'unbiased' }), unbiased, { rtol: 5e-5 });
  });

  it('the other estimates and dependences give the numbers that were derived elsewhere', async () => {
    await expectClose(energyDistance(corner, around), 1.736866943, { rtol: 2e-5 });
    await expectClose(energyDistance(corner, around, { estimator: 'unbiased' }), 0.9283197522, { rtol: 2e-5 });
    const square = [...corner, [1, 1]];
    for (const options of [{ estimator: 'linear' }, { estimator: 'block', blockSize: 2 }] as const)
      await expectClose(squaredMmd(square, around, { kernel: rbfKernel(), ...options }), 0.3784949095, { rtol: 2e-5 });
    await expectClose(medianHeuristic(corner, around), Math.SQRT2, { rtol: 1e-5 });
    const scores = centred.map((row) => row.map((one) => -one));
    const stein = (estimator: 'biased' | 'unbiased') => kernelSteinDiscrepancy(centred, scores, { kernel: rbfKernel(), estimator });
    await expectClose(stein('biased'), 0.3662496241, { rtol: 5e-5 });
    await expectClose(stein('unbiased'), -0.5621879699, { rtol: 5e-5 });
    const linear = { kernelX: linearKernel(), kernelY: linearKernel() };
    await expectClose(hsic(five, others, linear), 3.38, { rtol: 1e-5 });
    await expectClose(hsic(five, others, { ...linear, estimator: 'unbiased' }), 1.7333333333, { rtol: 1e-5 });
    await expectClose(cka(five, others), 0.9546575288, { rtol: 1e-5 });
    await expectClose(cka(five, others, { estimator: 'unbiased' }), 0.9345507011, { rtol: 1e-5 });
    const gaussian = { kernelX: rbfKernel(), kernelY: rbfKernel() };
    await expectClose(hsic(five, others, gaussian), 0.1767141639, { rtol: 1e-5 });
    await expectClose(hsic(five, others, { ...gaussian, estimator: 'unbiased' }), 0.0077656963, { rtol: 2e-4 });
    await expectClose(cka(five, others, gaussian), 0.964242908, { rtol: 1e-5 });
  });

  it('is about 0 for samples of one distribution, and grows with what lies between two', async () => {
    const sample = (seed: number, shift = 0, rows = 150) => tidy(() => add(randomNormal(rng(seed), [rows, 2]), shift));
    for (const [rows, of] of [
      [150, (a: Tensor, b: Tensor) => squaredMmd(a, b, { estimator: 'unbiased' })],
      [150, (a: Tensor, b: Tensor) => energyDistance(a, b, { estimator: 'unbiased' })],
      // Each pair is used once, so that it takes more of them.
      [4000, (a: Tensor, b: Tensor) => squaredMmd(a, b, { estimator: 'linear', kernel: rbfKernel() })],
    ] as const) {
      const same = await value(of(sample(1, 0, rows), sample(2, 0, rows)));
      expect(Math.abs(same)).toBeLessThan(0.06);
      expect(await value(of(sample(1, 0, rows), sample(2, 1, rows)))).toBeGreaterThan(0.1);
    }
    const apart = await value(hsic(sample(1), sample(2), { estimator: 'unbiased' }));
    expect(await value(hsic(sample(1), sample(1), { estimator: 'unbiased' }))).toBeGreaterThan(10 * Math.abs(apart));
  });

  it('points that count twice are two points, and what counts nothing may be anything', async () => {
    const kernel = rbfKernel();
    const twice = [corner[0]!, ...corner];
    for (const estimator of ['biased', 'unbiased'] as const)
      await expectClose(
        squaredMmd([...corner, [NaN, Infinity]], around, { kernel, estimator, xWeights: [3, 3, 3, 0], yWeights: [1, 1, 1, 1] }),
        await value(squaredMmd(corner, around, { kernel, estimator })),
        { rtol: 1e-4 },
      );
    await expectClose(squaredMmd(corner, around, { kernel, xWeights: [2, 1, 1] }), await value(squaredMmd(twice, around, { kernel })), {
      rtol: 1e-4,
    });
  });

  it('the permutation test has the statistic of the estimate, and the share of the splits that reach it', async () => {
    const kernel = rbfKernel();
    for (const estimator of ['biased', 'unbiased'] as const) {
      const { statistic } = await mmdPermutationTest(corner, around, { rng: rng(0), kernel, estimator, permutations: 1 });
      expect(statistic).toBeCloseTo(await value(squaredMmd(corner, around, { kernel, estimator })), 5);
    }
    // All splits of seven points into three and four, one by one.
    const all = [...corner, ...around];
    const splits = all.flatMap((_, i) =>
      all.slice(i + 1).flatMap((_, j) => all.slice(i + j + 2).map((_, k) => [i, i + j + 1, i + j + k + 2])),
    );
    const seen = await value(squaredMmd(corner, around, { kernel }));
    let reached = 0;
    for (const split of splits) {
      const first = split.map((i) => all[i]!);
      const rest = all.filter((_, i) => !split.includes(i));
      if ((await value(squaredMmd(first, rest, { kernel }))) >= seen - 1e-6) reached++;
    }
    expect(splits).toHaveLength(35);
    const { pValue } = await mmdPermutationTest(corner, around, { rng: rng(1), kernel, permutations: 4000 });
    expect(Math.abs(pValue - reached / 35)).toBeLessThan(0.03);
  });

  it('estimates the discrepancy that two Gaussians have in closed form', async () => {
    const sample = (seed: number, mean: number[], factor: number[][]) =>
      tidy(() => add(matMul(randomNormal(rng(seed), [300, 2]), tensor2d(factor)), mean));
    let total = 0;
    for (const seed of [0, 1, 2, 3]) {
      // Upper triangular roots of the covariances ((2, 0.5), (0.5, 1)) and ((1, -0.2), (-0.2, 1.5)).
      const one = sample(2 * seed, [1, 0], [[Math.SQRT2, 0.5 / Math.SQRT2], [0, Math.sqrt(0.875)]]); // prettier-ignore
      const other = sample(2 * seed + 1, [0, 1], [[1, -0.2], [0, Math.sqrt(1.46)]]); // prettier-ignore
      total += await value(squaredMmd(one, other, { kernel: rbfKernel(), estimator: 'unbiased' }));
    }
    // One estimate has a standard error of 0.021.
    expect(Math.abs(total / 4 - 0.1570889695)).toBeLessThan((3 * 0.021) / 2);
  });

  it("Stein's discrepancy is about 0 for samples of the distribution itself, and not for others", async () => {
    const sample = randomNormal(rng(5), [120, 2]);
    const off = async (shift: number) =>
      value(
        kernelSteinDiscrepancy(
          sample,
          tidy(() => sub(shift, sample)),
          { estimator: 'unbiased' },
        ),
      );
    expect(Math.abs(await off(0))).toBeLessThan(0.03);
    expect(await off(0.5)).toBeGreaterThan(0.2);
  });

  it('distance correlation is 1 along a line and about 0 for what is independent', async () => {
    const column = (seed: number) => randomNormal(rng(seed), [200, 1]);
    const one = column(1);
    await expectClose(
      distanceCorrelation(
        one,
        tidy(() => mul(-3, one)),
      ),
      1,
      { rtol: 1e-5 },
    );
    const energy = { kernelX: energyKernel(), kernelY: energyKernel(), estimator: 'unbiased' } as const;
    expect(Math.abs(await value(cka(one, column(2), energy)))).toBeLessThan(0.03);
    // Uncorrelated, and yet all but a function.
    expect(
      await value(
        cka(
          one,
          tidy(() => mul(one, one)),
          energy,
        ),
      ),
    ).toBeGreaterThan(0.15);
  });

  it('has gradients of each estimator', async () => {
    for (const estimator of ['unbiased', 'linear'] as const)
      await checkGradient((a, b) => squaredMmd(a, b, { kernel: rbfKernel(), estimator }), [x, x.map(([a, b]) => [b! + 0.3, a! * 2])], {
        order: 2,
      });
    await checkGradient((a) => energyDistance(a, [[3, 1], [0, 2]], { estimator: 'unbiased' }), [x]); // prettier-ignore
  });

  it('estimates the divergence of two Gaussians, and takes a bandwidth that is a tensor', async () => {
    const [a, b] = [0, 3].map((mean, i) => randomNormal(rng(i), [500, 1], { mean, stddev: 2 })) as [Tensor, Tensor];
    expect(Math.abs((await value(cauchySchwarzDivergence(a, b, { bandwidth: 0.3 }))) - 1.12)).toBeLessThan(0.25);
    await expectClose(cauchySchwarzDivergence(x, x, { bandwidth: medianHeuristic(x) }), 0, { atol: 1e-6 });
    await expectClose(cauchySchwarzInformation(x, y1, { normalized: true }), 0.8438845308, { rtol: 1e-4 });
  });
}, once);
