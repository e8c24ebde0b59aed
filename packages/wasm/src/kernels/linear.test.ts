import '../register.js';
import { linearCrossEntropy, linearTokenLogProbs } from '@surrogate/core';
import { expectNoLeak, startBackend } from '@surrogate/testing';
import { grads, mul, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';
import { kernels } from './table.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

type Options = NonNullable<Parameters<typeof linearCrossEntropy>[3]>;

/** Value and gradients, also by the weights of the rows. */
const everything = (n: number, d: number, v: number, options: Options) => (): Tensor[] => {
  const inputs = [numbers(n * d, 1), numbers(d * v, 2), numbers(v, 3), numbers(n, 4).map(Math.abs)] as const;
  const tensors = [tensor(inputs[0], [n, d]), tensor(inputs[1], [d, v]), tensor(inputs[2]), tensor(inputs[3])];
  const ids = tensor(Int32Array.from({ length: n }, (_, i) => (i * 7 + 2) % v), [n], 'int32'); // prettier-ignore
  const f = (hidden: Tensor, kernel: Tensor, bias: Tensor, weights: Tensor) =>
    linearCrossEntropy(hidden, kernel, ids, { bias, weights, ...options });
  const loss = (h: Tensor, w: Tensor, b: Tensor, rows: Tensor): Tensor => mul(f(h, w, b, rows), 3);
  return [f(...(tensors as [Tensor, Tensor, Tensor, Tensor])), ...grads(f)(tensors), ...grads(loss)(tensors)];
};

/** One number a row under an upstream that differs from row to row. */
const rowByRow = (n: number, d: number, v: number, chunk: number) => (): Tensor[] => {
  const tensors = [tensor(numbers(n * d, 1), [n, d]), tensor(numbers(d * v, 2), [d, v]), tensor(numbers(v, 3))];
  const ids = tensor(Int32Array.from({ length: n }, (_, i) => (i * 7 + 2) % v), [n], 'int32'); // prettier-ignore
  const upstream = tensor(numbers(n, 5));
  const functions = [
    (h: Tensor, w: Tensor, bias: Tensor) => linearTokenLogProbs(h, w, ids, { bias, chunk, temperature: 0.7 }),
    (h: Tensor, w: Tensor, bias: Tensor) => linearCrossEntropy(h, w, ids, { bias, chunk, reduction: 'none', labelSmoothing: 0.1 }),
  ];
  return functions.flatMap((f) => {
    const [h, w, b] = tensors as [Tensor, Tensor, Tensor];
    return [f(h, w, b), ...grads((h: Tensor, w: Tensor, b: Tensor) => sum(mul(f(h, w, b), upstream)))(tensors)];
  });
};

it('agrees without a bias, and where a row has no weight', () =>
  agree(
    () => {
      const [hidden, kernel] = [tensor(numbers(35, 1), [7, 5]), tensor(numbers(65, 2), [5, 13])];
      const ids = tensor([0, 12, 3, 5, 6, 1, 2], [7], 'int32');
      const weights = tensor([1, 0, 2, 0.5, 0, 1, 3]);
      return (['mean', 'sum', 'none'] as const).flatMap((reduction) => {
        const f = (h: Tensor, w: Tensor, rows: Tensor) =>
          sum(linearCrossEntropy(h, w, ids, { chunk: 3, reduction, weights: rows, labelSmoothing: 0.1 }));
        return [f(hidden, kernel, weights), ...grads(f)([hidden, kernel, weights])];
      });
    },
    { rtol: 2e-5, atol: 2e-5 },
  ));

it.each([
  [1, 1, 1, 1],
  [3, 2, 5, 2],
  [7, 5, 33, 3],
  [33, 16, 100, 16],
  [2, 3, 100_003, 1],
])(
  // prettier-ignore
  'agrees for %i rows of %i features and %i classes, %i rows at a time',
  async (n, d, v, chunk) => {
    await agree(everything(n, d, v, { chunk }), { rtol: 1e-4, atol: 1e-5 });
    await agree(everything(n, d, v, { chunk, labelSmoothing: 0.1, zLoss: 0.01, reduction: 'sum' }), { rtol: 1e-4, atol: 1e-4 });
    await agree(rowByRow(n, d, v, chunk), { rtol: 1e-4, atol: 1e-4 });
  },
);

it('is a kernel and leaves nothing behind', async () => {
  await startBackend('wasm');
  expect(Object.keys(kernels)).toContain('SurrogateLinearCrossEntropySum');
  const [h, w] = [tensor(numbers(6, 1), [3, 2]), tensor(numbers(8, 2), [2, 4])];
  await expectNoLeak(() => linearCrossEntropy(h, w, [0, 1, 3]));
  await expectNoLeak(() => grads((h: Tensor, w: Tensor) => linearCrossEntropy(h, w, [0, 1, 3]))([h, w]));
});
