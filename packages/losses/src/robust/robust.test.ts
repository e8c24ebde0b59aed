import type { TensorLike } from '@surrogate/core';
import { add, grad, mul, sum, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { checkGradient, eachBackend, expectClose, oracle } from '@surrogate/testing';
import { expect, it } from 'vitest';
import * as losses from '../index.js';

type Loss = (...args: (TensorLike | object)[]) => Tensor;

oracle(
  'losses/robust',
  ({ loss, options, ...inputs }) => (losses[loss as keyof typeof losses] as Loss)(...Object.values<TensorLike>(inputs), options),
  { rtol: 5e-5 },
);

const logits = [[2, 1, 0]];

eachBackend(() => {
  it('KL-robust losses go from the mean to the largest, with the weights as their gradient', async () => {
    const rows = tensor1d([1, 2, 4]);
    await expectClose(losses.klDroLoss(rows), 3.0712337);
    await expectClose(losses.klDroLoss(rows, { temperature: 0.1 }), 3.8901388);
    await expectClose(losses.klDroLoss(rows, { temperature: 100 }), 2.3411233, { rtol: 1e-4 });
    const slope = grad((l: Tensor) => losses.klDroLoss(l, { weights: [1, 0, 3] }))(rows);
    await expectClose(slope, losses.klDroWeights(rows, { weights: [1, 0, 3] }));
    await expectClose(losses.klDroWeights([1, NaN, 1], { mask: [1, 0, 1] }), [0.5, 0, 0.5]);
    await expectClose(losses.klDroLoss([1, NaN], { mask: [0, 0] }), 0);
    await expectClose(losses.klDroWeights([1, NaN], { mask: [0, 0] }), [0, 0]);
  });

  it('dynamic weights agree with the published ones', async () => {
    const rows = [1, 2, 3, 4];
    await expectClose(losses.lossBasedWeights(rows, { temperature: 0.4 }), [0.0326163, 0.1726869, 0.3973484, 0.3973484]);
    await expectClose(losses.lossBasedWeights(rows, { strategy: 'quadratic' }), [0.1456696, 0.3543304, 0.3543304, 0.1456696]);
    await expectClose(losses.lossBasedWeights(rows, { strategy: 'extremes' }), [0.3303782, 0.1696218, 0.1696218, 0.3303782]);
    await expectClose(losses.lossBasedWeights(rows, { temperature: 1e6 }), [0.25, 0.25, 0.25, 0.25]);
    await expectClose(losses.lossBasedWeights([3, 3], {}), [0.5, 0.5]);
    await expectClose(losses.dynamicallyWeightedLoss(rows, { temperature: 0.4 }), 3.1594288);
    await expectClose(losses.dynamicallyWeightedLoss([...rows, NaN], { mask: [1, 1, 1, 1, 0] }), losses.dynamicallyWeightedLoss(rows));
  });

  it('LDR leads from Crammer-Singer through cross-entropy to a symmetric loss', async () => {
    const ldr = (lambda: number, margin: number, label = 0) => losses.ldrLoss(logits, [label], { lambda, margin, normalize: 'none' });
    await expectClose(ldr(1, 0), add(losses.crossEntropy(logits, [0]), -Math.log(3)));
    await expectClose(ldr(0.5, 1), -0.1699943);
    await expectClose(ldr(1e-3, 1, 2), losses.multiclassHingeLoss(logits, [2]), { rtol: 1e-3 });
    await expectClose(ldr(1e4, 0), -1, { rtol: 1e-2 });
  });

  it('ALDR finds the published temperatures', async () => {
    const aldr = (iterations: number) => losses.aldrLoss(logits, [0], { lambda0: 1, alpha: 2, margin: 0.1, normalize: 'none', iterations });
    await expectClose(aldr(1), -0.6405231);
    await expectClose(aldr(2), -0.6404299);
    await expectClose(losses.aldrLoss([[1, 1, 1]], [0], { margin: 0 }), 0);
  });

  it('robust temperatures minimise their loss, and LDR is its special case', async () => {
    const robust = (tau: number, rho: number) => losses.robustTemperatureLoss(logits, [0], tau, { rho });
    await expectClose(robust(1, 0.2), -0.4910063);
    await expectClose(robust(1.7, 0.1), -0.6393085);
    const best = losses.optimalTemperature(logits, { rho: 0.2 });
    await expectClose(best, [1.1895948]);
    await expectClose(losses.robustTemperatureLoss(logits, [0], best, { rho: 0.2 }), -0.4968683);
    await expectClose(robust(0.7, 0.3), add(losses.ldrLoss(logits, [0], { lambda: 0.7, margin: 0, normalize: 'none' }), 0.21));
  });

  it('pass@N training has the published values, and its factor as slope', async () => {
    const cases = [
      [4, 0.1, 1.0674044, 0.8479209],
      [16, 0.01, 1.906886, 0.9263988],
      [256, 1e-4, 3.6778863, 0.9873033],
      [256, 0.01, 0.0793842, 0.213644],
    ] as const;
    for (const [n, p, loss, factor] of cases) {
      await expectClose(losses.dcoLoss([Math.log(p)], { n }), loss, { rtol: 5e-5 });
      await expectClose(losses.dcoFactor([Math.log(p)], n), [factor], { rtol: 5e-5 });
      const slope = grad((l: Tensor) => sum(losses.dcoLoss(l, { n })))(tensor1d([Math.log(p)]));
      await expectClose(slope, [-factor], { rtol: 5e-5 });
    }
    await expectClose(losses.dcoLoss([-20], { n: 256 }), 14.4548228);
    await expectClose(losses.dcoLoss([-1000], { n: 4 }), 1000 - Math.log(4));
    await expectClose(losses.dcoLoss([-3, -1], { n: 1 }), 2);
    await expectClose(losses.dcoLoss([-3, -1], { n: 1, lengths: [3, 2] }), 0.75);
    await expectClose(losses.dcoFactor([0], 4), [0]);
    await checkGradient((l) => losses.dcoLoss(l, { n: 8 }), [[-0.3, -1.5, -4]], { order: 2 });
  });

  it('the Z-loss sees neither shift nor scale', async () => {
    await expectClose(losses.zLoss([[13, 8, 3]], [0]), losses.zLoss(logits, [0]), { rtol: 1e-4 });
    await expectClose(losses.zLoss(logits, [2], { sharpness: 1, location: 1 }), 2.3273872);
    await expectClose(losses.zLoss(logits, [0], { sharpness: 2, location: 1 }), 0.2467238);
    const slope = grad((z: Tensor) => losses.zLoss(z, [0], { sharpness: 1, location: 1 }))(tensor2d([[2, 1, 0]]));
    await expectClose(slope, [[-0.0906411, 0.1812823, -0.0906411]], { rtol: 1e-4 });
  });

  it('histogram codes decode what they encode', async () => {
    const code = losses.hlGauss({ min: -1, max: 1, bins: 4 });
    await expectClose(code.toProbs(0.3), [0.01670711, 0.20170755, 0.50708321, 0.27450213], { rtol: 1e-4 });
    await expectClose(code.toScalar(code.toProbs(0.3)), 0.2696901797, { rtol: 1e-4 });
    await expectClose(losses.hlGauss().toScalar(losses.hlGauss().toProbs([3.3, -2])), [3.2999990429, -2], { rtol: 1e-4 });
    const padded = losses.hlGauss({ padRange: true });
    await expectClose(padded.toScalar(padded.toProbs([9.9, -10])), [9.9, -10], { rtol: 2e-3 });
    const two = losses.twoHot({ min: -1, max: 1, bins: 5 });
    await expectClose(two.toScalar(two.toProbs([0.3, -1, 7])), [0.3, -1, 1]);
    await expectClose(code.loss([[0, 0, 0, 0]], [0.3]), Math.log(4));
    const z = [[0.3, 0.1, -0.4, 2]];
    await expectClose(code.loss(z, [0.3]), losses.crossEntropy(z, code.toProbs([0.3])));
    expect(() => losses.hlGauss({ bins: 3, padRange: true })).toThrow('bins');
  });

  it('the unbiased pass@k is a mean over subsets', () => {
    expect(losses.passAtNUnbiased(5, 2, 2)).toBeCloseTo(0.7, 12);
    expect(losses.passAtNUnbiased(5, 4, 2)).toBe(1);
    expect(losses.passAtNUnbiased(5, 0, 3)).toBe(0);
  });

  it('passes with the chance of N tries', async () => {
    await expectClose(mul(losses.passAtN([0.5, 1, 0], 4), 1), [0.9375, 1, 0]);
  });
});
