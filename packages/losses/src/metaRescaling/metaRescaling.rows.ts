/** @file The conformance rows of self-taught loss rescaling. */
import { rng, sigmoid } from '@surrogate/core';
import { utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { mul, square, sub, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const { lossRescaler, metaRescalingStep, rescalingFeatures } = losses;

const passes = {
  losses: [
    [0.2, 1.5],
    [0.4, 1.1],
  ],
  probs: [
    [
      [0.8, 0.2],
      [0.8, 0.2],
    ],
    [
      [0.7, 0.3],
      [0.4, 0.6],
    ],
  ],
};
const net = lossRescaler({ classes: 2, features: 2 });
const seen = [[0.3, 1], [1.3, 0.2], [0.7, 0.1]]; // prettier-ignore
const applied = (keep: Keep, features: unknown = seen, labels: unknown = [0, 1, 1]) => {
  const params = net.init(rng(1));
  Object.values(params).forEach(keep);
  return net.apply(params, features as never, labels as never);
};

interface Model {
  t: Tensor;
}
const errors = ({ t }: Model) => square(sub(t, [1, -3]));
const weights = ({ t }: Model) => sigmoid(mul(t, 1));
const batches = { losses: errors, weights, metaLosses: ({ t }: Model) => square(sub(t, [1, 1])), metaWeights: weights };
const stepped = (keep: Keep, more: object = {}, options: object = {}) => {
  const [params, rescaler] = [{ t: keep(tensor([0, 0])) }, { t: keep(tensor([0.3, -0.2])) }];
  return metaRescalingStep<Model, Model>(params, rescaler, { ...batches, ...more }, { learningRate: 0.5, ...options });
};

/** The rows by name. */
export const metaRescalingRows: ConformanceTable = {
  rescalingFeatures: utility(rescalingFeatures, {
    call: { full: () => rescalingFeatures(passes, [0, 1]), lite: () => rescalingFeatures(passes, [0, 1], { set: 'lite' }) },
    bad: {
      'range set': () => rescalingFeatures(passes, [0, 1], { set: 'loss' as 'lite' }),
      'shape probs': [
        () => rescalingFeatures({ losses: [1], probs: [[1]] }, [0]),
        () => rescalingFeatures({ losses: [[]], probs: [[[]]] }, [0]),
      ],
      'shape losses': () => rescalingFeatures({ ...passes, losses: [[1, 1]] }, [0, 1]),
      'range losses': () => rescalingFeatures({ ...passes, losses: [[1, NaN], [1, 1]] }, [0, 1]), // prettier-ignore
      'dtype losses': () => rescalingFeatures({ ...passes, losses: 'some' as never }, [0, 1]),
      'range labels': () => rescalingFeatures(passes, [0, 2]),
      'shape labels': [() => rescalingFeatures(passes, [0]), () => rescalingFeatures(passes, passes.losses)],
    },
  }),
  lossRescaler: utility(lossRescaler, {
    call: { params: () => net.init(rng(1)), weights: (keep) => applied(keep) },
    bad: {
      'range classes': () => lossRescaler({ classes: 0 }),
      'range features': () => lossRescaler({ classes: 2, features: 1.5 }),
      'dtype rng': () => net.init(1 as never),
      'shape features': [(keep) => applied(keep, [1, 2]), (keep) => applied(keep, [[1, 2, 3]])],
      'shape labels': [(keep) => applied(keep, seen, [0]), (keep) => applied(keep, seen, seen)],
      'range labels': (keep) => applied(keep, seen, [0, 1, 2]),
    },
  }),
  metaRescalingStep: utility(metaRescalingStep, {
    call: { summed: (keep) => stepped(keep), averaged: (keep) => stepped(keep, {}, { reduction: 'mean' }) },
    bad: {
      'range learningRate': (keep) => stepped(keep, {}, { learningRate: 0 }),
      'range reduction': (keep) => stepped(keep, {}, { reduction: 'none' }),
      'dtype losses': (keep) => stepped(keep, { losses: 3 }),
      'dtype metaWeights': (keep) => stepped(keep, { metaWeights: undefined }),
      'shape weights': (keep) => stepped(keep, { weights: () => tensor([1]) }),
      'shape metaWeights': (keep) => stepped(keep, { metaWeights: () => tensor([[1, 2]]) }),
      'shape losses': (keep) => stepped(keep, { losses: () => tensor(1) }),
    },
  }),
};
