import { tanh } from '@surrogate/core';
import { eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { matMul, tensor, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { crossEntropy, lossRescaler, metaRescalingStep, rescalingFeatures, type LossRescalerParams } from '../index.js';
import { gaussianKl, gaussianOverlap } from './gaussians.js';

type Net = Record<'w1' | 'w2', Tensor>;

const tensorsOf = <T extends string>(tree: Record<T, number[]>) =>
  Object.fromEntries(Object.entries<number[]>(tree).map(([name, x]) => [name, tensor(x)])) as Record<T, Tensor>;
const lossesOf = ({ w1, w2 }: Net, x: Tensor, labels: Tensor) =>
  crossEntropy(matMul(tanh(matMul(x, w1)), w2), labels, { reduction: 'none' });

oracle('losses/meta_rescaling', (c: OracleCase) => {
  if (c.kind === 'features') return rescalingFeatures(c, c.labels);
  const rescaler = lossRescaler({ classes: 2, features: 3 });
  const net = tensorsOf(c.net) as unknown as LossRescalerParams;
  if (c.kind === 'rescaler') return rescaler.apply(net, c.features, c.labels);
  return metaRescalingStep<Net, LossRescalerParams>(
    tensorsOf(c.model),
    net,
    {
      losses: (p) => lossesOf(p, c.x, c.labels),
      weights: (r) => rescaler.apply(r, c.features, c.labels),
      metaLosses: (p) => lossesOf(p, c.metaX, c.metaLabels),
      metaWeights: (r) => rescaler.apply(r, c.metaFeatures, c.metaLabels),
    },
    c.options,
  );
});

it('Gaussians overlap as published', () => {
  expect(gaussianKl({ mean: 1, std: 0.5 }, { mean: 2, std: 1 })).toBeCloseTo(0.8181472, 7);
  expect(gaussianOverlap({ mean: 1, std: 0.5 }, { mean: 2, std: 1 })).toBeCloseTo(0.4533881, 7);
  expect(gaussianOverlap({ mean: 2, std: 1 }, { mean: 1, std: 0.5 })).toBeCloseTo(0.4533881, 7);
  expect(gaussianOverlap({ mean: 0, std: 1 }, { mean: 1, std: 1 })).toBeCloseTo(0.6170751, 7);
  expect(gaussianOverlap({ mean: 0, std: 0 }, { mean: 0, std: 0 })).toBe(1);
  expect(gaussianOverlap({ mean: 0, std: 0 }, { mean: 1, std: 0 })).toBe(0);
  expect(gaussianKl({ mean: 0, std: 0 }, { mean: 1, std: 1 })).toBe(0);
});

it('the first pass decides which prediction is the majority where passes disagree evenly', async () => {
  const split = (first: number[], second: number[]) =>
    rescalingFeatures({ losses: [[1], [1]], probs: [[first], [second]] }, [0], { set: 'lite' });
  expect((await (await split([0.7, 0.3], [0.2, 0.8])).data()).at(-1)).toBe(1);
  expect((await (await split([0.2, 0.8], [0.7, 0.3])).data()).at(-1)).toBe(0);
});

eachBackend(() => {
  it('a rescaler without weights gives each example one half', async () => {
    const rescaler = lossRescaler({ classes: 2, features: 2 });
    await expectClose(rescaler.apply({ hidden: zeros([2, 2, 2]), out: zeros([2, 2, 2]) }, [[1, 2], [3, 4]], [0, 1]), [0.5, 0.5]); // prettier-ignore
  });
});
