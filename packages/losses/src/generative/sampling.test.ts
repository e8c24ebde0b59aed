import { rng } from '@surrogate/core';
import { gaussHermite, matrixFromRows } from '@surrogate/core/host';
import { eachBackend, expectClose } from '@surrogate/testing';
import { add, div, grad, mean, mul, neg, reshape, square, sub, tensor, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import * as losses from '../index.js';

const { condOtPath, dataSeparation, edmSigmas, fitGaussianScore, flowMatchingLoss, flowMatchingPair, gaussianScore, gaussianTeleport } =
  losses;
const { kineticOptimalPath, meco, mixtureScore, nceLoss, pathEnergy, sampleProbabilityFlow, unnormalizedNll, vpPath } = losses;

/** log p~ = -(x - θ)² / 2, noise N(0, 1), and the points of the published example. */
const at = (theta: Tensor, points: readonly number[]) => mul(-0.5, square(sub(tensor1d([...points]), theta)));
const [data, noise] = [[1, 2], [0, 1, -1]]; // prettier-ignore
const logNormal = (points: readonly number[]) => points.map((x) => -(x ** 2) / 2 - Math.log(2 * Math.PI) / 2);
const batch = (theta: Tensor) => ({ logModelData: at(theta, data), logModelNoise: at(theta, noise), logNoise: logNormal(noise) });
const theta = () => tensor(0.5);

/** μ = (1, 0), Σ = [[2, 1], [1, 2]]. */
const model = (rank: number): losses.GaussianScoreModel => ({
  mean: Float64Array.of(1, 0),
  variances: Float64Array.of(3, 1).subarray(0, rank),
  directions: matrixFromRows([[Math.SQRT1_2, Math.SQRT1_2], [Math.SQRT1_2, -Math.SQRT1_2]].slice(0, rank)), // prettier-ignore
});

/** λ of data at -1 and 1. */
const rule = gaussHermite(80);
const twoPoints = (s: number) => {
  const square = (e: number) => Math.tanh(s * (s + e)) ** 2;
  return rule.nodes.reduce((total, node, i) => total + rule.weights[i]! * square(node), 0);
};
const gaussian = (s: number) => s ** 2 / (1 + s ** 2);

eachBackend(() => {
  it('unnormalised likelihood and NCE have the published values', async () => {
    await expectClose(unnormalizedNll(batch(theta())), 1.500596);
    await expectClose(grad((t: Tensor) => unnormalizedNll(batch(t)))(theta()), -1.1798433);
    const normalized = (points: readonly number[]) => sub(at(theta(), points), Math.log(2 * Math.PI) / 2);
    const all = {
      logModelData: normalized(data),
      logNoiseData: logNormal(data),
      logModelNoise: normalized(noise),
      logNoiseNoise: logNormal(noise),
    };
    await expectClose(nceLoss(all), 1.0889249);
    await expectClose(nceLoss(all, { ratio: 1.5 }), 1.3200288);
    await expectClose(
      nceLoss({ ...all, logModelData: add(all.logModelData, 3), logModelNoise: add(all.logModelNoise, 3) }, { logNormalizer: 3 }),
      1.0889249,
    );
  });

  it('MECO has the published values, and is the likelihood at gamma 1', async () => {
    const objective = meco();
    const state = { logNormalizer: tensor(0), effectiveSamples: tensor(0) };
    const slope = grad((t: Tensor) => objective.apply(state, batch(t)).loss)(theta());
    await expectClose(slope, -1.3786556);
    const { state: next } = objective.apply(state, batch(theta()));
    await expectClose(next.logNormalizer, Math.log(1.1400305));
    const first = objective.apply(objective.init(), batch(theta())).state;
    await expectClose(first.logNormalizer, 0.875596);
    const all = meco({ gamma: 1 });
    await expectClose(grad((t: Tensor) => all.apply(state, batch(t)).loss)(theta()), -1.1798433);
  });

  it('MECO knows the normaliser exactly where the noise is the model', async () => {
    const { logNormalizer, effectiveSamples } = meco().apply(meco().init(), {
      logModelData: [0],
      logModelNoise: [2, 3, 5],
      logNoise: [1, 2, 4],
    }).state;
    await expectClose(logNormalizer, 1);
    await expectClose(effectiveSamples, 3);
  });

  it('Gaussian scores and teleportation have the published values', async () => {
    await expectClose(gaussianScore(model(2), [[3, -1]], 2), [[-0.3714286, 0.2285714]]);
    await expectClose(gaussianTeleport(model(2), [[8, -5]], 10, 1), [[2.0413829, -0.6472512]]);
    await expectClose(gaussianTeleport(model(1), [[8, -5]], 10, 1), [[1.7970659, -0.4029341]]);
    await expectClose(gaussianTeleport(model(1), [[8, -5]], 10, 10), [[8, -5]]);
    await expectClose(gaussianTeleport(model(2), gaussianTeleport(model(2), [[8, -5]], 10, 3), 3, 1), [[2.0413829, -0.6472512]]);
  });

  it('teleportation is where the probability flow of the Gaussian goes', async () => {
    const sigmas = edmSigmas(120, { max: 10 }).slice(0, -20);
    const flown = sampleProbabilityFlow((x, sigma) => gaussianScore(model(1), x, sigma), [[8, -5]], { sigmas });
    await expectClose(flown, gaussianTeleport(model(1), [[8, -5]], 10, sigmas.at(-1)!), { rtol: 1e-3 });
  });

  it('a Gaussian that is fitted to data has their score where noise is high', async () => {
    const points = tensor2d([[0, 1], [2, -1], [1, 3], [-1, 0]]); // prettier-ignore
    const fitted = await fitGaussianScore(points);
    await expectClose(fitted.mean, [0.5, 0.75]);
    const x = [[90, -20], [30, 60]]; // prettier-ignore
    await expectClose(gaussianScore(fitted, x, 100), mixtureScore(x, { means: points }, { sigma: 100 }), { rtol: 1e-3 });
    const one = await fitGaussianScore([[0, 0], [3, 4], [6, 8]], { rank: 1 }); // prettier-ignore
    await expectClose(one.variances, [50 / 3], { rtol: 1e-4 });
    await expectClose([Math.abs(one.directions.data[0]!), Math.abs(one.directions.data[1]!)], [0.6, 0.8]);
  });

  it('flow matching asks for the velocity of the path', async () => {
    const [x1, x0] = [tensor2d([[1, 2]]), tensor2d([[-0.5, 0.3]])];
    for (const path of [condOtPath, vpPath]) {
      const [before, here, after] = [0.399, 0.4, 0.401].map((t) => flowMatchingPair(x1, x0, [t], { path }));
      await expectClose(here!.velocity, div(sub(after!.noisy, before!.noisy), 0.002), { rtol: 1e-3 });
    }
    // With data at 0 and the straight path the velocity is -x / (1 - t).
    const perfect = flowMatchingLoss((x, t) => neg(div(x, sub(1, reshape(t, [-1, 1])))), [[0, 0], [0, 0]], rng(4)); // prettier-ignore
    await expectClose(perfect, 0, { atol: 1e-5 });
    await expectClose(mean(flowMatchingPair([[0]], [[2]], [0.5]).velocity), -2);
  });
});

it('the levels of noise of EDM go from 80 to 0', async () => {
  const sigmas = edmSigmas(18);
  await expectClose([sigmas[0]!, sigmas[6]!, sigmas[8]!, sigmas[10]!, sigmas[17]!, sigmas[18]!], [80, 8.4, 3.26, 1.09, 0.002, 0], {
    rtol: 5e-3,
  });
});

it('paths have the published energies', async () => {
  await expectClose([0.5, 1, 2].map(twoPoints), [0.2040543, 0.5504005, 0.9314026]);
  await expectClose([pathEnergy(condOtPath, twoPoints), pathEnergy(vpPath, twoPoints)], [0.9824, 0.86896], { rtol: 1e-4 });
  const best = kineticOptimalPath(twoPoints);
  await expectClose([best.angle, best.energy], [0.69126, 0.45912], { rtol: 1e-4 });
  await expectClose(pathEnergy(best, twoPoints), 0.45912, { rtol: 1e-2 });
  const places = [0.25, 0.5, 0.75].map((t) => best.at(t));
  await expectClose(places.flatMap(({ a, m }) => [a, m]), [0.807, 0.512, 0.885, 0.32, 0.943, 0.159], { atol: 5e-3 }); // prettier-ignore
});

it('the optimal path is the straight one where data are far apart, and the circle where they are Gaussian', async () => {
  const far = kineticOptimalPath(() => 1);
  await expectClose([far.angle, far.energy], [Math.PI / 2, 2], { rtol: 1e-4 });
  for (const t of [0, 0.3, 0.8, 1]) await expectClose(Object.values(far.at(t)), Object.values(condOtPath.at(t)), { atol: 1e-3 });
  await expectClose([pathEnergy(vpPath, gaussian), pathEnergy(condOtPath, gaussian)], [0, 2 - Math.PI / 2], { rtol: 1e-5, atol: 1e-9 });
});

it('data separate as the formula for two points says', async () => {
  const found = dataSeparation(matrixFromRows([[1], [-1]]), [0.5, 1, 2], rng(1), { samples: 4000 });
  await expectClose(found, [0.2040543, 0.5504005, 0.9314026], { atol: 0.02 });
});
