/** @file Least squares against SciPy. */
import { exp } from '@surrogate/core';
import { leastSquares, matrixFromRows } from '@surrogate/core/host';
import { eachBackend, expectClose, expectNoLeak, oracle } from '@surrogate/testing';
import { hostCases } from '@surrogate/testing/hostCases';
import { add, atan, concat, matMul, mul, reshape, scalar, slice, square, sub, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { levenbergMarquardt } from './levenbergMarquardt.js';
import { nnls } from './nnls.js';

type Flat = { p: Tensor };
const entry = (p: Tensor, i: number) => reshape(slice(p, [i], [1]), []);
const problems = {
  decay: ({ t, y }: { t: Tensor; y: Tensor }) => ({
    residuals: ({ p }: Flat) => sub(add(mul(entry(p, 0), exp(mul(mul(entry(p, 1), -1), t))), entry(p, 2)), y),
    from: [1, 0.5, 0],
  }),
  valley: () => ({
    residuals: ({ p }: Flat) => concat([reshape(sub(1, entry(p, 0)), [1]), reshape(mul(sub(entry(p, 1), square(entry(p, 0))), 10), [1])]),
    from: [-1.2, 1],
  }),
};

oracle(
  'optim/leastSquares',
  async ({ t, y, options }) => {
    const { residuals, from } = problems[options.kind as keyof typeof problems]({ t, y });
    const { params, loss, converged } = await levenbergMarquardt(residuals, { p: tensor(from) });
    expect(converged).toBe(true);
    return { params: params.p, loss };
  },
  { rtol: 1e-4, atol: 1e-5, backends: ['cpu', 'wasm'] },
);

eachBackend(
  () => {
    it('solves linear problems in one step without damping', async () => {
      const [rows, y] = [[[1, 2], [3, -1], [0.5, 0.7]], [1, 2, -1]]; // prettier-ignore
      const residuals = ({ w }: { w: Tensor }) => sub(matMul(tensor(rows), reshape(w, [2, 1]) as never), reshape(tensor(y), [3, 1]));
      const { params, steps } = await levenbergMarquardt(residuals, { w: tensor([5, 5]) }, { damping: 0, steps: 1 });
      expect(steps).toBe(1);
      await expectClose(params.w, Array.from(leastSquares(matrixFromRows(rows), Float64Array.from(y)).x));
    });

    it('keeps still what no residual depends on, and damps where a step of Gauss and Newton fails', async () => {
      const told: number[] = [];
      // From 2, Newton's step for atan's root leads away.
      const residuals = ({ x }: { x: Tensor; idle: Tensor }) => atan(x);
      const { params, converged } = await levenbergMarquardt(residuals, { x: scalar(2), idle: scalar(7) }, { damping: 0, onStep: ({ damping }) => void told.push(damping) }); // prettier-ignore
      expect(converged).toBe(true);
      expect(Math.max(...told)).toBeGreaterThan(0);
      await expectClose(params.x, 0, { atol: 1e-5 });
      await expectClose(params.idle, 7);
    });

    it('leaves nothing behind when residuals throw, and stops when it is told to', async () => {
      const given = { x: scalar(2) };
      let calls = 0;
      const breaks = ({ x }: { x: Tensor }) => {
        if (++calls > 3) throw new Error('no more');
        return square(x);
      };
      await expectNoLeak(async () => {
        calls = 0;
        await expect(levenbergMarquardt(breaks, given)).rejects.toThrow('no more');
      });
      const controller = new AbortController();
      const { steps } = await levenbergMarquardt(({ x }: { x: Tensor }) => square(x), given, { signal: controller.signal, onStep: () => controller.abort() }); // prettier-ignore
      expect(steps).toBe(1);
    });
  },
  { backends: ['cpu'] },
);

describe('nnls', () => {
  const cases = hostCases<{ a: number[][]; b: number[] }, { x: number[]; residualNorm: number }>('optim/nnls');
  it.each(cases.map(({ name, inputs, value }) => [name, inputs, value] as const))(
    'agrees with SciPy: %s',
    async (_name, { a, b }, value) => {
      const found = nnls(matrixFromRows(a), b);
      await expectClose(Array.from(found.x), value.x, { rtol: 1e-9, atol: 1e-12 });
      expect(found.residualNorm).toBeCloseTo(value.residualNorm, 10);
    },
  );
});
