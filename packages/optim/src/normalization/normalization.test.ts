import { eachBackend, expectClose, expectNoLeak, oracle } from '@surrogate/testing';
import { add, moments, mul, ones, rsqrt, square, sub, sum, tensor, tensor2d, tensor4d, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { input, layers, model, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { toTfOptimizer } from '@surrogate/core';
import { describe, expect, it } from 'vitest';
import { sgd } from '../optimizers/sgd.js';
import { adaptiveBatchNorm, balancedTaskWeights, normalizationMomentum } from './balanced.js';
import { adaptiveBatchNormLayer } from './layer.js';

oracle('optim/normalization', ({ x, psi, options }) => {
  const { ids, mean, variance, batches } = options as { ids: number[]; mean: number[]; variance: number[]; batches: number };
  const layer = adaptiveBatchNorm({ features: 2, tasks: 2, kappa: 0.25 });
  const params = { scale: ones([2]), shift: zeros([2]), taskWeights: psi as Tensor };
  const { y, drift } = layer.train(params, { mean: tensor(mean), variance: tensor(variance), batches }, x as Tensor, ids, 2);
  return add(sum(mul(square(y), y)), drift);
});

describe('normalizationMomentum', () => {
  it.each([
    [0.25, [0.562341, 0.366025, 0.273147, 0.219017, 0.183582, 0.15859]],
    [0.5, [0.316228, 0.25, 0.208562, 0.180223, 0.159644, 0.14404]],
    [1, [0.1, 0.1, 0.1]],
    [0, [1, 1 / 2, 1 / 3]],
  ])('falls as the worked example says: κ = %s', async (kappa, expected) => {
    const momentum = normalizationMomentum({ kappa });
    await expectClose(expected.map((_, t) => momentum(t)), expected, { rtol: 4e-6 }); // prettier-ignore
  });

  it('gives the batches of the first tasks more of the mean, the smaller κ is', async () => {
    const shares = (kappa: number) => {
      const momentum = normalizationMomentum({ kappa });
      const weights = new Float64Array(5);
      for (let t = 0; t < 100; t++) {
        for (let k = 0; k < 5; k++) weights[k]! *= 1 - momentum(t);
        weights[Math.floor(t / 20)]! += momentum(t);
      }
      return Array.from(weights);
    };
    await expectClose(shares(1), [0, 0.002, 0.013, 0.107, 0.878], { atol: 6e-4 });
    await expectClose(shares(0.25), [0.054, 0.091, 0.154, 0.26, 0.44], { atol: 6e-4 });
    await expectClose(shares(0), [0.2, 0.2, 0.2, 0.2, 0.2]);
  });

  it('ends at a floor', () => {
    expect(normalizationMomentum({ kappa: 0.25 })(1e5)).toBeCloseTo(0.0259963, 7);
  });
});

eachBackend(
  () => {
    it('weighs tasks as the worked example says', async () => {
      await expectClose(balancedTaskWeights([0, 0], [10, 30]), [11 / 42, 31 / 42]);
    });

    it('is plain batch normalisation for one task, over positions too', async () => {
      const x = tensor4d([1, 2, -1, 0, 3, 5, 0.5, -2], [2, 2, 1, 2]);
      const layer = adaptiveBatchNorm({ features: 2, tasks: 3, kappa: 1 });
      const { params, state } = layer.init();
      const made = layer.train(params, state, x, [0, 0], 1);
      const { mean, variance } = moments(x, [0, 1, 2]);
      await expectClose(made.y, mul(sub(x, mean), rsqrt(add(variance, 1e-5))), { rtol: 1e-4, atol: 1e-5 });
      await expectClose(made.state.mean, mul(mean, 0.1), { rtol: 1e-5 });
      await expectClose(made.state.variance, add(mul(variance, 0.1), 0.9), { rtol: 1e-5 });
      await expectClose(layer.evaluate(params, state, x), mul(x, 1 / Math.sqrt(1 + 1e-5)), { rtol: 1e-5 });
    });

    it('leaves a missing task its weight, unless told to share it out', async () => {
      const x = tensor2d([[1], [3]]);
      const meanOf = (renormalize: boolean) => {
        const layer = adaptiveBatchNorm({ features: 1, tasks: 2, kappa: 0, renormalize });
        const { params, state } = layer.init();
        return layer.train(params, state, x, [0, 0], 2).state.mean;
      };
      await expectClose(meanOf(false), [2 * (3 / 4)]);
      await expectClose(meanOf(true), [2]);
    });

    it('leaves no more than its result', async () => {
      const layer = adaptiveBatchNorm({ features: 1, tasks: 2 });
      await expectNoLeak(() => layer.init());
    });

    describe('as a layer of tf.layers', () => {
      const options = { tasks: 3, kappa: 0.25 };
      const batches = [[[[1, 2], [3, -1]], [0, 0]], [[[0.5, 1], [9, 7], [8, 5]], [0, 1, 1]]] as const; // prettier-ignore

      it('passes and counts as its functions do, also from weights that were saved', async () => {
        const functions = adaptiveBatchNorm({ features: 2, ...options });
        const { params, state: start } = functions.init();
        let [state, layer] = [start, adaptiveBatchNormLayer(layers.Layer, options)];
        for (const [t, [rows, ids]] of batches.entries()) {
          const x = tensor2d(rows as unknown as number[][]);
          const pass = functions.train(params, state, x, [...ids], t + 1);
          const pair = [x, tensor2d([...ids], [ids.length, 1])];
          await expectClose(layer.apply(pair, { training: true }) as Tensor, pass.y);
          state = pass.state;
          // A layer of its own goes on from here.
          const saved = layer.getWeights();
          layer = adaptiveBatchNormLayer(layers.Layer, options);
          await expectClose(layer.apply(pair) as Tensor, mul(x, 1 / Math.sqrt(1 + 1e-5)));
          layer.setWeights(saved);
          await expectClose(layer.apply(pair) as Tensor, functions.evaluate(params, state, x));
        }
      });

      it('trains in a model, where its drift is a part of the loss', async () => {
        const [x, ids, y] = [tensor2d(batches[1][0] as unknown as number[][]), tensor2d([[0], [1], [1]]), tensor2d([[1], [0], [-1]])];
        const made = (drift: number) => {
          const [features, tasks] = [input({ shape: [2] }), input({ shape: [1] })];
          const normal = adaptiveBatchNormLayer(layers.Layer, { ...options, drift }).apply([features, tasks]) as SymbolicTensor;
          const outputs = layers.dense({ units: 1, kernelInitializer: 'ones' }).apply(normal) as SymbolicTensor;
          const net = model({ inputs: [features, tasks], outputs });
          net.compile({ optimizer: toTfOptimizer(sgd(0.05)), loss: 'meanSquaredError' });
          return net;
        };
        const net = made(0.5);
        const [without, first] = [await made(0).trainOnBatch([x, ids], y), await net.trainOnBatch([x, ids], y)] as number[];
        const functions = adaptiveBatchNorm({ features: 2, ...options });
        const { params, state } = functions.init();
        const { drift } = functions.train(params, state, x, [0, 1, 1], 2);
        await expectClose(first! - without!, mul(drift, 0.5), { rtol: 1e-4 });
        await expectNoLeak(async () => {
          expect(await net.trainOnBatch([x, ids], y)).toBeLessThan(first!);
        });
      });
    });
  },
  { backends: ['cpu'] },
);
