import { tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { expect, it } from 'vitest';

eachBackend(() => {
  it('compares tensors, numbers and arrays', async () => {
    const x = tensor([
      [1, 2],
      [3, 4],
    ]);
    await expectClose(x, x);
    await expectClose(x, [1, 2, 3, 4.00001]);
    await expectClose([NaN, Infinity], [NaN, Infinity]);
    await expectClose(2, 2 + 1e-6);
    await expect(expectClose(x, [1, 2, 3, 4.1])).rejects.toThrow('1 of 4 numbers differ\n  at 3: 4 where 4.1 was expected');
    await expect(expectClose(x, [[1, 2, 3, 4]])).rejects.toThrow('shape [2, 2] where [1, 4] was expected');
    await expect(expectClose([1, NaN], [1, 2])).rejects.toThrow('NaN where 2');
    await expect(expectClose([1], [1, 1])).rejects.toThrow('1 numbers where 2');
    x.dispose();
  });
});
