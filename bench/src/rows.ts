/** @file Losses of rows of logits. */
import { linearCrossEntropy, klFromLogits } from '@surrogate/core';
import { crossEntropy } from '@surrogate/losses';
import {
  add,
  exp,
  grad,
  grads,
  log,
  logSoftmax,
  losses,
  matMul,
  mean,
  mul,
  oneHot,
  reshape,
  slice,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { jaxCrossEntropy, jaxDivergence, jaxPreference } from './jax.js';
import { classIds, discard, normals } from './numbers.js';
import type { Workload } from './workload.js';

function crossEntropyOf(rows: number, classes: number): Workload {
  return {
    name: `crossEntropy-${rows}x${classes}`,
    runs: 15,
    // The logits read twice, their gradient written.
    bytes: 3 * 4 * rows * classes,
    contenders: {
      'jax-js': jaxCrossEntropy(rows, classes),
      surrogate() {
        const [logits, labels] = [normals([rows, classes], 1, 2), classIds(rows, classes)];
        return discard(() => grad((z: Tensor) => crossEntropy(z, labels))(logits));
      },
      stock() {
        const [logits, labels] = [normals([rows, classes], 1, 2), classIds(rows, classes)];
        const dense = oneHot(labels, classes);
        return discard(() => grad((z: Tensor) => losses.softmaxCrossEntropy(dense, z))(logits));
      },
    },
  };
}

const [N, D, V] = [2048, 256, 32000];

const linear: Workload = {
  name: `linearCrossEntropy-${N}x${D}x${V}`,
  runs: 3,
  flops: 3 * 2 * N * D * V,
  contenders: {
    surrogate() {
      const [hidden, kernel, labels] = [normals([N, D], 1), normals([D, V], 2, 0.05), classIds(N, V)];
      return discard(() => grads((h: Tensor, w: Tensor) => linearCrossEntropy(h, w, labels))([hidden, kernel]));
    },
    composite() {
      const [hidden, kernel, labels] = [normals([N, D], 1), normals([D, V], 2, 0.05), classIds(N, V)];
      return discard(() => grads((h: Tensor, w: Tensor) => crossEntropy(matMul(h, w), labels))([hidden, kernel]));
    },
  },
};

const distillation: Workload = {
  name: 'kl-512x8192',
  runs: 15,
  bytes: 5 * 4 * 512 * 8192,
  contenders: {
    'jax-js': jaxDivergence(512, 8192),
    surrogate() {
      const [teacher, student] = [normals([1, 512, 8192], 1, 2), normals([1, 512, 8192], 2, 2)];
      return discard(() => grad((z: Tensor) => mean(klFromLogits(teacher, z)))(student));
    },
    stock() {
      const [teacher, student] = [normals([512, 8192], 1, 2), normals([512, 8192], 2, 2)];
      return discard(() => {
        const logP = logSoftmax(teacher);
        const p = exp(logP);
        return grad((z: Tensor) => mean(sum(mul(p, sub(logP, logSoftmax(z))), -1)))(student);
      });
    },
  },
};

/** Bradley-Terry on sequence log-probabilities of two halves of a batch. */
const preference: Workload = {
  name: 'dpo-64x64x512',
  runs: 15,
  bytes: 3 * 4 * 64 * 64 * 512,
  contenders: {
    'jax-js': jaxPreference(64, 64, 512),
    surrogate() {
      const [logits, tokens] = [normals([64 * 64, 512], 1, 2), classIds(64 * 64, 512)];
      return discard(() => grad((z: Tensor) => preferenceOf(crossEntropy(z, tokens, { reduction: 'none' })))(logits));
    },
    stock() {
      const [logits, tokens] = [normals([64 * 64, 512], 1, 2), classIds(64 * 64, 512)];
      const dense = oneHot(tokens, 512);
      return discard(() => grad((z: Tensor) => preferenceOf(sum(mul(dense, mul(logSoftmax(z), -1)), -1)))(logits));
    },
  },
};

const preferenceOf = (negative: Tensor) => {
  const sequences = sum(reshape(negative, [64, 64]), -1);
  const margin = sub(slice(sequences, 32, 32), slice(sequences, 0, 32));
  return mean(log(add(1, exp(mul(margin, -0.1)))));
};

export const rowWorkloads: readonly Workload[] = [
  crossEntropyOf(512, 8192),
  crossEntropyOf(256, 32000),
  crossEntropyOf(4096, 128),
  linear,
  distillation,
  preference,
];
