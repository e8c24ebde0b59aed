import { eachBackend, expectClose, keeping } from '@surrogate/testing';
import { abs, grad, matMul, max, sub, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adversarialExamples, crossEntropy, doublyRobustLoss, klDroLoss, klDroWeights, movingKlDro, robustAccuracy } from '../index.js';

const w = [
  [1, -0.5, 0.2],
  [0.3, 0.8, -1],
];
const model = (x: Tensor) => matMul(x, tensor(w));
const x = [
  [0.5, -1.2],
  [1.5, 0.4],
];
const labels = [0, 2];

describe('attacks', () => {
  eachBackend(() => {
    it('raise the loss, and stay in the ball', () =>
      keeping(async (keep) => {
        const moved = keep(adversarialExamples(model, x, labels, { eps: 0.3 }));
        const before = keep(crossEntropy(keep(model(keep(tensor(x)))), labels));
        const after = keep(crossEntropy(keep(model(moved)), labels));
        expect((await after.data())[0]!).toBeGreaterThan((await before.data())[0]! + 0.2);
        const far = keep(tidy(() => max(abs(sub(moved, tensor(x))))));
        expect((await far.data())[0]!).toBeLessThanOrEqual(0.3 + 1e-6);
      }));

    it('do not reach the surface under a barrier', () =>
      keeping(async (keep) => {
        const moved = keep(adversarialExamples(model, x, labels, { eps: 0.3, barrier: 0.5, stepSize: 0.02, steps: 30 }));
        const far = keep(tidy(() => max(abs(sub(moved, tensor(x))))));
        expect((await far.data())[0]!).toBeLessThan(0.28);
        expect((await far.data())[0]!).toBeGreaterThan(0.02);
      }));
  });

  it('are counted by class', async () => {
    const far = [
      [3, 0],
      [0.1, 0],
      [0, 3],
      [0, 3],
    ];
    const seen = await robustAccuracy((z) => matMul(z, tensor([[1, -1], [-1, 1]])), far, [0, 0, 1, 1], { eps: 0.2, tail: 0.5 }); // prettier-ignore
    expect(seen).toEqual({ average: 0.75, byClass: [0.5, 1], worstClass: 0.5, tail: 0.5 });
  });
});

describe('the doubly robust loss', () => {
  it('is the KL-robust loss of the losses at the adversarial examples', () =>
    keeping(async (keep) => {
      const moved = keep(adversarialExamples(model, x, labels, { eps: 0.3 }));
      const losses = keep(crossEntropy(keep(model(moved)), labels, { reduction: 'none' }));
      await expectClose(
        keep(doublyRobustLoss(model, x, labels, { eps: 0.3, temperature: 0.5 })),
        keep(klDroLoss(losses, { temperature: 0.5 })),
      );
    }));
});

describe('the KL-robust loss over a stream', () => {
  const rows = [1, 2, 4];

  eachBackend(() => {
    it('is that of the batch at rate 1, in every batch', () =>
      keeping(async (keep) => {
        const objective = movingKlDro({ temperature: 0.5, rate: 1 });
        const first = objective.apply(keepState(objective.init(), keep), [7, 9]);
        keep(first.loss);
        const { loss, state } = objective.apply(keepState(first.state, keep), rows);
        keepState(state, keep);
        await expectClose(keep(loss), keep(klDroLoss(rows, { temperature: 0.5 })));
        const weights = keep(grad((l: Tensor) => objective.apply(first.state, l).loss)(keep(tensor1d(rows))));
        await expectClose(weights, keep(klDroWeights(rows, { temperature: 0.5 })));
      }));

    it('averages the batches', () =>
      keeping(async (keep) => {
        const objective = movingKlDro({ rate: 0.25 });
        const first = objective.apply(keepState(objective.init(), keep), [1, 2]);
        keep(first.loss);
        const { loss, state } = objective.apply(keepState(first.state, keep), [0, NaN, 3], { mask: [1, 0, 1] });
        keepState(state, keep);
        const u = 0.75 * ((Math.exp(1) + Math.exp(2)) / 2) + 0.25 * ((1 + Math.exp(3)) / 2);
        await expectClose(keep(loss), Math.log(u));
        const weights = (l: Tensor) => objective.apply(first.state, l, { mask: [1, 0, 1] }).loss;
        await expectClose(keep(grad(weights)(keep(tensor1d([0, NaN, 3])))), [1 / (2 * u), 0, Math.exp(3) / (2 * u)]);
      }));

    it('is 0 of a batch without rows, which leaves the state as it is', () =>
      keeping(async (keep) => {
        const objective = movingKlDro();
        const first = objective.apply(keepState(objective.init(), keep), [1, 2]);
        keep(first.loss);
        const { loss, state } = objective.apply(keepState(first.state, keep), [NaN, 3], { mask: [0, 0] });
        await expectClose(keep(loss), 0);
        await expectClose(keep(state.logMean), first.state.logMean);
        await expectClose(keep(state.batches), 1);
      }));
  });
});

function keepState<S extends { logMean: Tensor; batches: Tensor }>(state: S, keep: <T extends { dispose(): void }>(x: T) => T): S {
  [state.logMean, state.batches].forEach(keep);
  return state;
}
