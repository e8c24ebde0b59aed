import { grad, memory, mul, neg, squaredDifference, sum, tensor } from '@tensorflow/tfjs-core';
import {
  classLossScope,
  lossScope,
  setChecks,
  type ClassLossOptions,
  type Labels,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';

const squared = (predictions: TensorLike, targets: TensorLike, options: LossOptions = {}) =>
  lossScope('squared', { predictions, targets }, options, ({ predictions, targets }) => squaredDifference(predictions, targets));

/** -z_y: linear in the logits, so that its gradient shows the weights. */
const chosen = (logits: TensorLike, labels: Labels, options: ClassLossOptions = {}) =>
  classLossScope('chosen', { logits, labels }, options, ({ logits, target }) => neg(sum(mul(target, logits), -1)));

eachBackend(() => {
  describe('lossScope', () => {
    it('averages, sums or keeps the rows', async () => {
      await expectClose(squared([1, 4], [1, 2]), 2);
      await expectClose(squared([1, 4], [1, 2], { reduction: 'sum' }), 4);
      await expectClose(squared([1, 4], [1, 2], { reduction: 'none' }), [0, 4]);
    });

    it('divides by the sum of the weights', async () => {
      await expectClose(squared([1, 4], [0, 0], { weights: [3, 1] }), (3 * 1 + 16) / 4);
    });

    it('is 0 with gradient 0 where nothing has weight', async () => {
      const x = tensor([1, NaN]);
      await expectClose(squared(x, [0, 0], { mask: [0, 0] }), 0);
      await expectClose(grad((p) => squared(p, [0, 0], { mask: [0, 0] }))(x), [0, 0]);
    });

    it('lets neither the value nor the gradient see what is masked out', async () => {
      const x = tensor([2, NaN, Infinity]);
      const options = { mask: [1, 0, 0] };
      await expectClose(squared(x, [0, 1, -Infinity], options), 4);
      await expectClose(grad((p) => squared(p, [0, 1, -Infinity], options))(x), [4, 0, 0]);
    });

    it('broadcasts weights to the rows', async () => {
      const ones = [
        [1, 1, 1],
        [1, 1, 1],
      ];
      const zeros = [
        [0, 0, 0],
        [0, 0, 0],
      ];
      await expectClose(squared(ones, zeros, { weights: [[2], [0]], reduction: 'none' }), [
        [2, 2, 2],
        [0, 0, 0],
      ]);
    });
  });

  describe('classLossScope', () => {
    const logits = [
      [1, 2],
      [3, 5],
    ];

    it('takes class ids, one-hot and soft labels', async () => {
      await expectClose(chosen(logits, [1, 0], { reduction: 'none' }), [-2, -3]);
      await expectClose(
        chosen(
          logits,
          [
            [0, 1],
            [0.5, 0.5],
          ],
          { reduction: 'none' },
        ),
        [-2, -4],
      );
    });

    it('reads the classes from any axis', async () => {
      const columns = [
        [1, 3],
        [2, 5],
      ];
      await expectClose(chosen(columns, [1, 0], { axis: 0, reduction: 'none' }), [-2, -3]);
      await expectClose(
        chosen(
          columns,
          [
            [0, 0.5],
            [1, 0.5],
          ],
          { axis: 0, reduction: 'none' },
        ),
        [-2, -4],
      );
    });

    it('leaves out rows of the ignored class', async () => {
      const x = tensor([
        [1, 2],
        [NaN, 5],
      ]);
      await expectClose(chosen(x, [1, -100], { ignoreIndex: -100 }), -2);
      await expectClose(grad((z) => chosen(z, [1, -100], { ignoreIndex: -100 }))(x), [
        [0, -1],
        [0, 0],
      ]);
    });

    it('weighs rows by their class', async () => {
      await expectClose(chosen(logits, [1, 0], { classWeights: [3, 1] }), (-2 * 1 - 3 * 3) / 4);
    });
  });

  describe('what is wrong is named, before anything is computed', () => {
    const cases: [string, () => unknown, object][] = [
      ['unequal shapes', () => squared([1], [1, 2]), { code: 'shape', fn: 'squared', argument: 'targets' }],
      ['a ragged array', () => squared([[1], [1, 2]], [1]), { code: 'shape', argument: 'predictions' }],
      ['weights that do not broadcast', () => squared([1, 2], [1, 2], { weights: [1, 2, 3] }), { code: 'shape', argument: 'weights' }],
      ['an unknown reduction', () => squared([1], [1], { reduction: 'average' as 'mean' }), { code: 'range', argument: 'reduction' }],
      ['a string', () => squared('1' as never, [1]), { code: 'dtype', argument: 'predictions' }],
      ['labels of neither form', () => chosen([[1, 2]], [0, 1]), { code: 'shape', argument: 'labels' }],
      ['a fractional class id', () => chosen([[1, 2]], [0.5]), { code: 'dtype', argument: 'labels' }],
      ['float class ids', () => chosen([[1, 2]], tensor([0])), { code: 'dtype', argument: 'labels' }],
      ['class weights of another length', () => chosen([[1, 2]], [0], { classWeights: [1] }), { code: 'shape', argument: 'classWeights' }],
      ['an axis that is not there', () => chosen([[1, 2]], [0], { axis: 2 }), { code: 'range', argument: 'axis' }],
      ['a scalar for logits', () => chosen(1, 0), { code: 'shape', argument: 'logits' }],
    ];

    it.each(cases)('%s', (_name, call, error) => {
      const { numTensors } = memory();
      const given = /tensor\)?\(/.test(call.toString()) ? 1 : 0;
      expect(call).toThrow(expect.objectContaining(error));
      expect(memory().numTensors).toBe(numTensors + given);
    });

    it('a disposed tensor', () => {
      const x = tensor([1]);
      x.dispose();
      expect(() => squared(x, [1])).toThrow(expect.objectContaining({ code: 'disposed', argument: 'predictions' }));
    });

    it('a class id out of range, with its place', () => {
      expect(() =>
        chosen(
          [
            [1, 2],
            [1, 2],
          ],
          [0, 12],
        ),
      ).toThrow('chosen: labels must be class ids in [0, 2), got 12 at [1]');
    });

    it('no id when checks are off', () => {
      const before = setChecks(false);
      try {
        expect(() => chosen([[1, 2]], [12]).dispose()).not.toThrow();
      } finally {
        setChecks(before);
      }
    });
  });
});
