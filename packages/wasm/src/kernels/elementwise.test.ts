import '../register.js';
import { expectNoLeak, startBackend } from '@surrogate/testing';
import {
  abs,
  cast,
  clipByValue,
  clone,
  einsum,
  exp,
  grad,
  greater,
  leakyRelu,
  logSoftmax,
  memory,
  mul,
  neg,
  reciprocal,
  relu,
  rsqrt,
  sign,
  softmax,
  sqrt,
  square,
  step,
  sum,
  tensor,
  where,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

describe('exp', () => {
  it.each([0, 1, 3, 4, 7, 100_003])('agrees on %i numbers', (n) =>
    agree(() => [exp(tensor(numbers(n, 1, 20), [n]))], { rtol: 3e-7, atol: 0 }),
  );

  it('reaches from the subnormal numbers to infinity', async () => {
    const values = [0, -0, 87.5, 88.7, 89, 1e30, Infinity, -87.4, -90, -100, -103, -104, -1e30, -Infinity, NaN];
    await agree(() => [exp(tensor(values)), ...values.map((x) => exp(x))], { rtol: 5e-7, atol: 3e-45 });
  });
});

describe('functions of each number by itself', () => {
  const functions = [abs, neg, reciprocal, relu, rsqrt, sign, sqrt, square, step, (x: Tensor) => leakyRelu(x, 0.1), (x: Tensor) => step(x, 0.3), (x: Tensor) => clipByValue(x, -0.5, 0.25)]; // prettier-ignore

  it.each([0, 1, 3, 4, 7, 8, 33, 100_003])('agree on %i numbers', (n) =>
    agree(() => functions.map((f) => f(tensor(numbers(n, 1, 2), [n]))), { rtol: 5e-7, atol: 0 }),
  );

  it('agree on infinities, NaN, zeros, and what is large or small', () =>
    agree(() => functions.map((f) => f(tensor([-Infinity, Infinity, NaN, 0, 1e30, -1e30, 1e-40, -3]))), { rtol: 5e-7, atol: 0 }));

  it('agree on whole numbers', () => agree(() => [abs, neg, square].map((f) => f(tensor([1, -2, 7], [3], 'int32')))));
});

describe('a choice', () => {
  it.each([0, 1, 3, 4, 7, 33, 100_003])('between %i numbers agrees', (n) =>
    agree(() => {
      const [a, b] = [tensor(numbers(n, 1), [n]), tensor(numbers(n, 2), [n])];
      return [where(greater(a, b), a, b), where(greater(a, b), cast(a, 'int32'), cast(b, 'int32'))];
    }),
  );

  it('by row, between scalars, and of what is no number, agrees', () =>
    agree(() => [
      where(tensor([true, false], [2], 'bool'), tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, NaN]])),
      where(tensor(true, [], 'bool'), tensor(1), tensor(NaN)),
      where(tensor([false, true], [2], 'bool'), tensor([NaN, Infinity]), tensor([-Infinity, NaN])),
    ])); // prettier-ignore
});

describe('softmax', () => {
  it.each([
    [1, 1],
    [2, 3],
    [3, 8],
    [4, 33],
    [2, 100_001],
  ])('agrees on [%i, %i], its logarithm and gradients, too', async (n, k) => {
    // prettier-ignore
    await agree(
      () => {
        const [x, weights] = [tensor(numbers(n * k, 1, 5), [n, k]), tensor(numbers(n * k, 2), [n, k])];
        const slope = (f: (x: Tensor) => Tensor) => grad((x: Tensor) => sum(mul(f(x), weights)))(x);
        return [softmax(x), logSoftmax(x), slope((x) => softmax(x)), slope((x) => logSoftmax(x))];
      },
      { rtol: 5e-5, atol: 5e-5 },
    );
  });

  it('agrees where logits are impossible or large', () =>
    agree(() =>
      [
        [-Infinity, 0, 1],
        [1e30, 0, -1e30],
        [1e4, 9999, 0],
        [NaN, 1, 2],
      ].flatMap((row) => [softmax(tensor([row])), logSoftmax(tensor([row]))]),
    ));
});

describe('a clone', () => {
  it('shares its numbers', async () => {
    await startBackend('wasm');
    const x = tensor([1, 2, 3]);
    const before = memory().numDataBuffers;
    const y = clone(x);
    expect(memory().numDataBuffers).toBe(before);
    x.dispose();
    expect([...(await y.data())]).toEqual([1, 2, 3]);
    y.dispose();
  });

  it('copes with text', async () => {
    await startBackend('wasm');
    expect([...(await clone(tensor(['a', 'b'])).data<'string'>())]).toEqual(['a', 'b']);
  });
});

describe('einsum', () => {
  const cases: [string, ...number[][]][] = [
    ['i->', [5]],
    ['ij->ji', [3, 4]],
    ['ij->i', [3, 4]],
    ['ij,jk->ik', [3, 4], [4, 5]],
    ['ij,kj->ki', [3, 4], [5, 4]],
    ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
    ['ij,ij->ij', [3, 4], [3, 4]],
    ['ij,ij->', [3, 4], [3, 4]],
    ['i,j->ij', [3], [4]],
    ['bthd,bshd->bhts', [2, 3, 2, 4], [2, 5, 2, 4]],
  ];

  it.each(cases)('agrees on %s', async (equation, ...shapes) => {
    await agree(() => [einsum(equation, ...shapes.map((shape, i) => tensor(numbers(shape.reduce((a, b) => a * b, 1), i + 1), shape)))]); // prettier-ignore
  });

  it('leaves nothing behind', async () => {
    await startBackend('wasm');
    const [a, b] = [tensor(numbers(12, 1), [3, 4]), tensor(numbers(24, 2), [2, 3, 4])];
    await expectNoLeak(() => einsum('ij,bij->bi', a, b));
    await expectNoLeak(() => einsum('bij->b', b));
  });
});
