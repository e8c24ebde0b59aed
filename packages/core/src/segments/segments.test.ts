import { checkGradient, eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { setChecks } from '../runtime.js';
import { gatherNd } from './gatherNd.js';
import { segmentMean, segmentSum } from './segmentSum.js';

const calls: Record<string, (c: OracleCase) => Tensor> = {
  segmentSum: ({ x, ids, options }) => segmentSum(x, ids, options.count),
  segmentMean: ({ x, ids, options }) => segmentMean(x, ids, options.count),
  gatherNd: ({ x, indices }) => gatherNd(x, indices),
};
oracle('core/segments', (c) => calls[c.call]!(c));

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  it('has first and second derivatives', async () => {
    const square = (y: Tensor) => mul(mul(y, y), y);
    const x = [[1, 2], [3, -1], [0.5, 2]]; // prettier-ignore
    await checkGradient((y) => square(segmentSum(y, [1, 0, 1], 3)), [x], { order: 2 });
    await checkGradient((y) => square(segmentMean(y, [1, 0, 1], 3)), [x], { order: 2 });
    await checkGradient((y) => square(gatherNd(y, [[0], [2], [0]])), [x], { order: 2 });
  });

  it('takes nothing', async () => {
    expect(segmentSum(tensor([], [0, 2]), tensor([], [0], 'int32'), 3).shape).toEqual([3, 2]);
    await expectClose(segmentMean(tensor([], [0]), tensor([], [0], 'int32'), 2), [0, 0]);
    expect(gatherNd([[1, 2]], tensor([], [0, 1], 'int32')).shape).toEqual([0, 2]);
    await expectClose(segmentSum(tensor([1, NaN]), [0, 1], 2), [1, NaN]);
  });

  it('leaves out groups, and gives NaN for coordinates, that were not checked', async () => {
    const before = setChecks(false);
    try {
      await expectClose(segmentSum([1, 2, 3], [0, 5, -1], 2), [1, 0]);
      await expectClose(segmentMean([1, 2, 3], [0, 5, -1], 2), [1, 0]);
      await expectClose(gatherNd([1, 2], [[1], [2], [-1]]), [2, NaN, NaN]);
    } finally {
      setChecks(before);
    }
  });

  it('leaves its result only, and refuses what does not fit', async () => {
    await expectNoLeak(() => segmentSum([[1], [2]], [0, 0], 1));
    await expectNoLeak(() => segmentMean([[1], [2]], [0, 0], 1));
    await expectNoLeak(() => gatherNd([1, 2], [[0]]));
    throws(() => segmentSum([1, 2], [0], 1));
    throws(() => segmentSum([1, 2], [0, 3], 2));
    throws(() => segmentSum(1, [0], 2));
    throws(() => segmentMean([1], [0.5], 2));
    throws(() => gatherNd([1, 2], [[2]]));
    throws(() => gatherNd([1, 2], [[0, 1]]));
  });
});
