import { rng } from '@surrogate/core';
import { grad, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { expect, it } from 'vitest';
import { aggregateLoss, bagLevelLoss, fitAggregateLinear, instanceLevelLoss, privatizeResponses, proportionResponse } from '../index.js';

const predictions = [0, 1, 2, 5];
const bags = [0, 0, 1, 1];
const responses = [1, 3];

eachBackend(() => {
  it('leads from the loss of means to that of single predictions', async () => {
    await expectClose(bagLevelLoss(predictions, bags, responses), 0.25);
    await expectClose(instanceLevelLoss(predictions, bags, responses), 1.5);
    await expectClose(aggregateLoss(predictions, bags, responses, { rho: 0.3 }), 0.625);
    await expectClose(
      aggregateLoss(predictions, [0, 1, 2, 3], [1, 1, 3, 3], { rho: 0.4 }),
      bagLevelLoss(predictions, [0, 1, 2, 3], [1, 1, 3, 3]),
    );
  });

  it('differs by the variance within bags, also where their sizes differ', async () => {
    const [f, sizes] = [
      [0, 1, 2, 5, 3],
      [0, 1, 1, 1, 0],
    ];
    // Within {0, 3}: 2 · 2.25; within {1, 2, 5}: 8.6667.
    const within = (2 * 2.25 + 26 / 3) / 5;
    const [bag] = await bagLevelLoss(f, sizes, [1, 2]).data();
    await expectClose(instanceLevelLoss(f, sizes, [1, 2]), bag! + within);
  });

  it('lets nothing through from a bag that does not count', async () => {
    const f = tensor1d([0, 1, NaN, 5]);
    const options = { mask: [1, 0] };
    await expectClose(aggregateLoss(f, bags, [1, NaN], options), aggregateLoss([0, 1], [0, 0], [1]));
    await expectClose(grad((x: Tensor) => aggregateLoss(x, bags, [1, NaN], { ...options, rho: 1 }))(f), [-1, 0, 0, 0]);
  });

  it('learns from label proportions', () =>
    expectClose(bagLevelLoss([0.2, 0.6], [0, 0], [0.5], { loss: proportionResponse }), -0.5 * Math.log(0.4) - 0.5 * Math.log(0.6)));
});

it('the closed form agrees with its published values', () => {
  const rows = [
    [1, 0],
    [0, 1],
    [1, 1],
    [2, -1],
  ];
  const cases = [
    [1, 1.1470588, 0.8823529],
    [0.5, 1.1372549, 1.0196078],
    [0.1, 1.0735989, 1.4989872],
    [0, 1, 2],
  ] as const;
  for (const [rho, ...theta] of cases)
    fitAggregateLinear(rows, bags, [1.5, 1.5], { rho }).forEach((x, i) => expect(x).toBeCloseTo(theta[i]!, 6));
});

it('hides a label behind Laplace noise of the scale that it moves the mean by', () => {
  const random = rng(2);
  const [epsilon, clip, size] = [0.5, 2, 4];
  const noise = Array.from(
    { length: 4000 },
    () => privatizeResponses([9, 9, 1, -9], [0, 0, 0, 0], 1, random, { epsilon, clip })[0]! - 0.75,
  );
  const scale = (2 * clip) / (size * epsilon);
  const mean = noise.reduce((a, b) => a + b, 0) / noise.length;
  const deviation = noise.reduce((a, b) => a + Math.abs(b), 0) / noise.length;
  expect(Math.abs(mean)).toBeLessThan(0.1 * scale);
  expect(deviation / scale).toBeGreaterThan(0.94);
  expect(deviation / scale).toBeLessThan(1.06);
});
