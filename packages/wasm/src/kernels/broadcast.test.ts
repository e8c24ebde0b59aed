import '../register.js';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import {
  add,
  cast,
  div,
  equal,
  grads,
  greater,
  greaterEqual,
  less,
  lessEqual,
  maximum,
  memory,
  minimum,
  mul,
  notEqual,
  randomUniform,
  sub,
  sum,
  tensor,
  tile,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const size = (shape: number[]) => shape.reduce((a, b) => a * b, 1);
const operations = [add, sub, mul, div, maximum, minimum] as const;
const comparisons = [greater, greaterEqual, less, lessEqual, equal, notEqual] as const;

const cases: [number[], number[]][] = [
  [[], []],
  [[1], [1]],
  [[7], []],
  [[], [13]],
  [[0, 3], [3]],
  [[5, 3], [5, 3]],
  [[5, 33], [33]],
  [[5, 33], [5, 1]],
  [[5, 1], [33]],
  [[4, 1, 17], [9, 1]],
  [[2, 3, 4, 5], [3, 1, 5]],
  [[2, 1, 4, 1], [1, 3, 1, 9]],
  [[2, 1, 3, 1, 2], [1, 2, 1, 2, 1]],
  [[2, 1, 3, 1, 2, 3], [1, 2, 1, 2, 1, 3]],
  [[2, 100_003], [2, 1]],
]; // prettier-ignore

describe.each(cases)('%j with %j', (left, right) => {
  it('agrees, gradients with it', async () => {
    // prettier-ignore
    await agree(
      () => {
        const [a, b] = [tensor(numbers(size(left), 1), left), tensor(numbers(size(right), 2).map((x) => x + 2), right)];
        const truths = comparisons.map((operation) => operation(a, b));
        return operations.flatMap((operation, i) => {
          const shape = operation(a, b).shape;
          const weights = tensor(numbers(size(shape), 3), shape);
          // tfjs's own gradients of the larger and the smaller are for equal shapes.
          if (i > 3 && a.shape.join() !== b.shape.join()) return [truths[i]!, operation(a, b)];
          return [truths[i]!, operation(a, b), ...grads((a: Tensor, b: Tensor) => sum(mul(operation(a, b), weights)))([a, b])];
        });
      },
      { rtol: 1e-4, atol: 1e-4 },
    );
  });
});

it('agrees on infinities, NaN, zeros and what is large', () =>
  agree(() => {
    const values = [-Infinity, Infinity, NaN, 0, -0, 1e30, -1e30, 1e-40, 3];
    const [a, b] = [tensor(values, [9, 1]), tensor(values, [1, 9])];
    return [...operations, ...comparisons].map((operation) => operation(a, b));
  }));

it('computes with whole numbers as tfjs does', () =>
  agree(() => {
    const [a, b] = [tensor([1, -2, 7], [3], 'int32'), tensor([5], [1], 'int32')];
    return [...[...operations, ...comparisons].map((operation) => operation(a, b)), add(a, tensor([0.5]))];
  }));

describe('a tile', () => {
  const repeated: [number[], number[]][] = [[[], []], [[1], [7]], [[3], [1]], [[3], [5]], [[0, 2], [2, 2]], [[2, 3], [0, 1]], [[5, 1], [1, 33]], [[1, 33], [5, 1]], [[2, 1, 3], [2, 4, 2]], [[2, 3, 2, 3, 2, 3], [2, 1, 2, 1, 2, 1]], [[2, 3, 2, 3, 2, 3], [2, 2, 2, 2, 2, 2]], [[1], [100_003]]]; // prettier-ignore

  it.each(repeated)('of %j by %j agrees', (shape, reps) =>
    agree(() => {
      const x = tensor(numbers(size(shape), 1, 9), shape);
      return [tile(x, reps), tile(cast(x, 'int32'), reps), tile(cast(x, 'bool'), reps)];
    }),
  );
});

describe('a cast', () => {
  it.each([0, 1, 3, 4, 100_003])('makes %i floats', async (n) => {
    const counts = Int32Array.from({ length: n }, (_, i) => i - 3);
    await expectClose(cast(tensor(counts, [n], 'int32'), 'float32'), [...counts]);
    const flags = Uint8Array.from({ length: n }, (_, i) => (i % 3) & 1);
    await expectClose(cast(tensor(flags, [n], 'bool'), 'float32'), [...flags]);
    await expectClose(cast(tensor(counts, [n], 'int32'), 'bool'), [...counts].map((count) => +(count !== 0))); // prettier-ignore
  });

  it('makes true what is not 0', () =>
    agree(() => [
      cast(tensor([0, -0, 0.5, -256, 1e-40, NaN, Infinity]), 'bool'),
      cast(tensor([-(2 ** 31), 0, 256], [3], 'int32'), 'bool'),
    ]));

  it('shares what is a float already', async () => {
    const x = tensor([1, 2]);
    const before = memory().numDataBuffers;
    const y = cast(x, 'float32');
    expect(memory().numDataBuffers).toBe(before);
    await expectClose(cast(tensor([1.7, -1.7]), 'int32'), [1, -1]);
    x.dispose();
    await expectClose(y, [1, 2]);
    y.dispose();
  });
});

it('is right after the memory has grown, and leaves nothing behind', async () => {
  const [a, b] = [tensor(numbers(12, 1), [3, 4]), tensor(numbers(3, 2), [3, 1])];
  const before = [...(await mul(a, b).data())];
  randomUniform([30_000_000]).dispose();
  await expectClose([...(await mul(a, b).data())], before);
  await expectNoLeak(() => [...operations, ...comparisons].map((operation) => operation(a, b)));
  await expectNoLeak(() => [tile(a, [2, 3]), tile(a, [1, 1])]);
});
