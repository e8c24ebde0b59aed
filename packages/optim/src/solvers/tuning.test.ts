import { rng } from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak } from '@surrogate/testing';
import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { sgd } from '../optimizers/sgd.js';
import { gradientNoiseScale } from './gradientNoise.js';
import { learningRateRange } from './learningRateRange.js';

eachBackend(
  () => {
    describe('learningRateRange', () => {
      const steep = ({ w }: { w: Tensor }) => mul(sum(square(w)), 50);

      it('ends where the steps of gradient descent begin to diverge, which for a curvature of 100 is 1/50', async () => {
        const { rates, losses, lowest, steepest } = await learningRateRange(steep, { w: tensor([1, -1]) }, sgd, { smoothing: 0.5 });
        expect(rates.length).toBe(losses.length);
        expect(rates.length).toBeLessThan(100);
        expect(rates[0]).toBe(1e-6);
        expect(rates[1]! / rates[0]!).toBeCloseTo(1e7 ** (1 / 99), 9);
        expect(lowest).toBeGreaterThan(0.005);
        expect(lowest).toBeLessThan(0.1);
        expect(steepest).toBeLessThan(lowest);
      });

      it('leaves the parameters, stops when it is told to, and leaves nothing behind', async () => {
        const params = { w: tensor([1, -1]) };
        await expectNoLeak(() => learningRateRange(steep, params, sgd, { steps: 5 }));
        await expectClose(params.w, [1, -1]);
        const { losses } = await learningRateRange(steep, params, sgd, { signal: AbortSignal.abort() });
        expect(losses.length).toBe(1);
      });
    });

    describe('gradientNoiseScale', () => {
      it('is the covariance over what gradients have in common', async () => {
        // The mean of the three products of two of them is 11/3, and the unbiased variances of the two coordinates are 1 and 3.
        const grads = [[1, 3], [2, 0], [3, 0]].map((w) => ({ w: tensor(w) })); // prettier-ignore
        const monitor = gradientNoiseScale();
        const state = await monitor.observe(monitor.init(), grads, 1);
        expect(state.count).toBe(1);
        await expectClose([state.signal, state.noise], [11 / 3, 4]);
      });

      it('averages to what the gradients were drawn from', async () => {
        const draws = rng(4);
        const [batch, dimension] = [8, 20];
        const monitor = gradientNoiseScale({ decay: 0.995 });
        let state = monitor.init();
        expect(monitor.scale(state)).toBeNaN();
        for (let i = 0; i < 150; i++) {
          const grads = Array.from({ length: 4 }, () => ({ w: tensor(Array.from({ length: dimension }, () => 0.5 + (3 * draws.normal()) / Math.sqrt(batch))) })); // prettier-ignore
          state = await monitor.observe(state, grads, batch);
          grads.forEach(({ w }) => w.dispose());
        }
        // Each coordinate has a variance of 9 and a mean of 1/2.
        expect(monitor.scale(state) / ((dimension * 9) / (dimension * 0.25))).toBeCloseTo(1, 0.5);
        expect(state.noise / (dimension * 9)).toBeCloseTo(1, 1);
        expect(monitor.scale({ count: 1, signal: -1, noise: 1 })).toBe(Infinity);
      });
    });
  },
  { backends: ['cpu'] },
);
