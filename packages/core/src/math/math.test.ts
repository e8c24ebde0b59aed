import {
  clip,
  dotLast,
  exp,
  expm1,
  expRemainder,
  l2Normalize,
  log1mExp,
  log1p,
  log1pExp,
  logAddExp,
  logCosh,
  logSigmoid,
  logSoftmax,
  logSumExp,
  max,
  maximum,
  min,
  minimum,
  oneMinusExp,
  pow,
  relu,
  safeAbs,
  sign,
  safeNorm,
  safeSqrt,
  select,
  sigmoid,
  softmax,
  softplus,
  takeAlongAxis,
  tanh,
  xLogY,
} from '@surrogate/core';
import { checkGradient, eachBackend, expectClose, oracle } from '@surrogate/testing';
import { cast, grad, grads, greater, mul, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

const functions: Record<string, (x: Tensor, y: Tensor) => Tensor> = {
  exp,
  expm1,
  log1p,
  oneMinusExp,
  expRemainder,
  sigmoid,
  tanh,
  softplus,
  log1pExp,
  logSigmoid,
  log1mExp,
  logCosh,
  pow,
  xLogY,
  logAddExp,
  logSumExp: (x) => logSumExp(x),
  softmax: (x) => softmax(x),
  logSoftmax: (x) => logSoftmax(x),
  l2Normalize: (x) => l2Normalize(x),
  safeNorm: (x) => safeNorm(x),
  takeAlongAxis: (x, y) => takeAlongAxis(x, y, 1),
};
oracle('core/math', ({ x, y, options }) => functions[(options as { fn: string }).fn]!(x as Tensor, y as Tensor), {
  rtol: 2e-5,
  atol: 1e-6,
});

const second = (f: (x: Tensor) => Tensor) => grad((x) => sum(grad((y) => sum(f(y)))(x)));

eachBackend((backend) => {
  it('sign tells the side of the smallest numbers, and safeAbs slopes there', async () => {
    const tiny = tensor([1e-8, -1e-8, 1e-30, -1e-30, 0]);
    const [side, slope] = tidy(() => [sign(tiny), grad((x: Tensor) => sum(safeAbs(x)))(tiny)] as const);
    for (const x of [side, slope]) await expectClose(x, [1, -1, 1, -1, 0]);
    [tiny, side, slope].forEach((x) => x.dispose());
  });

  // The conformance table holds the other backends to cpu's derivatives.
  if (backend === 'cpu')
    describe('second derivatives', () => {
      const points = [-1.7, -0.4, 0.3, 1.2];
      for (const f of [exp, oneMinusExp, expRemainder, sigmoid, tanh, softplus, log1pExp, logSigmoid, logCosh])
        it(f.name, () => checkGradient((x) => f(x), [points], { order: 2 }));
      it('log1mExp', () => checkGradient((x) => log1mExp(x), [[-2.3, -0.9, -0.4]], { order: 2 }));
      it('logSumExp', () => checkGradient((x) => logSumExp(x), [[points, [0.1, 2, -3, 0.4]]], { order: 2 }));
      it('softmax', () => checkGradient((x) => softmax(x, { axis: 0, temperature: 0.7 }), [[points, [0.1, 2, -3, 0.4]]], { order: 2 }));
      it('logSoftmax', () => checkGradient((x) => logSoftmax(x, { temperature: 2 }), [[points, [0.1, 2, -3, 0.4]]], { order: 2 }));
      it('logAddExp', () => checkGradient(logAddExp, [points, [0.3]], { order: 2 }));
      it('pow', () =>
        checkGradient(
          pow,
          [
            [0.4, 1.2, 2.1],
            [[1.5], [-0.7]],
          ],
          { order: 2 },
        ));
      it('xLogY', () =>
        checkGradient(
          xLogY,
          [
            [0.4, 1.2],
            [0.3, 2],
          ],
          { order: 2 },
        ));
      it('dotLast', () =>
        checkGradient(
          dotLast,
          [
            [[0.4, 1.2]],
            [
              [0.3, 2],
              [-1, 0.5],
            ],
          ],
          { order: 2 },
        ));
      it('l2Normalize', () => checkGradient((x) => l2Normalize(x), [[[0.4, 1.2, -0.8]]], { order: 2 }));
      it('safeNorm', () =>
        checkGradient(
          (x) => safeNorm(x, { axis: -1 }),
          [
            [
              [0.4, 1.2, -0.8],
              [3, 4, 1],
            ],
          ],
          { order: 2 },
        ));
      it('safeSqrt', () => checkGradient((x) => safeSqrt(x), [[0.4, 1.2, 3]], { order: 2 }));
      it('max and min', () =>
        checkGradient(
          (x) => mul(max(x, { axis: 0 }), min(x, { axis: 0 })),
          [
            [
              [1, 5],
              [3, 2],
            ],
          ],
          { order: 2 },
        ));
      it('maximum and minimum', () =>
        checkGradient(
          (a, b) => mul(maximum(a, b), minimum(a, b)),
          [
            [1, 5],
            [3, 2],
          ],
          { order: 2 },
        ));
      it('relu, clip and safeAbs', () => checkGradient((x) => mul(relu(x), mul(clip(x, -0.5, 1), safeAbs(x))), [points], { order: 2 }));
    });

  describe('edges', () => {
    it('pow has a finite gradient at base 0 to second order', async () => {
      const zero = tensor([0]);
      for (const [e, first, next] of [
        [0, 0, 0],
        [0.5, 0, 0],
        [1, 1, 0],
        [1.5, 0, 0],
        [2, 0, 2],
      ] as const) {
        await expectClose(grad((x) => pow(x, e))(zero), [first]);
        await expectClose(second((x) => pow(x, e))(zero), [next]);
      }
      await expectClose(pow([-2, -2], [3, 2]), [-8, 4]);
    });

    it('dotLast takes 0 times an infinity as 0, in the gradients too', async () => {
      const [w, v] = [tensor([0, 1]), tensor([-Infinity, 3])];
      await expectClose(dotLast(w, v), 3);
      const [byW, byV] = grads((a, b) => dotLast(a, b))([w, v]);
      await expectClose(byW!, [0, 3]);
      await expectClose(byV!, [0, 1]);
      await expectClose(dotLast([0, 1], [NaN, 3]), NaN);
    });

    it('logSumExp of nothing is -Infinity with gradient 0', async () => {
      const rows = tensor([
        [-Infinity, -Infinity],
        [0, -Infinity],
      ]);
      await expectClose(logSumExp(rows), [-Infinity, 0]);
      await expectClose(grad((x) => sum(logSumExp(x)))(rows), [
        [0, 0],
        [1, 0],
      ]);
      await expectClose(second((x) => logSumExp(x))(rows), [
        [0, 0],
        [0, 0],
      ]);
      await expectClose(logSumExp([Infinity, 1]), Infinity);
      // WGSL may take it that there are no NaNs.
      if (backend !== 'webgpu') await expectClose(logSumExp([NaN, 1]), NaN);
    });

    it('logSumExp leaves out what is masked, whatever it holds', async () => {
      const x = tensor([
        [1, NaN],
        [Infinity, NaN],
      ]);
      const mask = [
        [1, 0],
        [0, 0],
      ];
      await expectClose(logSumExp(x, { mask }), [1, -Infinity]);
      await expectClose(grad((z) => sum(mul(logSumExp(z, { mask }), tensor([2, 0]))))(x), [
        [2, 0],
        [0, 0],
      ]);
    });

    it('logSumExp goes over any axes', async () => {
      const x = tensor([0, 0, 0, 0, 0, 0], [1, 2, 3]);
      const kept = logSumExp(x, { axis: [1, 2], keepDims: true });
      expect(kept.shape).toEqual([1, 1, 1]);
      await expectClose(kept, [[[Math.log(6)]]]);
    });

    it('softmax of a row of -Infinity is 0, its logarithm -Infinity', async () => {
      const row = tensor([-Infinity, -Infinity]);
      await expectClose(softmax(row), [0, 0]);
      await expectClose(logSoftmax(row), [-Infinity, -Infinity]);
      await expectClose(grad((x) => sum(softmax(x)))(row), [0, 0]);
    });

    it('ties share the gradient', async () => {
      await expectClose(grad((x) => max(x))(tensor([2, 2, 1])), [0.5, 0.5, 0]);
      await expectClose(grad((x) => sum(maximum(x, 2)))(tensor([2, 3, 1])), [0.5, 1, 0]);
      await expectClose(grad((x) => sum(minimum(x, 2)))(tensor([2, 3, 1])), [0.5, 0, 1]);
    });

    it('norms are safe at 0 and do not overflow', async () => {
      await expectClose(grad((x) => safeNorm(x))(tensor([0, 0])), [0, 0]);
      await expectClose(safeNorm([3e30, 4e30]), 5e30);
      await expectClose(safeNorm([3e-30, 4e-30]), 5e-30, { atol: 0 });
      await expectClose(l2Normalize([3e30, 4e30]), [0.6, 0.8]);
      await expectClose(grad((x) => sum(l2Normalize(x)))(tensor([0, 0])), [0, 0]);
      await expectClose(second((x) => safeNorm(x))(tensor([0, 0])), [0, 0]);
      await expectClose(second(safeSqrt)(tensor([0, -1])), [0, 0]);
    });

    it('a mask computed from an input does not break the second derivative', async () => {
      const f = (x: Tensor) => mul(mul(x, mul(x, x)), cast(greater(x, 0), 'float32'));
      await expectClose(second(f)(tensor([2, -2])), [12, 0]);
    });

    it('select keeps the other branch out of value and gradient', async () => {
      const [byA, byB] = grads((a, b) => sum(select([true, false], a, b)))([tensor([1, 2]), tensor([NaN, 4])]);
      await expectClose(byA!, [1, 0]);
      await expectClose(byB!, [0, 1]);
    });
  });
});
