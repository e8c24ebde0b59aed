import '../register.js';
import {
  klRowsOp,
  mixtureKlRowsOp,
  softmaxCrossEntropyOp,
  softmaxCrossEntropySumOp,
  tokenEntropyOp,
  tokenLogProbsOp,
} from '@surrogate/core';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import { fill, grad, memory, mul, sum, tensor, tidy, valueAndGrads, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernels } from './table.js';
import { numbers } from '../testing/numbers.js';

/** Value and gradient of a function of logits, weighted by row, as arrays. */
async function both(backend: 'cpu' | 'wasm', logits: Float32Array, shape: [number, number], f: (logits: Tensor) => Tensor) {
  await startBackend(backend);
  const [value, slope] = tidy(() => {
    const x = tensor(logits, shape);
    const weights = tensor(numbers(shape[0], 5), [shape[0]]);
    return [f(x), grad((z: Tensor) => sum(mul(f(z), weights)))(x)] as const;
  });
  const arrays = [await value.data(), await slope.data()] as const;
  value.dispose();
  slope.dispose();
  return arrays;
}

/** How far a row of large logits may be off: the composite rounds log Σ exp to the logits' own precision. */
async function expectAgreement(
  logits: Float32Array,
  shape: [number, number],
  f: (logits: Tensor) => Tensor,
  tolerance = { rtol: 2e-5, atol: 2e-5 },
) {
  const expected = await both('cpu', logits, shape, f);
  const actual = await both('wasm', logits, shape, f);
  await expectClose([...actual[0]], [...expected[0]], tolerance);
  await expectClose([...actual[1]], [...expected[1]], { rtol: 10 * tolerance.rtol, atol: tolerance.atol / 10 });
}

const ids = (n: number, k: number) =>
  tensor(
    Int32Array.from({ length: n }, (_, i) => (i * 7 + 3) % Math.max(k, 1)),
    [n],
    'int32',
  );
const dense = (n: number, k: number) => tensor(numbers(n * k, 9).map(Math.abs), [n, k]);

const plain = { labelSmoothing: 0, zLoss: 0, temperature: 1 };
const functions: Record<string, (n: number, k: number) => (logits: Tensor) => Tensor> = {
  'cross-entropy of ids': (n, k) => (logits) => softmaxCrossEntropyOp({ logits, target: ids(n, k) }, plain),
  'smoothed, z-loss, temperature': (n, k) => (logits) =>
    softmaxCrossEntropyOp({ logits, target: ids(n, k) }, { labelSmoothing: 0.1, zLoss: 0.01, temperature: 2 }),
  'cross-entropy of distributions': (n, k) => (logits) => softmaxCrossEntropyOp({ logits, target: dense(n, k) }, plain),
  'distributions, smoothed, z-loss, temperature': (n, k) => (logits) =>
    softmaxCrossEntropyOp({ logits, target: dense(n, k) }, { labelSmoothing: 0.2, zLoss: 0.02, temperature: 0.7 }),
  'token log-probabilities': (n, k) => (logits) => tokenLogProbsOp({ logits, tokens: ids(n, k) }, { temperature: 1 }),
  'token log-probabilities, hot': (n, k) => (logits) => tokenLogProbsOp({ logits, tokens: ids(n, k) }, { temperature: 1.5 }),
  'divergence from others': (n, k) => (logits) => klRowsOp({ p: logits, q: tensor(numbers(n * k, 3, 2), [n, k]) }, { temperature: 1 }),
  'divergence of others, hot': (n, k) => (logits) => klRowsOp({ p: tensor(numbers(n * k, 3, 2), [n, k]), q: logits }, { temperature: 2 }),
  'Jensen-Shannon divergence': (n, k) => (logits) =>
    mixtureKlRowsOp({ p: logits, q: tensor(numbers(n * k, 3, 2), [n, k]) }, { share: 0.5, weightP: 0.5, weightQ: 0.5, temperature: 1 }),
  'skewed divergence': (n, k) => (logits) =>
    mixtureKlRowsOp({ p: tensor(numbers(n * k, 3, 2), [n, k]), q: logits }, { share: 0.1, weightP: 1, weightQ: 0, temperature: 0.7 }),
  'Jensen-Shannon divergence of what almost agrees': () => (logits) =>
    mixtureKlRowsOp({ p: logits, q: mul(logits, 1.001) }, { share: 0.3, weightP: 0.3, weightQ: 0.7, temperature: 2 }),
  'divergence of what almost agrees': () => (logits) => klRowsOp({ p: logits, q: mul(logits, 1.001) }, { temperature: 1 }),
  'token entropy': () => (logits) => tokenEntropyOp({ logits }, { temperature: 1 }),
  'token entropy, cold': () => (logits) => tokenEntropyOp({ logits }, { temperature: 0.5 }),
};

const shapes: [number, number][] = [[0, 5], [1, 1], [3, 2], [2, 7], [5, 16], [3, 33], [4, 63], [2, 1000], [2, 100_003]]; // prettier-ignore

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

describe.each(Object.entries(functions))('%s', (_name, make) => {
  it.each(shapes)('agrees with the composite on [%i, %i]', async (n, k) => {
    await expectAgreement(numbers(n * k, 1, 4), [n, k], make(n, k), k > 50_000 ? { rtol: 5e-5, atol: 2e-4 } : undefined);
  });

  it('agrees where logits are impossible, equal, huge or tiny', async () => {
    const rows = [
      [-Infinity, 1, 2, -Infinity, 0.5, -Infinity, 3],
      [0, 0, 0, 0, 0, 0, 0],
      [1e4, -1e4, 9999, 1e4, 0, 1, 2],
      [-1e30, -1e30, 0, 1e30, -1e30, 5, 6],
      [1e-38, -1e-38, 0, 1e-30, 2e-38, 0, 0],
      [120, 0, -120, 90, 88, -88, -90],
    ];
    // At 1e4 the composite's z = logits / T is off by 5e-4 already.
    for (const row of rows)
      await expectAgreement(Float32Array.from(row), [1, 7], make(1, 7), row[0] === 1e4 ? { rtol: 3e-4, atol: 2e-3 } : undefined);
  });

  it('passes on NaN and leaves the other rows alone', async () => {
    const logits = numbers(21, 2);
    logits[9] = NaN;
    const [value, slope] = await both('wasm', logits, [3, 7], make(3, 7));
    expect([...value].map(Number.isNaN)).toEqual([false, true, false]);
    expect([...slope].map(Number.isNaN)).toEqual([...Array<boolean>(7).fill(false), ...Array<boolean>(7).fill(true), ...Array<boolean>(7).fill(false)]); // prettier-ignore
  });

  it('leaves nothing behind', async () => {
    await startBackend('wasm');
    const x = tensor(numbers(21, 3), [3, 7]);
    const f = make(3, 7);
    await expectNoLeak(() => tidy(() => f(x)));
    await expectNoLeak(() => tidy(() => grad((z: Tensor) => sum(f(z)))(x)));
    x.dispose();
  });
});

describe('the weighted sum of cross-entropies', () => {
  const smooth = { labelSmoothing: 0.1, zLoss: 0.01, temperature: 2 };

  /** Value and gradients by logits and weights under an upstream that is not 1; every third row has no weight. */
  async function sums(backend: 'cpu' | 'wasm', logits: Float32Array, [n, k]: [number, number], attrs = plain) {
    await startBackend(backend);
    const weights = numbers(n, 5).map((w, i) => (i % 3 === 2 ? 0 : w));
    const made = tidy(() => {
      const f = (z: Tensor, w: Tensor) => mul(-1.5, softmaxCrossEntropySumOp({ logits: z, target: ids(n, k), weights: w }, attrs));
      const { value, grads } = valueAndGrads(f)([tensor(logits, [n, k]), tensor(weights, [n])]);
      return [f(tensor(logits, [n, k]), tensor(weights, [n])), value, ...grads];
    });
    const arrays = await Promise.all(made.map(async (x) => [...(await x.data())]));
    made.forEach((x) => x.dispose());
    return arrays;
  }

  it.each([[0, 5], [1, 1], [3, 2], [4, 7], [5, 16], [3, 33], [4, 63], [3, 1000], [2, 100_003]] as [number, number][])('agrees with the composite on [%i, %i]', async (n, k) => {
    for (const attrs of [plain, smooth]) {
      const logits = numbers(n * k, 1, 4);
      const [expected, actual] = [await sums('cpu', logits, [n, k], attrs), await sums('wasm', logits, [n, k], attrs)];
      for (const [i, values] of actual.entries()) await expectClose(values, expected[i]!, { rtol: 5e-5, atol: 2e-5 });
    }
  }); // prettier-ignore

  it('agrees where logits are impossible, huge or tiny, and overlooks what a row without weight holds', async () => {
    const logits = Float32Array.of(-Infinity, 1, 2, -Infinity, 0, -1e30, 3, 1e30, NaN, Infinity, NaN, -Infinity, -1e30, 1e30, 0, 120);
    const [expected, actual] = [await sums('cpu', logits, [4, 4]), await sums('wasm', logits, [4, 4])];
    for (const [i, values] of actual.entries()) await expectClose(values, expected[i]!, { rtol: 5e-5, atol: 2e-5 });
    expect(actual[2]!.slice(8, 12)).toEqual([0, 0, 0, 0].map((zero) => expect.closeTo(zero)));
  });

  it('passes on NaN and infinite logits to the rows that hold them', async () => {
    const logits = Float32Array.of(1, NaN, 0, 1, 2, Infinity, 5, 6, 7);
    const [, value, slopes] = await sums('wasm', logits, [3, 3]);
    expect(value).toEqual([NaN]);
    await expectClose(slopes!, (await sums('cpu', logits, [3, 3]))[2]!, { rtol: 5e-5, atol: 2e-5 });
  });

  it('gives NaN where an id is out of range, unless the row has no weight', async () => {
    await startBackend('wasm');
    const [logits, target] = [tensor(numbers(10, 4), [2, 5]), tensor([0, 5], [2], 'int32')];
    await expectClose(softmaxCrossEntropySumOp({ logits, target, weights: tensor([1, 1]) }, plain), [NaN]);
    const slope = grad((z: Tensor) => softmaxCrossEntropySumOp({ logits: z, target, weights: tensor([1, 0]) }, plain))(logits);
    expect([...(await slope.data())].some(Number.isNaN)).toBe(false);
  });

  it('leaves nothing behind', async () => {
    await startBackend('wasm');
    const [logits, weights] = [tensor(numbers(21, 3), [3, 7]), tensor([1, 0, 2])];
    const f = (z: Tensor) => softmaxCrossEntropySumOp({ logits: z, target: ids(3, 7), weights }, smooth);
    await expectNoLeak(() => tidy(() => f(logits)));
    await expectNoLeak(() => tidy(() => grad(f)(logits)));
    logits.dispose();
    weights.dispose();
  });
});

describe('on the wasm backend', () => {
  it('gives NaN where an id is out of range', async () => {
    await startBackend('wasm');
    const logits = tensor(numbers(10, 4), [2, 5]);
    const target = tensor([5, -1], [2], 'int32');
    await expectClose(softmaxCrossEntropyOp({ logits, target }, plain), [NaN, NaN]);
    await expectClose(tokenLogProbsOp({ logits, tokens: target }, { temperature: 1 }), [NaN, NaN]);
    const slope = grad((z: Tensor) => sum(softmaxCrossEntropyOp({ logits: z, target }, plain)))(logits);
    expect([...(await slope.data())].every(Number.isNaN)).toBe(true);
  });

  it('is right after the memory has grown between forward and backward', async () => {
    await startBackend('wasm');
    const logits = numbers(64, 6);
    const f = functions['cross-entropy of ids']!(4, 16);
    const expected = await both('wasm', logits, [4, 16], f);
    const before = memory().numBytes;
    const grown = grad((z: Tensor) => {
      const loss = f(z);
      fill([40_000_000], 1).dispose();
      return sum(mul(loss, tensor(numbers(4, 5))));
    })(tensor(logits, [4, 16]));
    await expectClose([...(await grown.data())], [...expected[1]]);
    expect(memory().numBytes).toBeGreaterThan(before);
  });

  it('knows each fused op of core by its name', () => {
    const ops = [softmaxCrossEntropyOp, softmaxCrossEntropySumOp, tokenLogProbsOp, tokenEntropyOp, klRowsOp, mixtureKlRowsOp].map(
      ({ definition }) => definition.name,
    );
    expect(ops.filter((name) => !(name in kernels) || !(`${name}Grad` in kernels))).toEqual([]);
  });
});
