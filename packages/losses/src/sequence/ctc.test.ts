import { grad, tensor3d, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { it } from 'vitest';
import { ctcLoss, type CtcOptions } from './ctc.js';

oracle(
  'losses/ctc',
  ({ logits, labels, options, inputLengths, labelLengths }) =>
    ctcLoss(logits, labels, { ...(options as CtcOptions), inputLengths, labelLengths }),
  { rtol: 5e-5, atol: 1e-5 },
);

/** The probability of labels by adding up every path. */
function byPaths(probs: readonly (readonly number[])[], labels: readonly number[]): number {
  const classes = probs[0]!.length;
  let total = 0;
  for (let path = 0; path < classes ** probs.length; path++) {
    const steps = probs.map((_, t) => Math.floor(path / classes ** t) % classes);
    const said = steps.filter((k, t) => k !== 0 && k !== steps[t - 1]);
    if (said.join() === labels.join()) total += steps.reduce((p, k, t) => p * probs[t]![k]!, 1);
  }
  return total;
}

eachBackend(() => {
  it('adds up every path', async () => {
    const probs = [
      [0.2, 0.5, 0.3],
      [0.6, 0.3, 0.1],
      [0.3, 0.3, 0.4],
      [0.1, 0.7, 0.2],
    ];
    const logits = [probs.map((row) => row.map(Math.log))];
    for (const labels of [[1], [2, 1], [1, 1], [1, 2, 1]])
      await expectClose(ctcLoss(logits, [labels]), -Math.log(byPaths(probs, labels)), { rtol: 1e-4 });
    await expectClose(ctcLoss(logits, [[1, 2]], { labelLengths: [0] }), -Math.log(byPaths(probs, [])), { rtol: 1e-4 });
    await expectClose(ctcLoss(logits, [[2, 1, -1]], { labelLengths: [2] }), ctcLoss(logits, [[2, 1]]));
  });

  it('is Infinity without gradient where labels need more frames than there are', async () => {
    const logits = tensor3d([
      [
        [0.3, 1, -1],
        [0, 0, 0],
      ],
    ]);
    await expectClose(ctcLoss(logits, [[1, 1]]), Infinity);
    await expectClose(grad((z: Tensor) => ctcLoss(z, [[1, 1]]))(logits), [
      [
        [0, 0, 0],
        [0, 0, 0],
      ],
    ]);
  });
});
