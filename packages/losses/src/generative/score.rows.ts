/** @file The conformance rows of noise models and score matching. */
import { asTensor, rng, tanh, type TensorLike } from '@surrogate/core';
import { batchLoss, tensorFunction, utility, type ConformanceTable, type Row } from '@surrogate/testing';
import { mean, mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as losses from '../index.js';

const { arDaeLoss, blindTweedie, contractiveReconstructionLoss, denoisingReconstructionLoss, denoisingScoreMatchingLoss } = losses;
const { gammaNoise, gaussianNoise, geometricBrownianNoise, ornsteinUhlenbeckNoise, poissonNoise, scoreFromDenoised, tweedieDenoise } =
  losses;
const { implicitScoreMatchingLoss, slicedScoreMatchingLoss, multiplicativeScoreMatchingLoss, daleLangevinStep, multiplicativeEulerStep } =
  losses;

const x = [[0.4, 1.3], [2.2, 0.3], [0.9, 1.1]]; // prettier-ignore
const y = [[0.6, 1.1], [1.9, 0.5], [1.4, 0.7]]; // prettier-ignore
const z = [[-0.3, 0.8], [0.6, -0.9], [0.2, 1.7]]; // prettier-ignore
const far = [[1e4, -1e4], [0, 1e4], [0, 0]]; // prettier-ignore
const notPositive = [0, -1, NaN];
const noGenerator = 3 as never;
const noFunction = 'tanh' as never;
const wrongShape = () => tensor([1, 2]);

/** A model with a weight, so that losses have a gradient by it. */
const net = (fn: string, w: TensorLike) => (at: Tensor) => tanh(mul(at, asTensor(fn, 'w', w)));

/** A noise model: each of its functions, and bad levels. */
const noiseRow = (
  subject: (...args: never[]) => losses.NoiseModel,
  make: () => losses.NoiseModel,
  bad: NonNullable<Parameters<typeof utility>[1]['bad']>,
): Row =>
  utility(subject, {
    call: {
      perturb: (keep) => make().perturb(keep(tensor(x)), rng(1)),
      conditionalScore: (keep) => make().conditionalScore(keep(tensor(y)), keep(tensor(x))),
      unit: (keep) => make().unit(keep(tensor(y))),
      tweedie: (keep) => make().tweedie(keep(tensor(y)), keep(tensor(z))),
    },
    bad,
  });

const timed = { scores: [0.3, -1.2, 2.1, 0.7], noisy: [0.5, 1.2, 2, 0.8], clean: [1.1, 0.4, 0.5, 0.2], t: [0.3, 0.1, 0.9, 0.5] };
const fourScores = { scores: [0.3, -1.2, 2.1, 0.7], noisy: [0.5, 1.2, 2, 0.8], clean: [1.1, 0.4, 0.5, 0.2] };

/** The rows by name. */
export const scoreRows: ConformanceTable = {
  gaussianNoise: noiseRow(gaussianNoise, () => gaussianNoise([0.5, 1, 2], { scale: 0.8 }), {
    'range sigma': notPositive.map((sigma) => () => gaussianNoise(sigma)),
    'range sigma[1]': () => gaussianNoise([1, 0]),
    'range scale': () => gaussianNoise(1, { scale: -1 }),
    'shape sigma': (keep) => gaussianNoise([1, 2]).perturb(keep(tensor(x)), rng(0)),
  }),
  ornsteinUhlenbeckNoise: noiseRow(ornsteinUhlenbeckNoise, () => ornsteinUhlenbeckNoise([0.1, 1, 4]), {
    'range t': notPositive.map((t) => () => ornsteinUhlenbeckNoise(t)),
    'range rate': () => ornsteinUhlenbeckNoise(1, { rate: 0 }),
  }),
  poissonNoise: noiseRow(poissonNoise, () => poissonNoise({ scale: 0.3, maxCount: 30 }), {
    'range scale': notPositive.map((scale) => () => poissonNoise({ scale })),
    'range maxCount': () => poissonNoise({ maxCount: 0.5 }),
  }),
  gammaNoise: noiseRow(gammaNoise, () => gammaNoise(6), { 'range shape': [1, NaN].map((shape) => () => gammaNoise(shape)) }),
  geometricBrownianNoise: noiseRow(geometricBrownianNoise, () => geometricBrownianNoise([0.1, 0.5, 1], { mu: 0.2 }), {
    'range t': notPositive.map((t) => () => geometricBrownianNoise(t)),
    'range sigma': () => geometricBrownianNoise(1, { sigma: 0 }),
    'range mu': () => geometricBrownianNoise(1, { mu: NaN }),
  }),

  tweedieDenoise: tensorFunction(tweedieDenoise, {
    at: [y, z],
    call: {
      Gaussian: (a, b) => tweedieDenoise(a, b, gaussianNoise(0.7)),
      Poisson: (a, b) => tweedieDenoise(a, b, poissonNoise({ scale: 0.3 })),
      gamma: (a, b) => tweedieDenoise(a, b, gammaNoise(6)),
      'geometric Brownian': (a, b) => tweedieDenoise(a, b, geometricBrownianNoise(0.5)),
    },
    bad: {
      'shape noisy': () => tweedieDenoise(1, 1, gaussianNoise(1)),
      'shape scores': () => tweedieDenoise(y, [1, 2], gaussianNoise(1)),
      'dtype noise': () => tweedieDenoise(y, z, 'Gaussian' as never),
    },
  }),
  scoreFromDenoised: tensorFunction(scoreFromDenoised, {
    at: [y, z],
    call: (a, b) => scoreFromDenoised(a, b, { sigma: [0.5, 1, 2], scale: 0.9 }),
    bad: {
      'shape denoised': () => scoreFromDenoised(1, 1, { sigma: 1 }),
      'shape noisy': () => scoreFromDenoised(y, [1, 2], { sigma: 1 }),
      'shape sigma': () => scoreFromDenoised(y, z, { sigma: [1, 2] }),
      'shape scale': () => scoreFromDenoised(y, z, { sigma: 1, scale: [[1]] }),
    },
  }),
  blindTweedie: utility(blindTweedie, {
    call: {
      plain: () =>
        blindTweedie(
          y,
          z,
          [0.3, 0.6, 1].map((sigma) => gaussianNoise(sigma)),
        ),
      criterion: () => blindTweedie(y, z, [gaussianNoise(0.3)], { criterion: (denoised) => mean(denoised) }),
    },
    bad: {
      'shape candidates': () => blindTweedie(y, z, []),
      'dtype candidates[0]': () => blindTweedie(y, z, ['Gaussian' as never]),
      'shape scores': () => blindTweedie(y, [1], [gaussianNoise(1)]),
      'shape noisy': () => blindTweedie(1, 1, [gaussianNoise(1)]),
    },
  }),

  denoisingScoreMatchingLoss: {
    ...batchLoss<typeof fourScores, losses.DenoisingScoreMatchingOptions>(
      ({ scores, noisy, clean }, options) => denoisingScoreMatchingLoss(scores, noisy, clean, gaussianNoise(0.7), options),
      {
        batch: {
          scores: fourScores.scores,
          noisy: { rows: fourScores.noisy, kind: 'number' },
          clean: { rows: fourScores.clean, kind: 'number' },
        },
        bad: {
          'range weighting': () => denoisingScoreMatchingLoss([0], [1], [1], gaussianNoise(1), { weighting: 'variance' as 'unit' }),
          'dtype noise': () => denoisingScoreMatchingLoss([0], [1], [1], {} as never),
          'shape noisy': () => denoisingScoreMatchingLoss(x, [1, 2], x, gaussianNoise(1)),
          'shape scores': () => denoisingScoreMatchingLoss(1, 1, 1, gaussianNoise(1)),
        },
        extremes: [{ scores: [1e4, -1e4, 0, 0] }],
      },
    ),
    subject: denoisingScoreMatchingLoss,
  },
  arDaeLoss: tensorFunction(arDaeLoss, {
    at: [[[0.7, -0.4]]],
    call: (w) => arDaeLoss(net('arDaeLoss', w), x, rng(3), { sigma: 0.3 }),
    bad: {
      'dtype score': () => arDaeLoss(noFunction, x, rng(0), { sigma: 1 }),
      'dtype rng': () => arDaeLoss((at) => at, x, noGenerator, { sigma: 1 }),
      'range sigma': notPositive.map((sigma) => () => arDaeLoss((at) => at, x, rng(0), { sigma })),
      'shape score': () => arDaeLoss(wrongShape, x, rng(0), { sigma: 1 }),
      'shape data': () => arDaeLoss((at) => at, 1, rng(0), { sigma: 1 }),
      'range reduction': () => arDaeLoss((at) => at, x, rng(0), { sigma: 1, reduction: 'all' as 'mean' }),
      'shape mask': () => arDaeLoss((at) => at, x, rng(0), { sigma: 1, mask: [1, 0] }),
    },
  }),
  implicitScoreMatchingLoss: tensorFunction(implicitScoreMatchingLoss, {
    at: [x, [[0.7, -0.4]]],
    call: {
      real: (data, w) => implicitScoreMatchingLoss(net('implicitScoreMatchingLoss', w), data),
      positive: (data, w) => implicitScoreMatchingLoss(net('implicitScoreMatchingLoss', w), data, { domain: 'positive' }),
    },
    order: 1,
    extremes: [[far, [[0.7, -0.4]]]],
    bad: {
      'dtype score': () => implicitScoreMatchingLoss(noFunction, x),
      'range domain': () => implicitScoreMatchingLoss((at) => at, x, { domain: 'whole' as 'real' }),
      'shape score': () => implicitScoreMatchingLoss(wrongShape, x),
      'shape data': () => implicitScoreMatchingLoss((at) => at, 1),
    },
  }),
  slicedScoreMatchingLoss: tensorFunction(slicedScoreMatchingLoss, {
    at: [x, [[0.7, -0.4]]],
    call: {
      signs: (data, w) => slicedScoreMatchingLoss(net('slicedScoreMatchingLoss', w), data, rng(2)),
      normal: (data, w) =>
        slicedScoreMatchingLoss(net('slicedScoreMatchingLoss', w), data, rng(2), { directions: 'normal', probes: 2, domain: 'positive' }),
    },
    order: 1,
    bad: {
      'dtype score': () => slicedScoreMatchingLoss(noFunction, x, rng(0)),
      'dtype rng': () => slicedScoreMatchingLoss((at) => at, x, noGenerator),
      'range probes': () => slicedScoreMatchingLoss((at) => at, x, rng(0), { probes: 0 }),
      'range directions': () => slicedScoreMatchingLoss((at) => at, x, rng(0), { directions: 'axes' as 'normal' }),
      'range domain': () => slicedScoreMatchingLoss((at) => at, x, rng(0), { domain: 'whole' as 'real' }),
      'shape score': () => slicedScoreMatchingLoss(wrongShape, x, rng(0)),
    },
  }),
  multiplicativeScoreMatchingLoss: {
    ...batchLoss<typeof timed, losses.MultiplicativeScoreMatchingOptions>(
      ({ scores, noisy, clean, t }, options) => multiplicativeScoreMatchingLoss(scores, noisy, clean, t, options),
      {
        batch: {
          scores: timed.scores,
          noisy: { rows: timed.noisy, kind: 'number' },
          clean: { rows: timed.clean, kind: 'number' },
          t: { rows: timed.t, kind: 'number' },
        },
        options: { weighting: 'normalized' },
        numbers: ['sigma', 'mu'],
        extremes: [{ scores: [1e4, -1e4, 0, 0] }, { noisy: [0, 1e4, 1e-9, 1] }],
        bad: {
          'range weighting': () => multiplicativeScoreMatchingLoss([0], [1], [1], [1], { weighting: 'unit' as 'none' }),
          'range parametrization': () => multiplicativeScoreMatchingLoss([0], [1], [1], [1], { parametrization: 'x' as 'score' }),
          'shape t': () => multiplicativeScoreMatchingLoss(x, y, y, [1, 2]),
        },
      },
    ),
    subject: multiplicativeScoreMatchingLoss,
  },
  daleLangevinStep: tensorFunction(daleLangevinStep, {
    at: [y, z],
    call: (a, b) => daleLangevinStep(a, b, rng(1), { delta: 0.05, mu: 0.1 }),
    bad: stepRefusals(daleLangevinStep),
  }),
  multiplicativeEulerStep: tensorFunction(multiplicativeEulerStep, {
    at: [y, z],
    call: (a, b) => multiplicativeEulerStep(a, b, rng(1), { delta: 0.05, mu: 0.1 }),
    bad: stepRefusals(multiplicativeEulerStep),
  }),

  contractiveReconstructionLoss: tensorFunction(contractiveReconstructionLoss, {
    at: [x, [[0.7, -0.4]]],
    call: {
      exact: (data, w) => contractiveReconstructionLoss(net('contractiveReconstructionLoss', w), data, { sigma: 0.6 }),
      probes: (data, w) =>
        contractiveReconstructionLoss(net('contractiveReconstructionLoss', w), data, { sigma: 0.6, rng: rng(5), probes: 2, epsilon: 0.5 }),
    },
    order: 1,
    bad: {
      'dtype reconstruct': () => contractiveReconstructionLoss(noFunction, x, { sigma: 1 }),
      'range sigma': notPositive.map((sigma) => () => contractiveReconstructionLoss((at) => at, x, { sigma })),
      'range probes': () => contractiveReconstructionLoss((at) => at, x, { sigma: 1, probes: 0 }),
      'range epsilon': () => contractiveReconstructionLoss((at) => at, x, { sigma: 1, epsilon: 0 }),
      'dtype rng': () => contractiveReconstructionLoss((at) => at, x, { sigma: 1, rng: noGenerator }),
      'shape score': () => contractiveReconstructionLoss(wrongShape, x, { sigma: 1 }),
    },
  }),
  denoisingReconstructionLoss: tensorFunction(denoisingReconstructionLoss, {
    at: [x, [[0.7, -0.4]]],
    call: (data, w) => denoisingReconstructionLoss(net('denoisingReconstructionLoss', w), data, gaussianNoise(0.4), rng(4)),
    // The noisy data are drawn, and a constant: the gradient by the data is the targets' alone.
    order: 0,
    bad: {
      'dtype reconstruct': () => denoisingReconstructionLoss(noFunction, x, gaussianNoise(1), rng(0)),
      'dtype noise': () => denoisingReconstructionLoss((at) => at, x, 'Gaussian' as never, rng(0)),
      'dtype rng': () => denoisingReconstructionLoss((at) => at, x, gaussianNoise(1), noGenerator),
      'shape score': () => denoisingReconstructionLoss(wrongShape, x, gaussianNoise(1), rng(0)),
    },
  }),
};

function stepRefusals(step: typeof daleLangevinStep) {
  return {
    'shape x': () => step(1, 1, rng(0), { delta: 1 }),
    'shape scores': () => step(x, [1], rng(0), { delta: 1 }),
    'range delta': () => step(x, z, rng(0), { delta: 0 }),
    'range temperature': () => step(x, z, rng(0), { delta: 1, temperature: -1 }),
    'range sigma': () => step(x, z, rng(0), { delta: 1, sigma: 0 }),
    'range mu': () => step(x, z, rng(0), { delta: 1, mu: NaN }),
    'dtype rng': () => step(x, z, noGenerator, { delta: 1 }),
  };
}
