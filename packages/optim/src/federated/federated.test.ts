import { rng } from '@surrogate/core';
import { eachBackend, expectClose, expectSurrogateError, oracle } from '@surrogate/testing';
import { grad, scalar, tensor, unstack, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { principalGradientAggregate, proximalPenalty } from './aggregate.js';
import { federatedLossDecomposition } from './decomposition.js';

oracle('optim/federated', ({ updates, options }) =>
  principalGradientAggregate(
    unstack(updates as Tensor).map((w) => ({ w })),
    options as { proportion: number },
  ),
);

it('splits a loss into parts that add up, and that say what the clients disagree about', async () => {
  const source = rng(0);
  const targets = Array.from({ length: 4 }, () => source.normal());
  const models = targets.map((target) => target + 0.1 * source.normal());
  const loss = (w: number, client: number) => Math.cosh(w - targets[client]!);
  const parts = await federatedLossDecomposition(models, 0.2, loss);
  const global = targets.reduce((sum, _, client) => sum + loss(0.2, client) / 4, 0);
  expect(parts.global).toBeCloseTo(global, 12);
  expect(parts.local + parts.distributionShift + parts.aggregation).toBeCloseTo(global, 12);
  const alike = await federatedLossDecomposition([1, 2], 1, (w) => w);
  expect([alike.local, alike.distributionShift, alike.aggregation]).toEqual([1.5, 0, -0.5]);
});

eachBackend(
  () => {
    it('combines updates as the worked example does', async () => {
      const updates = [[1, 0], [0.8, 0.6], [1, -0.2]].map((w, i) => ({ b: scalar(i), w: tensor(w) })); // prettier-ignore
      const most = await principalGradientAggregate(updates);
      await expectClose(most.w, [0.88392632, 0.06763391], { rtol: 1e-5 });
      await expectClose(most.b, 1);
      await expectClose((await principalGradientAggregate(updates, { proportion: 0.34 })).w, [0.87893222, 0.1082015], { rtol: 1e-5 });
      const { w } = await principalGradientAggregate(updates, { rescale: true });
      await expectClose(Math.hypot(...(await w.data())), Math.hypot(0.9333333, 0.1333333), { rtol: 1e-5 });
    });

    it('gives clients that agree their common update, and 0 for none', async () => {
      const updates = [1, 2, 3].map(() => ({ w: tensor([0.3, -2, 1]) }));
      await expectClose((await principalGradientAggregate(updates)).w, [0.3, -2, 1], { rtol: 1e-5 });
      await expectClose((await principalGradientAggregate([{ w: tensor([0, 0]) }])).w, [0, 0]);
      const odd = [{ w: tensor([1, 2]) }, { w: tensor([1, 2, 3]) }];
      await expectSurrogateError(() => principalGradientAggregate(odd), { code: 'shape' });
    });

    it('pulls towards the reference alone', async () => {
      const slope = grad((w: Tensor) => proximalPenalty({ w }, { w: tensor([1, 1]) }, 0.5))(tensor([3, 0]));
      await expectClose(slope, [1, -0.5]);
    });
  },
  { backends: ['cpu'] },
);
