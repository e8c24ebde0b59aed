import { rng } from '@surrogate/core';
import { erfinv } from '@surrogate/core/host';
import { eachBackend, expectClose, oracle, read, type OracleCase } from '@surrogate/testing';
import { log, mul, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  lightBridgeDrift,
  lightBridgeLogProb,
  lightBridgeLoss,
  lightBridgePlan,
  sampleLightBridge,
  simulateLightBridge,
  type LightBridge,
} from '../index.js';

const bridgeOf = ({ weights, centers, logScales }: OracleCase): LightBridge => ({
  weights: weights as Tensor,
  centers: centers as Tensor,
  logScales: logScales as Tensor,
});
const calls: Record<string, (c: OracleCase) => Tensor> = {
  loss: (c) => lightBridgeLoss(bridgeOf(c), c.x0 as Tensor, c.x1 as Tensor, c.options as object),
  logProb: (c) => lightBridgeLogProb(bridgeOf(c), c.x0 as Tensor, c.x1 as Tensor, c.options as object),
  drift: (c) => lightBridgeDrift(bridgeOf(c), c.x0 as Tensor, (c.options as { t: number }).t, c.options as object),
};
oracle('divergences/bridge', (c) => calls[c.call as string]!(c), { rtol: 5e-4, atol: 2e-5 });

/** The weights are kept times epsilon. */
const two = (): LightBridge => ({
  weights: tidy(() => mul(0.5, log(tensor([0.3, 0.7])))),
  centers: tensor([[-1], [2]]),
  logScales: tidy(() => log(tensor([[0.4], [0.8]]))),
});
const options = { epsilon: 0.5 };

eachBackend(() => {
  it('gives the numbers that were derived elsewhere', async () => {
    const bridge = two();
    const { logWeights, means, variances } = lightBridgePlan(bridge, [[0.5]], options);
    const shares = (await read(logWeights)).data.map(Math.exp);
    expect(shares[0]).toBeCloseTo(0.0189411, 5);
    await expectClose(means, [[[-0.8], [2.4]]], { rtol: 1e-5 });
    await expectClose(variances, [[0.2], [0.4]], { rtol: 1e-5 });
    await expectClose(lightBridgeLoss(bridge, [[0.5]], [[1]], options), 1.8624479 + 2.0673721, { rtol: 1e-5 });
    await expectClose(lightBridgeLogProb(bridge, [[0.5]], [[1]], options), [-2.9298199], { rtol: 1e-5 });
    await expectClose(lightBridgeDrift(bridge, [[0.5]], 0, options), [[1.8393885]], { rtol: 1e-5 });
    await expectClose(lightBridgeDrift(bridge, [[0.5]], 0.3, options), [[1.8984577]], { rtol: 1e-5 });
  });
});

eachBackend(
  () => {
    it('draws ends with the moments of the plan, exactly and by simulation alike', async () => {
      const bridge = two();
      const n = 20000;
      const from = Array.from({ length: n }, () => [0.5]);
      const moments = async (made: Tensor) => {
        const { data } = await read(made);
        const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
        return [mean, data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length] as const;
      };
      const [mean, variance] = await moments(sampleLightBridge(rng(1), bridge, from, options));
      // 0.5 + the drift at 0, and the variance of the mixture.
      const share = 0.0189411;
      const spread = 0.2 * share + 0.4 * (1 - share) + 3.2 ** 2 * share * (1 - share);
      expect(Math.abs(mean - 2.3393885)).toBeLessThan(0.02);
      expect(Math.abs(variance - spread)).toBeLessThan(0.03);
      const paths = simulateLightBridge(rng(2), bridge, from.slice(0, 4000), { ...options, steps: 40 });
      const { data } = await read(paths);
      const last = Array.from({ length: 4000 }, (_, i) => data[41 * i + 40]!);
      expect(Math.abs(last.reduce((sum, value) => sum + value, 0) / 4000 - mean)).toBeLessThan(0.05);
      const [middle, width] = await moments(sampleLightBridge(rng(3), bridge, from, { ...options, time: 0.5 }));
      expect(Math.abs(middle - (0.5 + mean) / 2)).toBeLessThan(0.02);
      expect(Math.abs(width - (spread / 4 + 0.125))).toBeLessThan(0.02);
    });
  },
  { backends: ['cpu'] },
);

eachBackend(
  () => {
    it('has its least population loss at the closed form for Gaussians', async () => {
      // Quantiles stand for the distributions N(0, 1) and N(0, 4).
      const quantiles = (spread: number) => tensor(Array.from({ length: 2000 }, (_, i) => [spread * Math.SQRT2 * erfinv(2 * ((i + 0.5) / 2000) - 1)])); // prettier-ignore
      const [x0, x1] = [quantiles(1), quantiles(2)];
      const at = async (scale: number) => {
        const bridge = { weights: tensor([0]), centers: tensor([[0]]), logScales: tensor([[Math.log(scale)]]) };
        return (await lightBridgeLoss(bridge, x0, x1).data<'float32'>())[0]!;
      };
      expect(await at(1.5615528)).toBeCloseTo(0.5 * 1.5615528 * 1 + 0.5 * Math.log(2 * Math.PI * 1.5615528) + 2 / 1.5615528, 2);
      for (const other of [1.3, 1.8]) expect(await at(other)).toBeGreaterThan(await at(1.5615528));
    });
  },
  { backends: ['cpu'] },
);
