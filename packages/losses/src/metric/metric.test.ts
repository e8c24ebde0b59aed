/** @file Losses of pairs and of centres against pytorch-metric-learning. */
import type { TensorLike } from '@surrogate/core';
import { oracle, type OracleCase } from '@surrogate/testing';
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import * as metric from '../index.js';

const distances: Readonly<Record<string, metric.PairDistance>> = {
  cosine: metric.cosineSimilarity,
  euclidean: metric.lpDistance({ normalize: false }),
  l1: metric.lpDistance({ p: 1 }),
  l3: metric.lpDistance({ p: 3, power: 2, normalize: false }),
};

const reducers: Readonly<Record<string, metric.PairReducer>> = {
  mean: metric.meanReducer,
  sum: metric.sumReducer,
  threshold: metric.thresholdReducer({ low: 0.3, high: 1.2 }),
  classWeighted: metric.classWeightedReducer([0.5, 1, 2]),
  perAnchor: metric.perAnchorReducer(),
  byTerm: metric.reducerByTerm({ positive: metric.sumReducer }, metric.meanReducer),
};

const kinds = ['all', 'hard', 'semihard', 'easy'] as const;

const miners: Readonly<Record<string, metric.PairMiner>> = {
  none: metric.allPairs,
  ms: metric.multiSimilarityMiner({ epsilon: 0.3 }),
  pairMargin: metric.pairMarginMiner({ positiveMargin: 0.9, negativeMargin: 1.1 }),
  hardestPart: metric.hardestPartMiner({ part: 0.4 }),
  angular: metric.angularMiner({ angle: (35 * Math.PI) / 180 }),
  batchHard: metric.batchHardMiner(),
  ranges: metric.batchHardMiner({ positiveRange: [0.2, 1.3], negativeRange: [0.5, 1.5] }),
  ...Object.fromEntries(kinds.map((kind) => [kind, metric.tripletMarginMiner({ margin: 0.4, kind })])),
};

const minerOf = (miner: string | [metric.BatchStrategy, metric.BatchStrategy] | undefined) =>
  Array.isArray(miner) ? metric.batchEasyHardMiner({ positives: miner[0], negatives: miner[1] }) : miner && miners[miner];

const penalties: Readonly<Record<string, metric.PnpPenalty>> = {
  O: metric.pnpOriginal,
  Iu: metric.pnpIncreasing,
  Ib: metric.pnpBounded(1.5),
  Ds: metric.pnpDecreasing,
  Dq: metric.pnpSaturating(2),
};

type PairLoss = (embeddings: TensorLike, labels: TensorLike, options: object) => Tensor;
type CenterLoss = (embeddings: TensorLike, centers: TensorLike, labels: TensorLike, options: object) => Tensor;
const byName = metric as unknown as Readonly<Record<string, PairLoss & CenterLoss>>;

/** What a stored case names, as records. */
function optionsOf({ options, parts, reference, referenceLabels }: OracleCase): object {
  const chosen = {
    distance: distances[parts.distance as string],
    reducer: reducers[parts.reducer as string],
    miner: minerOf(parts.miner),
    penalty: penalties[parts.penalty as string],
    reference: reference && { embeddings: reference, labels: referenceLabels },
  };
  return { ...options, ...Object.fromEntries(Object.entries(chosen).filter(([, part]) => part !== undefined)) };
}

oracle('losses/metric_pairs', (c) => byName[c.loss]!(c.embeddings, c.labels, optionsOf(c)), { rtol: 2e-4, atol: 2e-5 });
oracle('losses/metric_centers', (c) => byName[c.loss]!(c.embeddings, c.centers, c.labels, c.options), { rtol: 2e-4, atol: 2e-5 });
oracle('losses/metric_views', (c) => byName[c.loss]!(c.first, c.second, c.options), { rtol: 1e-4, atol: 1e-5 });
oracle(
  'losses/metric_dynamic',
  (c) =>
    tidy(() => {
      const { init, apply } = metric.dynamicSoftMargin(c.options);
      return apply(apply(init(), c.embeddings, c.labels).state, c.later, c.labels).loss;
    }),
  { rtol: 1e-4, atol: 1e-5 },
);
