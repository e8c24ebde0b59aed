import { rng } from '@surrogate/core';
import { matrixFromRows, matrixToRows } from '@surrogate/core/host';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { log, mul, square, sub, sum, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import * as losses from '../index.js';

const { clusterTargets, crossEntropy, depictLoss, gaussianNll, meanShift, meanShiftQueries, noPropBlockLoss, noPropInfer, noPropSchedule } =
  losses;
const { probabilisticReconstructionError } = losses;

oracle('losses/unsupervised', (c) =>
  c.loss === 'depictLoss'
    ? depictLoss(c.noisyLogits, c.targets, { ...c.options, reconstructions: [{ output: c.output, target: c.target, weight: 0.1 }] })
    : probabilisticReconstructionError(c.means, c.rawVariances, c.targets, c.options),
);

const probs = [[0.7, 0.2, 0.1], [0.4, 0.5, 0.1], [0.6, 0.1, 0.3], [0.2, 0.2, 0.6]]; // prettier-ignore

eachBackend(() => {
  it('probabilistic reconstruction errors have the published values', async () => {
    const error = (target: number[], options = {}) => probabilisticReconstructionError([[0.5, 0.2]], [[0.3, -1]], [target], options);
    await expectClose(error([0.4, 0.5]), -1.0190857, { rtol: 3e-5 });
    await expectClose(error([0.4, 0.5], { alpha: 0.5, beta: 2 }), -2.4866641, { rtol: 3e-5 });
    await expectClose(error([0.6, 0.1]), -1.2744552, { rtol: 3e-5 });
    // Twice the Gaussian likelihood.
    const variances = [0.3, -1].map((raw) => Math.log1p(Math.exp(raw)) + 1e-5);
    const nll = gaussianNll({ means: [0.5, 0.2], variances, targets: [0.4, 0.5] }, { reduction: 'sum' });
    await expectClose(error([0.4, 0.5]), mul(2, nll), { rtol: 1e-4 });
  });

  it('mutual information has the published value, and none is left of predictions that do not differ', async () => {
    await expectClose(losses.mutualInformationLoss(log(tensor2d([[0.9, 0.1], [0.2, 0.8]]))), -0.2753961); // prettier-ignore
    await expectClose(losses.mutualInformationLoss([[3, 1, 0], [3, 1, 0]]), 0, { atol: 1e-6 }); // prettier-ignore
  });

  it('cluster targets have the published values', async () => {
    await expectClose(clusterTargets(probs), [0.6323, 0.249, 0.1187, 0.3277, 0.5646, 0.1077, 0.53, 0.1218, 0.3483, 0.1582, 0.2181, 0.6237], { atol: 6e-5 }); // prettier-ignore
    await expectClose(clusterTargets(probs, { form: 'dec' }), [0.8401, 0.1303, 0.0296, 0.2453, 0.7282, 0.0265, 0.6736, 0.0356, 0.2909, 0.0542, 0.103, 0.8428], { atol: 6e-5 }); // prettier-ignore
    const even = [[0.7, 0.3], [0.3, 0.7]]; // prettier-ignore
    await expectClose(clusterTargets(even), even);
    const [targets, logits] = [clusterTargets(probs), log(tensor2d(probs))];
    await expectClose(depictLoss(logits, targets), 0.933439);
    await expectClose(depictLoss(logits, targets), crossEntropy(logits, targets));
  });

  it('NoProp counts a block by the SNR that it adds', async () => {
    const schedule = noPropSchedule();
    const loss = noPropBlockLoss([[0.2, 0.8]], [[0, 1]], 10, schedule, { eta: 2 });
    await expectClose(loss, 5 * 2 * 964.36 * 0.08, { rtol: 1e-5 });
  });

  it('perfect blocks give the distribution that the schedule asks for', async () => {
    const schedule = noPropSchedule({ steps: 4 });
    const label = tensor1d([1, -2]);
    const embedding = mul(label, tensor2d(new Float32Array(2000).fill(1), [2000, 1]));
    const z = noPropInfer(
      Array.from({ length: 4 }, () => () => embedding),
      [2000, 2],
      schedule,
      rng(3),
    );
    const mean = mul(1 / 2000, sum(z, 0));
    await expectClose(mean, mul(Math.sqrt(0.999), label), { atol: 0.01 });
    const spread = mul(1 / 2000, sum(square(sub(z, mean)), 0));
    await expectClose(spread, [0.001, 0.001], { rtol: 0.15 });
  });
});

it('NoProp has the published schedule, which is consistent', async () => {
  const { alphaBar, a, b, c, snrIncrement } = noPropSchedule();
  await expectClose(alphaBar, [0.001, 0.02409, 0.09403, 0.20309, 0.34076, 0.49377, 0.64738, 0.78679, 0.89857, 0.97194, 0.999], { atol: 6e-6 }); // prettier-ignore
  await expectClose([a[1]!, b[1]!, c[1]!, a[5]!, b[5]!, c[5]!, a[10]!, b[10]!], [0.1489, 0.199, 0.93633, 0.3303, 0.6379, 0.23796, 0.9648, 0.0352], { atol: 6e-5 }); // prettier-ignore
  await expectClose([c[10]!, snrIncrement[1]!, snrIncrement[10]!], [0.00097, 0.0237, 964.36], { rtol: 5e-6, atol: 5e-5 });
  for (let t = 1; t <= 10; t++) {
    await expectClose(a[t]! + b[t]! * Math.sqrt(alphaBar[t - 1]!), Math.sqrt(alphaBar[t]!), { rtol: 1e-12, atol: 1e-12 });
    await expectClose(b[t]! ** 2 * (1 - alphaBar[t - 1]!) + c[t]!, 1 - alphaBar[t]!, { rtol: 1e-12, atol: 1e-12 });
  }
});

it('mean shift has the published values', async () => {
  const stages = meanShift(matrixFromRows([[0], [1], [10]]), { k: 2, iterations: 2 }); // prettier-ignore
  await expectClose(matrixToRows(stages[1]!), [0.5, 0.5, 5.5]);
  await expectClose(matrixToRows(stages[2]!), [0.5, 0.5, 3]);
  await expectClose(matrixToRows(meanShiftQueries(matrixFromRows([[4]]), stages, { k: 2 })), [1.5]);
});
