/** @file The conformance rows of losses against centres, of two views, and of what has a state. */
import type { TensorLike } from '@surrogate/core';
import { statefulObjective, tensorFunction, utility, type BadCalls, type ConformanceTable, type Row } from '@surrogate/testing';
import { ones, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as metric from '../index.js';

/** Five embeddings of two labels. */
const x = [[0.9, -0.3, 0.5], [0.2, 1.1, -0.6], [0.7, 0.4, 1.2], [-0.5, 0.8, 0.3], [0.6, -0.9, -0.2]]; // prettier-ignore
const two = [0, 1, 0, 1, 1];
/** Embeddings that coincide, are opposite, and are nothing at all. */
const ends = [[1, 0, 0], [1, 0, 0], [-1e4, 0, 0], [0, 0, 0], [0, 1e4, 0]]; // prettier-ignore
const centers = [[0.8, 0.1, -0.4], [-0.2, 0.7, 0.5]]; // prettier-ignore

type CenterLoss<O> = (embeddings: TensorLike, centers: TensorLike, labels: TensorLike, options?: O & metric.CenterLossOptions) => Tensor;

/** A loss of embeddings against centres. */
function centerLoss<O extends object>(
  fn: CenterLoss<O>,
  options: O,
  numbers: readonly (keyof O & string)[],
  { at = centers, name = 'centers', bad = {} }: { at?: readonly unknown[]; name?: string; bad?: BadCalls } = {},
): Row {
  const given = at as never;
  const call = (more: object, labels: TensorLike = two) => fn(x, given, labels, { ...options, ...more });
  const refused = Object.fromEntries(numbers.map((key) => [`range ${key}`, [NaN, 'three'].map((value) => () => call({ [key]: value }))]));
  return tensorFunction(fn, {
    at: [x, given],
    call: {
      mean: (embeddings, weights) => fn(embeddings, weights, two, options),
      masked: (embeddings, weights) => fn(embeddings, weights, two, { ...options, mask: [1, 1, 0, 1, 0] }),
    },
    extremes: [[ends, given]],
    rtol: 1e-3,
    atol: 1e-4,
    bad: {
      'shape embeddings': () => fn([1, 2], given, [0, 1], options),
      [`shape ${name}`]: () => fn(x, [[1, 2]], two, options),
      'shape labels': () => call({}, [0, 1]),
      'range labels': () => call({}, [0, 1, 2, 0, 1]),
      'shape mask': () => call({ mask: [1, 0] }),
      ...refused,
      ...bad,
    },
  });
}

const head = (subject: unknown, record: metric.MarginHead, bad: BadCalls = {}): Row =>
  utility(subject, { call: (keep) => record.own(keep(tensor([-1, -0.6, 0.1, 0.8, 1]))), bad, rtol: 1e-3, atol: 1e-3 });

/** The rows by name. */
export const centerRows: ConformanceTable = {
  // centres
  cosFace: head(metric.cosFace, metric.cosFace(), { 'range margin': () => metric.cosFace({ margin: NaN }) }),
  arcFace: head(metric.arcFace, metric.arcFace(), { 'range margin': [-1, 4].map((margin) => () => metric.arcFace({ margin })) }),
  sphereFace: head(metric.sphereFace, metric.sphereFace(), {
    'range margin': [0, 1.5].map((margin) => () => metric.sphereFace({ margin })),
  }),
  marginLogits: tensorFunction(metric.marginLogits, {
    at: [[[0.3, -0.6], [0.8, 0.1]]], // prettier-ignore
    call: (c) => metric.marginLogits(c, [1, 0], metric.arcFace()),
    extremes: [[[[1, -1], [-1, 1]]]], // prettier-ignore
    bad: {
      'shape cosine': () => metric.marginLogits(1, 0, metric.arcFace()),
      'shape labels': () => metric.marginLogits([[1, 0]], [0, 1], metric.arcFace()),
      'range labels': () => metric.marginLogits([[1, 0]], [2], metric.arcFace()),
      'dtype head': () => metric.marginLogits([[1, 0]], [1], 'arc' as never),
    },
  }),
  marginHeadLoss: centerLoss<metric.MarginHeadOptions>(metric.marginHeadLoss, { head: metric.cosFace(), scale: 4 }, ['scale'], {
    bad: { 'dtype head': () => metric.marginHeadLoss(x, centers, two, { head: 'arc' as never }) },
  }),
  arcFaceLoss: centerLoss(metric.arcFaceLoss, { margin: 0.4, scale: 4 }, ['margin', 'scale']),
  cosFaceLoss: centerLoss(metric.cosFaceLoss, { margin: 0.4, scale: 4 }, ['margin', 'scale']),
  subCenterArcFaceLoss: centerLoss(metric.subCenterArcFaceLoss, { margin: 0.4, scale: 4 }, ['margin', 'scale'], {
    at: [centers, [[0.5, 0.9, -0.2], [0.1, -0.8, 0.3]]], // prettier-ignore
  }),
  sphereFaceLoss: centerLoss(metric.sphereFaceLoss, { margin: 2, scale: 1 }, ['margin', 'scale']),
  largeMarginSoftmaxLoss: centerLoss(metric.largeMarginSoftmaxLoss, { margin: 2, scale: 1 }, ['margin', 'scale']),
  normalizedSoftmaxLoss: centerLoss(metric.normalizedSoftmaxLoss, { temperature: 0.5 }, ['temperature']),
  proxyNcaLoss: centerLoss(metric.proxyNcaLoss, { scale: 2 }, ['scale'], { name: 'proxies' }),
  proxyAnchorLoss: centerLoss(metric.proxyAnchorLoss, { margin: 0.1, alpha: 3 }, ['margin', 'alpha'], { name: 'proxies' }),
  softTripleLoss: centerLoss(metric.softTripleLoss, { scale: 3, temperature: 0.5, margin: 0.1 }, ['scale', 'temperature', 'margin'], {
    at: [centers, [[0.5, 0.9, -0.2], [0.1, -0.8, 0.3]]], // prettier-ignore
  }),
  p2sGradLoss: centerLoss(metric.p2sGradLoss, {}, []),
  boxWhiskerBounds: utility(metric.boxWhiskerBounds, {
    backends: ['cpu'],
    because: 'it touches no tensor',
    call: () => metric.boxWhiskerBounds([1, 2, 3, 4]),
    bad: { 'shape values': () => metric.boxWhiskerBounds([]), 'range whisker': () => metric.boxWhiskerBounds([1], -1) },
  }),
  unifiedNegativePairLoss: centerLoss<metric.UnifiedNegativePairOptions>(metric.unifiedNegativePairLoss, { scale: 4 }, ['scale'], {
    bad: {
      'range whisker': () => metric.unifiedNegativePairLoss(x, centers, two, { whisker: -1 }),
      'dtype head': () => metric.unifiedNegativePairLoss(x, centers, two, { head: 'arc' as never }),
    },
  }),
  manifoldLoss: tensorFunction(metric.manifoldLoss, {
    at: [x, centers],
    call: (e, p) => metric.manifoldLoss(e, p, two, { margin: 0.3 }),
    rtol: 1e-3,
    atol: 1e-4,
    bad: {
      'shape embeddings': () => metric.manifoldLoss([1], centers, [0]),
      'shape proxies': () => metric.manifoldLoss(x, [[1]], two),
      'shape metaClasses': () => metric.manifoldLoss(x, centers, [0]),
      'range metaClasses': () => metric.manifoldLoss(x, centers, [0, 1, 2, 0, 1]),
      'range alpha': () => metric.manifoldLoss(x, centers, two, { alpha: 1 }),
      'range margin': () => metric.manifoldLoss(x, centers, two, { margin: 0 }),
      'range intrinsicWeight': () => metric.manifoldLoss(x, centers, two, { intrinsicWeight: -1 }),
      'range contextWeight': () => metric.manifoldLoss(x, centers, two, { contextWeight: NaN }),
    },
  }),
  dynamicSoftMargin: statefulObjective(metric.dynamicSoftMargin, {
    init: (keep) => ({ histogram: keep(metric.dynamicSoftMargin().init().histogram) }),
    apply: (state, { embeddings }) => metric.dynamicSoftMargin().apply(state, embeddings!, two),
    variables: { embeddings: x },
    // The weights are constants to gradients; the oracle holds the gradient.
    order: 0,
    bad: {
      'range minimum': () => metric.dynamicSoftMargin({ minimum: 0 }),
      'range bins': () => metric.dynamicSoftMargin({ bins: 1 }),
      'range momentum': () => metric.dynamicSoftMargin({ momentum: 2 }),
      'shape labels': (keep) => metric.dynamicSoftMargin().apply({ histogram: keep(ones([10])) }, x, [0]),
    },
  }),

  // two views
  vicRegLoss: tensorFunction(metric.vicRegLoss, {
    at: [x, x.map((row) => row.map((v) => 0.8 * v * v + 0.1))],
    extremes: [[ends, x]],
    bad: {
      'shape first': [() => metric.vicRegLoss([1], [1]), () => metric.vicRegLoss([[1, 2]], [[1, 2]])],
      'shape second': () => metric.vicRegLoss(x, centers),
      'range invarianceWeight': () => metric.vicRegLoss(x, x, { invarianceWeight: -1 }),
      'range varianceWeight': () => metric.vicRegLoss(x, x, { varianceWeight: NaN }),
      'range covarianceWeight': () => metric.vicRegLoss(x, x, { covarianceWeight: -1 }),
      'range eps': () => metric.vicRegLoss(x, x, { eps: 0 }),
    },
  }),
  barlowTwinsLoss: tensorFunction(metric.barlowTwinsLoss, {
    at: [x, x.map((row) => row.map((v) => 0.8 * v * v + 0.1))],
    extremes: [[ends, x]],
    bad: {
      'shape first': () => metric.barlowTwinsLoss([1], [1]),
      'shape second': () => metric.barlowTwinsLoss(x, centers),
      'range redundancyWeight': () => metric.barlowTwinsLoss(x, x, { redundancyWeight: -1 }),
      'range eps': () => metric.barlowTwinsLoss(x, x, { eps: NaN }),
    },
  }),
};
