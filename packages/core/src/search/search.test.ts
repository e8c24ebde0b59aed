import { eachBackend, expectClose, expectNoLeak } from '@surrogate/testing';
import {
  abs,
  add,
  grad,
  matMul,
  max,
  mul,
  neg,
  scalar,
  square,
  sub,
  sum,
  tensor,
  tensor2d,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { jvp } from '../autodiff/products.js';
import { isSurrogateError } from '../host/errors.js';
import { rng } from '../host/random/rng.js';
import { exp } from '../math/exp.js';
import { finiteDifferenceJvp } from './finiteDifferenceJvp.js';
import { pgdMaximize } from './pgdMaximize.js';

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  describe('pgdMaximize', () => {
    const w = [3, -4];
    const linear = (x: Tensor) => sum(mul(x, tensor(w)), -1);

    it('finds the corner or the boundary point that maximises a linear objective, in each example', async () => {
      const x = [[0, 0], [1, 1]]; // prettier-ignore
      await expectClose(pgdMaximize(linear, x, { eps: 0.1 }), [[0.1, -0.1], [1.1, 0.9]]); // prettier-ignore
      await expectClose(pgdMaximize(linear, x, { eps: 0.5, norm: 'l2' }), [[0.3, -0.4], [1.3, 0.6]]); // prettier-ignore
      await expectClose(pgdMaximize(linear, x, { eps: 5, steps: 1, stepSize: 1, norm: 'l2' }), [[0.6, -0.8], [1.6, 0.2]]); // prettier-ignore
    });

    it('finds a maximum inside the ball, and stays within bounds', async () => {
      const peak = (x: Tensor) => neg(sum(square(sub(x, 0.2))));
      const found = await pgdMaximize(peak, [0, 0.1], { eps: 1, steps: 60, stepSize: 0.01 }).data();
      for (const value of found) expect(Math.abs(value - 0.2)).toBeLessThan(0.02);
      await expectClose(pgdMaximize(sum, [0.9, 0.1], { eps: 0.3, min: 0, max: 1 }), [1, 0.4]);
    });

    it('starts at random within the ball, the same for the same generator', async () => {
      const flat = (x: Tensor) => sum(mul(x, 0));
      const x = tensor2d(new Float32Array(60), [20, 3]);
      for (const norm of ['linf', 'l2'] as const) {
        const found = pgdMaximize(flat, x, { eps: 0.5, norm, rng: rng(1) });
        const size = norm === 'linf' ? abs(found) : square(found);
        expect((await max(norm === 'linf' ? size : sum(size, 1)).data())[0]).toBeLessThanOrEqual(norm === 'linf' ? 0.5 : 0.2500001);
        expect((await sum(size).data())[0]).toBeGreaterThan(1);
        await expectClose(pgdMaximize(flat, x, { eps: 0.5, norm, rng: rng(1) }), found);
      }
    });

    it('is a constant to an outer gradient, and works inside one', async () => {
      const outer = grad((x: Tensor) =>
        sum(
          mul(
            x,
            pgdMaximize((y) => sum(square(y)), x, { eps: 0.5 }),
          ),
        ),
      );
      await expectClose(outer(tensor([1, -2])), [1.5, -2.5]);
    });

    it('leaves its result only, also where the objective throws, and refuses what does not fit', async () => {
      await expectNoLeak(() => pgdMaximize((x) => sum(square(x)), [1, 2], { eps: 1, rng: rng(0) }));
      expect(pgdMaximize(linear, tensor2d([], [0, 2]), { eps: 1 }).shape).toEqual([0, 2]);
      const bad = () => pgdMaximize(() => 3 as never, [1], { eps: 1 });
      throws(bad);
      await expect(expectNoLeak(bad)).rejects.toThrow('must return a float32 tensor');
      throws(() => pgdMaximize(3 as never, [1], { eps: 1 }));
      throws(() => pgdMaximize(sum, [1], { eps: 0 }));
      throws(() => pgdMaximize(sum, [1], { eps: 1, norm: 'l1' as never }));
      throws(() => pgdMaximize(sum, [1], { eps: 1, steps: 0 }));
      throws(() => pgdMaximize(sum, [1], { eps: 1, stepSize: -1 }));
      throws(() => pgdMaximize(sum, [1], { eps: 1, rng: 3 as never }));
      throws(() => pgdMaximize(sum, [1], { eps: 1, min: 2, max: 1 }));
    });
  });

  describe('finiteDifferenceJvp', () => {
    interface Params {
      w: Tensor;
      b: Tensor;
    }
    const losses = ({ w, b }: Params, x: Tensor) => sum(exp(add(matMul(x as never, w as never), b)), -1);
    const made = () => ({
      params: { w: tensor2d([0.1, -0.3, 0.5, 0.2], [2, 2]), b: tensor([0.1, 0.2]) },
      direction: { w: tensor2d([1, 2, -1, 0.5], [2, 2]), b: tensor([0, -1]) },
      x: tensor2d([1, 2, -1, 0.5, 0.3, -2], [3, 2]),
    });

    it('gives what jvp gives, for each example and for any length of the direction', async () => {
      const { params, direction, x } = made();
      const exact = jvp(losses)(params, direction, x).tangent;
      await expectClose(finiteDifferenceJvp(losses)(params, direction, x), exact, { rtol: 2e-3, atol: 1e-3 });
      const tiny = { w: mul(direction.w, 1e-6), b: mul(direction.b, 1e-6) };
      await expectClose(mul(finiteDifferenceJvp(losses)(params, tiny, x), 1e6), exact, { rtol: 2e-3, atol: 1e-3 });
    });

    it('is 0 along nothing, and a constant to an outer gradient', async () => {
      const { params, x } = made();
      const nothing = { w: mul(params.w, 0), b: mul(params.b, 0) };
      await expectClose(finiteDifferenceJvp(losses)(params, nothing, x), [0, 0, 0]);
      const outer = grad((y: Tensor) => mul(y, sum(finiteDifferenceJvp((p: { y: Tensor }) => square(p.y))({ y }, { y: scalar(1) }))));
      await expectClose(outer(scalar(3)), 6, { rtol: 1e-3 });
    });

    it('leaves its result only, and refuses what does not fit', async () => {
      const { params, direction, x } = made();
      await expectNoLeak(() => finiteDifferenceJvp(losses)(params, direction, x));
      throws(() => finiteDifferenceJvp(losses, { step: 0 }));
      throws(() => finiteDifferenceJvp(3 as never));
      throws(() => finiteDifferenceJvp(losses)(params, { w: direction.w, b: direction.w }, x));
      throws(() => tidy(() => finiteDifferenceJvp(() => 3 as never)(params, direction)));
    });
  });
});
