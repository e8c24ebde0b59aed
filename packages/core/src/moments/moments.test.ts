import { checkGradient, eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { grad, mul, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { maskedMean, maskedVariance, standardize } from './masked.js';

const calls: Record<string, (c: OracleCase) => Tensor> = {
  maskedMean: ({ x, mask, options }) => maskedMean(x, { mask, ...options }),
  maskedVariance: ({ x, mask, options }) => maskedVariance(x, { mask, ...options }),
  standardize: ({ x, mask, options }) => standardize(x, { mask, ...options }),
};
oracle('core/moments', (c) => calls[c.call]!(c), { rtol: 1e-4 });

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  const x = [[1, -2, 0.5], [3, 1, 7]]; // prettier-ignore
  const mask = [[1, 1, 1], [1, 0, 1]]; // prettier-ignore

  it('has first and second derivatives', async () => {
    const square = (y: Tensor) => mul(y, y);
    await checkGradient((y) => square(maskedMean(y, { mask, axis: 1 })), [x], { order: 2 });
    await checkGradient((y) => square(maskedVariance(y, { mask, axis: 0 })), [x], { order: 2 });
    await checkGradient((y) => square(standardize(y, { mask })), [x], { order: 2 });
  });

  it('does not see what is masked out, in value or gradient', async () => {
    const hidden = tensor([1, NaN, 3, Infinity]);
    const alive = [1, 0, 1, 0];
    await expectClose(maskedMean(hidden, { mask: alive }), 2);
    await expectClose(maskedVariance(hidden, { mask: alive }), 2);
    await expectClose(standardize(hidden, { mask: alive }), [-Math.SQRT1_2, 0, Math.SQRT1_2, 0]);
    for (const f of [maskedMean, maskedVariance, standardize]) {
      const slope = grad((y: Tensor) => sum(f(y, { mask: alive })))(hidden);
      const values = await slope.data();
      expect([values[1], values[3]]).toEqual([0, 0]);
    }
  });

  it('is 0, with gradient 0, where too few count', async () => {
    const few = tensor([5, 7]);
    await expectClose(maskedMean(few, { mask: 0 }), 0);
    await expectClose(maskedVariance(few, { mask: [1, 0] }), 0);
    await expectClose(standardize([[4], [4], [4]]), [[0], [0], [0]]);
    await expectClose(standardize([4]), [0]);
    await expectClose(maskedMean(tensor([], [0, 2]), { axis: 0 }), [0, 0]);
    for (const f of [maskedMean, maskedVariance, standardize]) await expectClose(grad((y: Tensor) => sum(f(y, { mask: 0 })))(few), [0, 0]);
  });

  it('leaves its result only, and refuses what does not fit', async () => {
    await expectNoLeak(() => maskedMean(x, { mask, keepDims: true }));
    await expectNoLeak(() => maskedVariance(x, { mask }));
    await expectNoLeak(() => standardize(x, { mask }));
    expect(maskedMean(x, { axis: 0, keepDims: true }).shape).toEqual([1, 3]);
    throws(() => maskedMean([1, 2], { mask: [1, 1, 1] }));
    throws(() => maskedVariance([1, 2], { ddof: -1 }));
    throws(() => standardize([1, 2], { eps: 0 }));
    throws(() => maskedMean([1, 2], { axis: 2 }));
  });
});
