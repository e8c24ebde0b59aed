import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { eye, matMul } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { bprLoss, orthonormalDct, progressiveAttention, progressiveWeight } from '../index.js';

oracle('losses/multimodal', (c) =>
  (c.loss as string) === 'orthonormalDct' ? orthonormalDct(c.x) : progressiveAttention(c.gates, c.kept, c.options),
);

eachBackend(() => {
  it('has the published values', async () => {
    await expectClose(orthonormalDct([1, 2, 3, 4]), [5, -2.2304425, 0, -0.1585127]);
    await expectClose(progressiveAttention([[0.2, -0.1, 0.4]], [[0, 0.5, -0.5]]), [[0.3399803, 0.2728406, 0.3871792]]);
    await expectClose(bprLoss([1.2], [0.4]), 0.3711007);
  });

  it('keeps lengths and angles', async () => {
    const d = orthonormalDct(eye(5));
    await expectClose(matMul(d, d, false, true), eye(5));
  });
});

it('leads from gates to what is kept', () => {
  const published = [0.89011, 0.86774, 0.82708, 0.75834, 0.64949, 0.49616, 0.3202, 0.16858, 0.07283, 0.02666];
  published.reduce((weight, expected, i) => {
    const next = progressiveWeight(weight, i + 1);
    expect(Math.abs(next - expected)).toBeLessThan(1e-5);
    return next;
  }, 0.9);
  expect(progressiveWeight(0, 4)).toBe(0);
  expect(progressiveWeight(1, 1e6)).toBe(1);
});
