import { checkGradient, eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { add, matMul, mul, slice, tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { cholesky, logDet, spdSolve } from './cholesky.js';
import { newtonSchulz } from './newtonSchulz.js';
import { triangularSolve } from './triangularSolve.js';

const calls: Record<string, (c: OracleCase) => Tensor> = {
  cholesky: ({ a, options }) => cholesky(a, options),
  triangularSolve: ({ l, b, options }) => triangularSolve(l, b, options),
  spdSolve: ({ a, b, options }) => spdSolve(a, b, options),
  logDet: ({ a, options }) => logDet(a, options),
  newtonSchulz: ({ x, options }) => newtonSchulz(x, options),
};
oracle('core/dense', (c) => calls[c.call]!(c), { rtol: 2e-4, atol: 2e-5 });

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));
const hilbert = (n: number) => Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1)));

eachBackend(() => {
  const root = [[1.2, 0.3, -0.4], [0.1, 0.9, 0.5], [-0.3, 0.2, 1.1]]; // prettier-ignore
  /** Positive definite, so that each step of a difference stays in the domain. */
  const positive = (x: Tensor) => add(matMul(x, x, false, true), mul(tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]), 0.5));

  it('has first and second derivatives', async () => {
    const b = [[1, 2], [0.5, -1], [3, 1]]; // prettier-ignore
    await checkGradient((x) => cholesky(positive(x)), [root], { order: 2, rtol: 5e-3 });
    await checkGradient((x) => logDet(positive(x)), [root], { order: 2, rtol: 5e-3 });
    await checkGradient((x, y) => spdSolve(positive(x), y), [root, b], { order: 2, rtol: 5e-3 });
    for (const lower of [true, false])
      for (const transposed of [true, false])
        await checkGradient((x, y) => triangularSolve(x, y, { lower, transposed }), [root, b], { order: 2, rtol: 5e-3 });
    await checkGradient((x) => newtonSchulz(x, { steps: 2 }), [[[0.5, 1, -0.2], [0.3, -0.6, 1]]], { order: 2, rtol: 5e-3 }); // prettier-ignore
  });

  describe('what is not positive definite', () => {
    it('gives NaN for itself and leaves the others of the batch alone', async () => {
      const a = tensor([4, 2, 2, 5, 1, 2, 2, 1], [2, 2, 2]);
      const l = cholesky(a);
      await expectClose(slice(l, [0, 0, 0], [1, 2, 2]), [[[2, 0], [1, 2]]]); // prettier-ignore
      expect((await l.data())[7]).toBeNaN();
      const logs = await logDet(a).data();
      expect(logs[0]).toBeCloseTo(Math.log(16), 5);
      expect(logs[1]).toBeNaN();
      expect(Array.from(await spdSolve([[0, 0], [0, 0]], [1, 1]).data()).every(Number.isNaN)).toBe(true); // prettier-ignore
    });

    it('is what a Hilbert matrix of ten rows is in float32, until jitter helps', async () => {
      expect(Array.from(await cholesky(hilbert(10)).data()).some(Number.isNaN)).toBe(true);
      const solved = await spdSolve(hilbert(10), Array(10).fill(1), { jitter: 1e-3 }).data();
      expect(Array.from(solved).every(Number.isFinite)).toBe(true);
    });
  });

  it('takes a matrix of 40 rows, one of one, and none', async () => {
    const n = 40;
    const a = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 3 : Math.cos(i * j) / n)));
    const b = Array.from({ length: n }, (_, i) => Math.sin(i));
    const symmetric = a.map((row, i) => row.map((v, j) => (v + a[j]![i]!) / 2));
    const x = await spdSolve(symmetric, b).data();
    await expectClose(
      symmetric.map((row) => row.reduce((sum, v, j) => sum + v * x[j]!, 0)),
      b,
      { atol: 1e-5 },
    );
    await expectClose(cholesky([[9]]), [[3]]);
    expect(cholesky(tensor([], [2, 0, 0])).shape).toEqual([2, 0, 0]);
    expect(spdSolve(tensor([], [0, 0]), tensor([], [0])).shape).toEqual([0]);
    await expectClose(logDet(tensor([], [2, 0, 0])), [0, 0]);
  });

  it('brings singular values to 1, and a zero matrix nowhere', async () => {
    const exact = { steps: 20, coefficients: [1.875, -1.25, 0.375] as const };
    await expectClose(newtonSchulz([[0, 2], [-5, 0], [0, 0]], exact), [[0, 1], [-1, 0], [0, 0]], { atol: 1e-5 }); // prettier-ignore
    await expectClose(newtonSchulz([[0, 0]]), [[0, 0]]);
  });

  it('leaves its result only, and refuses what does not fit', async () => {
    const a = [[4, 2], [2, 5]]; // prettier-ignore
    for (const body of [
      () => cholesky(a),
      () => logDet(a),
      () => spdSolve(a, [1, 2]),
      () => triangularSolve(a, [1, 2]),
      () => newtonSchulz(a),
    ])
      await expectNoLeak(body);
    throws(() => cholesky([[1, 2]]));
    throws(() => cholesky([1]));
    throws(() => cholesky(a, { jitter: -1 }));
    throws(() => spdSolve(a, [1, 2, 3]));
    throws(() => spdSolve(a, 1));
    throws(() => triangularSolve(a, [[1]]));
    throws(() => triangularSolve(a, [1, 2], { lower: 1 as never }));
    throws(() => newtonSchulz([1]));
    throws(() => newtonSchulz(a, { steps: 0 }));
    throws(() => newtonSchulz(a, { coefficients: [1, NaN, 0] }));
  });
});
