import { randomNormal, rng } from '@surrogate/core';
import { eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { add, mul, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { nearestNeighborEntropy, nearestNeighborInformation, nearestNeighborKl } from '../index.js';

const calls: Record<string, (c: OracleCase) => Tensor> = {
  kl: ({ x, y, options }) => nearestNeighborKl(x as Tensor, y as Tensor, options as object),
  entropy: ({ x, options }) => nearestNeighborEntropy(x as Tensor, options as object),
  information: ({ x, y, options }) => nearestNeighborInformation(x as Tensor, y as Tensor, options as object),
};
oracle('divergences/neighbors', (c) => calls[c.call as string]!(c), { rtol: 1e-4, atol: 1e-5 });

const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;

// What is true of estimates is shown once; that the backends agree is for the table of all exports.
eachBackend(
  () => {
    it('gives the number that was derived elsewhere', () =>
      expectClose(nearestNeighborKl([[0], [1], [3]], [[0.5], [2], [4]], { k: 1 }), -0.2876820725, { rtol: 1e-5 }));

    it('is near the truth on a thousand samples of Gaussians', async () => {
      const [one, two] = [0, 1].map((seed) => randomNormal(rng(seed), [1000, 2])) as [Tensor, Tensor];
      const wide = tidy(() => add(mul(two, 1.5), tensor([0.5, 0])));
      // KL of N(0, I) from N((0.5, 0), 1.5² I), and the entropy of N(0, I).
      expect(Math.abs((await value(nearestNeighborKl(one, wide, { k: 5 }))) - 0.31093)).toBeLessThan(0.1);
      expect(Math.abs((await value(nearestNeighborEntropy(one))) - Math.log(2 * Math.PI * Math.E))).toBeLessThan(0.1);
    });

    it('is near the truth on a thousand pairs that correlate', async () => {
      const [one, two] = [2, 3].map((seed) => randomNormal(rng(seed), [1000, 1])) as [Tensor, Tensor];
      const paired = tidy(() => add(mul(one, 0.8), mul(two, 0.6)));
      expect(Math.abs((await value(nearestNeighborInformation(one, paired))) - 0.510826)).toBeLessThan(0.1);
      expect(Math.abs(await value(nearestNeighborInformation(one, two)))).toBeLessThan(0.1);
    });
  },
  { backends: ['cpu'] },
);
