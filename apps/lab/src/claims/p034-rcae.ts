/** @file P34: a contractive auto-encoder points along the score of its data, the better the less it is contracted. */
import { tanh } from '@surrogate/core';
import {
  contractiveReconstructionLoss,
  mixtureLogDensity,
  mixtureScore,
  scoreFromDenoised,
  scoreMetropolisHastings,
} from '@surrogate/losses';
import { adam, linear } from '@surrogate/optim';
import { add, dispose, matMul, tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { denseParams, type DenseParams } from '../model/denseNet.js';
import { descend } from '../model/descend.js';
import { initialParams, type HostNet } from '../model/hostNet.js';

const truth = { means: [[-1.5], [1.5]], variances: 0.25 };
const net: HostNet = { sizes: [1, 64, 64, 1], activation: 'tanh' };

/** x plus what a network of tanh units adds. */
const reconstruct = (params: DenseParams) => (x: Tensor) =>
  add(
    x,
    params.reduce<Tensor>((input, { w, b }, i) => {
      const out = add(matMul(input as Tensor2D, w), b);
      return i === params.length - 1 ? out : tanh(out);
    }, x),
  );

export default claim({
  paper: 34,
  says: 'The step that a contractive auto-encoder takes, over σ², approaches the score of the data as σ falls; and samplers that know only that step reach both modes.',
  params: { variances: [0.5, 0.1, 0.03], batch: 128, steps: 350, learningRate: 5e-3, walkers: 400, walk: 60 },
  quick: { batch: 32, steps: 10, walkers: 20, walk: 3 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { variances, batch, steps, learningRate, walkers, walk } = params;
    const places = Array.from({ length: 57 }, (_, i) => -2.8 + 0.1 * i);
    const grid = tensor2d(places.map((x) => [x]));
    const read = async (x: Tensor) => Array.from(await x.data<'float32'>().finally(() => x.dispose()));
    const score = await read(mixtureScore(grid, truth));
    const density = (await read(mixtureLogDensity(grid, truth))).map(Math.exp);
    const curves = [{ name: 'truth', points: places.map((x, i) => ({ x, y: score[i]! })) }];
    const errors: number[] = [];
    let walked = { share: 0, spread: 0, acceptance: 0 };
    for (const [i, variance] of variances.entries()) {
      const draws = rng.split();
      const sigma = Math.sqrt(variance);
      const start = denseParams(net, initialParams(net, rng));
      const trained = await descend(
        start,
        {
          optimizer: adam(linear(learningRate, learningRate / 50, { steps })),
          steps,
          after: (at) => progress((i + at / steps) / variances.length),
        },
        () => {
          const data = Float32Array.from({ length: batch }, () => (draws.uniform() < 0.5 ? -1.5 : 1.5) + 0.5 * draws.normal());
          // The slope along one direction is all of the Jacobian in one dimension; differences of forward passes are enough.
          return (at) => contractiveReconstructionLoss(reconstruct(at), tensor2d(data, [batch, 1]), { sigma, rng: draws, epsilon: 0.01 });
        },
      );
      const scoreOf = (x: Tensor) => scoreFromDenoised(reconstruct(trained)(x), x, { sigma });
      const learned = await read(tidy(() => scoreOf(grid)));
      const squares = (f: (i: number) => number) => places.reduce((sum, _, j) => sum + density[j]! * f(j) ** 2, 0);
      errors.push(Math.sqrt(squares((j) => learned[j]! - score[j]!) / squares((j) => score[j]!)));
      curves.push({ name: `σ² = ${variance}`, points: places.map((x, j) => ({ x, y: learned[j]! })) });
      if (i === variances.length - 1) {
        const begin = tensor2d(new Float32Array(walkers), [walkers, 1]);
        const { samples, acceptance } = scoreMetropolisHastings(scoreOf, begin, draws, { steps: walk, sigma: 1.5 });
        const [ends, [rate]] = [await read(samples), await read(acceptance)];
        const mean = ends.reduce((a, b) => a + b, 0) / walkers;
        walked = {
          share: ends.filter((x) => x > 0).length / walkers,
          spread: Math.sqrt(ends.reduce((sum, x) => sum + (x - mean) ** 2, 0) / walkers),
          acceptance: rate!,
        };
        begin.dispose();
      }
      trained.forEach(({ w, b }) => dispose([w, b]));
    }
    grid.dispose();
    return {
      metrics: { relativeError: errors.at(-1)!, shareOfRightMode: walked.share, spread: walked.spread, acceptance: walked.acceptance },
      baseline: { relativeErrorLargest: errors[0]!, relativeErrorMiddle: errors[1]!, trueSpread: Math.sqrt(1.5 ** 2 + 0.25) },
      sections: [
        {
          kind: 'picture',
          title: 'The score that the auto-encoders know',
          caption: 'Of an even mixture of N(-1.5, 0.25) and N(1.5, 0.25).',
          x: 'x',
          y: 'score',
          curves,
        },
      ],
    };
  },
  /** The specification measures relative errors of 0.48, 0.13 and 0.09, both modes reached, and acceptance near 0.48. */
  shown: ({ metrics, baseline }) =>
    baseline.relativeErrorLargest > baseline.relativeErrorMiddle &&
    metrics.relativeError < 0.25 &&
    metrics.relativeError < 0.6 * baseline.relativeErrorLargest &&
    metrics.shareOfRightMode > 0.15 &&
    metrics.shareOfRightMode < 0.85,
});
