/** @file A model that groks: a network of slightly quadratic units learns a square, and all of its test loss is known in closed form. */
import { checkAbove, checkFinite, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { checkMatrix, checkVector, type Matrix } from '@surrogate/core/host';

/** The form of {@link polynomialStudent}. */
export interface PolynomialStudentOptions {
  /** D, >= 1. */
  inputs: number;
  /** N, how many units, >= 1. */
  width: number;
  /** α: large is lazy, > 0. Default 1. */
  alpha?: number | undefined;
  /** ε: how quadratic the units are; small is misaligned with the target. Default 0.25. */
  epsilon?: number | undefined;
}

/** A network of one layer of trained weights, N x D, on doubles. */
export interface PolynomialStudent {
  /** Weights from the standard normal distribution. */
  init(rng: Rng): Matrix;
  /** f of rows P x D. */
  outputs(weights: Matrix, x: Matrix): Float64Array;
  /** The mean squared error over α², and its gradient, N x D. */
  lossAndGradient(weights: Matrix, x: Matrix, y: Float64Array): { loss: number; gradient: Matrix };
  /** The tangent kernel of rows, P x P. */
  kernel(weights: Matrix, x: Matrix): Matrix;
}

/** What the exact test loss is made of. */
export interface PolynomialLossTerms {
  /** Of linear functions, which the target has none of. */
  readonly linear: number;
  /** Of quadratic ones in directions that are not the target's. */
  readonly misalignment: number;
  /** Of the mean. */
  readonly trace: number;
  /** All of it. */
  readonly total: number;
}

/** What the terms depend on beside the weights. */
export interface PolynomialTargetOptions {
  /** α, > 0. Default 1. */
  alpha?: number | undefined;
  /** ε. Default 0.25. */
  epsilon?: number | undefined;
}

/**
 * A student of one hidden layer whose units are linear with a little of a square. It can fit few examples of a square by its linear part, soon and wrongly, and by its weights
 * turning towards the target, late and rightly: how lazy it is decides which comes first.
 *
 * $$ f(x) = \frac{\alpha}{N} \sum_i \phi\Big( \frac{w_i^\top x}{\sqrt D} \Big), \qquad \phi(h) = h + \frac{\epsilon}{2} h^2 $$
 *
 * A step size of N/2 on the loss, which is divided by α², is stable for unit inputs.
 *
 * @param options sizes, α and ε.
 * @returns the model.
 * @throws SurrogateError `range`; by its functions also `shape` and `dtype`.
 * @see Kumar, Bordelon, Gershman, Pehlevan: Grokking as the Transition from Lazy to Rich Training Dynamics, 2023. arXiv:2310.06110
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { polynomialStudent } from '@surrogate/diagnostics';
 * const { outputs } = polynomialStudent({ inputs: 1, width: 1, alpha: 2, epsilon: 0.5 });
 * outputs(matrixFromRows([[2]]), matrixFromRows([[1]])); // [6]
 */
export function polynomialStudent({ inputs, width, alpha = 1, epsilon = 0.25 }: PolynomialStudentOptions): PolynomialStudent {
  const fn = 'polynomialStudent';
  checkInteger(fn, 'inputs', inputs, 1);
  checkInteger(fn, 'width', width, 1);
  checkAbove(fn, 'alpha', alpha, 0);
  checkFinite(fn, 'epsilon', epsilon);
  const root = Math.sqrt(inputs);
  const check = (weights: Matrix, x: Matrix) => {
    checkMatrix(fn, 'weights', weights);
    if (weights.rows !== width || weights.cols !== inputs)
      fail('shape', fn, 'weights', `must be ${width} x ${inputs}, got ${weights.rows} x ${weights.cols}`);
    checkMatrix(fn, 'x', x);
    if (x.cols !== inputs) fail('shape', fn, 'x', `must have ${inputs} columns, got ${x.cols}`);
  };
  /** P x N: the units' inputs. */
  const units = (weights: Matrix, x: Matrix) => {
    const h = new Float64Array(x.rows * width);
    const w = weights.data;
    const rows = x.data;
    // Two rows and two units at once: four sums share their reads.
    for (let p = 0; p < x.rows; p += 2)
      for (let i = 0; i < width; i += 2) {
        const p1 = Math.min(p + 1, x.rows - 1);
        const i1 = Math.min(i + 1, width - 1);
        const w0 = i * inputs;
        const w1 = i1 * inputs;
        const x0 = p * inputs;
        const x1 = p1 * inputs;
        let s00 = 0;
        let s01 = 0;
        let s10 = 0;
        let s11 = 0;
        for (let j = 0; j < inputs; j++) {
          const u = w[w0 + j]!;
          const v = w[w1 + j]!;
          s00 += u * rows[x0 + j]!;
          s01 += v * rows[x0 + j]!;
          s10 += u * rows[x1 + j]!;
          s11 += v * rows[x1 + j]!;
        }
        h[p * width + i] = s00 / root;
        h[p * width + i1] = s01 / root;
        h[p1 * width + i] = s10 / root;
        h[p1 * width + i1] = s11 / root;
      }
    return h;
  };
  const said = (h: Float64Array, rows: number) =>
    Float64Array.from({ length: rows }, (_, p) => {
      let sum = 0;
      for (let i = p * width; i < (p + 1) * width; i++) sum += h[i]! + (epsilon / 2) * h[i]! * h[i]!;
      return (alpha * sum) / width;
    });
  return {
    init(rng) {
      checkRng(fn, 'rng', rng);
      return { rows: width, cols: inputs, data: rng.fillNormal(new Float64Array(width * inputs)) };
    },
    outputs(weights, x) {
      check(weights, x);
      return said(units(weights, x), x.rows);
    },
    lossAndGradient(weights, x, y) {
      check(weights, x);
      checkVector(fn, 'y', y, x.rows);
      const h = units(weights, x);
      const missed = said(h, x.rows).map((value, p) => value - y[p]!);
      const gradient = new Float64Array(width * inputs);
      const rows = x.data;
      const slope = (p: number, i: number) =>
        p < x.rows ? ((2 * missed[p]!) / (x.rows * alpha * width * root)) * (1 + epsilon * h[p * width + i]!) : 0;
      for (let p = 0; p < x.rows; p += 2)
        for (let i = 0; i < width; i++) {
          const s0 = slope(p, i);
          const s1 = slope(p + 1, i);
          const to = i * inputs;
          const x0 = p * inputs;
          const x1 = Math.min(p + 1, x.rows - 1) * inputs;
          for (let j = 0; j < inputs; j++) gradient[to + j] = gradient[to + j]! + s0 * rows[x0 + j]! + s1 * rows[x1 + j]!;
        }
      const loss = missed.reduce((sum, value) => sum + value * value, 0) / x.rows / alpha ** 2;
      return { loss, gradient: { rows: width, cols: inputs, data: gradient } };
    },
    kernel(weights, x) {
      check(weights, x);
      const slopes = units(weights, x).map((h) => 1 + epsilon * h);
      const n = x.rows;
      const product = (a: Float64Array, p: number, q: number, size: number) => {
        let sum = 0;
        for (let i = 0; i < size; i++) sum += a[p * size + i]! * a[q * size + i]!;
        return sum;
      };
      const scale = (alpha / width) ** 2 / inputs;
      const data = Float64Array.from({ length: n * n }, (_, at) => {
        const [p, q] = [Math.floor(at / n), at % n];
        return scale * product(slopes, p, q, width) * product(x.data, p, q, inputs);
      });
      return { rows: n, cols: n, data };
    },
  };
}

/**
 * The exact test loss of a {@link polynomialStudent} on standard normal inputs, taken apart.
 *
 * $$ \mathbb{E} (f - y)^2 = \alpha^2 \lVert \bar w \rVert^2 + \tfrac12 \lVert \Delta \rVert_F^2 + \tfrac14 (\operatorname{tr} \Delta)^2, \qquad \Delta = \frac{\alpha \epsilon}{N D} \sum_i w_i w_i^\top - \frac{\beta \beta^\top}{D},\ \bar w = \frac{1}{N \sqrt D} \sum_i w_i $$
 *
 * The target is ½ (β·x)² / D. The identity is derived here from Gaussian moments; the paper works with the same statistics.
 *
 * @param weights N x D.
 * @param beta D.
 * @param options α and ε of the student.
 * @returns the three terms and their sum.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Kumar, Bordelon, Gershman, Pehlevan: Grokking as the Transition from Lazy to Rich Training Dynamics, 2023. arXiv:2310.06110
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { polynomialTestLossTerms } from '@surrogate/diagnostics';
 * polynomialTestLossTerms(matrixFromRows([[2]]), Float64Array.of(1), { alpha: 1, epsilon: 0.25 }).total; // 4
 */
export function polynomialTestLossTerms(
  weights: Matrix,
  beta: Float64Array,
  { alpha = 1, epsilon = 0.25 }: PolynomialTargetOptions = {},
): PolynomialLossTerms {
  const fn = 'polynomialTestLossTerms';
  checkMatrix(fn, 'weights', weights);
  if (weights.rows === 0) fail('shape', fn, 'weights', 'must have a row, got none');
  checkVector(fn, 'beta', beta, weights.cols);
  checkAbove(fn, 'alpha', alpha, 0);
  checkFinite(fn, 'epsilon', epsilon);
  const { rows, cols, data } = weights;
  let [linear, square, trace] = [0, 0, 0];
  for (let j = 0; j < cols; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += data[i * cols + j]! / rows;
    linear += (alpha ** 2 * mean ** 2) / cols;
    for (let k = 0; k < cols; k++) {
      let moment = 0;
      for (let i = 0; i < rows; i++) moment += (data[i * cols + j]! * data[i * cols + k]!) / rows;
      const entry = (alpha * epsilon * moment - beta[j]! * beta[k]!) / cols;
      square += entry ** 2;
      if (j === k) trace += entry;
    }
  }
  const terms = { linear, misalignment: square / 2, trace: trace ** 2 / 4 };
  return { ...terms, total: terms.linear + terms.misalignment + terms.trace };
}
