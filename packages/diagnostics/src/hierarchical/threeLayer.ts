/** @file A network of three layers, trained layer by layer: first the one feature that the target depends on, then what is done with it. */
import { checkAbove, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { checkMatrix, cholesky, choleskySolve, matMul, transpose, type Matrix } from '@surrogate/core/host';
import { correlation } from '../common/correlation.js';
import { checkRegressionData, type RegressionData } from '../dynamics/doubleDescent.js';
import { checkDegree } from './task.js';

/** How {@link layerwiseThreeLayer} trains. */
export interface ThreeLayerOptions {
  /** k, the degree of the inner features: 1 or 2. Default 2. */
  degree?: number | undefined;
  /** How many units are on top of the feature, >= 0. Default 64. */
  width?: number | undefined;
  /** λ₁, each > 0: the one whose feature agrees best with the second half is taken. Default [0.001, 0.01, 0.1, 1]. */
  decays?: readonly number[] | undefined;
  /** λ₂, > 0. Default 0.001. */
  outerDecay?: number | undefined;
}

/** A network of three layers that has been fitted. */
export interface ThreeLayerFit {
  /** The λ₁ that was taken. */
  readonly decay: number;
  /** The correlation of the feature with the targets of the second half. */
  readonly agreement: number;
  /** z of rows n x d: mean 0 and variance 1 over the second half. */
  feature(x: Matrix): Float64Array;
  /** h of rows n x d. */
  predict(x: Matrix): Float64Array;
}

/**
 * Fits a network of three layers with a bottleneck of one unit, layer by layer: the feature to the first half of the examples, what is on top of it to the second.
 *
 * $$ h(x) = c_0 + c_1 z + \sum_i c_{i+1} (a_i z + b_i)_+, \qquad z = u^\top \phi(x), \qquad \min_u \tfrac1n \lVert y - \Phi u \rVert^2 + \lambda_1 \lVert u \rVert^2, \quad \min_c \tfrac1n \lVert y - h \rVert^2 + \lambda_2 \lVert c \rVert^2 $$
 *
 * The inner layer of random quadratic units is replaced with all that it can span: the products of two inputs and (x² - 1) / √2, or, for degree 1, the inputs. For a target g(p(x)) the best fit of that degree is near E[g'] p, so the feature finds p from about d^k examples. a is ±1 and b uniform in [-3, 3]; neither is trained, and the offset is not decayed.
 *
 * @param data n x d and n, n >= 4; the rows are in random order.
 * @param options the degree, the width and the decays.
 * @param rng draws a and b.
 * @returns the feature and the prediction.
 * @throws SurrogateError `range`, `dtype`, `shape`.
 * @see Wang, Nichani, Lee: Learning Hierarchical Polynomials with Three-Layer Neural Networks, 2023. arXiv:2311.13774
 * @example
 * import { rng } from '@surrogate/core';
 * import { hierarchicalPolynomialTask, layerwiseThreeLayer } from '@surrogate/diagnostics';
 * const task = hierarchicalPolynomialTask({ inputs: 4, link: (z) => z + z ** 3 / 10 }, rng(1));
 * const fit = layerwiseThreeLayer(task.draw(200, rng(2)), {}, rng(3));
 * fit.predict(task.draw(50, rng(4)).x).length; // 50
 */
export function layerwiseThreeLayer(
  data: RegressionData,
  { degree = 2, width = 64, decays = [0.001, 0.01, 0.1, 1], outerDecay = 0.001 }: ThreeLayerOptions,
  rng: Rng,
): ThreeLayerFit {
  const fn = 'layerwiseThreeLayer';
  checkRegressionData(fn, 'data', data);
  if (data.x.rows < 4) fail('shape', fn, 'data.x', `must have 4 rows or more, got ${data.x.rows}`);
  checkDegree(fn, degree);
  checkInteger(fn, 'width', width);
  if (!Array.isArray(decays) || decays.length === 0) fail('shape', fn, 'decays', 'must hold a decay, got none');
  decays.forEach((decay, i) => checkAbove(fn, `decays[${i}]`, decay, 0));
  checkAbove(fn, 'outerDecay', outerDecay, 0);
  checkRng(fn, 'rng', rng);
  const { x, y } = data;
  const { rows, cols } = x;
  const half = Math.ceil(rows / 2);
  const [first, second] = [y.subarray(0, half), y.subarray(half)];
  const inner = hermiteFeatures({ rows: half, cols, data: x.data.subarray(0, half * cols) }, degree);
  const held = hermiteFeatures({ rows: rows - half, cols, data: x.data.subarray(half * cols) }, degree);
  const tried = ridge(inner, first, decays).map(({ weights }, i) => {
    const z = matMul(held, weights);
    return { decay: decays[i]!, weights, z, agreement: correlation(z, second) };
  });
  const { decay, weights, z, agreement } = tried.reduce((best, now) => (now.agreement > best.agreement ? now : best));
  const middle = mean(z);
  const spread = Math.sqrt(mean(z.map((value) => (value - middle) ** 2))) || 1;
  const units = Array.from({ length: width }, () => ({ slope: rng.uniform() < 0.5 ? -1 : 1, bias: 6 * rng.uniform() - 3 }));
  const standard = (values: Float64Array) => values.map((value) => (value - middle) / spread);
  const outer = (values: Float64Array): Matrix => ({
    rows: values.length,
    cols: width + 1,
    data: Float64Array.from(Array.from(values).flatMap((v) => [v, ...units.map(({ slope, bias }) => Math.max(0, slope * v + bias))])),
  });
  const [top] = ridge(outer(standard(z)), second, [outerDecay]);
  const feature = (input: Matrix) => {
    checkMatrix(fn, 'x', input);
    if (input.cols !== cols) fail('shape', fn, 'x', `must have ${cols} columns, got ${input.cols}`);
    return standard(matMul(hermiteFeatures(input, degree), weights));
  };
  return {
    decay,
    agreement,
    feature,
    predict: (input) => matMul(outer(feature(input)), top!.weights).map((value) => value + top!.offset),
  };
}

/** The Hermite polynomials of a degree, of mean 0 and variance 1. */
function hermiteFeatures(x: Matrix, degree: number): Matrix {
  if (degree === 1) return x;
  const { rows, cols: d } = x;
  const cols = (d * (d + 1)) / 2;
  const data = new Float64Array(rows * cols);
  let at = 0;
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < d; i++)
      for (let j = i; j < d; j++) {
        const product = x.data[row * d + i]! * x.data[row * d + j]!;
        data[at++] = i === j ? (product - 1) * Math.SQRT1_2 : product;
      }
  return { rows, cols, data };
}

const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Ridge regression with an offset that is not decayed, at each decay. */
function ridge(features: Matrix, y: Float64Array, decays: readonly number[]): { weights: Float64Array; offset: number }[] {
  const { rows, cols } = features;
  const middles = new Float64Array(cols);
  features.data.forEach((value, at) => (middles[at % cols]! += value / rows));
  const centered = { rows, cols, data: features.data.map((value, at) => value - middles[at % cols]!) };
  const turned = transpose(centered);
  const off = mean(y);
  const gram = matMul(turned, centered);
  const scaled = { ...gram, data: gram.data.map((value) => value / rows) };
  const pull = matMul(
    turned,
    y.map((value) => (value - off) / rows),
  );
  return decays.map((decay) => {
    const weights = choleskySolve(cholesky(scaled, { jitter: decay }), pull);
    return { weights, offset: weights.reduce((sum, weight, j) => sum - weight * middles[j]!, off) };
  });
}
