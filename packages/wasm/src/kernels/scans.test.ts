import '../register.js';
import { linearRecurrenceOp, pairwiseSquaredDistancesOp } from '@surrogate/core';
import { startBackend } from '@surrogate/testing';
import { grads, mul, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

/** Value and gradients of an op of two tensors. */
const both = (op: (a: Tensor, b: Tensor) => Tensor, a: Tensor, b: Tensor): Tensor[] => {
  const value = op(a, b);
  const weights = tensor(numbers(value.size, 3), value.shape);
  return [value, ...grads((a: Tensor, b: Tensor) => sum(mul(op(a, b), weights)))([a, b])];
};

describe.each([false, true])('a linear recurrence, reverse %s', (reverse) => {
  it.each([
    [1, 1],
    [3, 2],
    [2, 7],
    [5, 33],
    [1, 100_003],
  ])('agrees on [%i, %i]', (n, steps) =>
    // prettier-ignore
    agree(
      () => {
        const [x, decay] = [tensor(numbers(n * steps, 1), [n, steps]), tensor(numbers(n * steps, 2, 0.9), [n, steps])];
        return both((x, decay) => linearRecurrenceOp({ x, decay }, { reverse }), x, decay);
      },
      { rtol: 1e-4, atol: 1e-5 },
    ),
  );
});

describe('squared distances', () => {
  it.each([
    [1, 1, 1],
    [3, 5, 2],
    [4, 2, 7],
    [9, 8, 33],
    [2, 3, 100_003],
  ])('agree for %i and %i rows of %i', (n, m, d) =>
    // prettier-ignore
    agree(() => both((x, y) => pairwiseSquaredDistancesOp({ x, y }, {}), tensor(numbers(n * d, 1), [n, d]), tensor(numbers(m * d, 2), [m, d])), {
      rtol: 1e-3,
      atol: 1e-3,
    }),
  );
});
