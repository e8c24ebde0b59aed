import '../register.js';
import { expectNoLeak, startBackend } from '@surrogate/testing';
import { avgPool, engine, grad, maxPool, mul, sum, tensor4d, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

type Shape = [number, number, number, number];
type Pad = 'same' | 'valid' | number;

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);

/** What maxPool and avgPool are by an image, under an upstream that differs from cell to cell. */
const gradients =
  (values: Float32Array, shape: Shape, filter: [number, number] | number, strides: [number, number] | number, pad: Pad) => () =>
    [maxPool, avgPool].map((pool) => {
      const x = tensor4d(values, shape);
      const out = pool(x, filter, strides, pad).shape;
      return grad((x: Tensor) => sum(mul(pool(x as Tensor4D, filter, strides, pad), tensor4d(numbers(size(out), 2), out))))(x);
    });

const cases: [Shape, [number, number] | number, [number, number] | number, Pad][] = [
  [[0, 4, 4, 3], 2, 2, 'same'],
  [[1, 1, 1, 1], 1, 1, 'valid'],
  [[2, 5, 7, 3], 2, 2, 'same'],
  [[1, 6, 5, 4], [2, 3], 2, 'valid'],
  [[3, 8, 8, 5], 3, 1, 'same'],
  [[2, 7, 6, 8], 3, 2, 1],
  [[2, 7, 6, 12], 3, [3, 2], 'same'],
  [[1, 9, 11, 9], [5, 1], 3, 'same'],
  [[1, 7, 7, 6], 7, 1, 'valid'],
]; // prettier-ignore

describe.each(cases)('images %j under windows %j, strides %j, padding %s', (shape, filter, strides, pad) => {
  it('have the gradients of their largest and of their mean', () =>
    agree(gradients(numbers(size(shape), 1), shape, filter, strides, pad), { rtol: 1e-5, atol: 1e-6 }));

  it('have them where many numbers are equal', () =>
    agree(gradients(numbers(size(shape), 1).map(Math.round), shape, filter, strides, pad), { rtol: 1e-5, atol: 1e-6 }));
});

it('have them where they are long', () => agree(gradients(numbers(100_003, 1), [1, 1, 100_003, 1], [1, 3], [1, 2], 'same')));

it('give to the first of equal numbers, to nothing where all are -Infinity or NaN', async () => {
  const values = [NaN, 1, 1, -Infinity, 0, -0, NaN, NaN, 1e30, -1e30, Infinity, Infinity];
  const image = Float32Array.from([...values, NaN, NaN, -Infinity, -Infinity, ...values, -Infinity, NaN, -Infinity, -1e30]);
  await agree(gradients(image, [1, 2, 16, 1], 2, 2, 'valid'));
  await agree(gradients(image, [1, 2, 4, 4], 2, 1, 'same'));
});

it('go by the windows that there are where the last ones stand beyond the border, and leave nothing behind', async () => {
  await startBackend('wasm');
  const input = tensor4d(numbers(25, 1), [1, 5, 5, 1]);
  const dy = tensor4d(numbers(9, 2), [1, 3, 3, 1]);
  const attrs = { filterSize: 2, strides: 2, pad: 0 };
  const run = (name: string) => engine().runKernel<Tensor>(name, { dy, input, output: dy }, attrs);
  const [given, max, mean] = await Promise.all([dy, run('MaxPoolGrad'), run('AvgPoolGrad')].map(async (x) => [...(await x.data())]));
  expect(max!.reduce((a, b) => a + b)).toBeCloseTo(
    given!.reduce((a, b) => a + b),
    5,
  );
  expect([max![24], mean![24]]).toEqual([given![8], given![8]! / 4]);
  await expectNoLeak(() => run('MaxPoolGrad'));
  await expectNoLeak(() => run('AvgPoolGrad'));
});
