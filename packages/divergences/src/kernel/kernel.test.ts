import { linearKernel, maternKernel, medianHeuristic, randomNormal, rbfKernel, rng, type Kernel } from '@surrogate/core';
import { checkGradient, eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { add, matMul, mul, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  cauchySchwarzDivergence,
  cauchySchwarzInformation,
  cka,
  conditionalCauchySchwarzDivergence,
  energyDistance,
  hsic,
  squaredMmd,
} from '../index.js';

const kernels: Record<string, Kernel> = {
  rbf: rbfKernel({ lengthScale: 1.2 }),
  linear: linearKernel(),
  matern: maternKernel({ smoothness: 1.5 }),
};

type Estimator = { estimator: 'biased' | 'unbiased' };
const calls: Record<string, (c: OracleCase) => Tensor> = {
  mmd: ({ x, y, kernel, options }) =>
    squaredMmd(x as Tensor, y as Tensor, { ...(options as Estimator), kernel: kernels[kernel as string]! }),
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
