import { eachBackend, expectClose } from '@surrogate/testing';
import { add, grad, matMul, mean, mul, neg, sub, sum, tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { grad as gradOfTree, logSigmoid, rng, sigmoid, softplus, step, treeClone } from '@surrogate/core';
import { describe, expect, it } from 'vitest';
import { sgd } from '../optimizers/sgd.js';
import { armijoDescent } from './armijoDescent.js';
import { targetSurrogateLoss, targetSurrogateStep } from './targetSurrogate.js';

/** The logistic loss of y = 1, its slope in the logit. */
const slope = (z: number) => -1 / (1 + Math.exp(z));
const logistic = (z: number) => Math.log1p(Math.exp(-z));

eachBackend((backend) => {
  describe('targetSurrogateLoss', () => {
    it('is lowest where a step of η down the gradient ends', async () => {
      const slopeAt = (z: number) => grad((x: Tensor) => targetSurrogateLoss(x, [[0]], [[-0.5]], { eta: 4 }))(tensor2d([[z]]));
      await expectClose(slopeAt(2), [0]);
      await expectClose(slopeAt(0), [-0.5]);
    });

    it('has the gradient of the loss where it was taken, and none to what it was taken from', async () => {
      const x = tensor2d([[1, 2], [-0.5, 1], [3, 0.2]]); // prettier-ignore
      const w = { w: tensor2d([[0.3], [-0.7]]) };
      const forward = ({ w }: { w: Tensor }) => matMul(x, w);
      const anchor = forward(w);
      const gradient = neg(sub(1, sigmoid(anchor)));
      const direct = gradOfTree((p: typeof w) => mean(softplus(neg(forward(p)))))(w);
      const through = gradOfTree((p: typeof w) => targetSurrogateLoss(forward(p), anchor, gradient, { eta: 3 }))(w);
      await expectClose(through.w, direct.w);
      await expectClose(
        grad((z0: Tensor) => add(targetSurrogateLoss([[1]], z0, [[1]], { eta: 1 }), mul(sum(z0), 0)))(tensor2d([[0]])),
        [0],
      );
    });

    if (backend === 'cpu')
      it('is never below a loss whose curvature is 1/η at most', async () => {
        const draws = rng(3);
        const at = Array.from({ length: 1000 }, () => [draws.normal(0, 4), draws.normal(0, 4)] as const);
        const column = (values: number[]) => tensor(values, [values.length, 1]);
        const rises = await targetSurrogateLoss(
          column(at.map(([z]) => z)),
          column(at.map(([, z0]) => z0)),
          column(at.map(([, z0]) => slope(z0))),
          { eta: 4, reduction: 'none' },
        ).data();
        at.forEach(([z, z0], i) => expect(logistic(z)).toBeLessThanOrEqual(logistic(z0) + rises[i]! + 1e-5));
      });
  });

  describe('targetSurrogateStep', () => {
    it('comes to the least squares solution, whatever η, with one call an outer step', async () => {
      const [x, y] = [tensor2d([[1, 0], [1, 1], [1, 2]]), tensor2d([[1], [3], [5]])]; // prettier-ignore
      let params = { w: tensor2d([[0], [0]]) };
      let calls = 0;
      for (let outer = 0; outer < 4; outer++) {
        const stepped = await targetSurrogateStep(
          ({ w }: typeof params) => matMul(x, w),
          (z) => (calls++, sub(z, y)),
          params,
          { eta: 0.8, innerSteps: 12 },
        );
        params.w.dispose();
        params = stepped.params;
      }
      expect(calls).toBe(4);
      await expectClose(params.w, [1, 2], { atol: 0.1 });
    });

    it('is gradient descent with one inner step', async () => {
      const x = tensor2d([[1], [2]]);
      const start = { w: tensor2d([[0.5]]) };
      const forward = ({ w }: typeof start) => matMul(x, w);
      const gradient = (z: Tensor) => sub(z, 1);
      const { params, stepSize } = await targetSurrogateStep(forward, gradient, start, { eta: 100, innerSteps: 1, initialStep: 0.01 });
      const optimizer = sgd(stepSize);
      const grads = gradOfTree((p: typeof start) => mul(mean(mul(sub(forward(p), 1), sub(forward(p), 1))), 0.5))(start);
      const stepped = step(optimizer, treeClone(start), grads, optimizer.init(start));
      await expectClose(params.w, stepped.params.w);
    });
  });

  describe('armijoDescent', () => {
    it('keeps part of the promise at each step, and stops at the bottom', async () => {
      const found = await armijoDescent(({ w }: { w: Tensor }) => neg(sum(logSigmoid(w))), { w: tensor([0, 1]) }, { steps: 5 });
      expect(found.value).toBeLessThan(logistic(0) + logistic(1));
      expect(found.steps).toBe(5);
      expect(found.calls).toBeGreaterThanOrEqual(11);
      const still = await armijoDescent(({ w }: { w: Tensor }) => sum(mul(w, w)), { w: tensor([0]) }, { steps: 5 });
      expect(still.steps).toBe(0);
    });
  });
});
