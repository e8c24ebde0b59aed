import { matrixFromRows, type Matrix } from '@surrogate/core/host';
import { expect, it } from 'vitest';
import { reluTangentCovariance } from '../covariance/reluTangent.js';
import { kernelDescent, predictDescent } from './kernelDescent.js';
import { kernelRidge, predictRidge } from './kernelRidge.js';

const covariance = reluTangentCovariance();
const value = (a: number[], b: number[]) => covariance.between(matrixFromRows([a]), matrixFromRows([b])).data[0]!;
const x = matrixFromRows([[0.3, 1], [-0.2, 1], [1.5, 1], [-2, 1]]); // prettier-ignore
const y = Float64Array.of(1, -0.5, 0.7, 2);
const at = matrixFromRows([[0.9, 1], [-1, 1]]); // prettier-ignore
const expectNear = (found: Float64Array, wanted: Float64Array, digits = 10) => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((number, i) => expect(found[i]).toBeCloseTo(number, digits));
};

/** The descent itself, step by step. */
function descended(points: Matrix, steps: number, learningRate: number): Float64Array {
  const n = x.rows;
  const [k, kAt] = [covariance.between(x, x).data, covariance.between(points, x).data];
  const coefficients = new Float64Array(n);
  for (let step = 0; step < steps; step++) {
    const residuals = y.map((target, i) => target - coefficients.reduce((sum, c, j) => sum + k[i * n + j]! * c, 0));
    residuals.forEach((residual, i) => (coefficients[i]! += learningRate * residual));
  }
  return Float64Array.from({ length: points.rows }, (_, i) => coefficients.reduce((sum, c, j) => sum + kAt[i * n + j]! * c, 0));
}

it('the tangent kernel has the published values', () => {
  expect(value([1, 0], [1, 0])).toBe(0.5);
  expect(value([1, 0], [1, 1])).toBeCloseTo(0.375, 14);
  expect(value([1, 2], [2, 1])).toBeCloseTo(1.5903345, 7);
  expect(value([1, 2], [-1, -2])).toBeCloseTo(0, 14);
});

it('the tangent kernel is the mean over directions of units that both points switch on', () => {
  const [a, b] = [[0.7, -1.2], [1.9, 0.4]] as const; // prettier-ignore
  const count = 20_000;
  const both = Array.from({ length: count }, (_, i) => (2 * Math.PI * (i + 0.5)) / count).filter((angle) =>
    [a, b].every((point) => point[0] * Math.cos(angle) + point[1] * Math.sin(angle) > 0),
  );
  expect(value([...a], [...b])).toBeCloseTo(((a[0] * b[0] + a[1] * b[1]) * both.length) / count, 3);
});

it.each([0, 1, 2, 25])('is gradient descent after %d steps', (steps) => {
  expectNear(predictDescent(kernelDescent(x, y, { covariance, learningRate: 0.3 }), at, steps), descended(at, steps, 0.3));
});

it('takes the steps of the largest eigenvalue by default, and ends at the targets', () => {
  const descent = kernelDescent(x, y, { covariance });
  expect(descent.learningRate * descent.values.at(-1)!).toBeCloseTo(1, 14);
  expectNear(predictDescent(descent, x, Infinity), y);
  expectNear(predictDescent(descent, x, 1e7), y, 6);
  expectNear(predictDescent(descent, at, Infinity), predictRidge(kernelRidge(x, y, { covariance, ridge: 1e-10 }), at), 6);
});

it('of one point that is seen twice it learns the mean', () => {
  const twice = kernelDescent(matrixFromRows([[1, 2], [1, 2]]), Float64Array.of(1, 3), { covariance }); // prettier-ignore
  expectNear(predictDescent(twice, twice.x, Infinity), Float64Array.of(2, 2));
});
