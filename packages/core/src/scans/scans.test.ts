import { checkGradient, eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { grad, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { cumprod } from './cumprod.js';
import { discountedSum, linearRecurrence } from './linearRecurrence.js';

const calls: Record<string, (c: OracleCase) => Tensor> = {
  linearRecurrence: ({ x, decay, options }) => linearRecurrence(x, decay, options),
  cumprod: ({ x, options }) => cumprod(x, options),
};
oracle('core/scans', (c) => calls[c.call]!(c));

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  describe('linearRecurrence', () => {
    it('has first and second derivatives in both arguments, both ways', async () => {
      const [x, decay] = [[[1, -2, 0.5, 3, 1], [0.3, 1, 2, -1, 0]], [[0.9, 0.5, 0, -0.7, 1.1], [0.1, 0.2, 0.3, 0.4, 0.5]]]; // prettier-ignore
      for (const reverse of [false, true]) await checkGradient((a, d) => linearRecurrence(a, d, { reverse }), [x, decay], { order: 2 });
    });

    it('skips what is masked out, which may hold NaN', async () => {
      const mask = [1, 0, 1, 1];
      const [x, decay] = [tensor([1, NaN, 2, 4]), tensor([0.5, NaN, 0.5, 0.5])];
      await expectClose(linearRecurrence(x, decay, { mask }), [1, 0, 2.5, 5.25]);
      await expectClose(discountedSum(x, decay, { mask }), [3, 0, 4, 4]);
      const slope = grad((a: Tensor) => sum(linearRecurrence(a, decay, { mask })))(x);
      await expectClose(slope, [1.75, 0, 1.5, 1]);
    });

    it('survives decays whose products overflow, and takes steps of one and of none', async () => {
      await expectClose(linearRecurrence([1, 0, 0, 0], [7, 1e10, 1e10, 1e10]), [1, 1e10, 1e20, 1e30]);
      await expectClose(linearRecurrence([[2], [3]], 0.5), [[2], [3]]);
      expect(linearRecurrence(tensor([], [2, 0]), 0.5).shape).toEqual([2, 0]);
      await expectClose(linearRecurrence([1, NaN, 1, 1], [0.5, 0.5, 0.5, 0]), [1, NaN, NaN, NaN]);
    });

    it('agrees with a loop over many steps', async () => {
      const steps = 300;
      const x = Float32Array.from({ length: steps }, (_, t) => Math.sin(t));
      let y = 0;
      const looped = Array.from(x, (v) => (y = v + 0.99 * y));
      await expectClose(linearRecurrence(x, 0.99), looped, { rtol: 1e-4, atol: 1e-4 });
    });

    it('leaves its result only, and refuses what does not fit', async () => {
      await expectNoLeak(() => linearRecurrence([1, 2, 3], 0.5, { mask: [1, 1, 0] }));
      throws(() => linearRecurrence([1, 2], [1, 2, 3]));
      throws(() => linearRecurrence(1, 1));
      throws(() => linearRecurrence([1], 1, { reverse: 1 as never }));
      throws(() => discountedSum([1, 2], 1, { mask: [[[1]]] }));
    });
  });

  describe('cumprod', () => {
    it('has first and second derivatives, zeros or not', async () => {
      await checkGradient((x) => cumprod(x), [[[2, 0.5, -1, 3, 1.5]]], { order: 2 });
      await checkGradient((x) => cumprod(x, { axis: 0, exclusive: true, reverse: true }), [[[2], [0], [-1], [0], [1.5]]], { order: 2 });
    });

    it('leaves out the own factor when exclusive', async () => {
      await expectClose(cumprod([2, 3, 4], { exclusive: true }), [1, 2, 6]);
      await expectClose(cumprod([2, 3, 4], { exclusive: true, reverse: true }), [12, 4, 1]);
      expect(cumprod(tensor([], [0, 3])).shape).toEqual([0, 3]);
      await expectNoLeak(() => cumprod([5]));
      throws(() => cumprod(3));
      throws(() => cumprod([3], { axis: 1 }));
    });
  });
});
