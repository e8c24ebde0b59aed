/** @file P15: without a normaliser, far from the noise: compositional optimisation learns where noise-contrastive estimation has no gradient. */
import { grad, type Rng } from '@surrogate/core';
import { meco, nceLoss } from '@surrogate/losses';
import { dispose, mul, scalar, square, sub, tensor1d, tidy, type Scalar, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';

const halfLog2Pi = Math.log(2 * Math.PI) / 2;
/** The unnormalised model: log p~ = -(x - θ)² / 2. */
const logModel = (theta: Tensor, x: Tensor) => mul(-0.5, square(sub(x, theta)));
const logNormal = (x: number, spread: number) => -((x / spread) ** 2) / 2 - Math.log(spread) - halfLog2Pi;

/** The gradient of NCE over all data N(R, 1) and noise N(0, 1), normalised model, by quadrature. */
function nceSlope(theta: number, center: number): number {
  const step = 0.01;
  let total = 0;
  for (let x = -12; x < center + 12; x += step) {
    const [data, noise] = [Math.exp(logNormal(x - center, 1)), Math.exp(logNormal(x, 1))];
    const h = logNormal(x - theta, 1) - logNormal(x, 1);
    total += (noise / (1 + Math.exp(-h)) - data / (1 + Math.exp(h))) * (x - theta) * step;
  }
  return total;
}

type Params = { theta: Scalar; c: Scalar };

/** Steps along a running mean of gradients, as the paper takes them. */
async function follow(steps: number, learningRate: number, beta: number, slopeAt: (params: Params) => Params) {
  const [at, mean] = [
    { theta: 0, c: 0 },
    { theta: 0, c: 0 },
  ];
  const trail: number[] = [];
  for (let step = 0; step < steps; step++) {
    const params = { theta: scalar(at.theta), c: scalar(at.c) };
    const slopes = slopeAt(params);
    for (const key of ['theta', 'c'] as const) {
      const [slope] = await slopes[key].data<'float32'>();
      mean[key] = step === 0 ? slope! : (1 - beta) * mean[key] + beta * slope!;
      at[key] -= learningRate * mean[key];
      dispose([params[key], slopes[key]]);
    }
    trail.push(at.theta);
  }
  return trail;
}

export default claim({
  paper: 15,
  says: 'Far from the data the gradient of noise-contrastive estimation vanishes; that of the compositional objective does not, and it finds the mean of a Gaussian in a hundred steps.',
  params: { center: 16, noiseSpread: 8, steps: 100, batch: 64, learningRate: 0.05, gamma: 0.1, beta: 0.1 },
  quick: { steps: 10 },
  seeds: [0, 1, 2, 3, 4],
  async run({ params, rng }) {
    const { center, noiseSpread, steps, batch, learningRate, gamma, beta } = params;
    const draw = (source: Rng) => ({
      data: source.fillNormal(new Float32Array(batch), center, 1),
      noise: source.fillNormal(new Float32Array(batch), 0, noiseSpread),
    });
    const noiseLog = (points: Float32Array) => tensor1d(points.map((x) => logNormal(x, noiseSpread)));

    const objective = meco({ gamma });
    let state = objective.init();
    const first = rng.split();
    const composed = await follow(steps, learningRate, beta, (at) => {
      const { data, noise } = draw(first);
      const slopes = tidy(() =>
        grad((p: Params) => {
          const batchOf = {
            logModelData: logModel(p.theta, tensor1d(data)),
            logModelNoise: logModel(p.theta, tensor1d(noise)),
            logNoise: noiseLog(noise),
          };
          return objective.apply(state, batchOf).loss;
        })(at),
      );
      const batchAt = tidy(() => [logModel(at.theta, tensor1d(data)), logModel(at.theta, tensor1d(noise)), noiseLog(noise)] as Tensor[]);
      const applied = objective.apply(state, { logModelData: batchAt[0]!, logModelNoise: batchAt[1]!, logNoise: batchAt[2]! });
      dispose([...batchAt, applied.loss, state.logNormalizer, state.effectiveSamples]);
      state = applied.state;
      return slopes;
    });
    dispose([state.logNormalizer, state.effectiveSamples]);

    const second = rng.split();
    const contrasted = await follow(steps, learningRate, beta, (at) => {
      const { data, noise } = draw(second);
      return tidy(() =>
        grad((p: Params) =>
          nceLoss(
            {
              logModelData: logModel(p.theta, tensor1d(data)),
              logNoiseData: noiseLog(data),
              logModelNoise: logModel(p.theta, tensor1d(noise)),
              logNoiseNoise: noiseLog(noise),
            },
            { logNormalizer: p.c },
          ),
        )(at),
      );
    });

    const off = (trail: readonly number[]) => Math.abs(trail.at(-1)! - center);
    const places = Array.from({ length: 33 }, (_, i) => (i * center) / 33);
    return {
      metrics: { error: off(composed), slopeNearby: Math.abs(center - 1 - center) },
      baseline: { errorNce: off(contrasted), slopeNearbyNce: Math.abs(nceSlope(center - 1, center)) },
      sections: [
        {
          kind: 'picture',
          title: 'Towards the mean of the data',
          caption: `The data are N(${center}, 1), the noise N(0, ${noiseSpread}²).`,
          x: 'step',
          y: 'the mean that is learned',
          curves: [
            { name: 'MECO', trail: composed },
            { name: 'NCE', trail: contrasted },
            { name: 'the truth', trail: composed.map(() => center) },
          ].map(({ name, trail }) => ({
            name,
            points: trail.flatMap((y, x) => (x % Math.ceil(steps / 25) === 0 ? [{ x, y }] : [])),
          })),
        },
        {
          kind: 'picture',
          title: 'The slope at each mean, over all data, with noise N(0, 1)',
          x: 'the mean of the model',
          y: 'log10 of the slope',
          curves: [
            { name: 'MECO', points: places.map((x) => ({ x, y: Math.log10(center - x) })) },
            { name: 'NCE', points: places.map((x) => ({ x, y: Math.log10(Math.abs(nceSlope(x, center)) + 1e-16) })) },
          ],
        },
      ],
    };
  },
  /** The specification measures 0.065 against 0.64, and a slope of 1 against 3.7e-13. */
  shown: ({ metrics, baseline }) => metrics.error < 0.35 * baseline.errorNce && baseline.slopeNearbyNce < 1e-9 * metrics.slopeNearby,
});
