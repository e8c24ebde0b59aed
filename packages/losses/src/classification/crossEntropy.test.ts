import { registerKernel, tensor, unregisterKernel } from '@tensorflow/tfjs-core';
import { checkGradient, eachBackend, expectClose, oracle, startBackend } from '@surrogate/testing';
import { setChecks, softmaxCrossEntropyOp } from '@surrogate/core';
import { expect, it } from 'vitest';
import { crossEntropy } from './crossEntropy.js';

oracle('losses/cross_entropy', (c) => crossEntropy(c.logits, c.labels, c.options));

const logits = [
  [1, -2, 0.5],
  [0.3, 0.2, 3],
];

eachBackend(() => {
  it('smooths labels as if they came smoothed', async () => {
    const smoothed = [
      [0.8 + 0.2 / 3, 0.2 / 3, 0.2 / 3],
      [0.2 / 3, 0.2 / 3, 0.8 + 0.2 / 3],
    ];
    await expectClose(crossEntropy(logits, [0, 2], { labelSmoothing: 0.2 }), crossEntropy(logits, smoothed));
  });

  it('does not see a constant that is added to a row', async () => {
    const moved = logits.map((row, i) => row.map((z) => z + 100 * (i + 1)));
    await expectClose(crossEntropy(moved, [1, 0]), crossEntropy(logits, [1, 0]), { rtol: 1e-4 });
  });

  it('at temperature T is the loss of logits divided by T', async () => {
    const divided = logits.map((row) => row.map((z) => z / 4));
    await expectClose(crossEntropy(logits, [1, 0], { temperature: 4, zLoss: 0.1 }), crossEntropy(divided, [1, 0], { zLoss: 0.1 }));
  });

  it('differentiates twice, soft labels and all terms included', () =>
    checkGradient(
      (z, y) => crossEntropy(z, y, { labelSmoothing: 0.1, zLoss: 0.2, temperature: 1.5, axis: 1 }),
      [
        logits,
        [
          [0.2, 0.5, 0.3],
          [0.6, 0.1, 0.3],
        ],
      ],
      { order: 2 },
    ));

  it('takes logits of rank 1 and of rank 4', async () => {
    await expectClose(crossEntropy([2, 1, 0], 0), 0.407606);
    await expectClose(crossEntropy([[[[2, 1, 0]]]], [[[0]]], { reduction: 'none' }), [[[0.407606]]]);
  });

  it('gives NaN, not a silent 0, for an id out of range that is not checked', async () => {
    const before = setChecks(false);
    try {
      expect(Number.isNaN((await crossEntropy([[2, 1, 0]], [7]).data())[0])).toBe(true);
    } finally {
      setChecks(before);
    }
  });
});

it('is served by a kernel where the backend has one', async () => {
  await startBackend('cpu');
  const kernelName = softmaxCrossEntropyOp.definition.name;
  const answer = tensor([42]);
  registerKernel({ kernelName, backendName: 'cpu', kernelFunc: () => answer.clone() });
  try {
    await expectClose(crossEntropy([[2, 1, 0]], [0]), 42);
  } finally {
    unregisterKernel(kernelName, 'cpu');
  }
});
