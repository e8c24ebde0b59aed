/** @file Random tensors of a given shape: drawn on the host, so that every backend sees the same numbers. */
import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkRng, type Rng } from '../host/random/rng.js';
import { checkAbove, checkAtLeast, checkBetween, checkFinite, checkInteger, fail } from '../inputs/checks.js';

/** Where {@link randomUniform} draws. */
export interface UniformOptions {
  /** The lower bound, included. Default 0. */
  min?: number | undefined;
  /** The upper bound, excluded. Default 1. */
  max?: number | undefined;
}

/** What {@link randomNormal} draws. */
export interface NormalOptions {
  /** Default 0. */
  mean?: number | undefined;
  /** At least 0. Default 1. */
  stddev?: number | undefined;
}

function filled(fn: string, rng: Rng, shape: readonly number[], fill: (out: Float32Array) => void): Tensor {
  checkRng(fn, 'rng', rng);
  if (!Array.isArray(shape)) fail('shape', fn, 'shape', `must be an array of sizes, got ${typeof shape}`);
  shape.forEach((size, axis) => checkInteger(fn, `shape[${axis}]`, size));
  const values = new Float32Array(shape.reduce((size, axis) => size * axis, 1));
  fill(values);
  return tensor(values, [...shape], 'float32');
}

/**
 * Numbers spread evenly over [min, max).
 *
 * @param rng the generator; it moves on.
 * @param shape sizes; `[]` is a scalar.
 * @returns float32 of that shape, the same on every backend.
 * @throws SurrogateError `range` unless min < max, `shape` for a bad shape, `dtype` for what is no generator.
 * @example
 * import { randomUniform, rng } from '@surrogate/core';
 * const x = randomUniform(rng(0), [2, 3], { min: -1, max: 1 });
 * x.shape; // [2, 3]
 */
export function randomUniform(rng: Rng, shape: readonly number[], options: UniformOptions = {}): Tensor {
  const { min = 0, max = 1 } = options;
  checkFinite('randomUniform', 'min', min);
  checkAbove('randomUniform', 'max', max, min);
  return filled('randomUniform', rng, shape, (out) => rng.fillUniform(out, min, max));
}

/**
 * Numbers of a normal distribution.
 *
 * @param rng the generator; it moves on.
 * @param shape sizes; `[]` is a scalar.
 * @returns float32 of that shape, the same on every backend.
 * @throws SurrogateError `range` when stddev < 0, `shape` for a bad shape, `dtype` for what is no generator.
 * @example
 * import { randomNormal, rng } from '@surrogate/core';
 * const w = randomNormal(rng(0), [4, 4], { stddev: 0.02 });
 * w.dtype; // 'float32'
 */
export function randomNormal(rng: Rng, shape: readonly number[], options: NormalOptions = {}): Tensor {
  const { mean = 0, stddev = 1 } = options;
  checkFinite('randomNormal', 'mean', mean);
  checkAtLeast('randomNormal', 'stddev', stddev, 0);
  return filled('randomNormal', rng, shape, (out) => rng.fillNormal(out, mean, stddev));
}

/**
 * Ones with a given probability, else zeros.
 *
 * @param rng the generator; it moves on.
 * @param shape sizes; `[]` is a scalar.
 * @param prob the probability of a 1, in [0, 1].
 * @returns float32 of that shape, 0 or 1.
 * @throws SurrogateError `range` when prob is outside [0, 1], `shape` for a bad shape, `dtype` for what is no generator.
 * @example
 * import { randomBernoulli, rng } from '@surrogate/core';
 * await randomBernoulli(rng(0), [3], 1).data(); // [1, 1, 1]
 */
export function randomBernoulli(rng: Rng, shape: readonly number[], prob: number): Tensor {
  checkBetween('randomBernoulli', 'prob', prob, 0, 1, true);
  return filled('randomBernoulli', rng, shape, (out) => {
    rng.fillUniform(out);
    for (let i = 0; i < out.length; i++) out[i] = out[i]! < prob ? 1 : 0;
  });
}

/**
 * Signs: -1 or 1 with equal probability, the probe of Hutchinson's trace estimate.
 *
 * @param rng the generator; it moves on.
 * @param shape sizes; `[]` is a scalar.
 * @returns float32 of that shape, -1 or 1.
 * @throws SurrogateError `shape` for a bad shape, `dtype` for what is no generator.
 * @example
 * import { randomRademacher, rng } from '@surrogate/core';
 * import { square } from '@tensorflow/tfjs-core';
 * await square(randomRademacher(rng(0), [3])).data(); // [1, 1, 1]
 */
export function randomRademacher(rng: Rng, shape: readonly number[]): Tensor {
  return filled('randomRademacher', rng, shape, (out) => {
    rng.fillUniform(out);
    for (let i = 0; i < out.length; i++) out[i] = out[i]! < 0.5 ? -1 : 1;
  });
}

/**
 * Numbers of the standard Gumbel distribution; added to logits, their argmax is a draw from the softmax.
 *
 * @param rng the generator; it moves on.
 * @param shape sizes; `[]` is a scalar.
 * @returns float32 of that shape.
 * @throws SurrogateError `shape` for a bad shape, `dtype` for what is no generator.
 * @see Maddison, Tarlow, Minka: A* Sampling, 2014. arXiv:1411.0030
 * @example
 * import { randomGumbel, rng } from '@surrogate/core';
 * randomGumbel(rng(0), [5]).shape; // [5]
 */
export function randomGumbel(rng: Rng, shape: readonly number[]): Tensor {
  return filled('randomGumbel', rng, shape, (out) => rng.fillGumbel(out));
}

/**
 * The numbers 0 to n - 1 in random order.
 *
 * @param rng the generator; it moves on.
 * @param n how many.
 * @returns int32 `[n]`.
 * @throws SurrogateError `range` when n is not an integer of at least 0, `dtype` for what is no generator.
 * @example
 * import { randomPermutation, rng } from '@surrogate/core';
 * import { sum } from '@tensorflow/tfjs-core';
 * (await sum(randomPermutation(rng(0), 4)).data())[0]; // 6
 */
export function randomPermutation(rng: Rng, n: number): Tensor {
  checkInteger('randomPermutation', 'n', n);
  checkRng('randomPermutation', 'rng', rng);
  return tidy(() => tensor(rng.permutation(n), [n], 'int32'));
}

/**
 * Distinct numbers of 0 to n - 1, in random order: indices without replacement.
 *
 * @param rng the generator; it moves on.
 * @param n how many there are.
 * @param k how many are chosen.
 * @returns int32 `[k]`.
 * @throws SurrogateError `range` unless 0 <= k <= n are integers, `dtype` for what is no generator.
 * @example
 * import { randomChoice, rng } from '@surrogate/core';
 * randomChoice(rng(0), 100, 3).shape; // [3]
 */
export function randomChoice(rng: Rng, n: number, k: number): Tensor {
  checkInteger('randomChoice', 'n', n);
  checkInteger('randomChoice', 'k', k);
  if (k > n) fail('range', 'randomChoice', 'k', `must be at most n = ${n}, got ${k}`);
  checkRng('randomChoice', 'rng', rng);
  return tidy(() => tensor(rng.choice(n, k), [k], 'int32'));
}
