import type { TensorLike } from '@surrogate/core';
import { grad, relu, sub, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { it } from 'vitest';
import * as losses from '../index.js';

oracle(
  'losses/fenchel_young',
  ({ loss, options, logits, labels }) =>
    labels === undefined ? losses[loss as 'sparsemax'](logits) : losses[loss as 'sparsemaxLoss'](logits, labels, options),
  { rtol: 5e-5, atol: 1e-6 },
);

const logits = [
  [0.9, 0.2, -0.5, 0.6],
  [3, -1, 0, 2.5],
];
const labels = [2, 0];

eachBackend(() => {
  it('the family holds cross-entropy, the sparsemax loss and half the squared error', async () => {
    const loss = (regularizer: losses.Regularizer, y: TensorLike = labels) => losses.fenchelYoungLoss(logits, y, { regularizer });
    await expectClose(loss(losses.shannonNegentropy), losses.crossEntropy(logits, labels));
    await expectClose(loss(losses.giniNegentropy), losses.sparsemaxLoss(logits, labels));
    await expectClose(loss(losses.tsallis15Negentropy), losses.entmax15Loss(logits, labels));
    const targets = [
      [1, 0, 0.5, 2],
      [0, -1, 2, 1],
    ];
    await expectClose(loss(losses.halfSquaredNorm, targets), 2 * (await losses.squaredError(logits, targets).data())[0]!);
  });

  it('slopes by the prediction less the label', async () => {
    const slope = (regularizer: losses.Regularizer) =>
      grad((z: Tensor) => sum(losses.fenchelYoungLoss(z, labels, { regularizer, reduction: 'sum' })))(tensor(logits));
    const less = (p: Tensor) =>
      tidy(() =>
        sub(
          p,
          tensor([
            [0, 0, 1, 0],
            [1, 0, 0, 0],
          ]),
        ),
      );
    await expectClose(slope(losses.giniNegentropy), less(losses.sparsemax(logits)), { atol: 1e-5 });
    await expectClose(slope(losses.tsallis15Negentropy), less(losses.entmax15(logits)), { atol: 1e-5 });
  });

  it('makes a loss of any function that maximises over structures', async () => {
    // Over the corners of the unit square the best score is the sum of the positive ones.
    const corners: losses.Regularizer = { name: 'corners', conjugate: (z) => sum(relu(z), -1) };
    await expectClose(losses.fenchelYoungLoss([[2, -1]], [[1, 1]], { regularizer: corners }), 1);
    await expectClose(losses.fenchelYoungLoss([[2, -1]], [[1, 0]], { regularizer: corners }), 0);
  });
});
