/** @file Makes predictions of a field respect linear conservation laws: a Bayesian update with what is known to be conserved. */
import { checkAtLeast, checkBetween, checkOneOf, fail } from '@surrogate/core';
import { checkMatrix, checkVector, leastSquares, matMul, transpose, type Matrix } from '@surrogate/core/host';
import { checkRecord } from '../common/checkRecord.js';

/** A Gaussian over the values of a field on a grid. */
export interface GaussianField {
  /** n. */
  readonly mean: Float64Array;
  /** n x n; or the variances of independent values, n. */
  readonly covariance: Matrix | Float64Array;
}

/** What an update makes of a {@link GaussianField}. */
export interface UpdatedField {
  /** n. */
  readonly mean: Float64Array;
  /** n x n. */
  readonly covariance: Matrix;
}

/** Linear laws, G u = b; with several times or several laws, a row each. */
export interface LinearLaw {
  /** G: q x n, such as {@link quadratureWeights}. */
  readonly weights: Matrix;
  /** b: q, such as the mass at that time. */
  readonly values: Float64Array;
}

/** Options of {@link conservationUpdate}. */
export interface ConservationOptions {
  /** The variance of what is conserved, >= 0; with 0 the laws hold exactly. Default 0. */
  constraintVariance?: number | undefined;
}

/** Options of {@link secondDifferencePenaltyUpdate}. */
export interface SecondDifferenceOptions {
  /** How much neighbours are taken to be alike, in [0, 1). Default 0.9. */
  alpha?: number | undefined;
}

/**
 * The weights with which values on a grid add up to an integral.
 *
 * @param x the grid, n >= 2 points in order.
 * @param rule half of both neighbouring cells for each point, or the cell to its left. Default trapezoid.
 * @returns n weights.
 * @throws SurrogateError `shape`, `range`.
 * @example
 * import { quadratureWeights } from '@surrogate/diagnostics';
 * quadratureWeights([0, 0.5, 1]); // [0.25, 0.5, 0.25]
 */
export function quadratureWeights(x: ArrayLike<number>, rule: 'trapezoid' | 'right' = 'trapezoid'): Float64Array {
  const fn = 'quadratureWeights';
  checkOneOf(fn, 'rule', rule, ['trapezoid', 'right']);
  if (x.length < 2) fail('shape', fn, 'x', `must have two points or more, got ${x.length}`);
  const weights = new Float64Array(x.length);
  for (let i = 1; i < x.length; i++) {
    const cell = x[i]! - x[i - 1]!;
    if (!(cell >= 0 && cell < Infinity)) fail('range', fn, 'x', `must be finite and in order, got ${x[i - 1]} before ${x[i]}`);
    weights[i]! += rule === 'right' ? cell : cell / 2;
    if (rule === 'trapezoid') weights[i - 1]! += cell / 2;
  }
  return weights;
}

function checkField(fn: string, { mean, covariance }: GaussianField): number {
  if (!(mean instanceof Float64Array)) fail('dtype', fn, 'field.mean', `must be a Float64Array, got ${typeof mean}`);
  const n = mean.length;
  checkVector(fn, 'field.mean', mean, n);
  if (covariance instanceof Float64Array) {
    checkVector(fn, 'field.covariance', covariance, n);
    const odd = covariance.findIndex((variance) => variance < 0);
    if (odd >= 0) fail('range', fn, 'field.covariance', `must not be negative, got ${covariance[odd]} at [${odd}]`);
  } else {
    checkMatrix(fn, 'field.covariance', covariance);
    if (covariance.rows !== n || covariance.cols !== n)
      fail('shape', fn, 'field.covariance', `must be ${n} x ${n}, got ${covariance.rows} x ${covariance.cols}`);
  }
  return n;
}

function checkLaw(fn: string, { weights, values }: LinearLaw, n: number): void {
  checkMatrix(fn, 'law.weights', weights);
  if (weights.cols !== n) fail('shape', fn, 'law.weights', `must have the ${n} columns of the field, got ${weights.cols}`);
  checkVector(fn, 'law.values', values, weights.rows);
}

const diagonal = (variances: Float64Array): Matrix => {
  const n = variances.length;
  const data = new Float64Array(n * n);
  variances.forEach((variance, i) => (data[i * n + i] = variance));
  return { rows: n, cols: n, data };
};

/** Conditions a Gaussian on G u = b + noise, with a variance a row. */
function condition(mean: Float64Array, sigma: Matrix, { weights, values }: LinearLaw, variances: Float64Array): UpdatedField {
  const [n, q] = [mean.length, weights.rows];
  const spread = matMul(weights, sigma);
  const inner = matMul(spread, transpose(weights));
  for (let i = 0; i < q; i++) inner.data[i * q + i]! += variances[i]!;
  const excess = matMul(weights, mean).map((value, i) => value - values[i]!);
  // Laws that repeat each other leave a singular matrix, to which least squares gives the answer of the laws without the repetition.
  const across = transpose(spread);
  const shift = matMul(across, leastSquares(inner, excess).x);
  const loss = matMul(across, leastSquares(inner, spread).x);
  const data = sigma.data.map((value, i) => {
    const mirrored = (i % n) * n + Math.floor(i / n);
    return (value + sigma.data[mirrored]! - loss.data[i]! - loss.data[mirrored]!) / 2;
  });
  return { mean: mean.map((value, i) => value - shift[i]!), covariance: { rows: n, cols: n, data } };
}

/**
 * Updates what a model predicts of a field by linear laws, such as that of mass: where the model is uncertain much changes, where it is certain little.
 *
 * $$ \tilde\mu = \mu - \Sigma G^\top (v I + G \Sigma G^\top)^{-1} (G \mu - b), \qquad \tilde\Sigma = \Sigma - \Sigma G^\top (v I + G \Sigma G^\top)^{-1} G \Sigma $$
 *
 * @param field mean and covariance on a grid, from any model.
 * @param law what is conserved: G and b.
 * @param options v.
 * @returns mean and covariance given the laws.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Hansen, Maddix, Alizadeh, Gupta, Mahoney: Learning Physical Models that Can Respect Conservation Laws, 2023. arXiv:2302.11002
 * @example
 * import { conservationUpdate, quadratureWeights } from '@surrogate/diagnostics';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const law = { weights: matrixFromRows([quadratureWeights([0, 0.5, 1])]), values: Float64Array.of(2.5) };
 * const field = { mean: Float64Array.of(1, 2, 3), covariance: Float64Array.of(0.1, 0.2, 0.4) };
 * conservationUpdate(field, law).mean; // [1.1538462, 2.6153846, 3.6153846]
 */
export function conservationUpdate(
  field: GaussianField,
  law: LinearLaw,
  { constraintVariance = 0 }: ConservationOptions = {},
): UpdatedField {
  const fn = 'conservationUpdate';
  checkRecord(fn, 'field', field, 'a mean and a covariance');
  checkRecord(fn, 'law', law, 'weights and values');
  const n = checkField(fn, field);
  checkLaw(fn, law, n);
  checkAtLeast(fn, 'constraintVariance', constraintVariance, 0);
  const { mean, covariance } = field;
  const sigma = covariance instanceof Float64Array ? diagonal(covariance) : covariance;
  return condition(mean, sigma, law, new Float64Array(law.weights.rows).fill(constraintVariance));
}

/**
 * The nearest field that respects the laws, whatever the uncertainty: what {@link conservationUpdate} is compared with.
 *
 * $$ \mu - G^\top (G G^\top)^{-1} (G \mu - b) $$
 *
 * @param mean n values on a grid.
 * @param law what is conserved.
 * @returns n values.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Négiar, Mahoney, Krishnapriyan: Learning differentiable solvers for systems with hard constraints, 2023. arXiv:2207.08675
 * @example
 * import { hardConstraintProjection, quadratureWeights } from '@surrogate/diagnostics';
 * import { matrixFromRows } from '@surrogate/core/host';
 * const law = { weights: matrixFromRows([quadratureWeights([0, 0.5, 1])]), values: Float64Array.of(2.5) };
 * hardConstraintProjection(Float64Array.of(1, 2, 3), law); // [1.3333333, 2.6666667, 3.3333333]
 */
export function hardConstraintProjection(mean: Float64Array, law: LinearLaw): Float64Array {
  const fn = 'hardConstraintProjection';
  if (!(mean instanceof Float64Array)) fail('dtype', fn, 'mean', `must be a Float64Array, got ${typeof mean}`);
  checkVector(fn, 'mean', mean, mean.length);
  checkRecord(fn, 'law', law, 'weights and values');
  checkLaw(fn, law, mean.length);
  // The shortest d with G d = b - G μ.
  const missing = matMul(law.weights, mean).map((value, i) => law.values[i]! - value);
  const { x } = leastSquares(law.weights, missing);
  return mean.map((value, i) => value + x[i]!);
}

/**
 * Updates a field by the prior that its second differences are small, as diffusion makes them; before laws of conservation, where at all.
 *
 * $$ u_{i} - 2 u_{i+1} + u_{i+2} = 0 + \epsilon_i, \qquad \operatorname{Var} \epsilon_i = \operatorname{Var}(u_i - 2 u_{i+1} + u_{i+2}) \text{ with correlations } \alpha^{|i - j|} $$
 *
 * @param field mean and variances of independent values, n >= 3.
 * @param options α.
 * @returns mean and covariance.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Hansen, Maddix, Alizadeh, Gupta, Mahoney: Learning Physical Models that Can Respect Conservation Laws, 2023. arXiv:2302.11002
 * @example
 * import { secondDifferencePenaltyUpdate } from '@surrogate/diagnostics';
 * const { mean } = secondDifferencePenaltyUpdate({ mean: Float64Array.of(0, 1, 0), covariance: Float64Array.of(1, 1, 1) });
 * mean; // [0.3115265, 0.3769470, 0.3115265]
 */
export function secondDifferencePenaltyUpdate(field: GaussianField, { alpha = 0.9 }: SecondDifferenceOptions = {}): UpdatedField {
  const fn = 'secondDifferencePenaltyUpdate';
  checkRecord(fn, 'field', field, 'a mean and variances');
  const n = checkField(fn, field);
  const { mean, covariance } = field;
  if (!(covariance instanceof Float64Array)) fail('dtype', fn, 'field.covariance', 'must be variances, got a matrix');
  if (n < 3) fail('shape', fn, 'field.mean', `must have three values or more, got ${n}`);
  checkBetween(fn, 'alpha', alpha, 0, 1);
  const weights: Matrix = { rows: n - 2, cols: n, data: new Float64Array((n - 2) * n) };
  const sd = covariance.map(Math.sqrt);
  const variances = new Float64Array(n - 2);
  for (let i = 0; i < n - 2; i++) {
    weights.data.set([1, -2, 1], i * n + i);
    const [a, b, c] = [sd[i]!, sd[i + 1]!, sd[i + 2]!];
    variances[i] = a * a + 4 * b * b + c * c - 4 * alpha * b * (a + c) + 2 * alpha ** 2 * a * c;
  }
  return condition(mean, diagonal(covariance), { weights, values: new Float64Array(n - 2) }, variances);
}
