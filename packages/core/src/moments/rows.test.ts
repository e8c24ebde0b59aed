import { jensenShannonFromLogits, klFromLogits, layerNorm, rmsNorm, skewKlFromLogits } from '@surrogate/core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const functions: Record<string, (inputs: Record<string, Tensor>, options: object) => Tensor> = {
  layerNorm: ({ x, gain, offset }, options) => layerNorm(x!, { gain, offset, ...options }),
  rmsNorm: ({ x, gain }, options) => rmsNorm(x!, { gain, ...options }),
  skewKlFromLogits: ({ p, q }, options) => skewKlFromLogits(p!, q!, options),
  jensenShannonFromLogits: ({ p, q }, options) => jensenShannonFromLogits(p!, q!, options),
};

oracle(
  'core/rows',
  ({ options, ...inputs }) => {
    const { fn, ...rest } = options as { fn: string };
    return functions[fn]!(inputs as Record<string, Tensor>, rest);
  },
  { rtol: 5e-4, atol: 1e-5 },
);

const log = (probs: number[]) => [probs.map(Math.log)];
const [p, q] = [log([0.7, 0.2, 0.1]), log([0.3, 0.4, 0.3])];

eachBackend(() => {
  it('has the values of the specification', async () => {
    await expectClose(jensenShannonFromLogits(p, q), [0.0842937501], { rtol: 1e-5 });
    await expectClose(jensenShannonFromLogits(p, q, { weight: 0.1 }), [0.030715771], { rtol: 1e-5 });
    await expectClose(jensenShannonFromLogits(p, q, { weight: 0.9 }), [0.0312532237], { rtol: 1e-5 });
    await expectClose(skewKlFromLogits(p, q), [0.2741615833], { rtol: 1e-5 });
    await expectClose(skewKlFromLogits(p, q, { skew: 0.5 }), [0.085122826], { rtol: 1e-5 });
  });

  it('is Kullback-Leibler without skew, its own mirror image at one half, 0 where the two agree and near 0 where they nearly do', async () => {
    await expectClose(skewKlFromLogits(p, q, { skew: 0 }), [...(await klFromLogits(p, q).data())]);
    await expectClose(jensenShannonFromLogits(p, q), [...(await jensenShannonFromLogits(q, p).data())]);
    const near = p.map((row) => row.map((z, i) => z + 1e-4 * i));
    for (const divergence of [jensenShannonFromLogits, skewKlFromLogits]) {
      await expectClose(divergence(p, p), [0], { atol: 1e-12 });
      const [value] = await divergence(p, near).data();
      expect(value).toBeGreaterThanOrEqual(0);
      expect(value).toBeLessThan(1e-8);
    }
  });

  it('is at most log 2, also where the two have nothing in common', async () => {
    const [a, b] = [[[0, -Infinity]], [[-Infinity, 0]]];
    await expectClose(jensenShannonFromLogits(a, b), [Math.LN2]);
    await expectClose(skewKlFromLogits(a, b, { skew: 0.25 }), [Math.log(4)]);
  });
});
