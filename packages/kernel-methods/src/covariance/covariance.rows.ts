/** @file The conformance rows of covariance functions. */
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import * as methods from '../index.js';
import type { Covariance } from '../index.js';

const x = matrixFromRows([[0.4, -1.3], [2.2, 0.3], [0.4, -1.3]]); // prettier-ignore
const other = matrixFromRows([[1, 2, 3]]);
const notPositive = [0, -1, NaN, Infinity];

/** A function that makes a record: all that the record can do gives finite numbers. */
const row = (fn: unknown, make: () => Covariance, bad: BadCalls = {}) =>
  hostFunction(fn, {
    call: () => {
      const covariance = make();
      return {
        ...covariance,
        again: covariance.withLogParameters(covariance.logParameters).between(x, x),
        diagonal: covariance.diagonal(x),
        byParameter: covariance.parameterGradient(x, covariance.between(x, x)),
        byInput: covariance.inputGradient(x.data.subarray(0, 2), x),
      };
    },
    bad: { 'shape logParameters': () => make().withLogParameters(new Float64Array(9)), ...bad },
  });

/** One that has length scales. */
const scaled = (
  fn: (options: { lengthScale?: number | readonly number[] }) => Covariance,
  bad: BadCalls = {},
  lengthScale: number | readonly number[] = [0.7, 2],
) =>
  row(fn, () => fn({ lengthScale }), {
    'range lengthScale': notPositive.map((scale) => () => fn({ lengthScale: scale })),
    'range lengthScale[1]': () => fn({ lengthScale: [1, 0] }),
    'dtype lengthScale': [() => fn({ lengthScale: [] }), () => fn({ lengthScale: 'three' as never })],
    'shape lengthScale': () => fn({ lengthScale: [1, 2] }).between(other, other),
    'shape y': [() => fn({}).between(x, other), () => fn({}).inputGradient(other.data, x)],
    ...bad,
  });

/** The rows by name. */
export const covarianceRows: ConformanceTable = {
  rbfCovariance: scaled(methods.rbfCovariance),
  maternCovariance: scaled(methods.maternCovariance, { 'range smoothness': () => methods.maternCovariance({ smoothness: 1 as 0.5 }) }),
  rationalQuadraticCovariance: scaled(methods.rationalQuadraticCovariance, {
    'range alpha': notPositive.map((alpha) => () => methods.rationalQuadraticCovariance({ alpha })),
  }),
  laplacianCovariance: scaled(methods.laplacianCovariance, {}, 1.3),
  periodicCovariance: scaled(methods.periodicCovariance, {
    'range period': notPositive.map((period) => () => methods.periodicCovariance({ period })),
    'shape period': () => methods.periodicCovariance({ period: [1, 2] }).between(other, other),
  }),
  linearCovariance: row(methods.linearCovariance, () => methods.linearCovariance({ offset: 0.5 }), {
    'range offset': [-1, NaN].map((offset) => () => methods.linearCovariance({ offset })),
    'shape y': () => methods.linearCovariance().between(x, other),
  }),
  polynomialCovariance: row(methods.polynomialCovariance, () => methods.polynomialCovariance(), {
    'range degree': [0, 1.5].map((degree) => () => methods.polynomialCovariance({ degree })),
    'range scale': () => methods.polynomialCovariance({ scale: 0 }),
    'range offset': () => methods.polynomialCovariance({ offset: -1 }),
  }),
  reluTangentCovariance: row(methods.reluTangentCovariance, () => methods.reluTangentCovariance(), {
    'shape y': () => methods.reluTangentCovariance().between(x, other),
  }),
  sumOfCovariances: row(methods.sumOfCovariances, () => methods.sumOfCovariances(methods.rbfCovariance(), methods.linearCovariance()), {
    'range covariances': () => methods.sumOfCovariances(),
  }),
  productOfCovariances: row(
    methods.productOfCovariances,
    () => methods.productOfCovariances(methods.rbfCovariance(), methods.linearCovariance()),
    { 'range covariances': () => methods.productOfCovariances() },
  ),
  scaledCovariance: row(methods.scaledCovariance, () => methods.scaledCovariance(methods.rbfCovariance(), 2), {
    'range variance': notPositive.map((variance) => () => methods.scaledCovariance(methods.rbfCovariance(), variance)),
  }),
  fixedCovariance: row(methods.fixedCovariance, () => methods.fixedCovariance(methods.rbfCovariance())),
};
