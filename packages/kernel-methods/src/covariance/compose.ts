/** @file Covariances made of covariances. */
import { checkAbove, fail } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import { asRow, splitParameters, type Covariance } from './record.js';

const joined = (parts: readonly Float64Array[]): Float64Array => Float64Array.from(parts.flatMap((part) => Array.from(part)));

const combined = (matrices: readonly Matrix[], combine: (a: number, b: number) => number): Matrix =>
  matrices.reduce((a, b) => ({ ...a, data: a.data.map((value, i) => combine(value, b.data[i]!)) }));

function checkSome(fn: string, covariances: readonly Covariance[]): void {
  if (covariances.length === 0) fail('range', fn, 'covariances', 'must be one covariance or more, got none');
}

/** What sums and products share. */
function folded(fn: string, sign: string, covariances: readonly Covariance[], remade: (parts: readonly Covariance[]) => Covariance) {
  return {
    name: `(${covariances.map(({ name }) => name).join(sign)})`,
    parameterNames: covariances.flatMap(({ parameterNames }, i) => parameterNames.map((name) => `${i}.${name}`)),
    logParameters: joined(covariances.map(({ logParameters }) => logParameters)),
    withLogParameters(logParameters: Float64Array) {
      const parts = splitParameters(
        fn,
        logParameters,
        covariances.map((part) => part.logParameters.length),
      );
      return remade(covariances.map((part, i) => part.withLogParameters(parts[i]!)));
    },
  };
}

/**
 * The sum of covariances: functions that are sums of one of each.
 *
 * $$ k(x, y) = \sum_i k_i(x, y) $$
 *
 * @param covariances one or more.
 * @returns the record, with the hyper-parameters of all.
 * @throws SurrogateError `range` for none.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { linearCovariance, rbfCovariance, sumOfCovariances } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * sumOfCovariances(rbfCovariance(), linearCovariance()).diagonal(matrixFromRows([[2]]))[0]; // 5
 */
export function sumOfCovariances(...covariances: readonly Covariance[]): Covariance {
  const fn = 'sumOfCovariances';
  checkSome(fn, covariances);
  const sum = (a: number, b: number) => a + b;
  return {
    ...folded(fn, ' + ', covariances, (parts) => sumOfCovariances(...parts)),
    between: (x, y) =>
      combined(
        covariances.map((part) => part.between(x, y)),
        sum,
      ),
    diagonal: (x) => covariances.map((part) => part.diagonal(x)).reduce((a, b) => a.map((value, i) => value + b[i]!)),
    parameterGradient: (x, weights) => joined(covariances.map((part) => part.parameterGradient(x, weights))),
    inputGradient: (x, y) =>
      combined(
        covariances.map((part) => part.inputGradient(x, y)),
        sum,
      ),
  };
}

/**
 * The product of covariances: points are alike where all find them so.
 *
 * $$ k(x, y) = \prod_i k_i(x, y) $$
 *
 * @param covariances one or more.
 * @returns the record, with the hyper-parameters of all.
 * @throws SurrogateError `range` for none.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { linearCovariance, productOfCovariances } from '@surrogate/kernel-methods';
 * import { matrixFromRows } from '@surrogate/core/host';
 * productOfCovariances(linearCovariance(), linearCovariance()).diagonal(matrixFromRows([[2]]))[0]; // 16
 */
export function productOfCovariances(...covariances: readonly Covariance[]): Covariance {
  const fn = 'productOfCovariances';
  checkSome(fn, covariances);
  const times = (a: number, b: number) => a * b;
  /** For each part, the product of the others. */
  const others = (matrices: readonly Matrix[]) =>
    matrices.map((whole, i) => combined([{ ...whole, data: whole.data.map(() => 1) }, ...matrices.filter((_, j) => j !== i)], times));
  return {
    ...folded(fn, ' * ', covariances, (parts) => productOfCovariances(...parts)),
    between: (x, y) =>
      combined(
        covariances.map((part) => part.between(x, y)),
        times,
      ),
    diagonal: (x) => covariances.map((part) => part.diagonal(x)).reduce((a, b) => a.map((value, i) => value * b[i]!)),
    parameterGradient(x, weights) {
      const rest = others(covariances.map((part) => part.between(x, x)));
      return joined(covariances.map((part, i) => part.parameterGradient(x, combined([weights, rest[i]!], times))));
    },
    inputGradient(x, y) {
      const rest = others(covariances.map((part) => part.between(asRow(x), y)));
      return combined(
        covariances.map((part, i) => {
          const gradient = part.inputGradient(x, y);
          return { ...gradient, data: gradient.data.map((value, at) => value * rest[i]!.data[Math.floor(at / y.cols)]!) };
        }),
        (a, b) => a + b,
      );
    },
  };
}

/**
 * A covariance times a number: the variance of the functions.
 *
 * $$ k'(x, y) = \sigma^2 k(x, y) $$
 *
 * @param covariance any.
 * @param variance σ², > 0.
 * @returns the record; its hyper-parameters are the variance, then those of the covariance.
 * @throws SurrogateError `range` for a variance that is not positive.
 * @see Rasmussen, Williams: Gaussian Processes for Machine Learning, 2006, ch. 4
 * @example
 * import { rbfCovariance, scaledCovariance } from '@surrogate/kernel-methods';
 * scaledCovariance(rbfCovariance(), 3).parameterNames; // ['variance', 'lengthScale']
 */
export function scaledCovariance(covariance: Covariance, variance: number): Covariance {
  const fn = 'scaledCovariance';
  checkAbove(fn, 'variance', variance, 0);
  const times = (x: Matrix): Matrix => ({ ...x, data: x.data.map((value) => variance * value) });
  return {
    name: `scaled ${covariance.name}`,
    parameterNames: ['variance', ...covariance.parameterNames],
    logParameters: joined([Float64Array.of(Math.log(variance)), covariance.logParameters]),
    withLogParameters(logParameters) {
      const [own, rest] = splitParameters(fn, logParameters, [1, covariance.logParameters.length]) as [Float64Array, Float64Array];
      return scaledCovariance(covariance.withLogParameters(rest), Math.exp(own[0]!));
    },
    between: (x, y) => times(covariance.between(x, y)),
    diagonal: (x) => covariance.diagonal(x).map((value) => variance * value),
    parameterGradient(x, weights) {
      const whole = covariance.between(x, x).data.reduce((sum, value, at) => sum + value * weights.data[at]!, 0);
      return joined([Float64Array.of(variance * whole), covariance.parameterGradient(x, times(weights))]);
    },
    inputGradient: (x, y) => times(covariance.inputGradient(x, y)),
  };
}

/**
 * The same covariance with nothing left to fit: its hyper-parameters stay what they are.
 *
 * @param covariance any.
 * @returns the record, without hyper-parameters.
 * @example
 * import { fixedCovariance, rbfCovariance } from '@surrogate/kernel-methods';
 * fixedCovariance(rbfCovariance()).logParameters.length; // 0
 */
export function fixedCovariance(covariance: Covariance): Covariance {
  const made: Covariance = {
    ...covariance,
    parameterNames: [],
    logParameters: new Float64Array(0),
    withLogParameters(logParameters) {
      splitParameters('fixedCovariance', logParameters, []);
      return made;
    },
    parameterGradient: () => new Float64Array(0),
  };
  return made;
}
