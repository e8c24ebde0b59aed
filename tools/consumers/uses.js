/** @file What a user of the published packages does, in Node and in a page alike; the expected numbers are worked out by hand. */
import { crossEntropy } from '@surrogate/losses';
import { dpoLoss } from '@surrogate/align';
import { distributionMatchingLoss } from '@surrogate/distill';
import { classMoments, naiveBayesProbe } from '@surrogate/diagnostics';
import { adamw } from '@surrogate/optim';
import { kl, fDivergence } from '@surrogate/divergences';
import { logKernelDensity } from '@surrogate/kernel-methods';
import { rng, step } from '@surrogate/core';
import * as tf from '@tensorflow/tfjs-core';

const softmaxOf210 = [0.66524096, 0.24472847, 0.09003057];

/** Name, what came out, what was wanted. */
export async function uses() {
  const rows = [];
  const expectValues = async (name, tensor, wanted) => rows.push({ name, got: [...(await tensor.data())], wanted });

  const logits = tf.tensor2d([[2, 1, 0]]);
  await expectValues('a loss', crossEntropy(logits, [0]), [0.40760596]);
  await expectValues('its gradient', tf.grad((x) => crossEntropy(x, [0]))(logits), [softmaxOf210[0] - 1, softmaxOf210[1], softmaxOf210[2]]);

  // tfjs writes these two gradients with chained methods, which tfjs-core alone does not have.
  await expectValues('the gradient of prod', tf.grad((x) => tf.prod(x))(tf.tensor1d([2, 3, 4])), [12, 8, 6]);
  if (tf.getBackend() === 'cpu') {
    // The stock wasm kernel of a batched gather reads past its rows.
    const indices = tf.tensor2d([[1], [0]], [2, 1], 'int32');
    const x = tf.tensor2d([
      [1, 2],
      [3, 4],
    ]);
    await expectValues('the gradient of a batched gather', tf.grad((x) => tf.sum(tf.gather(x, indices, 1, 1)))(x), [0, 1, 1, 0]);
  }

  const same = tf.tensor1d([-3, -4]);
  const pairs = { chosen: same, rejected: same, refChosen: same, refRejected: same };
  await expectValues('a preference loss at the reference', dpoLoss(pairs), [Math.LN2]);

  await expectValues('a distillation loss', distributionMatchingLoss([[1, 2]], [[0, 1]], [[0.5, 1]]), [0.0625]);

  const p = tf.log(tf.tensor2d([[0.5, 0.5]]));
  const q = tf.log(tf.tensor2d([[0.25, 0.75]]));
  await expectValues('a divergence', fDivergence(p, q, kl), [0.5 * Math.log(2) + 0.5 * Math.log(2 / 3)]);

  await expectValues('a density', logKernelDensity([[0.2]], [[0], [1], [3]], { bandwidth: 0.5 }), [-1.14112105]);

  const transformation = adamw(0.1, { weightDecay: 0 });
  const params = { w: tf.tensor1d([1, -1]) };
  const state = transformation.init(params);
  const stepped = step(transformation, params, { w: tf.tensor1d([1, -1]) }, state);
  await expectValues('an optimizer step', stepped.params.w, [0.9, -0.9]);

  const features = [
    [0, 0],
    [2, 0],
    [4, 4],
    [6, 8],
  ];
  await expectValues('a probe', naiveBayesProbe(classMoments(features, [0, 0, 1, 1], 2)).weights, [1, 5, 0, 3]);

  rows.push({ name: 'a draw', got: [rng(1).uniform()], wanted: [rng(1).uniform()] });
  return rows;
}

/** The rows that are off. */
export const wrong = (rows) =>
  rows.filter(({ got, wanted }) => got.length !== wanted.length || got.some((value, i) => !(Math.abs(value - wanted[i]) <= 1e-5)));
