import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { it } from 'vitest';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { crossEntropy } from './crossEntropy.js';

oracle('losses/binary_cross_entropy', (c) => binaryCrossEntropy(c.logits, c.labels, c.options));

eachBackend(() => {
  it('is cross-entropy of two classes, one of which has logit 0', async () => {
    const pairs = [
      [1.3, 0],
      [-0.4, 0],
    ];
    await expectClose(binaryCrossEntropy([1.3, -0.4], [1, 0]), crossEntropy(pairs, [0, 1]));
    await expectClose(
      binaryCrossEntropy([1.3, -0.4], [1, 0], { labelSmoothing: 0.3 }),
      crossEntropy(pairs, [0, 1], { labelSmoothing: 0.3 }),
    );
  });
});
