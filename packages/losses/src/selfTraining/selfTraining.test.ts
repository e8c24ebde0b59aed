import { softplus } from '@surrogate/core';
import { eachBackend, expectClose, keeping } from '@surrogate/testing';
import { concat, matMul, neg, reshape, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { crossEntropy, robustLogisticLoss, robustSelfTrainingLoss, robustSurrogateLoss } from '../index.js';

const w = [[1], [-2]];
const x = [
  [0.3, 0.4],
  [1, -0.5],
  [-2, 0.1],
];
const margins = x.map(([a, b]) => a! - 2 * b!);
const lossAt = (z: Tensor) => softplus(neg(reshape(matMul(z, tensor(w)), [-1])));

describe('robust losses', () => {
  eachBackend(() => {
    it('agree with the worked example', () =>
      keeping(async (keep) => {
        await expectClose(keep(robustLogisticLoss([1], 1, { gamma: 1, iterations: 30 })), 0.3333652, { atol: 1e-7, rtol: 1e-6 });
        await expectClose(keep(robustLogisticLoss([1], 1, { gamma: Infinity })), 0.3132617);
      }));

    it('of a linear model are the same by search and by fixed point', () =>
      keeping(async (keep) => {
        const searched = keep(robustSurrogateLoss(lossAt, x, { gamma: 1.5, steps: 40, reduction: 'none' }));
        await expectClose(searched, keep(robustLogisticLoss(margins, 5, { gamma: 1.5, iterations: 40, reduction: 'none' })), {
          rtol: 1e-4,
        });
      }));

    it('are above the plain loss, and come to it as moving gets dear', () =>
      keeping(async (keep) => {
        const plain = [...(await keep(robustLogisticLoss(margins, 5, { gamma: Infinity, reduction: 'none' })).data())];
        const robust = await keep(robustLogisticLoss(margins, 5, { gamma: 1, iterations: 40, reduction: 'none' })).data();
        robust.forEach((loss, i) => expect(loss).toBeGreaterThan(plain[i]!));
        await expectClose(keep(robustLogisticLoss(margins, 5, { gamma: 1e5, reduction: 'none' })), plain, { atol: 1e-4 });
      }));

    it('leave labelled training alone at weight 0, and turn with the model', () =>
      keeping(async (keep) => {
        const model = (z: Tensor) => concat([matMul(z, tensor(w)), neg(matMul(z, tensor(w)))], 1);
        const turned = (z: Tensor) => concat([neg(matMul(z, tensor(w))), matMul(z, tensor(w))], 1);
        const labeled = { x, labels: [0, 1, 1] };
        const alone = keep(robustSelfTrainingLoss(model, labeled, x, { unlabeledWeight: 0 }));
        await expectClose(alone, keep(crossEntropy(keep(model(keep(tensor(x)))), [0, 1, 1])));
        const both = keep(robustSelfTrainingLoss(model, labeled, x));
        await expectClose(both, keep(robustSelfTrainingLoss(turned, { x, labels: [1, 0, 0] }, x)));
        expect((await both.data())[0]!).toBeGreaterThan((await alone.data())[0]!);
      }));
  });
});
