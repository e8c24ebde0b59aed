import { identityMatrix, matMul, matrixFromRows, pinv, transpose, type Matrix } from '@surrogate/core/host';
import { expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { logSumExpCurvature, powerNormCurvature } from './curvatures.js';
import { gradientNormalizedNewton, type NormalizedStep } from './gradientNormalized.js';

const bowl = {
  at: (x: Float64Array) => ({ value: x[0]! ** 2 / 2, gradient: x.slice() }),
  curvature: () => identityMatrix(1),
};

describe('gradientNormalizedNewton', () => {
  it('takes the steps of the worked example', async () => {
    const steps: NormalizedStep[] = [];
    gradientNormalizedNewton(bowl, [2], { maxSteps: 3, onStep: (step) => steps.push(step) });
    await expectClose(steps.map(({ value }) => value), [0.8888889, 0.1422222, 0.00196847]); // prettier-ignore
    await expectClose(steps.map(({ gradientNorm }) => gradientNorm), [1.3333333, 0.5333333, 0.0627451]); // prettier-ignore
    expect(steps.map(({ radius, solves }) => [radius, solves])).toEqual([[2, 1], [4, 1], [8, 1]]); // prettier-ignore
  });

  it('is the method of Newton with a large radius, and takes steps of its length without curvature', async () => {
    await expectClose(gradientNormalizedNewton(bowl, [2], { maxSteps: 1, radius: 1e9 }).x[0]!, 0, { atol: 1e-7 });
    const flat = { ...bowl, curvature: () => undefined };
    await expectClose(gradientNormalizedNewton(flat, [2], { maxSteps: 3, radius: 0.25, adaptive: false }).x[0]!, 1.25, { atol: 1e-7 });
  });

  it('halves the radius until a step is good', () => {
    const steep = {
      at: ([x]: Float64Array) => ({ value: Math.cosh(x!), gradient: Float64Array.of(Math.sinh(x!)) }),
      curvature: () => undefined,
    };
    const steps: NormalizedStep[] = [];
    const { converged, x } = gradientNormalizedNewton(steep, [1], { radius: 64, maxSteps: 200, onStep: (step) => steps.push(step) });
    expect(steps[0]!.solves).toBeGreaterThan(3);
    expect(converged).toBe(true);
    expect(Math.abs(x[0]!)).toBeLessThan(1e-7);
  });
});

/** The sum of log cosh along three rows, and its Hessian. */
const rows = matrixFromRows([[1, 2], [0.5, -1], [-0.3, 0.7]]); // prettier-ignore
const wave = (a: Matrix) => ({
  at: (x: Float64Array) => ({
    value: matMul(a, x).reduce((sum, u) => sum + Math.log(Math.cosh(u - 1)), 0),
    gradient: matMul(
      transpose(a),
      matMul(a, x).map((u) => Math.tanh(u - 1)),
    ),
  }),
  curvature: (x: Float64Array) => {
    const weights = matMul(a, x).map((u) => 1 - Math.tanh(u - 1) ** 2);
    return matMul(transpose(a), { ...a, data: a.data.map((entry, i) => entry * weights[Math.floor(i / a.cols)]!) });
  },
});

describe('gradientNormalizedNewton of products, and in a metric', () => {
  it('takes the same steps by products as by the matrix, where the systems are solved exactly', async () => {
    const { at, curvature } = wave(rows);
    const product = (x: Float64Array, v: Float64Array) => matMul(curvature(x), v);
    const options = { maxSteps: 4, solveTolerance: 1e-12 };
    const [solved, multiplied] = [
      { at, curvature },
      { at, product },
    ].map((f) => gradientNormalizedNewton(f, [3, -2], options));
    await expectClose(Array.from(multiplied!.x), Array.from(solved!.x), { rtol: 1e-9 });
    expect(gradientNormalizedNewton({ at, product }, [3, -2]).converged).toBe(true);
  });

  it('is in a metric what it is without one in the coordinates that make it the identity', async () => {
    const factor = matrixFromRows([[2, 0], [0.7, 1.5]]); // prettier-ignore
    const metric = matMul(factor, transpose(factor));
    // x = L⁻ᵀ y, so that the length of y is that of x in the metric.
    const back = pinv(transpose(factor));
    for (const flat of [false, true]) {
      const [there, here] = [wave(matMul(rows, back)), wave(rows)].map((f) => (flat ? { ...f, curvature: () => undefined } : f));
      const y = gradientNormalizedNewton(there!, [3, -2], { maxSteps: 3 });
      const x = gradientNormalizedNewton(here!, matMul(back, Float64Array.of(3, -2)), { maxSteps: 3, metric });
      await expectClose(Array.from(x.x), Array.from(matMul(back, y.x)), { rtol: 1e-9 });
    }
  });
});

describe('curvatures', () => {
  /** f along each pair of coordinates, twice differenced. */
  const differenced = (f: (x: number[]) => number, at: number[], h = 1e-4) =>
    at.map((_, i) =>
      at.map((_, j) => {
        const shift = (a: number, b: number) => f(at.map((v, k) => v + (k === i ? a * h : 0) + (k === j ? b * h : 0)));
        return (shift(1, 1) - shift(1, -1) - shift(-1, 1) + shift(-1, -1)) / (4 * h * h);
      }),
    );
  const rows = [[1, 2], [0.5, -1], [-0.3, 0.7]]; // prettier-ignore

  it('of a power of a linear residual is its Hessian', async () => {
    const [x, b] = [[0.3, -0.8], [1, 0.2, -0.4]]; // prettier-ignore
    const residual = (z: number[]) => rows.map((row, n) => row[0]! * z[0]! + row[1]! * z[1]! - b[n]!);
    const f = (z: number[]) => Math.hypot(...residual(z)) ** 4 / 4;
    const made = powerNormCurvature(matrixFromRows(rows), residual(x), { power: 4 });
    await expectClose(Array.from(made.data), differenced(f, x).flat(), { rtol: 1e-5, atol: 1e-5 });
    const parts = (['gaussNewton', 'fisher'] as const).map((part) =>
      powerNormCurvature(matrixFromRows(rows), residual(x), { power: 4, part }),
    );
    await expectClose(Array.from(parts[0]!.data, (v, i) => v + parts[1]!.data[i]!), Array.from(made.data)); // prettier-ignore
  });

  it('of a log-sum-exp is its Hessian less the part of rank one', async () => {
    const [x, mu] = [[0.3, -0.8], 0.5]; // prettier-ignore
    const z = (v: number[]) => rows.map((row) => (row[0]! * v[0]! + row[1]! * v[1]!) / mu);
    const f = (v: number[]) => mu * Math.log(z(v).reduce((sum, s) => sum + Math.exp(s), 0));
    const total = z(x).reduce((sum, s) => sum + Math.exp(s), 0);
    const p = z(x).map((s) => Math.exp(s) / total);
    const g = [0, 1].map((j) => rows.reduce((sum, row, n) => sum + p[n]! * row[j]!, 0));
    const made = logSumExpCurvature(matrixFromRows(rows), p, mu);
    await expectClose(Array.from(made.data, (v, i) => v - (g[Math.floor(i / 2)]! * g[i % 2]!) / mu), differenced(f, x).flat(), { rtol: 1e-5, atol: 1e-5 }); // prettier-ignore
  });

  it('of logistic regression, by the second derivatives of its scores, is its Hessian', async () => {
    const x = [0.3, -0.8];
    const scores = (v: number[]) => rows.map((row) => row[0]! * v[0]! + row[1]! * v[1]!);
    const f = (v: number[]) => scores(v).reduce((sum, s) => sum + Math.log1p(Math.exp(-s)) / rows.length, 0);
    const bends = scores(x).map((s) => Math.exp(-s) / (1 + Math.exp(-s)) ** 2 / rows.length);
    const made = logSumExpCurvature(matrixFromRows(rows), bends);
    await expectClose(Array.from(made.data), differenced(f, x).flat(), { rtol: 1e-5, atol: 1e-6 });
  });
});
