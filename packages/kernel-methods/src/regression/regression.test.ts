import { matrixFromRows, type Matrix } from '@surrogate/core/host';
import { hostCases } from '@surrogate/testing/hostCases';
import { expect, it } from 'vitest';
import { rbfCovariance } from '../covariance/stationary.js';
import { leaveOneOut } from '../process/likelihood.js';
import { predictProcess } from '../process/predict.js';
import { gaussianProcess } from '../process/process.js';
import { kernelRidge, predictRidge } from './kernelRidge.js';

interface Inputs {
  readonly x: number[][];
  readonly z: number[][];
  readonly y: number[] | number[][];
  readonly weights: number[] | null;
}
interface Wanted {
  readonly prediction: number[] | number[][];
  readonly leaveOneOut: number[] | number[][];
}
const vectorOrMatrix = (value: number[] | number[][]): Matrix | Float64Array =>
  typeof value[0] === 'number' ? Float64Array.from(value as number[]) : matrixFromRows(value as number[][]);
const numbersOf = (value: Matrix | Float64Array) => (value instanceof Float64Array ? value : value.data);
const expectNear = (found: Matrix | Float64Array, wanted: number[] | number[][]) =>
  wanted.flat().forEach((value, i) => expect(numbersOf(found)[i]).toBeCloseTo(value, 10));

it.each(hostCases<Inputs, Wanted>('kernel-methods/ridges').map((stored) => [stored.name, stored] as const))(
  'agrees with scikit-learn: %s',
  (_name, { inputs, value }) => {
    const model = kernelRidge(matrixFromRows(inputs.x), vectorOrMatrix(inputs.y), {
      covariance: rbfCovariance(),
      ridge: 0.7,
      weights: inputs.weights === null ? undefined : Float64Array.from(inputs.weights),
    });
    expectNear(predictRidge(model, matrixFromRows(inputs.z)), value.prediction);
    expectNear(model.leaveOneOut, value.leaveOneOut);
  },
);

it('is the mean of a Gaussian process', () => {
  const x = matrixFromRows([[0], [1], [2.5]]);
  const y = Float64Array.of(1, -1, 0.5);
  const model = kernelRidge(x, y, { covariance: rbfCovariance(), ridge: 0.3 });
  const process = gaussianProcess(x, y, { covariance: rbfCovariance(), noise: 0.3 });
  const at = matrixFromRows([[0.4], [3]]);
  expectNear(predictRidge(model, at), Array.from(predictProcess(process, at).mean));
  expectNear(model.leaveOneOut, Array.from(leaveOneOut(process).mean));
});
