import { rng, tanh } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { checkGradient, eachBackend, expectClose, oracle } from '@surrogate/testing';
import { add, grad, matMul, mean, mul, neg, square, sub, tensor, tensor2d, zeros, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as losses from '../index.js';

const { arDaeLoss, blindTweedie, contractiveReconstructionLoss, denoisingReconstructionLoss, denoisingScoreMatchingLoss } = losses;
const { gammaNoise, gaussianNoise, geometricBrownianNoise, ornsteinUhlenbeckNoise, poissonNoise, scoreFromDenoised, tweedieDenoise } =
  losses;
const { implicitScoreMatchingLoss, slicedScoreMatchingLoss, multiplicativeScoreMatchingLoss, daleLangevinStep, multiplicativeEulerStep } =
  losses;
const { mixtureScore, scoreLineIntegral, scoreMetropolisHastings } = losses;

const net = (w: Tensor) => (at: Tensor) => tanh(matMul(at as Tensor2D, w as Tensor2D));

oracle(
  'losses/generative',
  (c) => {
    switch (c.loss as string) {
      case 'conditionalScore': {
        const models: Record<string, losses.NoiseModel> = {
          gaussian: gaussianNoise(c.sigma, { scale: 0.8 }),
          ornsteinUhlenbeck: ornsteinUhlenbeckNoise(c.t, { rate: 1.2 }),
          poisson: poissonNoise({ scale: 0.15 }),
          gamma: gammaNoise(6),
          geometricBrownian: geometricBrownianNoise(c.t, { sigma: 0.9, mu: 0.2 }),
        };
        return models[c.noise]!.conditionalScore(c.noisy, c.clean);
      }
      case 'denoisingScoreMatchingLoss':
        return denoisingScoreMatchingLoss(c.scores, c.noisy, c.clean, gaussianNoise(c.sigma), c.options);
      case 'multiplicativeScoreMatchingLoss':
        return multiplicativeScoreMatchingLoss(c.scores, c.noisy, c.clean, c.t, c.options);
      case 'implicitScoreMatchingLoss':
        return implicitScoreMatchingLoss(net(c.w), c.x, c.options);
      case 'contractiveReconstructionLoss':
        return contractiveReconstructionLoss(net(c.w), c.x, c.options);
      case 'nceLoss':
        return losses.nceLoss(c, { ...c.options, logNormalizer: c.c });
      case 'unnormalizedNll':
        return losses.unnormalizedNll(c);
      case 'mixtureLogDensity':
        return losses.mixtureLogDensity(c.x, c, { sigma: 0.3 });
      case 'mixtureScore':
        return mixtureScore(c.x, c, { sigma: 0.3 });
      default: {
        const model = {
          mean: Float64Array.from(c.mean),
          variances: Float64Array.from(c.variances),
          directions: matrixFromRows(c.directions),
        };
        return losses.gaussianScore(model, c.x, 0.6);
      }
    }
  },
  { rtol: 1e-4, atol: 1e-5 },
);

/** The mean of a loss over a grid of the normal density with a given spread: what sampling would tend to. */
const normalGrid = (spread: number) => {
  const nodes = Array.from({ length: 401 }, (_, i) => (i - 200) / 40);
  const density = nodes.map((node) => Math.exp(-(node ** 2) / 2));
  return { points: nodes.map((node) => [spread * node]), weights: density };
};

eachBackend(() => {
  it('Tweedie has the published values', async () => {
    await expectClose(tweedieDenoise([1.2], [-0.8], gaussianNoise(0.5)), [1]);
    await expectClose(tweedieDenoise([1.5], [-0.02 / 0.15], poissonNoise({ scale: 0.15 })), [1.5438129]);
    // On counts the score is the model's own, and the scale is put back after.
    await expectClose(mul(0.15, tweedieDenoise([10], [-0.02], poissonNoise())), [1.5438129]);
    await expectClose(tweedieDenoise([0.7], [9 / 0.7 - 150 / (2 + 7)], gammaNoise(10)), [0.6]);
    await expectClose(scoreFromDenoised([1], [0.5], { scale: 0.6065307, sigma: Math.sqrt(0.6321206) }), [0.168529]);
  });

  it('Tweedie of a Gaussian prior is the Wiener estimate, and the score of a denoiser is its inverse', async () => {
    const [m, tau, sigma] = [0.7, 1.3, 0.5];
    const y = tensor2d([[-1], [0.4], [2.5]]);
    const score = mixtureScore(y, { means: [[m]], variances: tau ** 2 }, { sigma });
    const wiener = add(m, mul(tau ** 2 / (tau ** 2 + sigma ** 2), sub(y, m)));
    await expectClose(tweedieDenoise(y, score, gaussianNoise(sigma)), wiener);
    await expectClose(scoreFromDenoised(wiener, y, { sigma }), score);
    const process = ornsteinUhlenbeckNoise([0.1, 0.5, 2]);
    const level = { scale: [0.1, 0.5, 2].map((t) => Math.exp(-t / 2)), sigma: [0.1, 0.5, 2].map((t) => Math.sqrt(1 - Math.exp(-t))) };
    await expectClose(scoreFromDenoised(process.tweedie(y, score), y, level), score, { rtol: 1e-4 });
  });

  it('score matching of a denoiser is regression on the clean data, weighted by the time', async () => {
    const [denoised, noisy, clean] = [[[1], [0.2]], [[0.5], [-0.4]], [[0.4], [-1]]]; // prettier-ignore
    const score = scoreFromDenoised(denoised, noisy, { scale: Math.exp(-0.5), sigma: Math.sqrt(1 - Math.exp(-1)) });
    const loss = denoisingScoreMatchingLoss(score, noisy, clean, ornsteinUhlenbeckNoise(1), { weighting: 'none', reduction: 'none' });
    await expectClose(loss, [(0.9206736 * 0.6 ** 2) / 2, (0.9206736 * 1.2 ** 2) / 2]);
  });

  it('Tweedie of geometric Brownian noise is exact for log-normal data', async () => {
    // log x ~ N(0.2, 0.36), log y = log x + N(0, 0.25): the posterior mean of log x is a weighted mean.
    const y = [0.5, 1.7];
    const score = y.map((value) => -(1 + (Math.log(value) - 0.2) / 0.61) / value);
    const expected = y.map((value) => Math.exp((0.36 * Math.log(value) + 0.25 * 0.2) / 0.61));
    await expectClose(tweedieDenoise(y, score, geometricBrownianNoise(0.25, { sigma: 1, mu: 0.5 })), expected);
  });

  it('noise has the mean and the spread of its family', async () => {
    const x = tensor(new Float32Array(4000).fill(1.2), [4000, 1]);
    const spread = async (noise: losses.NoiseModel) => {
      const y = noise.perturb(x, rng(11));
      const [m] = await mean(y).data<'float32'>();
      const [v] = await mean(square(sub(y, m!))).data<'float32'>();
      return [m!, v!] as const;
    };
    const near = ([m, v]: readonly [number, number], wanted: readonly [number, number]) => {
      expect(Math.abs(m - wanted[0])).toBeLessThan(4 * Math.sqrt(wanted[1] / 4000));
      expect(Math.abs(v / wanted[1] - 1)).toBeLessThan(0.12);
    };
    near(await spread(gaussianNoise(0.5, { scale: 2 })), [2.4, 0.25]);
    near(await spread(poissonNoise({ scale: 0.15 })), [1.2, 0.15 * 1.2]);
    near(await spread(gammaNoise(8)), [1.2, 1.44 / 8]);
    const log = Math.exp(0.8 ** 2 * 0.5);
    near(await spread(geometricBrownianNoise(0.5)), [1.2 * Math.sqrt(log), 1.44 * log * (log - 1)]);
  });

  it('the score of noisy data is what denoising score matching asks for', async () => {
    // Of data at -1 and 1 only, given y, the mean conditional score is the score of the mixture.
    const y = tensor2d([[0.3], [-0.8]]);
    const [left, right] = [-1, 1].map((at) => gaussianNoise(0.6).conditionalScore(y, tensor2d([[at], [at]])));
    const share = [0.3, -0.8].map((at) => [1 / (1 + Math.exp((-2 * at) / 0.36))]);
    await expectClose(add(mul(share, right!), mul(sub(1, share), left!)), mixtureScore(y, { means: [[-1], [1]] }, { sigma: 0.6 }), {
      rtol: 1e-4,
    });
    await expectClose(denoisingScoreMatchingLoss(right!, y, [[1], [1]], gaussianNoise(0.6)), 0);
    await expectClose(denoisingScoreMatchingLoss([[0], [NaN]], [[1], [NaN]], [[0], [1]], gaussianNoise(1), { mask: [1, 0] }), 0.5);
    await expectClose(
      denoisingScoreMatchingLoss([[0], [0]], [[1], [0]], [[2], [0]], geometricBrownianNoise(0.5), { mask: [1, 0] }),
      0.5 * (Math.log(0.5) / Math.sqrt(0.32) + Math.sqrt(0.32)) ** 2,
    );
  });

  it('AR-DAE is denoising score matching with Gaussian noise, per number', async () => {
    const y = tensor2d([[0.3, -1], [0.8, 0.2]]); // prettier-ignore
    const noise = gaussianNoise(0.4);
    const moved = noise.perturb(y, rng(5));
    await expectClose(arDaeLoss(neg, y, rng(5), { sigma: 0.4 }), denoisingScoreMatchingLoss(neg(moved), moved, y, noise));
  });

  it('implicit score matching is least at the true score, and slices agree with it', async () => {
    const { points, weights } = normalGrid(2);
    const at = (slope: number) => implicitScoreMatchingLoss((x) => mul(-slope, x), points, { weights });
    // E ½ s²x² - s at variance 4.
    await expectClose(at(0.25), -0.125, { rtol: 1e-4 });
    await expectClose(at(0.4), 0.5 * 0.16 * 4 - 0.4, { rtol: 1e-4 });
    const w = tensor2d([[0.3, 0.2], [-0.4, 0.9]]); // prettier-ignore
    const data = [[0.3, -0.2], [0.5, 0.9]]; // prettier-ignore
    const many = slicedScoreMatchingLoss(net(w), data, rng(1), { probes: 60 });
    await expectClose(many, implicitScoreMatchingLoss(net(w), data), { atol: 0.05 });
    // Signs are exact where the Jacobian is diagonal.
    await expectClose(
      slicedScoreMatchingLoss((x) => tanh(x), data, rng(1)),
      implicitScoreMatchingLoss((x) => tanh(x), data),
    );
  });

  it('non-negative score matching is half the squared error of x times the score, up to a constant', async () => {
    // For the exponential density the score is -1.
    const points = Array.from({ length: 2000 }, (_, i) => [(i + 0.5) / 80]);
    const weights = points.map(([x]) => Math.exp(-x!));
    const loss = (slope: number) => implicitScoreMatchingLoss((x) => add(mul(x, 0), -slope), points, { weights, domain: 'positive' });
    const error = (slope: number) => 0.5 * (slope - 1) ** 2 * 2;
    await expectClose(sub(loss(1.7), loss(1)), error(1.7), { rtol: 1e-3 });
    await expectClose(sub(loss(0.2), loss(1)), error(0.2), { rtol: 1e-3 });
  });

  it('multiplicative score matching has the published values, and is the family with its own noise', async () => {
    const one = (score: number, options = {}) => multiplicativeScoreMatchingLoss([[score]], [[1.2]], [[1.5]], [0.5], options);
    await expectClose(one(-0.7), 0.0295646, { rtol: 1e-4 });
    await expectClose(one(-0.2522303), 0, { atol: 1e-6 });
    await expectClose(
      one(-0.7, { weighting: 'normalized' }),
      mul(2, denoisingScoreMatchingLoss([[-0.7]], [[1.2]], [[1.5]], geometricBrownianNoise(0.5))),
      { rtol: 1e-4 },
    );
    await expectClose(one(-0.84, { parametrization: 'hyvarinen' }), one(-0.7), { rtol: 1e-4 });
  });

  it('reverse steps have the published values, and Dale and Langevin keep signs', async () => {
    // The published step draws z = 0.3: it is put in as a shift of the drift.
    const z = { delta: 0.01, temperature: 0 };
    await expectClose(mul(Math.exp(0.1 * 0.8 * 0.3), daleLangevinStep([1.2], [-0.7], rng(0), z)), [1.2304077]);
    await expectClose(add(1.2 * 0.1 * 0.8 * 0.3, multiplicativeEulerStep([1.2], [-0.7], rng(0), z)), [1.2338688]);
    await expectClose(daleLangevinStep([1.2, 3], [(0.32 - 0.96) / 0.64 / 1.2, (0.32 - 0.96) / 0.64 / 3], rng(0), z), [1.2, 3]);
    const steps = Array.from(await daleLangevinStep(tensor([1, -1, 0.5, -2]), [9, 9, -9, -9], rng(2), { delta: 2 }).data<'float32'>());
    expect(steps.map(Math.sign)).toEqual([1, -1, 1, -1]);
  });

  it('both regularised auto-encoders are least at the published slope', async () => {
    const { points, weights } = normalGrid(2);
    const slope = 4 / 4.25;
    const contractive = (a: Tensor) => contractiveReconstructionLoss((x) => mul(a, x), points, { sigma: 0.5, weights });
    await expectClose(grad(contractive)(tensor(slope)), 0, { atol: 1e-3 });
    await expectClose(scoreFromDenoised([slope], [1], { sigma: 0.5 }), [-0.2352941], { rtol: 1e-4 });
    const w = tensor2d([[0.9, 0], [0.1, 0.8]]); // prettier-ignore
    const linear = (x: Tensor) => matMul(x as Tensor2D, w);
    const data = [[1, 2], [-1, 0]]; // prettier-ignore
    await expectClose(contractiveReconstructionLoss(linear, data, { sigma: 0.5 }), 0.455);
    await expectClose(contractiveReconstructionLoss(linear, data, { sigma: 1e-6 }), 0.09);
    await expectClose(contractiveReconstructionLoss(linear, data, { sigma: 0.5, rng: rng(3), probes: 500 }), 0.455, { atol: 0.03 });
    const denoising = denoisingReconstructionLoss(linear, data, gaussianNoise(1e-5), rng(0));
    await expectClose(denoising, 0.09, { rtol: 1e-3 });
    await checkGradient((matrix) => denoisingReconstructionLoss(net(matrix), data, gaussianNoise(0.3), rng(1)), [[[0.3, 0.2], [-0.4, 0.9]]]); // prettier-ignore
  });

  it('line integrals of linear scores are exact, and walkers settle where the density is', async () => {
    const score = (x: Tensor) => scoreFromDenoised(mul(0.9411765, x), x, { sigma: 0.5 });
    for (const nodes of [1, 3, 8]) await expectClose(scoreLineIntegral(score, [[0]], [[1]], { nodes }), [-0.1176471], { rtol: 1e-4 });
    const truth = { means: [[-1.5], [1.5]], variances: 0.25 };
    const [a, b] = [[[-1.5], [0.2]], [[0.7], [2.5]]]; // prettier-ignore
    const difference = sub(losses.mixtureLogDensity(b, truth), losses.mixtureLogDensity(a, truth));
    await expectClose(
      scoreLineIntegral((x) => mixtureScore(x, truth), a, b, { nodes: 24 }),
      difference,
      { rtol: 1e-3 },
    );
    const { samples, acceptance } = scoreMetropolisHastings(neg, zeros([300, 1]), rng(6), { steps: 12, sigma: 2, nodes: 2 });
    const [variance] = await mean(square(samples)).data<'float32'>();
    const [rate] = await acceptance.data<'float32'>();
    expect(Math.abs(variance! - 1)).toBeLessThan(0.25);
    expect(Math.abs(rate! - 0.5)).toBeLessThan(0.05);
  });

  it('blind denoising finds the level of the noise', async () => {
    const scores = [[-1, 1, -1, 1], [1, -1, 1, -1]]; // prettier-ignore
    const levels = [0.5, 1, 2].map((sigma) => gaussianNoise(sigma));
    const { denoised, index, criteria } = await blindTweedie([[2, 0, 2, 0], [0, 2, 0, 2]], scores, levels); // prettier-ignore
    expect(index).toBe(1);
    await expectClose(criteria, [1.5, 0, 6]);
    await expectClose(denoised, [[1, 1, 1, 1], [1, 1, 1, 1]]); // prettier-ignore
  });
});
