/** @file P44: float32 rounds the gradient of softmax cross-entropy to 0; that of StableMax it does not. */
import { crossEntropy, stableMaxCrossEntropy } from '@surrogate/losses';
import { grad, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';

export default claim({
  paper: 44,
  says: 'Beyond a margin of about 17 softmax cross-entropy has no gradient left in float32, while StableMax has one at every margin.',
  params: { classes: 10, rows: 64, widest: 200 },
  quick: { rows: 16 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { classes, rows, widest } = params;
    // Right by margins that are spread evenly from 0 to the widest.
    const logits = Array.from({ length: rows }, (_, row) => {
      const others = Array.from({ length: classes - 1 }, () => -rng.uniform());
      return [(widest * (row + 1)) / rows, ...others];
    });
    const labels = Array<number>(rows).fill(0);
    const still = async (lossOf: typeof crossEntropy | typeof stableMaxCrossEntropy) => {
      const slopes = tidy(() => grad((z: Tensor) => lossOf(z, labels, { reduction: 'sum' }))(tensor2d(logits)));
      const values = await slopes.data<'float32'>();
      slopes.dispose();
      return logits.filter((_, row) => values[row * classes] === 0).length / rows;
    };
    const baseline = { collapsed: await still(crossEntropy) };
    const metrics = { collapsed: await still(stableMaxCrossEntropy) };
    progress(1);
    return { metrics, baseline };
  },
  /** Margins up to 17 are a twelfth of the range; beyond them the paper finds an exact 0. */
  shown: ({ metrics, baseline }) => metrics.collapsed === 0 && baseline.collapsed > 0.8,
});
