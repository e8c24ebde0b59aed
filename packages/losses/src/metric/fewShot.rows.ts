/** @file The conformance rows of few-shot losses, of recommenders' and of explanations'. */
import { rng, tanh, type TensorLike } from '@surrogate/core';
import { tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const x = [[0.2, 0.1], [1.1, -0.2], [0.1, 1.3], [3.2, 0.3], [4.1, 0.2], [2.9, 1.2]]; // prettier-ignore
const y = [0, 0, 0, 1, 1, 1];
const queries = [[1.1, 0.9], [2, 0.3], [3.1, 1]]; // prettier-ignore
const means = [[0.4, 0.3], [3.3, 0.4]]; // prettier-ignore
const episode = (support: TensorLike, query: TensorLike) => ({ support, supportLabels: y, query, queryLabels: [0, 0, 1] });
const model = (rows: Tensor) => sum(tanh(mul(rows, [0.5, -0.8])), 1);
const bad = 'three' as never;

/** The rows by name. */
export const fewShotRows: ConformanceTable = {
  prototypes: tensorFunction(losses.prototypes, {
    at: [x],
    call: (s) => losses.prototypes(s, y, 3),
    bad: {
      'shape embeddings': () => losses.prototypes([1], [0], 1),
      'shape labels': () => losses.prototypes(x, [0], 1),
      'range labels': () => losses.prototypes(x, y, 1),
      'range classes': () => losses.prototypes(x, y, 0),
    },
  }),
  protoTripletLoss: tensorFunction(losses.protoTripletLoss, {
    at: [queries, means],
    call: (q, c) => losses.protoTripletLoss(q, [0, 0, 1], c, { margin: 4 }),
    extremes: [[means, means]].map(([q, c]) => [[...q!, [1e4, 0]], c!]),
    bad: {
      'shape queries': () => losses.protoTripletLoss([1], [0], [[1]]),
      'shape prototypes': () => losses.protoTripletLoss(queries, [0, 0, 1], [[1]]),
      'shape labels': () => losses.protoTripletLoss(queries, [0], means),
      'range labels': () => losses.protoTripletLoss(queries, [0, 2, 1], means),
      'range margin': () => losses.protoTripletLoss(queries, [0, 0, 1], means, { margin: NaN }),
    },
  }),
  icnnScore: utility(losses.icnnScore, {
    call: () => losses.icnnScore(x, y, { k: 3 }),
    bad: { 'range k': () => losses.icnnScore(x, y, { k: 0 }), 'shape labels': () => losses.icnnScore(x, [0]) },
  }),
  icnnLoss: tensorFunction(losses.icnnLoss, {
    at: [x],
    call: {
      itself: (e) => losses.icnnLoss(e, y, { k: 3 }),
      target: (e) => losses.icnnLoss(e, y, { k: 2, target: queries.concat(means), targetLabels: [0, 0, 1, 0, 1] }),
    },
    extremes: [[x.map(() => [1, 1])]],
    bad: {
      'shape embeddings': [() => losses.icnnLoss([1], [0]), () => losses.icnnLoss([[1], [2]], [0, 1])],
      'shape labels': () => losses.icnnLoss(x, [0]),
      'dtype labels': () => losses.icnnLoss(x, [0.5, 0, 0, 1, 1, 1]),
      'shape target': () => losses.icnnLoss(x, y, { target: [[1]], targetLabels: [0] }),
      'shape targetLabels': () => losses.icnnLoss(x, y, { target: queries, targetLabels: [0] }),
      'range k': () => losses.icnnLoss(x, y, { k: 1.5 }),
      'range itemsPerClass': () => losses.icnnLoss(x, y, { k: 3, itemsPerClass: 2 }),
    },
  }),
  fewShotLoss: tensorFunction(losses.fewShotLoss, {
    at: [x, queries],
    call: (s, q) => losses.fewShotLoss(episode(s, q), 2, { terms: ['cross', 'protoTriplet'], margin: 4 }),
    bad: {
      'range terms': [
        () => losses.fewShotLoss(episode(x, queries), 2, { terms: [] }),
        () => losses.fewShotLoss(episode(x, queries), 2, { terms: [bad] }),
      ],
      'range classes': () => losses.fewShotLoss(episode(x, queries), 0),
      'shape support': () => losses.fewShotLoss(episode([1], queries), 2),
      'range supportLabels': () => losses.fewShotLoss(episode(x, queries), 1),
      'range temperature': () => losses.fewShotLoss(episode(x, queries), 2, { temperature: 0 }),
      'range margin': () => losses.fewShotLoss(episode(x, queries), 2, { margin: NaN }),
      'shape prototypes': () => losses.fewShotLoss(episode(x, [[1], [2], [3]]), 2),
    },
  }),
  personalLossResample: utility(losses.personalLossResample, {
    call: () => losses.personalLossResample(rng(4), [[0.1, 0.2, 0.5], [2, 1, 0]]), // prettier-ignore
    bad: {
      'dtype rng': () => losses.personalLossResample(3 as never, [[1]]),
      'range temperature': () => losses.personalLossResample(rng(0), [[1]], { temperature: 0 }),
      'shape losses': () => losses.personalLossResample(rng(0), [1]),
      'dtype losses': () => losses.personalLossResample(rng(0), bad),
    },
  }),
  personalCandidates: utility(losses.personalCandidates, {
    backends: ['cpu'],
    because: 'it touches no tensor',
    call: () => losses.personalCandidates(rng(0), [[0, 1], [2]], { items: 4, batch: 3 }), // prettier-ignore
    bad: {
      'dtype rng': () => losses.personalCandidates(3 as never, [[0]], { items: 2, batch: 1 }),
      'range items': () => losses.personalCandidates(rng(0), [[0]], { items: 0, batch: 1 }),
      'range batch': () => losses.personalCandidates(rng(0), [[0]], { items: 2, batch: 0 }),
      'range poolSize': () => losses.personalCandidates(rng(0), [[0]], { items: 2, batch: 1, poolSize: 0.5 }),
      'range interactions': () => losses.personalCandidates(rng(0), [[2]], { items: 2, batch: 1 }),
      'shape interactions': () => losses.personalCandidates(rng(0), [[], [0, 1]], { items: 2, batch: 1 }), // prettier-ignore
    },
  }),
  importanceDistribution: tensorFunction(losses.importanceDistribution, {
    at: [x.map((row) => row.map((v) => v + 0.5))],
    extremes: [[[[0, 0]]]],
    bad: { 'shape attributions': [() => losses.importanceDistribution([1]), () => losses.importanceDistribution([[]])], 'range eps': () => losses.importanceDistribution(x, { eps: 0 }) }, // prettier-ignore
  }),
  explanationConsistencyLoss: tensorFunction(losses.explanationConsistencyLoss, {
    at: [x.map((row) => row.map((v) => v + 0.5))],
    call: {
      'of the prior': (phi) => losses.explanationConsistencyLoss(phi, [0.3, 0.7]),
      'of the model': (phi) => losses.explanationConsistencyLoss(phi, [0.3, 0.7], { direction: 'model||prior' }),
    },
    extremes: [[[[0, 0]]], [[[1e4, 0]]]],
    bad: {
      'shape attributions': () => losses.explanationConsistencyLoss([1], [1]),
      'shape prior': () => losses.explanationConsistencyLoss(x, [1]),
      'range direction': () => losses.explanationConsistencyLoss(x, [0.3, 0.7], { direction: bad }),
      'range eps': () => losses.explanationConsistencyLoss(x, [0.3, 0.7], { eps: NaN }),
    },
  }),
  occlusionAttributions: tensorFunction(losses.occlusionAttributions, {
    at: [x],
    call: {
      mean: (rows) => losses.occlusionAttributions(model, rows),
      given: (rows) => losses.occlusionAttributions(model, rows, { baseline: [0, 1] }),
    },
    bad: {
      'shape x': () => losses.occlusionAttributions(model, [1]),
      'shape baseline': () => losses.occlusionAttributions(model, x, { baseline: [1] }),
      'shape f': () => losses.occlusionAttributions((rows) => rows, x),
      'dtype f': () => losses.occlusionAttributions(bad, x),
    },
  }),
  gradientAttributions: tensorFunction(losses.gradientAttributions, {
    at: [x],
    // A gradient itself: training through it is the second derivative of the model.
    order: 1,
    call: (rows) => losses.gradientAttributions(model, rows),
    bad: {
      'shape x': () => losses.gradientAttributions(model, [1]),
      'shape f': () => losses.gradientAttributions((rows) => rows, x),
      'dtype f': () => losses.gradientAttributions(bad, x),
    },
  }),
};
