/** @file P123: dice loss under imbalance, and why its level and its self-adjustment matter. */
import { binaryCrossEntropy, binaryDiceLoss } from '@surrogate/losses';
import { claim } from '../claim.js';
import { rareExamples, trainAndCount } from '../model/rareClass.js';

export default claim({
  paper: 123,
  says: 'Where one class is rare, dice loss over the batch finds it where cross-entropy does not; fully self-adjusted, or one example at a time, it does not.',
  params: { width: 8, shift: 1.6, rate: 0.05, examples: 1500, test: 20000, steps: 300, learningRate: 0.05 },
  quick: { examples: 200, test: 200, steps: 20 },
  seeds: [0, 1, 2, 3],
  async run({ params, rng, progress }) {
    const train = rareExamples(params.examples, params, rng.split());
    const test = rareExamples(params.test, params, rng.split());
    const arm = (index: number, lossOf: Parameters<typeof trainAndCount>[3]) =>
      trainAndCount(train, test, { ...params, after: (part) => progress((index + part) / 4) }, lossOf);
    const entropy = await arm(0, (logits, labels) => binaryCrossEntropy(logits, labels));
    const adjusted = await arm(1, (logits, labels) => binaryDiceLoss(logits, labels, { alpha: 1 }));
    const single = await arm(2, (logits, labels) => binaryDiceLoss(logits, labels, { level: 'example' }));
    const batch = await arm(3, (logits, labels) => binaryDiceLoss(logits, labels));
    [train, test].forEach(({ features, labels }) => [features, labels].forEach((x) => x.dispose()));
    return {
      metrics: { f1: batch.f1 },
      baseline: { crossEntropyF1: entropy.f1, selfAdjustedF1: adjusted.f1, exampleLevelF1: single.f1 },
    };
  },
  /** The specification measures F1 0.38 against 0.24 (cross-entropy), 0 (alpha 1) and 0.12 (one example at a time). */
  shown: ({ metrics, baseline }) =>
    metrics.f1 > 1.15 * baseline.crossEntropyF1 && baseline.selfAdjustedF1 < 0.1 && baseline.exampleLevelF1 < metrics.f1 / 2,
});
