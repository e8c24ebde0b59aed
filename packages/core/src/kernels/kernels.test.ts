import { checkGradient, eachBackend, expectClose, oracle, type OracleCase } from '@surrogate/testing';
import { grad, tensor, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import type { TensorLike } from '../inputs/tensors.js';
import { productOfKernels, scaledKernel, sumOfKernels } from './compose.js';
import { energyKernel } from './energy.js';
import { kernelDiagonal, kernelMatrix, medianHeuristic } from './matrix.js';
import { linearKernel, polynomialKernel } from './products.js';
import type { Kernel } from './record.js';
import {
  inverseMultiquadricKernel,
  laplacianKernel,
  maternKernel,
  periodicKernel,
  rationalQuadraticKernel,
  rbfKernel,
} from './stationary.js';

const make: Record<string, (options: Record<string, TensorLike>) => Kernel> = {
  rbf: (options) => rbfKernel(options),
  laplacian: (options) => laplacianKernel(options),
  matern: (options) => maternKernel(options),
  rationalQuadratic: (options) => rationalQuadraticKernel(options),
  inverseMultiquadric: (options) => inverseMultiquadricKernel(options),
  energy: () => energyKernel(),
  periodic: (options) => periodicKernel(options),
  linear: (options) => linearKernel(options),
  polynomial: (options) => polynomialKernel(options),
};

const ofCase = ({ call, x, y, lengthScale, options }: OracleCase) =>
  call === 'medianHeuristic'
    ? medianHeuristic(x as Tensor, y as Tensor)
    : kernelMatrix(
        make[call as string]!({ ...(options as object), ...(lengthScale === undefined ? {} : { lengthScale: lengthScale as Tensor }) }),
        x as Tensor,
        y as Tensor,
      );
oracle('core/kernels', ofCase, { rtol: 2e-4, atol: 2e-6, backends: ['cpu', 'wasm'] });
// WGSL promises sines to 2⁻¹¹ only.
oracle('core/kernels', ofCase, { rtol: 2e-3, atol: 5e-4, backends: ['webgpu'] });

const kernels = [
  rbfKernel(),
  laplacianKernel(),
  maternKernel({ smoothness: 0.5 }),
  maternKernel({ smoothness: 1.5 }),
  maternKernel(),
  rationalQuadraticKernel(),
  inverseMultiquadricKernel({ exponent: 0.7 }),
  energyKernel(),
  periodicKernel(),
  linearKernel({ offset: 2 }),
  polynomialKernel(),
  sumOfKernels(rbfKernel(), linearKernel()),
  productOfKernels(rbfKernel(), linearKernel()),
  scaledKernel(rbfKernel(), 3),
];
const points = [[0.3, 1], [-0.2, 0.4], [1.5, -0.7], [0.3, 1]]; // prettier-ignore

eachBackend(() => {
  describe.each(kernels.map((kernel) => [kernel.name, kernel] as const))('%s', (_name, kernel) => {
    it('is symmetric, and its diagonal is its diagonal', async () => {
      const one = kernelMatrix(kernel, points);
      const rows = (await one.array()) as number[][];
      await expectClose(kernelMatrix(kernel, points, points), rows, { rtol: 1e-5, atol: 1e-6 });
      await expectClose(
        kernelDiagonal(kernel, points),
        rows.map((row, i) => row[i]!),
        { rtol: 1e-5, atol: 1e-6 },
      );
      const moved = [points[1]!, points[2]!, points[0]!, points[3]!];
      await expectClose(
        kernel.paired(tensor(points), tensor(moved)),
        [1, 2, 0, 3].map((j, i) => rows[i]![j]!),
        { rtol: 1e-5, atol: 1e-6 },
      );
      rows.forEach((row, i) => row.forEach((value, j) => expect(value).toBeCloseTo(rows[j]![i]!, 5)));
    });
  });

  it('has second derivatives where two points meet', async () => {
    for (const smoothness of [1.5, 2.5] as const)
      await checkGradient((x) => kernelMatrix(maternKernel({ smoothness }), x, [[0.5, 1]]), [[[0.5, 1]]], {
        order: smoothness === 2.5 ? 2 : 1,
        eps: 0.02,
      });
  });

  it.each([
    rbfKernel({ lengthScale: 0.8 }),
    maternKernel({ lengthScale: 0.8 }),
    rationalQuadraticKernel({ alpha: 0.7, lengthScale: 0.8 }),
    inverseMultiquadricKernel({ exponent: 0.7, lengthScale: 0.8 }),
  ])('the profile of $name is the kernel along a line, with its derivatives', async (kernel) => {
    const profile = kernel.radial!;
    const squares = [0, 0.3, 2.5];
    const ends = squares.map((s) => [0.8 * Math.sqrt(s)]);
    const of = (part: 'value' | 'slope' | 'bend') => (s: Tensor) => profile.at(s)[part];
    await expectClose(
      tidy(() => of('value')(tensor(squares))),
      tidy(() => kernel.paired(tensor(ends), zeros([3, 1]))),
      { rtol: 1e-4 },
    );
    for (const [part, above] of [
      ['slope', 'value'],
      ['bend', 'slope'],
    ] as const)
      // prettier-ignore
      await expectClose(tidy(() => of(part)(tensor(squares))), tidy(() => grad(of(above))(tensor(squares))), { rtol: 1e-3 });
  });

  it('has gradients by its parameters', () =>
    checkGradient(
      (lengthScale, alpha, variance) =>
        kernelMatrix(scaledKernel(rationalQuadraticKernel({ lengthScale, alpha }), variance), points.slice(0, 3)),
      [[1.2, 0.8], 0.9, 1.5],
      { order: 2, rtol: 6e-3 },
    ));

  it('tends to the radial basis function', () =>
    expectClose(kernelMatrix(rationalQuadraticKernel({ alpha: 1e4 }), points), kernelMatrix(rbfKernel(), points), {
      rtol: 1e-3,
    }));
});
