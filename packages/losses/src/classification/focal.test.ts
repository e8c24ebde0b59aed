import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { it } from 'vitest';
import { binaryCrossEntropy } from './binaryCrossEntropy.js';
import { crossEntropy } from './crossEntropy.js';
import { focalLoss } from './focal.js';
import { sigmoidFocalLoss } from './sigmoidFocal.js';

oracle('losses/focal', (c) => focalLoss(c.logits, c.labels, c.options));
oracle('losses/sigmoid_focal', (c) => sigmoidFocalLoss(c.logits, c.labels, c.options));

const logits = [
  [1, -2, 0.5],
  [0.3, 0.2, 3],
];

eachBackend(() => {
  it('is cross-entropy where gamma is 0', async () => {
    await expectClose(focalLoss(logits, [0, 1], { gamma: 0 }), crossEntropy(logits, [0, 1]));
    const labels = [
      [1, 0, 1],
      [0, 0.3, 1],
    ];
    await expectClose(sigmoidFocalLoss(logits, labels, { gamma: 0 }), binaryCrossEntropy(logits, labels));
  });

  it('over two classes is the sigmoid one of their difference', async () => {
    const pairs = [
      [0.7, -0.1],
      [0.2, 1.9],
    ];
    await expectClose(focalLoss(pairs, [0, 0]), sigmoidFocalLoss([0.8, -1.7], [1, 1]));
  });
});
