/** @file A world small enough to know everything about: contexts, actions with features, and a policy that is log-linear in them. */
import { logSoftmax, type Rng } from '@surrogate/core';
import { matMul, oneHot, reshape, tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';

/** Features of every action in every context. */
export interface World {
  readonly contexts: number;
  readonly actions: number;
  /** float32 `[contexts * actions, features]`. */
  readonly features: Tensor;
}

/** log π of every action: float32 `[contexts, actions]`. */
export function logPolicy({ contexts, actions, features }: World, weights: Tensor): Tensor {
  return logSoftmax(reshape(matMul(features, reshape(weights, [-1, 1])), [contexts, actions]));
}

/** The entries of a table at rows, as a product with one-hot rows. */
export function entries(table: Tensor, rows: readonly number[]): Tensor {
  const flat = reshape(table, [-1, 1]);
  return reshape(matMul(oneHot(tensor1d([...rows], 'int32'), flat.shape[0]), flat), [-1]);
}

/** Features drawn from the standard normal distribution. */
export function normalFeatures(rng: Rng, rows: number, width: number): Tensor {
  return tensor2d(rng.fillNormal(new Float32Array(rows * width)), [rows, width]);
}
