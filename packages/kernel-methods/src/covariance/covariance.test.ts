import { kernelMatrix, laplacianKernel, linearKernel, maternKernel, periodicKernel, polynomialKernel, rationalQuadraticKernel, rbfKernel, type Kernel } from '@surrogate/core'; // prettier-ignore
import { matrixFromRows, matrixToRows, rng, type Matrix } from '@surrogate/core/host';
import { expectClose, startBackend } from '@surrogate/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { fixedCovariance, productOfCovariances, scaledCovariance, sumOfCovariances } from './compose.js';
import { linearCovariance, polynomialCovariance } from './products.js';
import type { Covariance } from './record.js';
import { reluTangentCovariance } from './reluTangent.js';
import { laplacianCovariance, periodicCovariance } from './separable.js';
import { maternCovariance, rationalQuadraticCovariance, rbfCovariance } from './stationary.js';

const members: readonly Covariance[] = [
  rbfCovariance({ lengthScale: 1.3 }),
  rbfCovariance({ lengthScale: [0.6, 1.7] }),
  maternCovariance({ smoothness: 0.5 }),
  maternCovariance({ smoothness: 1.5, lengthScale: [0.6, 1.7] }),
  maternCovariance({ lengthScale: 0.8 }),
  rationalQuadraticCovariance({ alpha: 0.7, lengthScale: 1.4 }),
  laplacianCovariance({ lengthScale: [2, 0.7] }),
  periodicCovariance({ lengthScale: [0.9, 1.2], period: 2.3 }),
  linearCovariance(),
  linearCovariance({ offset: 0.4 }),
  polynomialCovariance({ scale: 0.6 }),
  polynomialCovariance({ degree: 2, offset: 0 }),
  reluTangentCovariance(),
  sumOfCovariances(rbfCovariance(), linearCovariance({ offset: 2 })),
  productOfCovariances(rbfCovariance(), linearCovariance({ offset: 2 }), maternCovariance()),
  scaledCovariance(maternCovariance(), 2.5),
];
const x = matrixFromRows([[0.3, 1], [-0.2, 0.4], [1.5, -0.7], [0.3, 1]]); // prettier-ignore
const y = matrixFromRows([[0.1, 0.9], [2, -1]]); // prettier-ignore
const weights: Matrix = { rows: 4, cols: 4, data: rng(3).fillNormal(new Float64Array(16)) };
const step = 1e-6;

/** A difference of a function along each of some numbers. */
const slopes = (numbers: Float64Array, f: (moved: Float64Array) => number): number[] =>
  Array.from(numbers, (_, i) => {
    const moved = (by: number) => f(numbers.map((value, j) => (i === j ? value + by : value)));
    return (moved(step) - moved(-step)) / (2 * step);
  });

const expectNear = (found: ArrayLike<number>, wanted: readonly number[]) => {
  expect(found.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(found[i]).toBeCloseTo(value, 7));
};

describe.each(members.map((covariance) => [`${covariance.name} of ${covariance.parameterNames.join()}`, covariance] as const))(
  '%s',
  (_name, covariance) => {
    // prettier-ignore
    it('is symmetric, and its diagonal is its diagonal', () => {
    const k = matrixToRows(covariance.between(x, x));
    k.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(k[j]![i]!, 14)));
    covariance.diagonal(x).forEach((value, i) => expect(value).toBeCloseTo(k[i]![i]!, 14));
    expect(k[0]).toEqual(k[3]);
  });

    it('has the gradient by its hyper-parameters that differences give', () => {
      expect(covariance.logParameters.length).toBe(covariance.parameterNames.length);
      const weighed = (logs: Float64Array) =>
        covariance
          .withLogParameters(logs)
          .between(x, x)
          .data.reduce((sum, value, at) => sum + weights.data[at]! * value, 0);
      expectNear(covariance.parameterGradient(x, weights), slopes(covariance.logParameters, weighed));
    });

    it('has the gradient by a point that differences give', () => {
      const point = Float64Array.of(0.7, -0.4);
      const gradient = covariance.inputGradient(point, y);
      matrixToRows(gradient).forEach((row, j) =>
        expectNear(
          row,
          slopes(point, (moved) => covariance.between({ rows: 1, cols: 2, data: moved }, y).data[j]!),
        ),
      );
    });
  },
);

describe('against the tensor kernels of core', () => {
  beforeAll(() => startBackend('cpu'));
  const pairs: readonly (readonly [Covariance, Kernel])[] = [
    [rbfCovariance({ lengthScale: [0.6, 1.7] }), rbfKernel({ lengthScale: [0.6, 1.7] })],
    [maternCovariance({ smoothness: 0.5 }), maternKernel({ smoothness: 0.5 })],
    [maternCovariance({ smoothness: 1.5, lengthScale: 2 }), maternKernel({ smoothness: 1.5, lengthScale: 2 })],
    [maternCovariance(), maternKernel()],
    [rationalQuadraticCovariance({ alpha: 0.7 }), rationalQuadraticKernel({ alpha: 0.7 })],
    [laplacianCovariance({ lengthScale: 0.8 }), laplacianKernel({ lengthScale: 0.8 })],
    [periodicCovariance({ lengthScale: 0.9, period: 2.3 }), periodicKernel({ lengthScale: 0.9, period: 2.3 })],
    [linearCovariance({ offset: 0.4 }), linearKernel({ offset: 0.4 })],
    [polynomialCovariance({ scale: 0.6, offset: 2 }), polynomialKernel({ scale: 0.6, offset: 2 })],
  ];
  it.each(pairs.map(([covariance, kernel]) => [covariance.name, covariance, kernel] as const))(
    '%s is the same',
    (_name, covariance, kernel) =>
      expectClose(kernelMatrix(kernel, matrixToRows(x), matrixToRows(y)), matrixToRows(covariance.between(x, y)), {
        rtol: 1e-5,
        atol: 1e-6,
      }),
  );
});

it('has nothing to fit where it is fixed, and is the same', () => {
  const covariance = productOfCovariances(fixedCovariance(rbfCovariance({ lengthScale: 2 })), maternCovariance());
  expect(covariance.parameterNames).toEqual(['1.lengthScale']);
  const moved = covariance.withLogParameters(Float64Array.of(Math.log(3)));
  const wanted = productOfCovariances(rbfCovariance({ lengthScale: 2 }), maternCovariance({ lengthScale: 3 }));
  expectNear(moved.between(x, y).data, Array.from(wanted.between(x, y).data));
});
