import '../register.js';
import { layerNormOp, logSoftmax, logSumExp, softmax } from '@surrogate/core';
import { expectNoLeak, startBackend } from '@surrogate/testing';
import { fill, grad, grads, mul, ones, sum, tensor, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const shapes: [number, number][] = [[0, 5], [1, 1], [3, 2], [2, 7], [5, 16], [3, 33], [2, 100_003]]; // prettier-ignore

/** The value and its gradients under an upstream that differs from cell to cell. */
function everything(f: (...inputs: Tensor[]) => Tensor, inputs: Tensor[]): Tensor[] {
  const value = f(...inputs);
  const weights = tensor(numbers(value.size, 9), value.shape);
  return [value, ...grads((...given: Tensor[]) => sum(mul(f(...given), weights)))(inputs)];
}

describe.each([true, false])('layer normalisation, centred %s', (centred) => {
  const norm = (x: Tensor, gain: Tensor, offset: Tensor) => layerNormOp({ x, gain, offset }, { eps: 1e-5, centred });

  it.each(shapes)('agrees on [%i, %i]', (n, d) =>
    agree(() => everything(norm, [tensor(numbers(n * d, 1, 3), [n, d]), tensor(numbers(d, 2)), tensor(numbers(d, 3))]), {
      rtol: 1e-3,
      atol: 2e-4,
    }),
  );

  it('agrees on rows that are large, equal, tiny or no numbers', () =>
    agree(
      () => {
        const x = tensor([[1e4, -1e4, 5], [2, 2, 2], [1e-30, 0, -1e-30], [NaN, 1, 2], [Infinity, 1, 2], [1e30, 1, 2]]); // prettier-ignore
        return [norm(x, ones([3]), zeros([3]))];
      },
      { rtol: 1e-4, atol: 1e-5 },
    ));

  it('is right after the memory has grown between forward and backward, and leaves nothing behind', async () => {
    const inputs = () => [tensor(numbers(21, 1), [3, 7]), ones([7]), zeros([7])] as [Tensor, Tensor, Tensor];
    await agree(
      () => [
        grad((x: Tensor) => {
          const y = norm(x, ones([7]), zeros([7]));
          fill([40_000_000], 1).dispose();
          return sum(mul(y, tensor(numbers(21, 2), [3, 7])));
        })(inputs()[0]),
      ],
      { rtol: 1e-4, atol: 1e-5 },
    );
    await startBackend('wasm');
    const given = inputs();
    await expectNoLeak(() => norm(...given));
    await expectNoLeak(() => tidy(() => everything(norm as never, given)));
  });
});

describe('softmax, its logarithm and log-sum-exp over the last axis', () => {
  it.each(shapes)('agree on [%i, %i]', (n, k) =>
    agree(
      () => [softmax, logSoftmax, logSumExp].flatMap((f) => everything((x) => (f as (x: Tensor, o: object) => Tensor)(x, { axis: -1 }), [tensor(numbers(n * k, 1, 4), [n, k])])), // prettier-ignore
      { rtol: 1e-4, atol: 2e-4 },
    ),
  );

  it('agree where logits are impossible, equal, huge or no numbers', () =>
    agree(
      () => {
        const x = tensor([[-Infinity, 1, 2], [-Infinity, -Infinity, -Infinity], [1e4, 9999, -1e4], [1e30, 0, -1e30], [0, 0, 0], [NaN, 0, 1]]); // prettier-ignore
        return [softmax, logSoftmax, logSumExp].flatMap((f) => everything((x) => (f as (x: Tensor, o: object) => Tensor)(x, { axis: -1 }), [x])); // prettier-ignore
      },
      { rtol: 1e-4, atol: 1e-5 },
    ));
});
