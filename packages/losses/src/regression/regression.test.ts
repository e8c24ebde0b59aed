import type { LossOptions, TensorLike } from '@surrogate/core';
import { mul, sub, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { it } from 'vitest';
import { cosineDistance } from './cosine.js';
import { huberLoss, logCoshLoss, pseudoHuberLoss, smoothL1Loss } from './huber.js';
import { gaussianNll, laplaceNll, poissonNll } from './likelihood.js';
import { absoluteError, squaredError, squaredLogError } from './power.js';
import { expectileLoss, quantileLoss } from './quantile.js';
import { cauchyLoss, gemanMcClureLoss, generalRobustLoss, tukeyLoss, welschLoss } from './robust.js';

const losses: Readonly<Record<string, (predictions: TensorLike, targets: TensorLike, options?: LossOptions) => Tensor>> = {
  absoluteError,
  cauchyLoss,
  cosineDistance,
  expectileLoss,
  gemanMcClureLoss,
  generalRobustLoss,
  huberLoss,
  logCoshLoss,
  poissonNll,
  pseudoHuberLoss,
  quantileLoss,
  smoothL1Loss,
  squaredError,
  squaredLogError,
  tukeyLoss,
  welschLoss,
};

oracle('losses/regression', (c) => losses[c.loss]!(c.predictions, c.targets, c.options), { rtol: 2e-5 });
oracle('losses/gaussian_nll', ({ means, variances, targets, options }) => gaussianNll({ means, variances, targets }, options));
oracle('losses/laplace_nll', ({ medians, scales, targets, options }) => laplaceNll({ medians, scales, targets }, options));

const p = [0.3, -4, 2.5, 0];
const t = [0.1, 1.5, -0.5, 0];

eachBackend(() => {
  it('the general robust loss has the named ones as members', async () => {
    const barron = (alpha: number) => generalRobustLoss(p, t, { alpha, scale: 2 });
    await expectClose(barron(2), mul(squaredError([0.15, -2, 1.25, 0], [0.05, 0.75, -0.25, 0]), 0.5));
    await expectClose(barron(0), cauchyLoss(p, t, { scale: 2 }));
    await expectClose(barron(-2), gemanMcClureLoss(p, t, { scale: 2 }));
    await expectClose(barron(-Infinity), welschLoss(p, t, { scale: 2 }));
    await expectClose(generalRobustLoss(p, t, { alpha: 1 }), pseudoHuberLoss(p, t));
    await expectClose(generalRobustLoss(p, t, { alpha: 1e-4 }), cauchyLoss(p, t), { rtol: 1e-3 });
  });

  it('quantile and expectile losses at one half are half the absolute and squared errors', async () => {
    await expectClose(mul(quantileLoss(p, t), 2), absoluteError(p, t));
    await expectClose(mul(expectileLoss(p, t), 2), squaredError(p, t));
  });

  it('huber with a large delta is half the squared error, and smooth L1 is huber over its threshold', async () => {
    await expectClose(mul(huberLoss(p, t, { delta: 100 }), 2), squaredError(p, t));
    await expectClose(mul(smoothL1Loss(p, t, { beta: 0.7 }), 0.7), huberLoss(p, t, { delta: 0.7 }));
  });

  it('the likelihoods of variance 1 are the errors they stand for', async () => {
    const ones = [1, 1, 1, 1];
    await expectClose(mul(gaussianNll({ means: p, variances: ones, targets: t }), 2), squaredError(p, t));
    await expectClose(sub(laplaceNll({ medians: p, scales: ones, targets: t }), Math.LN2), absoluteError(p, t));
  });
});
