import type { LossOptions, TensorLike } from '@surrogate/core';
import { mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkGradient, eachBackend, expectClose, oracle } from '@surrogate/testing';
import { expect, it } from 'vitest';
import * as losses from '../index.js';

type Loss = (predictions: TensorLike, targets: TensorLike, options?: LossOptions) => Tensor;

oracle(
  'losses/classification',
  (c) => {
    const [family, member] = (c.loss as string).split(' ') as [keyof typeof losses, keyof typeof losses | undefined];
    const options = member === undefined ? c.options : { ...c.options, loss: losses[member] };
    return (losses[family] as Loss)(c.logits, c.labels, options);
  },
  { rtol: 5e-5 },
);
oracle('losses/imbalance', (c) => losses[c.loss as 'ldamLoss'](c.logits, c.labels, c.counts, c.options));

const logits = [
  [1, -2, 0.5],
  [0.3, 0.2, 3],
];

eachBackend(() => {
  it('the comp-sum family holds cross-entropy, generalized cross-entropy and the mean absolute error', async () => {
    await expectClose(losses.compSumLoss(logits, [0, 1], { tau: 1 }), losses.crossEntropy(logits, [0, 1]));
    await expectClose(losses.compSumLoss(logits, [0, 1], { tau: 1.000002 }), losses.crossEntropy(logits, [0, 1]), { rtol: 1e-4 });
    await expectClose(losses.compSumLoss(logits, [0, 1], { tau: 1.3 }), losses.generalizedCrossEntropy(logits, [0, 1], { q: 0.3 }));
    const published = [0.5032147, 0.4521131, 0.407606, 0.3687539, 0.3546136, 0.334759, 0.2787272];
    for (const [i, tau] of [0, 0.5, 1, 1.5, 1.7, 2, 3].entries())
      await expectClose(losses.compSumLoss([[2, 1, 0]], [0], { tau }), published[i]!);
  });

  it('symmetric, poly, adjusted and bootstrapped losses are cross-entropy where their own part is off', async () => {
    const plain = losses.crossEntropy(logits, [2, 1]);
    await expectClose(losses.symmetricCrossEntropy(logits, [2, 1], { alpha: 1, beta: 0 }), plain);
    await expectClose(losses.polyLoss(logits, [2, 1], { epsilon: 0 }), plain);
    await expectClose(losses.bootstrapCrossEntropy(logits, [2, 1], { beta: 1 }), plain);
    await expectClose(losses.logitAdjustedLoss(logits, [2, 1], [5, 1, 2], { tau: 0 }), plain);
    await expectClose(losses.logitAdjustedLoss(logits, [2, 1], [4, 4, 4]), plain);
    await expectClose(losses.ldamLoss(logits, [2, 1], [5, 1, 2], { maxMargin: 0, scale: 1 }), plain);
    await expectClose(losses.negativeLogLikelihood([[Math.log(0.2), Math.log(0.8)]], [0]), -Math.log(0.2));
  });

  it('asymmetric loss without clip and with equal powers is the focal loss', async () => {
    const labels = [
      [1, 0, 1],
      [0, 0, 1],
    ];
    await expectClose(
      losses.asymmetricLoss(logits, labels, { gammaPositive: 2, gammaNegative: 2, clip: 0 }),
      losses.sigmoidFocalLoss(logits, labels),
    );
  });

  it('StableMax agrees with its published values', async () => {
    await expectClose(losses.stableMaxCrossEntropy([[2, -1, 0]], [1]), 2.1972246);
    await expectClose(losses.stableMaxCrossEntropy([[-3, 0.5, 4]], [2]), 0.3001046);
    await expectClose(losses.stableMax([-3, 0.5, 4]), [0.25 / 6.75, 1.5 / 6.75, 5 / 6.75]);
  });

  it('class-balanced weights go from equal to inverse frequency', async () => {
    await expectClose(losses.classBalancedWeights([1, 10, 100], { beta: 0 }), [1, 1, 1]);
    const inverse = [1, 0.1, 0.01].map((w) => (3 * w) / 1.11);
    await expectClose(losses.classBalancedWeights([1, 10, 100], { beta: 0.999999 }), inverse, { rtol: 1e-3 });
  });
});

it('the consistency bound inverts its transform, and agrees with the paper', () => {
  const close = (actual: number, expected: number) => expect(actual).toBeCloseTo(expected, 6);
  close(losses.hConsistencyTransform(0.5, { tau: 0 }), 1 - Math.sqrt(0.75));
  close(losses.hConsistencyTransform(0.5, { tau: 0.5 }), 0.1256278);
  close(losses.hConsistencyTransform(0.5, { tau: 1.5, classes: 10 }), 0.0746512);
  close(losses.hConsistencyTransform(0.5, { tau: 2, classes: 10 }), 0.05);
  close(losses.hConsistencyBound(0.1), 0.4395893);
  expect(losses.hConsistencyBound(100)).toBe(1);
  for (const tau of [0, 0.5, 1, 1.3, 1.999, 2, 3])
    for (const beta of [0.1, 0.6, 0.95]) {
      const member = { tau, classes: 5 };
      close(losses.hConsistencyBound(losses.hConsistencyTransform(beta, member), member), beta);
    }
});

const members = ['exponential', 'hinge', 'logistic', 'modifiedHuber', 'perceptron', 'savage', 'smoothHinge', 'squaredHinge'] as const;

eachBackend(() => {
  it.each(members)('%s has the slope that differences of it give', async (name) => {
    const { phi, slope } = losses[name];
    // The gradient of phi less its stated slope is that of a constant.
    await checkGradient((m) => phi(m), [[-2.2, -0.6, 0.4, 1.7]]);
    const { grad, tensor1d } = await import('@tensorflow/tfjs-core');
    const margins = tensor1d([-2.2, -0.6, 0.4, 1.7]);
    await expectClose(grad((m: Tensor) => phi(m))(margins), slope(margins));
  });

  it('the members of the margin family are ordered as they should be', async () => {
    const margins = [-1.5, -0.2, 0.3, 1.2];
    const ones = [1, 1, 1, 1];
    const all = { reduction: 'none' } as const;
    await expectClose(losses.marginLoss(margins, ones, all), losses.binaryCrossEntropy(margins, ones, all));
    await expectClose(
      losses.marginLoss(margins, [0, 0, 0, 0], { ...all, loss: losses.hinge }),
      losses.marginLoss(
        margins.map((m) => -m),
        ones,
        { ...all, loss: losses.hinge },
      ),
    );
  });

  it('the L2-SVM head adds the norm of its weights to the sum, and over the examples to the mean', async () => {
    const scores = [
      [0.5, -0.2],
      [-1.5, 2],
    ];
    const headWeights = [
      [1, 2],
      [0, 1],
    ];
    await expectClose(losses.l2SvmLoss(scores, [0, 1], { headWeights, reduction: 'sum' }), 3.445);
    await expectClose(losses.l2SvmLoss(scores, [0, 1], { headWeights, examples: 2 }), 3.445 / 2);
    await expectClose(sub(losses.l2SvmLoss([[0.5, -0.2]], [0]), mul(0.5, losses.l2SvmLoss([[0.5, -0.2]], [0], { c: 1 }))), 0);
  });
});
