import { checkGradient, eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { rng } from '../host/random/rng.js';
import { randomNormal } from '../random/draws.js';
import { median, quantile } from './quantile.js';
import { argsort, sort, topK } from './sort.js';

const calls: Record<string, (c: OracleCase) => Tensor> = {
  sort: ({ x, options }) => sort(x, options),
  argsort: ({ x, options }) => argsort(x, options),
  topK: ({ x, options: { k, ...rest } }) => topK(x, k, rest).values,
  quantile: ({ x, options: { q, ...rest } }) => quantile(x, q, rest),
  median: ({ x, options }) => median(x, options),
};
oracle('core/sorting', (c) => calls[c.call]!(c));

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  it('sorts long rows stably', async () => {
    const x = Float32Array.from({ length: 1500 }, (_, i) => (i * 7) % 10);
    const wanted = Array.from(x.keys()).sort((a, b) => x[a]! - x[b]! || a - b);
    await expectClose(argsort(x), wanted);
    await expectClose(
      sort(x),
      wanted.map((i) => x[i]!),
    );
  });

  it('has first and second derivatives through the values', async () => {
    const x = [[3, 1, 2, 5, 4], [0.1, 0.4, 0.2, -1, 7]]; // prettier-ignore
    const cubes = (f: (x: Tensor) => Tensor) => (y: Tensor) => mul(mul(f(y), f(y)), f(y));
    await checkGradient(
      cubes((y) => sort(y)),
      [x],
      { order: 2, eps: 0.01 },
    );
    await checkGradient(
      cubes((y) => topK(y, 2, { axis: 0 }).values),
      [x],
      { order: 2, eps: 0.01 },
    );
    await checkGradient(
      cubes((y) => quantile(y, [0.3, 0.9], { axis: -1 })),
      [x],
      { order: 2, eps: 0.01 },
    );
  });

  it('takes empty tensors, and none of some', async () => {
    expect(sort(tensor([], [3, 0])).shape).toEqual([3, 0]);
    const { values, indices } = topK([1, 2], 0);
    expect([values.shape, indices.shape, indices.dtype]).toEqual([[0], [0], 'int32']);
    await expectClose(median(tensor([], [0])), NaN);
    expect(quantile(tensor([], [3, 0]), [0.5], { axis: 1, keepDims: true }).shape).toEqual([1, 3, 1]);
    expect(quantile([[1, 2]], [0.5], { axis: 1 }).shape).toEqual([1, 1]);
  });

  it('leaves its result only', async () => {
    const x = randomNormal(rng(0), [4, 5]);
    for (const body of [() => sort(x, { axis: 0 }), () => argsort(x), () => topK(x, 2), () => quantile(x, [0.1, 0.2]), () => median(x)])
      await expectNoLeak(body);
    x.dispose();
  });

  it('refuses what does not fit', () => {
    throws(() => sort(1));
    throws(() => argsort([1], { axis: 1 }));
    throws(() => sort([1], { descending: 1 as never }));
    throws(() => topK([1, 2], 3));
    throws(() => topK([1, 2], 1.5));
    throws(() => quantile([1], 1.1));
    throws(() => quantile([1], []));
    throws(() => quantile([1], 0.5, { interpolation: 'cubic' as never }));
  });
});
