import '../register.js';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import {
  add,
  broadcast_util,
  elu,
  fused,
  grads,
  matMul,
  mul,
  randomUniform,
  relu,
  relu6,
  sum,
  tensor,
  tensor1d,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const transposes = [[false, false], [true, false], [false, true], [true, true]] as const; // prettier-ignore

/** The definition, in double precision. */
function product(a: Float32Array, b: Float32Array, [m, n, k]: readonly [number, number, number], ta: boolean, tb: boolean): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let total = 0;
    for (let p = 0; p < k; p++) total += a[ta ? p * m + i : i * k + p]! * b[tb ? j * k + p : p * n + j]!;
    return total;
  });
}

describe.each(transposes)('a product with transposes %s and %s', (ta, tb) => {
  const shapes = [[1, 1, 1], [3, 5, 2], [4, 8, 4], [5, 9, 7], [8, 16, 256], [17, 33, 65], [2, 3, 1000], [130, 70, 300], [129, 1100, 3], [0, 4, 2], [4, 0, 2], [3, 2, 0]] as const; // prettier-ignore
  it.each(shapes)('agrees with the definition on [%i, %i] over %i', async (m, n, k) => {
    const [a, b] = [numbers(m * k, 1), numbers(k * n, 2)];
    const made = matMul(tensor(a, ta ? [k, m] : [m, k]), tensor(b, tb ? [n, k] : [k, n]), ta, tb);
    expect(made.shape).toEqual([m, n]);
    await expectClose([...(await made.data())], product(a, b, [m, n, k], ta, tb), { rtol: 1e-5, atol: 2e-5 });
  });

  it.each([
    [
      [2, 3],
      [2, 3],
    ],
    [[4], [1]],
    [[1], [4]],
    [[], [5]],
    [[5], []],
    [
      [2, 1],
      [1, 3],
    ],
    [[3], [2, 3]],
    [
      [2, 1, 2],
      [3, 1],
    ],
  ])('broadcasts batches %j and %j', async (batchA, batchB) => {
    const shapeOf = (batch: number[], last: number[]) => [...batch, ...last];
    const size = (shape: number[]) => shape.reduce((x, y) => x * y, 1);
    const [shapeA, shapeB] = [shapeOf(batchA, ta ? [5, 3] : [3, 5]), shapeOf(batchB, tb ? [6, 5] : [5, 6])];
    const [a, b] = [numbers(size(shapeA), 3), numbers(size(shapeB), 4)];
    const made = matMul(tensor(a, shapeA), tensor(b, shapeB), ta, tb);
    const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
    const strides = (shape: number[]) => shape.map((size, i) => (size === 1 ? 0 : shape.slice(i + 1).reduce((x, y) => x * y, 1)));
    const place = (shape: number[], at: number) => {
      const index = batch.map((size, i) => Math.floor(at / batch.slice(i + 1).reduce((x, y) => x * y, 1)) % size);
      return strides(shape).reduce((sum, stride, i) => sum + stride * index[i + batch.length - shape.length]!, 0);
    };
    const expected = Array.from({ length: size(batch) }, (_, at) => {
      const [i, j] = [place(batchA, at), place(batchB, at)];
      return product(a.subarray(i * 15, i * 15 + 15), b.subarray(j * 30, j * 30 + 30), [3, 6, 5], ta, tb);
    }).flat();
    expect(made.shape).toEqual([...batch, 3, 6]);
    await expectClose([...(await made.data())], expected);
  });

  it('passes on NaN, infinities and large numbers to their rows and columns', async () => {
    const a = numbers(5 * 9, 5);
    const b = numbers(9 * 6, 6);
    [a[0], a[4], b[3]] = [NaN, 1e30, -Infinity];
    const made = matMul(tensor(a, ta ? [9, 5] : [5, 9]), tensor(b, tb ? [6, 9] : [9, 6]), ta, tb);
    await expectClose([...(await made.data())], product(a, b, [5, 6, 9], ta, tb), { rtol: 1e-5, atol: 1e-5 });
  });

  it('has gradients', async () => {
    const [a, b] = [tensor(numbers(2 * 15, 1), ta ? [2, 5, 3] : [2, 3, 5]), tensor(numbers(60, 2), tb ? [2, 6, 5] : [2, 5, 6])];
    const weights = tensor(numbers(36, 3), [2, 3, 6]);
    const run = () => tidy(() => grads((x: Tensor, y: Tensor) => sum(mul(matMul(x, y, ta, tb), weights)))([a, b]));
    const made = await Promise.all(run().map((x) => x.data()));
    await startBackend('cpu');
    const expected = run();
    for (const [i, x] of expected.entries()) await expectClose([...made[i]!], [...(await x.data())]);
    await startBackend('wasm');
  });
});

describe('a fused product', () => {
  const a = () => tensor(numbers(4 * 5, 1), [1, 4, 5]);
  const b = () => tensor(numbers(3 * 5, 2), [1, 3, 5]);
  const bias = () => tensor1d(numbers(3, 3));

  it('adds a bias and applies an activation', async () => {
    const plain = add(matMul(a(), b(), false, true), bias());
    const activations = { linear: (x: Tensor) => x, relu, relu6, elu } as const;
    for (const [activation, f] of Object.entries(activations)) {
      const made = fused.matMul({ a: a(), b: b(), transposeB: true, bias: bias(), activation: activation as 'relu' });
      await expectClose(made, f(plain));
    }
    const leaky = fused.matMul({ a: a(), b: b(), transposeB: true, activation: 'leakyrelu', leakyreluAlpha: 0.1 });
    const values = await matMul(a(), b(), false, true).data();
    await expectClose(
      [...(await leaky.data())],
      [...values].map((x) => (x < 0 ? 0.1 * x : x)),
    );
  });

  it('leaves nothing behind', async () => {
    const [x, y] = [a(), b()];
    for (const activation of ['relu', 'elu'] as const) await expectNoLeak(() => fused.matMul({ a: x, b: y, transposeB: true, activation }));
    await expectNoLeak(() => matMul(x, y, false, true));
  });

  it('is right after the memory has grown', async () => {
    const [x, y] = [a(), b()];
    const before = [...(await matMul(x, y, false, true).data())];
    randomUniform([30_000_000]).dispose();
    await expectClose([...(await matMul(x, y, false, true).data())], before);
  });
});
