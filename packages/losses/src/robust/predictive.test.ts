import { rng } from '@surrogate/core';
import { grad, matMul, scalar, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { expect, it } from 'vitest';
import * as losses from '../index.js';

oracle(
  'losses/predictive',
  ({ loss, options, ...inputs }) => {
    if (loss === 'tempNet') return losses.tempNet({ inputs: 4, hidden: 3 }).apply(inputs, inputs.rows);
    if (loss === 'contrastiveTemperatureLoss') return losses.contrastiveTemperatureLoss(inputs.similarities, inputs, options);
    if (loss === 'evidentialClassificationLoss') return losses.evidentialClassificationLoss(inputs.logits, inputs.labels, options);
    return losses[loss as 'evidentialRegressionLoss'](inputs, options);
  },
  { rtol: 2e-4, atol: 2e-5 },
);

eachBackend(() => {
  it('ALDR remembers each example, and repeats what it does without memory', async () => {
    const options = { lambda0: 1, alpha: 2, margin: 0.1, normalize: 'none' } as const;
    const aldr = losses.adaptiveLdr({ examples: 3, ...options });
    const batch = {
      logits: [
        [2, 1, 0],
        [0, 0, 0],
      ],
      labels: [0, 1],
      ids: [2, 0],
    };
    let state = aldr.init();
    for (let visit = 1; visit <= 3; visit++) {
      const step = aldr.apply(state, batch);
      await expectClose(step.loss, losses.aldrLoss(batch.logits, batch.labels, { ...options, iterations: visit }));
      state = step.state;
      if (visit === 1) await expectClose(state.lambdas, [1, 1, 0.8788474], { rtol: 1e-4 });
      if (visit === 2) await expectClose(state.lambdas, [1, 1, 0.8520098], { rtol: 1e-4 });
    }
  });

  it('ALDR does not visit what is masked out', async () => {
    const aldr = losses.adaptiveLdr({ examples: 2, lambda0: 1, margin: 0.1, normalize: 'none' });
    const logits = tensor2d([
      [2, 1, 0],
      [NaN, 1, 0],
    ]);
    const { loss, state } = aldr.apply(aldr.init(), { logits, labels: [0, 1], ids: [1, 0] }, { mask: [1, 0] });
    await expectClose(loss, -0.6405231);
    await expectClose(state.lambdas, [1, 0.8788474], { rtol: 1e-4 });
  });

  it('the robust loss slopes by its temperature as its divergence from uniform tells, whatever the label', async () => {
    const slope = (label: number, tau: number) =>
      grad((t: Tensor) => losses.robustTemperatureLoss([[2, 1, 0]], [label], t, { rho: 0.2 }))(scalar(tau));
    for (const label of [0, 1, 2]) await expectClose(slope(label, 1), -0.0662167, { rtol: 1e-4 });
    await expectClose(slope(0, 0.5), -0.4575548, { rtol: 1e-4 });
  });

  it('a new network is near the middle of its range, and drops units in training alone', async () => {
    const net = losses.tempNet({ inputs: 5, hidden: 16, min: 1, max: 3 });
    const params = net.init(rng(3));
    const rows = [
      [1, 2, 0, -1, 3],
      [0, 0, 1, 0, 0],
    ];
    const temperatures = await net.apply(params, rows).data();
    temperatures.forEach((tau) => expect(Math.abs(tau - 2)).toBeLessThan(0.5));
    await expectClose(net.apply(params, rows), temperatures);
    const dropped = await net.apply(params, rows, { rng: rng(1) }).data();
    expect(dropped[0]).not.toBe(temperatures[0]);
  });

  it('the generalized Gaussian holds Laplace and Gauss', async () => {
    const inputs = { means: [0.3, -1], targets: [1.1, 0.4] };
    await expectClose(
      losses.generalizedGaussianNll({ ...inputs, shapes: [1, 1], scales: [0.7, 0.7] }),
      losses.laplaceNll({ medians: inputs.means, targets: inputs.targets, scales: [0.7, 0.7] }),
    );
    await expectClose(
      losses.generalizedGaussianNll({ ...inputs, shapes: [2, 2], scales: [Math.SQRT2, Math.SQRT2] }),
      losses.gaussianNll({ ...inputs, variances: [1, 1] }, { full: true }),
    );
    const published = [
      [0.5, 2, 0.8223649],
      [0.5, 1, 1.1931472],
      [3, 0.5, 3.1183452],
    ] as const;
    for (const [means, shapes, value] of published)
      await expectClose(losses.generalizedGaussianNll({ means: [means], shapes: [shapes], targets: [0] }), value);
    const slope = grad((m: Tensor) => losses.generalizedGaussianNll({ means: m, shapes: [0.5], targets: [0] }))(tensor1d([0]));
    await expectClose(slope, [0]);
  });

  it('the adversary moves the margins of a linear model as far as its ball allows', async () => {
    const weights = [
      [1, -1, 0.5],
      [0.2, 0.4, -0.3],
    ];
    const model = (x: Tensor) => matMul(x, tensor2d(weights));
    const x = [[0.3, -0.8]];
    const value = (nu: number, norm: 'linf' | 'l2') =>
      losses.smoothAdversarialLoss(model, x, [1], { nu, tau: 1.5, attack: { eps: 0.2, norm, steps: 40, rng: rng(5) } });
    const clean = losses.compSumLoss(model(tensor2d(x)), [1], { tau: 1.5 });
    await expectClose(value(0, 'linf'), clean);
    // Margins D = x (w_1 - w_k): the corner of the square, and the largest singular vector of the disc.
    const directions = [
      [-2, -1.5],
      [0.2, 0.7],
    ];
    const corners = [
      [1, 1],
      [1, -1],
    ].map((c) => Math.hypot(...[0, 1].map((k) => 0.2 * (directions[0]![k]! * c[0]! + directions[1]![k]! * c[1]!))));
    const [plain] = await clean.data();
    await expectClose(value(2, 'linf'), plain! + 2 * Math.max(...corners), { rtol: 1e-4 });
    const [a, b, c] = [4 + 2.25, -0.4 - 1.05, 0.04 + 0.49];
    const largest = (a + c) / 2 + Math.sqrt(((a - c) / 2) ** 2 + b * b);
    await expectClose(value(2, 'l2'), plain! + 2 * 0.2 * Math.sqrt(largest), { rtol: 1e-3 });
  });
});

it('knows the variance and the tails of the generalized Gaussian', () => {
  const { variance, excessKurtosis } = losses.generalizedGaussianMoments(2);
  expect(variance).toBeCloseTo(0.5, 10);
  expect(excessKurtosis).toBeCloseTo(0, 10);
  expect(losses.generalizedGaussianMoments(0.5).variance).toBeCloseTo(120, 8);
  expect(losses.generalizedGaussianMoments(0.5).excessKurtosis).toBeCloseTo(22.2, 8);
});
