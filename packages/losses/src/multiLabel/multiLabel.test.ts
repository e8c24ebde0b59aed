import { add, mul } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { expect, it } from 'vitest';
import {
  binaryCrossEntropy,
  hybridMultiLabelLoss,
  labelCorrelationLoss,
  labelStatistics,
  multiLabelContrastiveLoss,
  multiLabelScores,
} from '../index.js';

oracle(
  'losses/multi_label',
  ({ decisions, truth }) => (decisions === undefined ? labelStatistics(truth) : multiLabelScores(decisions, truth)),
  { backends: ['cpu'] },
);

const logits = [
  [1, -1, 0],
  [0, 2, -1],
];
const labels = [
  [1, 0, 1],
  [0, 1, 0],
];
const correlation = [
  [1, 0, 0.6],
  [0, 1, 0.2],
  [0.6, 0.2, 1],
];
const embeddings = [
  [1, 0],
  [0.6, 0.8],
  [0, 1],
];
const sets = [
  [1, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
];

eachBackend(() => {
  it('has the published values', async () => {
    await expectClose(hybridMultiLabelLoss(logits, labels, { posWeights: [1, 2, 4] }), 0.7765628);
    await expectClose(labelCorrelationLoss(logits, correlation), 0.0249361);
    await expectClose(multiLabelContrastiveLoss(embeddings, sets, { temperature: 0.5 }), 0.5881489);
    await expectClose(multiLabelContrastiveLoss(embeddings, sets), 1.0647018);
  });

  it('is cross-entropy where its own parts are off, and the sum of its parts where they are on', async () => {
    await expectClose(hybridMultiLabelLoss(logits, labels), binaryCrossEntropy(logits, labels));
    await expectClose(
      labelCorrelationLoss(logits, [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
      0,
    );
    const whole = hybridMultiLabelLoss([...logits, [1, 1, 1]], sets, {
      correlation,
      embeddings,
      contrastWeight: 0.2,
      correlationWeight: 0.3,
    });
    const parts = [
      binaryCrossEntropy([...logits, [1, 1, 1]], sets),
      mul(0.3, labelCorrelationLoss([...logits, [1, 1, 1]], correlation)),
      mul(0.2, multiLabelContrastiveLoss(embeddings, sets)),
    ];
    await expectClose(
      whole,
      parts.reduce((a, b) => add(a, b)),
    );
  });

  it('has no partner behind the mask, and nothing to say without partners', async () => {
    const mask = [1, 1, 1, 0];
    const masked = multiLabelContrastiveLoss([...embeddings, [NaN, 1]], [...sets, [1, 1, 1]], { mask, temperature: 0.5 });
    await expectClose(masked, 0.5881489);
    await expectClose(
      multiLabelContrastiveLoss(embeddings, [
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
      0,
    );
  });
});

it('a label that never changes correlates with nothing', () => {
  expect([
    ...labelStatistics([
      [1, 0],
      [1, 1],
    ]).correlation[0]!,
  ]).toEqual([0, 0]);
});
