/** @file P149: a network reads the simplest feature, and nothing else, though it could. */
import { simplicityBiasReport, slabDataset, type Scorer, type SlabBlock, type SlabDataset } from '@surrogate/diagnostics';
import type { Rng } from '@surrogate/core';
import { claim } from '../claim.js';
import { initialParams, lossAndGradient, outputsOf, rowsOf, softmaxLoss, type HostNet } from '../model/hostNet.js';

interface Training {
  readonly hidden: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
}

/** A network of two hidden layers, trained by SGD, as a score: the difference of its two logits. */
function trained({ features, labels }: SlabDataset, { hidden, epochs, batch, learningRate }: Training, rng: Rng): Scorer {
  const net: HostNet = { sizes: [features.cols, hidden, hidden, 2], activation: 'relu' };
  const params = initialParams(net, rng.split());
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = rng.permutation(features.rows);
    for (let at = 0; at + batch <= order.length; at += batch) {
      const drawn = order.subarray(at, at + batch);
      const x = rowsOf(features.data, features.cols, drawn);
      const { gradient } = lossAndGradient(net, params, x, batch, softmaxLoss(drawn.map((i) => labels[i]!)));
      for (let i = 0; i < params.length; i++) params[i]! -= learningRate * gradient[i]!;
    }
  }
  return ({ rows, data }) => {
    const z = outputsOf(net, params, data, rows);
    return Array.from({ length: rows }, (_, i) => z[2 * i + 1]! - z[2 * i]!);
  };
}

export default claim({
  paper: 149,
  says: 'A network that could learn slabs reads the one linear coordinate alone: without it it guesses, without all the others it misses nothing.',
  params: { width: 10, examples: 4000, tests: 2000, hidden: 64, epochs: 20, batch: 64, learningRate: 0.1 },
  quick: { width: 4, examples: 500, tests: 200, hidden: 16, epochs: 5 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { width, examples, tests } = params;
    const slabs = Array<SlabBlock>(width - 1).fill('slab5');
    const blocks: SlabBlock[] = ['linear', ...slabs];
    const both = trained(slabDataset({ examples, blocks }, rng.split()), params, rng.split());
    progress(0.5);
    const report = await simplicityBiasReport(both, slabDataset({ examples: tests, blocks }, rng.split()), [0], rng.split());
    const alone = trained(slabDataset({ examples, blocks: slabs }, rng.split()), params, rng.split());
    const learnable = await simplicityBiasReport(alone, slabDataset({ examples: tests, blocks: slabs }, rng.split()), [], rng.split());
    return {
      metrics: { aucWithoutLinear: report.simpleRandomized, aucWithoutSlabs: report.complexRandomized },
      baseline: { auc: report.standard, aucSlabsAlone: learnable.standard },
    };
  },
  /** The specification measures 0.50 and 1.00 of 1.00, and 0.998 for a network that is given slabs alone. */
  shown: ({ metrics, baseline }) =>
    metrics.aucWithoutLinear < 0.6 && metrics.aucWithoutSlabs > baseline.auc - 0.01 && baseline.auc > 0.99 && baseline.aucSlabsAlone > 0.95,
});
