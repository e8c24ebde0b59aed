/** @file Conjugate gradients and trust regions against SciPy, and on a saddle. */
import { hvp, type TensorTree } from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak, oracle } from '@surrogate/testing';
import { add, div, matMul, mul, neg, reshape, scalar, square, sub, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { gaussNewtonProduct } from '../leastSquares/gaussNewtonProduct.js';
import { conjugateGradient } from './conjugateGradient.js';
import { trustRegion, trustRegionStep } from './trustRegion.js';

const times =
  (h: Tensor) =>
  (v: Tensor): Tensor =>
    tidy(() => reshape(matMul(h as never, reshape(v, [-1, 1])), [-1]));
const close = { rtol: 1e-4, atol: 1e-5, backends: ['cpu', 'wasm'] } as const;

oracle(
  'optim/trustRegionStep',
  async ({ h, g, options: { radius, tolerance } }) => {
    const { update, decrease, atBoundary } = await trustRegionStep(times(h), g as Tensor, radius, { tolerance });
    return { update, decrease, atBoundary: Number(atBoundary) };
  },
  close,
);
oracle(
  'optim/conjugateGradient',
  async ({ h, g, options: { damping } }) => (await conjugateGradient(times(h), g as Tensor, { damping, tolerance: 1e-6 })).solution,
  close,
);

type Place = { x: Tensor; y: Tensor };
const valley = ({ x, y }: Place): Tensor => add(square(sub(1, x)), mul(square(sub(y, square(x))), 100));
const start = (): Place => ({ x: scalar(-1.2), y: scalar(1) });

eachBackend(
  () => {
    it('solves with one product a distinct eigenvalue, and with one where the inverse is known', async () => {
      const sizes = tensor([1, 1, 4, 4, 9]);
      const target = tensor([1, -2, 3, 1, 2]);
      const multiply = (v: Tensor) => mul(v, sizes);
      const plain = await conjugateGradient(multiply, target, { tolerance: 1e-4 });
      expect([plain.steps, plain.converged]).toEqual([3, true]);
      const known = await conjugateGradient(multiply, target, { precondition: (r) => div(r, sizes) });
      expect(known.steps).toBe(1);
      await expectClose(known.solution, [1, -2, 0.75, 0.25, 2 / 9]);
    });

    it('stops where the curvature is negative, with what it knew before', async () => {
      const { solution, converged, residualNorm } = await conjugateGradient((v: Tensor) => neg(v), tensor([3, 4]));
      await expectClose(solution, [0, 0]);
      expect([converged, residualNorm]).toEqual([false, 5]);
    });

    it('needs few steps in a valley, with the Hessian and with the Gauss-Newton matrix', async () => {
      const residuals = ({ x, y }: Place) => add(mul(sub(1, x), [1, 0]), mul(sub(y, square(x)), [0, 10]));
      const product = gaussNewtonProduct(residuals);
      for (const options of [{}, { product: (at: Place, v: Place) => scaled(product(at, v), 2) }]) {
        const { params, steps, converged, loss } = await trustRegion(valley, start(), options);
        expect(converged).toBe(true);
        expect(steps).toBeLessThan(60);
        expect(loss).toBeLessThan(1e-8);
        await expectClose(params.y, 1, { atol: 1e-3 });
      }
    });
  },
  { backends: ['cpu', 'wasm'] },
);

const scaled = <P extends TensorTree<P>>(tree: P, by: number): P =>
  tidy(() => Object.fromEntries(Object.entries(tree).map(([key, x]) => [key, mul(x as Tensor, by)])) as never);

eachBackend(
  () => {
    it('leaves a saddle, where Newton would stay', async () => {
      // Lowest at x = 0, y = 1 and y = -1.
      const saddle = ({ x, y }: Place) => add(square(x), square(sub(square(y), 1)));
      const { params, converged } = await trustRegion(saddle, { x: scalar(0.5), y: scalar(1e-3) });
      expect(converged).toBe(true);
      await expectClose(params.y, 1, { atol: 1e-4 });
    });

    it('stops when it is told to, and where the loss or a product throws leaves nothing behind', async () => {
      const given = start();
      const controller = new AbortController();
      const stopped = await trustRegion(valley, given, { signal: controller.signal, onStep: () => controller.abort() });
      expect([stopped.steps, stopped.converged]).toEqual([1, false]);
      let calls = 0;
      const breaks = (at: Place) => {
        if (++calls > 2) throw new Error('no more');
        return valley(at);
      };
      await expectNoLeak(async () => {
        calls = 0;
        await expect(trustRegion(breaks, given, { product: hvp(valley) })).rejects.toThrow('no more');
        const failing = () => {
          throw new Error('no product');
        };
        await expect(trustRegion(valley, given, { product: failing })).rejects.toThrow('no product');
        await expect(conjugateGradient(failing, given)).rejects.toThrow('no product');
      });
    });

    it('finds the Gauss-Newton matrix of linear residuals in the Hessian of half their sum of squares', async () => {
      const residuals = ({ x, y }: Place) => add(mul(x, [1, 2, 3]), mul(y, [0, -1, 1]));
      const [at, v] = [start(), { x: scalar(2), y: scalar(-1) }];
      const [gn, h] = [gaussNewtonProduct(residuals)(at, v), hvp((p: Place) => mul(sum(square(residuals(p))), 0.5))(at, v)];
      await expectClose(gn.x, h.x);
      await expectClose(gn.y, h.y);
    });
  },
  { backends: ['cpu'] },
);
