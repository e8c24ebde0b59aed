import type { TensorLike } from '@surrogate/core';
import { mul, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { it } from 'vitest';
import * as losses from '../index.js';

type Loss = (predictions: TensorLike, targets: TensorLike, options?: object) => Tensor;

oracle('losses/confusion', (c) => {
  const [name, metric] = (c.loss as string).split(' ') as [keyof typeof losses, keyof typeof losses | undefined];
  const options = metric === undefined ? c.options : { ...c.options, metric: metric === 'fBeta' ? losses.fBeta() : losses[metric] };
  return (losses[name] as Loss)(c.probs ?? c.logits, c.labels, options);
});

const probs = [0.9, 0.6, 0.4, 0.2];
const labels = [1, 0, 1, 0];
const z = probs.map((p) => Math.log(p / (1 - p)));
const logits = [
  [2, 1, 0],
  [0, 1, 1],
];

eachBackend(() => {
  it('agrees with the published values of AnyLoss', async () => {
    const at10 = (metric: losses.ConfusionMetric) => losses.anyLoss(probs, labels, { metric, steepness: 10 });
    await expectClose(at10(losses.accuracy), 0.3818823);
    await expectClose(at10(losses.fBeta(1)), 0.3790922);
    await expectClose(at10(losses.geometricMean), 0.3819261);
    await expectClose(at10(losses.balancedAccuracy), 0.3818823);
    await expectClose(losses.anyLoss(probs, labels, { metric: losses.accuracy }), 0.4996625);
  });

  it('agrees with the published values of dice', async () => {
    const dice = (options: losses.BinaryDiceOptions = {}) => losses.binaryDiceLoss(z, labels, options);
    await expectClose(dice(), 0.2941176);
    await expectClose(dice({ squaredDenominator: true }), 0.1762014);
    await expectClose(dice({ level: 'example' }), 0.2065374);
    await expectClose(dice({ level: 'example', squaredDenominator: true }), 0.1183482);
    await expectClose(dice({ alpha: 0.01 }), 0.2990415);
    await expectClose(dice({ alpha: 0.01, level: 'example' }), 0.2080292);
    await expectClose(dice({ alpha: 1 }), 0.5549598);
    await expectClose(losses.diceLoss(logits, [0, 2]), 0.2798912);
    await expectClose(losses.diceLoss(logits, [0, 2], { squaredDenominator: true, level: 'example' }), 0.0730918);
  });

  it('Tversky with halves is dice with half the smoothing, and the metrics are Tversky indices', async () => {
    await expectClose(losses.tverskyLoss(logits, [0, 2], { smooth: 0.5 }), losses.diceLoss(logits, [0, 2]));
    const of = (metric: losses.ConfusionMetric) => losses.confusionLoss(probs, labels, { metric });
    await expectClose(of(losses.jaccard), of(losses.tverskyIndex(1, 1)));
    await expectClose(of(losses.fBeta(1)), of(losses.tverskyIndex()));
    await expectClose(of(losses.fBeta(2)), of(losses.tverskyIndex(0.2, 0.8)));
  });

  it('does not see rows that are masked or ignored, nor where the classes are', async () => {
    const more = [...logits, [NaN, Infinity, 0]];
    const columns = [
      [2, 0],
      [1, 1],
      [0, 1],
    ];
    for (const loss of [losses.diceLoss, losses.tverskyLoss, losses.jaccardLoss] as Loss[]) {
      const plain = loss(logits, [0, 2]);
      await expectClose(loss(more, [0, 2, -100], { ignoreIndex: -100 }), plain);
      await expectClose(loss(more, [0, 2, 1], { mask: [1, 1, 0] }), plain);
      await expectClose(loss(columns, [0, 2], { axis: 0 }), plain);
      const oneHot = [
        [1, 0, 0],
        [0, 0, 1],
      ];
      await expectClose(loss(logits, oneHot), plain);
      await expectClose(loss(logits, [0, 2], { weights: [2, 2], smooth: 2 }), plain);
    }
    await expectClose(losses.binaryDiceLoss([...z, NaN], [...labels, 1], { mask: [1, 1, 1, 1, 0] }), losses.binaryDiceLoss(z, labels));
  });

  it('is 0 where there are no rows', async () => {
    const { tensor } = await import('@tensorflow/tfjs-core');
    await expectClose(losses.anyLoss([], []), 0);
    await expectClose(losses.diceLoss(tensor([], [0, 3]), tensor([], [0], 'int32')), 0);
    await expectClose(losses.binaryDiceLoss([], []), 0);
  });

  it('weighs the losses of classes', async () => {
    const one = (k: number) => losses.diceLoss(logits, [0, 2], { classWeights: [0, 1, 2].map((i) => Number(i === k)) });
    const [a, b, c] = await Promise.all([one(0), one(1), one(2)].map(async (x) => (await x.data())[0]!));
    await expectClose(losses.diceLoss(logits, [0, 2], { classWeights: [1, 2, 3] }), (a! + 2 * b! + 3 * c!) / 6);
    await expectClose(mul(losses.diceLoss(logits, [0, 2]), 3), a! + b! + c!);
  });
});
