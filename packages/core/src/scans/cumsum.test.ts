import { cumsum } from '@surrogate/core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { grad, mul, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

eachBackend(() => {
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ];

  it('sums along any axis, from either end, with and without the element itself', async () => {
    await expectClose(cumsum(rows), [
      [1, 3, 6],
      [4, 9, 15],
    ]);
    await expectClose(cumsum(rows, { axis: 0 }), [
      [1, 2, 3],
      [5, 7, 9],
    ]);
    await expectClose(cumsum(rows, { axis: -2, reverse: true }), [
      [5, 7, 9],
      [4, 5, 6],
    ]);
    await expectClose(cumsum(rows, { exclusive: true }), [
      [0, 1, 3],
      [0, 4, 9],
    ]);
    await expectClose(cumsum(rows, { exclusive: true, reverse: true }), [
      [5, 3, 0],
      [11, 6, 0],
    ]);
    expect(cumsum(tensor([], [0, 3])).shape).toEqual([0, 3]);
  });

  it('has the gradient of its own length, whatever lengths came before', async () => {
    for (const [x, expected] of [
      [
        [1, 2],
        [3, 2],
      ],
      [
        [1, 2, 3, 4, 5],
        [15, 14, 12, 9, 5],
      ],
      [
        [1, 2, 3],
        [6, 5, 3],
      ],
    ] as const)
      await expectClose(grad((z: Tensor) => sum(mul(cumsum(z), tensor([...x]))))(tensor([...x])), expected);
  });
});
