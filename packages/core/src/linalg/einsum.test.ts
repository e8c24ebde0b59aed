import { checkGradient, eachBackend, expectClose, expectNoLeak, oracle } from '@surrogate/testing';
import { tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { einsum } from './einsum.js';

oracle('core/einsum', ({ call: _call, options, ...operands }) =>
  einsum(
    options.equation,
    ...Object.keys(operands)
      .sort()
      .map((name) => operands[name]),
  ),
);

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  it('has first and second derivatives', async () => {
    await checkGradient((a, b) => einsum('ij,jk,ik->k', a, b, a), [[[1, 2], [3, -1]], [[0.5, 1], [2, 1]]], { order: 2, rtol: 5e-3 }); // prettier-ignore
  });

  it('takes nothing, leaves its result only, and refuses what does not fit', async () => {
    await expectClose(einsum('ij,jk->ik', tensor([], [2, 0]), tensor([], [0, 1])), [[0], [0]]);
    await expectNoLeak(() => einsum('i', [1, 2]));
    await expectNoLeak(() => einsum('ij,jk', [[1, 2]], [[1], [2]]));
    throws(() => einsum('ij,jk->ik', [[1]]));
    throws(() => einsum('ij->k', [[1]]));
    throws(() => einsum('ij->ii', [[1]]));
    throws(() => einsum('i-j', [1]));
    throws(() => einsum('ij', [1]));
    throws(() => einsum('ij,jk', [[1, 2]], [[1], [2], [3]]));
  });
});
