import '../register.js';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import {
  conv2d,
  depthwiseConv2d,
  engine,
  grads,
  mul,
  reshape,
  slice,
  stack,
  stridedSlice,
  sum,
  tensor4d,
  tidy,
  zerosLike,
  type NamedTensorMap,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

type Shape = [number, number, number, number];
type Convolution = (x: Tensor4D, filter: Tensor4D, strides: number, pad: 'same' | 'valid' | number) => Tensor;

const size = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

const gradients = (convolution: Convolution, image: Shape, filter: Shape, strides: number, pad: 'same' | 'valid' | number) => () => {
  const [x, w] = [tensor4d(numbers(size(image), 1), image), tensor4d(numbers(size(filter), 2), filter)];
  const shape = convolution(x, w, strides, pad).shape as Shape;
  const weights = tensor4d(numbers(size(shape), 3), shape);
  return grads((x: Tensor, w: Tensor) => sum(mul(convolution(x as Tensor4D, w as Tensor4D, strides, pad), weights)))([x, w]);
};

const cases: [Shape, [number, number], number, 'same' | 'valid' | number][] = [
  [[1, 1, 1, 1], [1, 1], 1, 'valid'],
  [[2, 5, 7, 3], [3, 3], 1, 'same'],
  [[1, 6, 5, 4], [2, 3], 2, 'valid'],
  [[3, 8, 8, 5], [5, 5], 2, 'same'],
  [[2, 7, 6, 8], [3, 3], 1, 1],
  [[1, 28, 28, 9], [3, 3], 3, 'same'],
]; // prettier-ignore

describe.each(cases)('images %j under filters %j, stride %i, padding %s', (image, [height, width], strides, pad) => {
  it.each([1, 4, 7])('have the gradients of a convolution into %i channels', async (channels) => {
    await agree(gradients(conv2d, image, [height, width, image[3], channels], strides, pad), { rtol: 1e-4, atol: 1e-4 });
  });

  it.each([1, 2, 3])('have the gradients of a depthwise convolution, %i times', async (multiplier) => {
    await agree(gradients(depthwiseConv2d, image, [height, width, image[3], multiplier], strides, pad), {
      rtol: 1e-4,
      atol: 1e-4,
    });
  });
});

it('with a dilated filter are those of a larger one with gaps', async () => {
  await startBackend('wasm');
  const [x, dy] = [tensor4d(numbers(2 * 7 * 8 * 3, 1), [2, 7, 8, 3]), tensor4d(numbers(2 * 3 * 4 * 5, 2), [2, 3, 4, 5])];
  const filter = tensor4d(numbers(9 * 15, 3), [3, 3, 3, 5]);
  const inner = reshape(stack([filter, zerosLike(filter)], 2), [3, 6, 3, 5]);
  const gaps = slice(reshape(stack([inner, zerosLike(inner)], 1), [6, 6, 3, 5]), [0, 0, 0, 0], [5, 5, 3, 5]);
  const run = (name: string, inputs: NamedTensorMap, dilations: number, size: number) =>
    engine().runKernel<Tensor>(name, inputs, { strides: 1, pad: 'valid', dilations, filterShape: [size, size, 3, 5], inputShape: x.shape });
  const whole = run('Conv2DBackpropFilter', { x, dy }, 1, 5);
  await expectClose(run('Conv2DBackpropFilter', { x, dy }, 2, 3), stridedSlice(whole, [0, 0, 0, 0], [5, 5, 3, 5], [2, 2, 1, 1]), {
    rtol: 1e-5,
    atol: 1e-5,
  });
  await expectClose(run('Conv2DBackpropInput', { dy, filter }, 2, 3), run('Conv2DBackpropInput', { dy, filter: gaps }, 1, 5), {
    rtol: 1e-5,
    atol: 1e-5,
  });
});

it('knows no other order of axes, and leaves nothing behind', async () => {
  await startBackend('wasm');
  const run = gradients(conv2d, [1, 4, 4, 2], [2, 2, 2, 3], 1, 'same');
  await expectNoLeak(() => tidy(run));
  const [x, dy] = [tensor4d(numbers(32, 1), [1, 2, 4, 4]), tensor4d(numbers(48, 1), [1, 3, 4, 4])];
  const attrs = { strides: 1, pad: 'same', dataFormat: 'NCHW', filterShape: [2, 2, 2, 3] };
  expect(() => engine().runKernel('Conv2DBackpropFilter', { x, dy }, attrs)).toThrow('NHWC');
});
