/** @file The conformance rows of losses of pairs and of their parts. */
import { rng, type TensorLike } from '@surrogate/core';
import { tensorFunction, utility, type BadCalls, type ConformanceTable, type Row } from '@surrogate/testing';
import { tensor, type Tensor, zeros } from '@tensorflow/tfjs-core';
import * as metric from '../index.js';

/** Five embeddings of two labels. */
const x = [[0.9, -0.3, 0.5], [0.2, 1.1, -0.6], [0.7, 0.4, 1.2], [-0.5, 0.8, 0.3], [0.6, -0.9, -0.2]]; // prettier-ignore
const y = [0, 1, 0, 1, 1];
/** Embeddings that coincide, are opposite, and are nothing at all. */
const ends = [[1, 0, 0], [1, 0, 0], [-1e4, 0, 0], [0, 0, 0], [0, 1e4, 0]]; // prettier-ignore
const centers = [[0.8, 0.1, -0.4], [-0.2, 0.7, 0.5]]; // prettier-ignore

type PairLoss<O> = (embeddings: TensorLike, labels: TensorLike, options?: O & metric.PairLossOptions) => Tensor;

/** A loss of pairs, with the numbers among its options. */
function pairLoss<O extends object>(fn: PairLoss<O>, options: O, numbers: readonly (keyof O & string)[], bad: BadCalls = {}): Row {
  const call = (embeddings: TensorLike, labels: TensorLike, more: object) => fn(embeddings, labels, { ...options, ...more });
  const refused = Object.fromEntries(
    numbers.map((name) => [`range ${name}`, [NaN, 'three'].map((value) => () => call(x, y, { [name]: value }))]),
  );
  return tensorFunction(fn, {
    at: [x],
    call: (embeddings) => fn(embeddings, y, options),
    extremes: [[ends]],
    rtol: 1e-3,
    atol: 1e-4,
    bad: {
      'shape embeddings': () => call([1, 2], [0, 1], {}),
      'shape labels': () => call(x, [0, 1], {}),
      'dtype labels': () => call(x, [0, 1, 0.5, 1, 0], {}),
      'shape mask': () => call(x, y, { mask: [1, 0] }),
      'dtype distance': () => call(x, y, { distance: 'cosine' }),
      'dtype reducer': () => call(x, y, { reducer: 'mean' }),
      'dtype miner': () => call(x, y, { miner: 'hard' }),
      ...refused,
      ...bad,
    },
  });
}

/** The record of a weighting, by its factory. */
function weighting<O extends object>(
  make: (options?: O) => metric.PairWeighting,
  numbers: readonly (keyof O & string)[],
  bad: BadCalls = {},
): Row {
  const refused = numbers.map((name) => [`range ${name}`, () => make({ [name]: NaN } as O)] as const);
  return utility(make, {
    backends: ['cpu'],
    because: 'the loss runs everywhere',
    call: () => make().name,
    bad: { ...Object.fromEntries(refused), ...bad },
  });
}

const pairs = (options: Partial<metric.MinePairsOptions>) => metric.minePairs(x, y, { distance: metric.cosineSimilarity, ...options });

/** The record of a miner, by its factory. */
const miner = (make: unknown, record: metric.PairMiner, bad: BadCalls = {}): Row =>
  utility(make, { call: () => pairs({ miner: record }), bad });

const term = (keep: <T extends Tensor>(made: T) => T): metric.PairTerm => ({
  losses: keep(tensor([[0.5, 0, 2], [1, 3, 0.2]])), // prettier-ignore
  present: keep(tensor([[1, 1, 0], [1, 1, 1]])), // prettier-ignore
  divisor: keep(tensor(4)),
});

/** The record of a reducer. */
const reducer = (subject: unknown, record: metric.PairReducer, bad: BadCalls = {}): Row =>
  utility(subject, { call: (keep) => record.reduce(term(keep), keep(tensor([0, 1], [2], 'int32')), 'loss'), bad });

const distance = (subject: unknown, record: metric.PairDistance, bad: BadCalls = {}): Row =>
  utility(subject, {
    call: { itself: (keep) => record.between(keep(tensor(x))), others: (keep) => record.between(keep(tensor(x)), keep(tensor(centers))) },
    bad,
  });

const penalty = (subject: unknown, record: metric.PnpPenalty, bad: BadCalls = {}): Row =>
  utility(subject, { call: (keep) => record.of(keep(tensor([0, 0.5, 3]))), bad });

/** The rows by name. */
export const metricRows: ConformanceTable = {
  // distances
  cosineSimilarity: distance(metric.cosineSimilarity, metric.cosineSimilarity),
  dotProductSimilarity: distance(metric.dotProductSimilarity, metric.dotProductSimilarity),
  lpDistance: distance(metric.lpDistance, metric.lpDistance({ p: 3, power: 2 }), {
    'range p': () => metric.lpDistance({ p: 0.5 }),
    'range power': () => metric.lpDistance({ power: 0 }),
    'dtype normalize': () => metric.lpDistance({ normalize: 1 as never }),
  }),
  snrDistance: distance(metric.snrDistance, metric.snrDistance(), {
    'dtype normalize': () => metric.snrDistance({ normalize: 1 as never }),
  }),

  // reducers
  meanReducer: reducer(metric.meanReducer, metric.meanReducer),
  sumReducer: reducer(metric.sumReducer, metric.sumReducer),
  avgNonZeroReducer: reducer(metric.avgNonZeroReducer, metric.avgNonZeroReducer),
  divisorReducer: reducer(metric.divisorReducer, metric.divisorReducer),
  thresholdReducer: reducer(metric.thresholdReducer, metric.thresholdReducer({ low: 0.3, high: 2.5 }), {
    'range low': [() => metric.thresholdReducer({}), () => metric.thresholdReducer({ low: NaN })],
    'range high': () => metric.thresholdReducer({ high: 'one' as never }),
  }),
  classWeightedReducer: reducer(metric.classWeightedReducer, metric.classWeightedReducer([0.5, 2]), {
    'shape weights': () => metric.classWeightedReducer([[1, 2]]),
    'dtype weights': () => metric.classWeightedReducer('one' as never),
  }),
  perAnchorReducer: reducer(metric.perAnchorReducer, metric.perAnchorReducer(), {
    'dtype reducer': () => metric.perAnchorReducer('mean' as never),
  }),
  reducerByTerm: reducer(metric.reducerByTerm, metric.reducerByTerm({ loss: metric.sumReducer }), {
    'dtype reducers.loss': () => metric.reducerByTerm({ loss: 'sum' as never }),
    'dtype fallback': () => metric.reducerByTerm({}, 'mean' as never),
  }),

  // miners
  allPairs: miner(metric.allPairs, metric.allPairs),
  multiSimilarityMiner: miner(metric.multiSimilarityMiner, metric.multiSimilarityMiner(), {
    'range epsilon': () => metric.multiSimilarityMiner({ epsilon: -1 }),
  }),
  pairMarginMiner: miner(metric.pairMarginMiner, metric.pairMarginMiner(), {
    'range positiveMargin': () => metric.pairMarginMiner({ positiveMargin: NaN }),
    'range negativeMargin': () => metric.pairMarginMiner({ negativeMargin: Infinity }),
  }),
  hardestPartMiner: miner(metric.hardestPartMiner, metric.hardestPartMiner(), {
    'range part': [0, 2, NaN].map((part) => () => metric.hardestPartMiner({ part })),
  }),
  batchEasyHardMiner: miner(metric.batchEasyHardMiner, metric.batchEasyHardMiner(), {
    'range positives': () => metric.batchEasyHardMiner({ positives: 'soft' as never }),
    'range negatives': [
      () => metric.batchEasyHardMiner({ negatives: 'soft' as never }),
      () => metric.batchEasyHardMiner({ positives: 'semihard', negatives: 'semihard' }),
      () => metric.batchEasyHardMiner({ positives: 'all', negatives: 'semihard' }),
    ],
    'range positiveRange': () => metric.batchEasyHardMiner({ positiveRange: [1, 0] }),
    'range negativeRange': () => metric.batchEasyHardMiner({ negativeRange: [NaN, 0] }),
  }),
  batchHardMiner: miner(metric.batchHardMiner, metric.batchHardMiner(), {
    'range positiveRange': () => metric.batchHardMiner({ positiveRange: [1, 0] }),
  }),
  tripletMarginMiner: miner(metric.tripletMarginMiner, metric.tripletMarginMiner({ kind: 'semihard' }), {
    'range margin': () => metric.tripletMarginMiner({ margin: NaN }),
    'range kind': () => metric.tripletMarginMiner({ kind: 'soft' as never }),
  }),
  angularMiner: miner(metric.angularMiner, metric.angularMiner(), {
    'range angle': [0, 2, NaN].map((angle) => () => metric.angularMiner({ angle })),
  }),
  distanceWeightedMiner: utility(metric.distanceWeightedMiner, {
    call: () => pairs({ miner: metric.distanceWeightedMiner(rng(3)) }),
    bad: {
      'dtype rng': () => metric.distanceWeightedMiner(3 as never),
      'range cutoff': [0, 2, NaN].map((cutoff) => () => metric.distanceWeightedMiner(rng(0), { cutoff })),
      'range farthest': () => metric.distanceWeightedMiner(rng(0), { farthest: 0 }),
    },
  }),
  givenTriplets: miner(
    metric.givenTriplets,
    metric.givenTriplets([
      [0, 2, 1],
      [0, 2, 3],
    ]),
    {
      // prettier-ignore
      'shape triplets': () => metric.givenTriplets([[0, 1] as never]),
      'range triplets': [() => metric.givenTriplets([[0, 1, -1]]), () => pairs({ miner: metric.givenTriplets([[0, 1, 5]]) })],
    },
  ),
  minePairs: utility(metric.minePairs, {
    call: {
      all: () => pairs({ mask: [1, 1, 1, 1, 0] }),
      references: () => pairs({ reference: { embeddings: centers, labels: [0, 1] } }),
      nothing: (keep) => metric.minePairs(keep(zeros([0, 3])), keep(zeros([0], 'int32')), { distance: metric.cosineSimilarity }),
    },
    bad: {
      'shape labels': () => metric.minePairs(x, [0], { distance: metric.cosineSimilarity }),
      'dtype distance': () => metric.minePairs(x, y, { distance: 'cosine' as never }),
      'shape reference.embeddings': () => pairs({ reference: { embeddings: [[1]], labels: [0] } }),
      'shape reference.labels': () => pairs({ reference: { embeddings: centers, labels: [0] } }),
    },
  }),

  // pair weighting
  pairWeightingLoss: tensorFunction(metric.pairWeightingLoss, {
    at: [x],
    call: {
      masked: (e) => metric.pairWeightingLoss(e, y, { weighting: metric.ntXentWeighting({ temperature: 1 }), mask: [1, 1, 1, 1, 0] }),
      references: (e) =>
        metric.pairWeightingLoss(e, y, {
          weighting: metric.liftedStructureWeighting(),
          reference: { embeddings: centers, labels: [0, 1] },
        }),
    },
    bad: {
      'shape labels': () => metric.pairWeightingLoss(x, [0], { weighting: metric.contrastiveWeighting() }),
      'dtype weighting': () => metric.pairWeightingLoss(x, y, { weighting: 'triplet' as never }),
      'range reference': () =>
        metric.pairWeightingLoss(x, y, { weighting: metric.nPairWeighting(), reference: { embeddings: centers, labels: [0, 1] } }),
    },
  }),
  pairWeights: utility(metric.pairWeights, {
    call: {
      all: () => metric.pairWeights(x, y, { weighting: metric.multiSimilarityWeighting() }),
      nothing: (keep) => metric.pairWeights(keep(zeros([0, 3])), keep(zeros([0], 'int32')), { weighting: metric.contrastiveWeighting() }),
    },
    bad: {
      'shape labels': () => metric.pairWeights(x, [0], { weighting: metric.contrastiveWeighting() }),
      'dtype weighting': () => metric.pairWeights(x, y, { weighting: 'triplet' as never }),
    },
  }),

  // losses of pairs
  contrastiveWeighting: weighting(metric.contrastiveWeighting, ['positiveMargin', 'negativeMargin']),
  contrastiveLoss: pairLoss(metric.contrastiveLoss, { positiveMargin: 0.1, negativeMargin: 1.3 }, ['positiveMargin', 'negativeMargin']),
  snrContrastiveLoss: pairLoss(metric.snrContrastiveLoss, { negativeMargin: 3 }, ['negativeMargin']),
  thresholdConsistentMarginWeighting: weighting(metric.thresholdConsistentMarginWeighting, [
    'positiveMargin',
    'negativeMargin',
    'positiveWeight',
    'negativeWeight',
  ]),
  thresholdConsistentMarginLoss: pairLoss(
    metric.thresholdConsistentMarginLoss,
    { negativeMargin: -0.1, positiveWeight: 2, positiveMargin: 0.9 },
    ['negativeMargin', 'positiveWeight', 'positiveMargin'],
  ),
  intraPairVarianceWeighting: weighting(metric.intraPairVarianceWeighting, ['positiveSlack', 'negativeSlack']),
  intraPairVarianceLoss: pairLoss(metric.intraPairVarianceLoss, { positiveSlack: 0.1, negativeSlack: 0.1 }, [
    'positiveSlack',
    'negativeSlack',
  ]),
  tripletWeighting: weighting(metric.tripletWeighting, ['margin'], {
    'dtype swap': () => metric.tripletWeighting({ swap: 1 as never }),
    'dtype smooth': () => metric.tripletWeighting({ smooth: 1 as never }),
  }),
  tripletLoss: pairLoss<metric.TripletWeightingOptions>(metric.tripletLoss, { margin: 0.7, smooth: true }, ['margin']),
  marginWeighting: weighting(metric.marginWeighting, ['margin', 'nu']),
  embeddingMarginLoss: pairLoss<metric.MarginWeightingOptions>(
    metric.embeddingMarginLoss,
    { margin: 0.3, nu: 0.1, beta: [1, 1.3] },
    ['margin', 'nu'],
    {
      'shape beta': () => metric.embeddingMarginLoss(x, y, { beta: [[1]] }),
      'dtype beta': () => metric.embeddingMarginLoss(x, y, { beta: 'one' as never }),
    },
  ),
  liftedStructureWeighting: weighting(metric.liftedStructureWeighting, ['positiveMargin', 'negativeMargin']),
  liftedStructureLoss: pairLoss(metric.liftedStructureLoss, { positiveMargin: 0.1, negativeMargin: 2 }, [
    'positiveMargin',
    'negativeMargin',
  ]),
  generalizedLiftedStructureWeighting: weighting(metric.generalizedLiftedStructureWeighting, ['positiveMargin', 'negativeMargin']),
  generalizedLiftedStructureLoss: pairLoss(metric.generalizedLiftedStructureLoss, { positiveMargin: 0.1, negativeMargin: 2 }, [
    'positiveMargin',
    'negativeMargin',
  ]),
  multiSimilarityWeighting: weighting(metric.multiSimilarityWeighting, ['alpha', 'beta', 'base']),
  multiSimilarityLoss: pairLoss(metric.multiSimilarityLoss, { alpha: 2, beta: 5, base: 0.4, miner: metric.allPairs }, [
    'alpha',
    'beta',
    'base',
  ]),
  circleWeighting: weighting(metric.circleWeighting, ['margin', 'scale']),
  // The pull is a constant to gradients, so that differences see another function; the oracle holds the gradient.
  circleLoss: tensorFunction(metric.circleLoss, {
    at: [x],
    order: 0,
    call: (e) => metric.circleLoss(e, y, { scale: 4 }),
    extremes: [[ends]],
    bad: {
      'shape labels': () => metric.circleLoss(x, [0]),
      'range margin': () => metric.circleLoss(x, y, { margin: NaN }),
      'range scale': () => metric.circleLoss(x, y, { scale: 0 }),
    },
  }),
  ntXentWeighting: weighting(metric.ntXentWeighting, ['temperature']),
  ntXentLoss: pairLoss(metric.ntXentLoss, { temperature: 0.5 }, ['temperature']),
  supConWeighting: weighting(metric.supConWeighting, ['temperature']),
  supConLoss: pairLoss(metric.supConLoss, { temperature: 0.5 }, ['temperature']),
  ncaWeighting: weighting(metric.ncaWeighting, ['scale']),
  ncaLoss: pairLoss(metric.ncaLoss, { scale: 2 }, ['scale']),
  nPairWeighting: weighting(metric.nPairWeighting, []),
  nPairLoss: pairLoss(metric.nPairLoss, {}, []),
  tupletMarginWeighting: weighting(metric.tupletMarginWeighting, ['margin', 'scale']),
  tupletMarginLoss: pairLoss(metric.tupletMarginLoss, { margin: 0.2, scale: 4 }, ['margin', 'scale']),
  angularWeighting: weighting(metric.angularWeighting, ['angle']),
  angularLoss: pairLoss(metric.angularLoss, { angle: 0.6 }, ['angle']),
  rankedListWeighting: weighting(metric.rankedListWeighting, ['margin', 'alpha', 'balance', 'positiveTemperature', 'negativeTemperature']),
  rankedListLoss: pairLoss(metric.rankedListLoss, { margin: 0.9, alpha: 1.4, balance: 0.4 }, ['margin', 'alpha', 'balance']),
  fastApWeighting: weighting(metric.fastApWeighting, ['bins']),
  fastApLoss: pairLoss(metric.fastApLoss, { bins: 1 }, ['bins']),
  histogramWeighting: weighting(metric.histogramWeighting, ['bins']),
  histogramLoss: pairLoss(metric.histogramLoss, { bins: 1 }, ['bins']),
  smoothApWeighting: weighting(metric.smoothApWeighting, ['temperature']),
  smoothApLoss: pairLoss(metric.smoothApLoss, { temperature: 0.5 }, ['temperature']),
  pnpOriginal: penalty(metric.pnpOriginal, metric.pnpOriginal),
  pnpIncreasing: penalty(metric.pnpIncreasing, metric.pnpIncreasing),
  pnpBounded: penalty(metric.pnpBounded, metric.pnpBounded(), { 'range b': () => metric.pnpBounded(0) }),
  pnpDecreasing: penalty(metric.pnpDecreasing, metric.pnpDecreasing),
  pnpSaturating: penalty(metric.pnpSaturating, metric.pnpSaturating(), { 'range alpha': () => metric.pnpSaturating(-1) }),
  pnpWeighting: weighting(metric.pnpWeighting, ['temperature'], { 'dtype penalty': () => metric.pnpWeighting({ penalty: 'O' as never }) }),
  pnpLoss: pairLoss(metric.pnpLoss, { temperature: 0.5 }, ['temperature']),
  instanceWeighting: weighting(metric.instanceWeighting, ['scale']),
  instanceLoss: pairLoss(metric.instanceLoss, { scale: 3 }, ['scale']),

  // retrieval
  recallAtK: utility(metric.recallAtK, {
    call: () => metric.recallAtK(x, y, { k: 2, mask: [1, 1, 1, 1, 0] }),
    bad: { 'range k': () => metric.recallAtK(x, y, { k: 0 }), 'shape labels': () => metric.recallAtK(x, [0]) },
  }),
  verificationTar: utility(metric.verificationTar, {
    call: () => metric.verificationTar(x, y, { far: 0.2 }),
    bad: { 'range far': () => metric.verificationTar(x, y, { far: 1 }), 'shape labels': () => metric.verificationTar(x, [0]) },
  }),
};
