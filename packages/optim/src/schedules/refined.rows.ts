/** @file The conformance rows of schedules from a run that is over, and of what watches and turns gradients. */
import { hostFunction, schedule, transformation, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const norms = [3, 1, 2, 5, 4];

/** The rows by name. */
export const refinedRows: ConformanceTable = {
  medianFilter: hostFunction(optim.medianFilter, {
    call: { 'of three': () => optim.medianFilter(norms, 3), 'wider than the numbers': () => optim.medianFilter([2, 1], 9) },
    bad: {
      'range width': [() => optim.medianFilter(norms, 2), () => optim.medianFilter(norms, 0)],
      'range values': () => optim.medianFilter([1, NaN], 3),
      'dtype values': () => optim.medianFilter(3 as never, 3),
    },
  }),
  refinedSchedule: schedule(optim.refinedSchedule, {
    make: { SGD: () => optim.refinedSchedule(norms), Adam: () => optim.refinedSchedule(norms, { power: 1, peak: 3 }) },
    bad: {
      'range gradientNorms': [() => optim.refinedSchedule([1, 0]), () => optim.refinedSchedule([1, NaN])],
      'shape gradientNorms': () => optim.refinedSchedule([]),
      'range peak': () => optim.refinedSchedule(norms, { peak: NaN }),
      'range power': () => optim.refinedSchedule(norms, { power: NaN }),
      'range smooth': () => optim.refinedSchedule(norms, { smooth: 2 }),
      'dtype normalize': () => optim.refinedSchedule(norms, { normalize: 1 as never }),
    },
  }),
  lastIterateBound: hostFunction(optim.lastIterateBound, {
    call: () => optim.lastIterateBound([1, 0.5, 0], [1, 2, 3], 1),
    bad: {
      'range learningRates': [() => optim.lastIterateBound([0, 0], [1, 2], 1), () => optim.lastIterateBound([-1, 1], [1, 2], 1)],
      'shape gradientNorms': () => optim.lastIterateBound([1, 1], [1], 1),
      'range distance': () => optim.lastIterateBound([1], [1], 0),
    },
  }),
  perpGrad: transformation(optim.perpGrad, {
    make: { 'by default': () => optim.perpGrad(), 'shorter steps': () => optim.perpGrad({ rescale: false }) },
    bad: { 'dtype rescale': () => optim.perpGrad({ rescale: 1 as never }), 'range eps': () => optim.perpGrad({ eps: 0 }) },
  }),
  trackGradientNorm: transformation(optim.trackGradientNorm, {
    make: { Euclidean: () => optim.trackGradientNorm(3), absolute: () => optim.trackGradientNorm(30, { order: 1 }) },
    bad: {
      'range steps': () => optim.trackGradientNorm(0),
      'range order': () => optim.trackGradientNorm(3, { order: 3 as never }),
    },
  }),
};
