/** @file Sparse recovery by iterative thresholding, unfolded into layers whose step sizes are trained. */
import {
  abs,
  add,
  cast,
  greater,
  greaterEqual,
  matMul,
  maximum,
  minimum,
  mul,
  neg,
  notEqual,
  reshape,
  slice,
  square,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  unstack,
  zeros,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkInteger,
  checkShape,
  differentiable,
  expm1,
  fail,
  noGrad,
  safeSqrt,
  sign,
  topK,
  type TensorLike,
} from '@surrogate/core';
import { checkMatrix, eigh, matMul as hostMatMul, transpose, type Matrix } from '@surrogate/core/host';

/** What is trained of an unfolded solver. */
export interface UnfoldedParams {
  /** α: the step size of each layer, float32 `[T]`. */
  readonly steps: Tensor;
}

/** How far an unfolded solver goes. */
export interface UnfoldedApplyOptions {
  /** How many layers, 1 to T. Default all. */
  layers?: number | undefined;
  /** x before the first layer, float32 `[B, N]`. Default 0. */
  start?: TensorLike | undefined;
}

/** An iterative solver as a network: a layer an iteration, and a step size a layer. */
export interface UnfoldedSolver {
  /** What it is called. */
  readonly name: string;
  /** T: how many layers there are. */
  readonly layers: number;
  /** 1 / λmax(AᵀA): the step size with which the plain iteration never gets worse. */
  readonly safeStep: number;
  /** The plain iteration: every step size is `safeStep`. */
  init(): UnfoldedParams;
  /** The signals that are recovered from measurements `[B, M]`: `[B, N]`. Gradients flow to steps and measurements. */
  apply(params: UnfoldedParams, y: TensorLike, options?: UnfoldedApplyOptions): Tensor;
  /** What the plain iteration minimises, for each row of signals `[B, N]` and measurements `[B, M]`: `[B]`. */
  objective(x: TensorLike, y: TensorLike): Tensor;
  /** The objective as something that can be trained on: the same where that has a useful gradient. `[B]`. */
  trainable(x: TensorLike, y: TensorLike): Tensor;
}

/** What makes numbers 0 at the end of a layer, of the step size as a scalar. */
type Threshold = (u: Tensor, step: Tensor) => Tensor;

/** What sparsity costs: float32 `[B]` of `[B, N]`. */
type Penalty = (x: Tensor) => Tensor;

interface Unfolding {
  readonly fn: string;
  readonly a: Matrix;
  readonly layers: number;
  readonly threshold: Threshold;
  readonly penalty: Penalty;
  readonly smooth: Penalty;
}

function unfold({ fn, a, layers, threshold, penalty, smooth }: Unfolding): UnfoldedSolver {
  checkMatrix(fn, 'a', a);
  checkInteger(fn, 'layers', layers, 1);
  const across = transpose(a);
  const top = eigh(a.rows < a.cols ? hostMatMul(a, across) : hostMatMul(across, a)).values.at(-1) ?? 0;
  if (!(top > 0)) fail('range', fn, 'a', `must hold something beside zeros, got the largest eigenvalue ${top} of AᵀA`);
  const constant = ({ rows, cols, data }: Matrix) => {
    const values = Float32Array.from(data);
    return (): Tensor2D => tensor2d(values, [rows, cols]);
  };
  const matrix = constant(a);
  // AᵀA in one product is the shorter way unless there are few measurements.
  const squared = a.cols <= 2 * a.rows ? constant(hostMatMul(across, a)) : undefined;
  const slopes = (y: Tensor2D): ((x: Tensor2D) => Tensor) => {
    const m = matrix();
    if (squared === undefined) return (x) => matMul(sub(matMul(x, m, false, true), y), m);
    const [both, back] = [squared(), matMul(y, m)];
    return (x) => sub(matMul(x, both), back);
  };
  const measured = (y: TensorLike): Tensor2D => {
    const made = asTensor(fn, 'y', y);
    checkShape(fn, 'y', made.shape, [null, a.rows]);
    return made as Tensor2D;
  };
  const signals = (argument: string, x: TensorLike, rows: number): Tensor2D => {
    const made = asTensor(fn, argument, x);
    checkShape(fn, argument, made.shape, [rows, a.cols]);
    return made as Tensor2D;
  };
  const total = (of: Penalty) => (x: TensorLike, y: TensorLike) =>
    tidy(() => {
      const target = measured(y);
      const found = signals('x', x, target.shape[0]);
      const gap = sub(matMul(found, matrix(), false, true), target);
      return add(mul(sum(square(gap), -1), 0.5), of(found));
    });
  return {
    name: fn,
    layers,
    safeStep: 1 / top,
    init: () => ({ steps: tensor1d(new Float32Array(layers).fill(1 / top)) }),
    apply: ({ steps }, y, { layers: until = layers, start } = {}) =>
      tidy(() => {
        const alphas = asTensor(fn, 'params.steps', steps);
        checkShape(fn, 'params.steps', alphas.shape, [layers]);
        checkInteger(fn, 'options.layers', until, 1);
        if (until > layers) fail('range', fn, 'options.layers', `must be at most ${layers}, got ${until}`);
        const target = measured(y);
        let x: Tensor2D = start === undefined ? zeros([target.shape[0], a.cols]) : signals('options.start', start, target.shape[0]);
        const slope = slopes(target);
        // tfjs has no gradient of what unstacks to one.
        const each = layers === 1 ? [reshape(alphas, [])] : unstack(alphas);
        for (const alpha of each.slice(0, until)) {
          const before = x;
          x = tidy(() => threshold(sub(before, mul(slope(before), alpha)), alpha) as Tensor2D);
        }
        return x;
      }),
    objective: total(penalty),
    trainable: total(smooth),
  };
}

/** Soft thresholding, by a threshold that is learned: one node of the tape a layer in place of seven. */
const shrunk = (u: Tensor, least: Tensor): Tensor =>
  differentiable(
    { u, least },
    (inputs) => sub(inputs.u, minimum(maximum(inputs.u, neg(inputs.least)), inputs.least)),
    (inputs, upstream) => {
      const passed = mul(upstream, cast(greater(abs(inputs.u), inputs.least), 'float32'));
      return { u: passed, least: () => neg(sum(mul(passed, sign(inputs.u)))) };
    },
  );

/** Options of {@link unfoldedIsta}. */
export interface UnfoldedIstaOptions {
  /** λ, > 0: what a unit of |x| costs. */
  lambda: number;
  /** T, how many layers, >= 1. */
  layers: number;
}

/**
 * ISTA, unfolded: soft thresholding after each gradient step, for the lasso.
 *
 * $$ x \leftarrow \operatorname{soft}\big(x - \alpha_t A^\top (A x - y),\ \lambda \alpha_t\big), \qquad \text{for } \min_x \tfrac12 \lVert y - A x \rVert^2 + \lambda \lVert x \rVert_1 $$
 *
 * @param a A, M x N: how signals are measured.
 * @returns the solver.
 * @throws SurrogateError `range`, `shape`, `dtype`; by `apply` and the objectives for their tensors.
 * @see Nagahisa, Hayakawa, Iiguni: Comparison between Supervised and Unsupervised Learning in Deep Unfolded Sparse Signal Recovery, 2025. arXiv:2509.01331
 * @see Daubechies, Defrise, De Mol: An Iterative Thresholding Algorithm for Linear Inverse Problems, 2003. arXiv:math/0307152
 * @example
 * import { identityMatrix } from '@surrogate/core/host';
 * import { unfoldedIsta } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const solver = unfoldedIsta(identityMatrix(2), { lambda: 0.2, layers: 1 });
 * await solver.apply({ steps: tensor([0.5]) }, [[1, 0.05]]).data(); // [0.4, 0]
 */
export function unfoldedIsta(a: Matrix, { lambda, layers }: UnfoldedIstaOptions): UnfoldedSolver {
  checkAbove('unfoldedIsta', 'lambda', lambda, 0);
  const price: Penalty = (x) => mul(sum(abs(x), -1), lambda);
  return unfold({
    fn: 'unfoldedIsta',
    a,
    layers,
    threshold: (u, alpha) => shrunk(u, mul(alpha, lambda)),
    penalty: price,
    smooth: price,
  });
}

/** Options of {@link unfoldedIht}. */
export interface UnfoldedIhtOptions {
  /** λ, > 0: what a number that is not 0 costs. */
  lambda: number;
  /** T, how many layers, >= 1. */
  layers: number;
  /** Keep so many numbers a signal, in place of those above the threshold, 1 to N. Default by the threshold. */
  keep?: number | undefined;
  /** s, > 0: numbers that are small against it cost little where the objective is trained on. Default 0.1. */
  smoothing?: number | undefined;
}

/**
 * IHT, unfolded: hard thresholding after each gradient step, for as few numbers beside 0 as possible.
 *
 * $$ x \leftarrow \operatorname{hard}\big(x - \alpha_t A^\top (A x - y),\ \sqrt{2 \lambda \alpha_t}\big), \qquad \text{for } \min_x \tfrac12 \lVert y - A x \rVert^2 + \lambda \lVert x \rVert_0 $$
 *
 * A count has no gradient, so `trainable` puts $\lambda \sum (1 - e^{-x^2 / 2 s^2})$ in its place; what the authors do is not known. Which numbers are kept is a constant to gradients.
 *
 * @param a A, M x N: how signals are measured.
 * @returns the solver.
 * @throws SurrogateError `range`, `shape`, `dtype`; by `apply` and the objectives for their tensors.
 * @see Nagahisa, Hayakawa, Iiguni: Comparison between Supervised and Unsupervised Learning in Deep Unfolded Sparse Signal Recovery, 2025. arXiv:2509.01331
 * @see Blumensath, Davies: Iterative Thresholding for Sparse Approximations, 2008.
 * @example
 * import { identityMatrix } from '@surrogate/core/host';
 * import { unfoldedIht } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const solver = unfoldedIht(identityMatrix(2), { lambda: 0.2, layers: 1 });
 * await solver.apply({ steps: tensor([0.5]) }, [[1, 0.05]]).data(); // [0.5, 0]
 */
export function unfoldedIht(a: Matrix, { lambda, layers, keep, smoothing = 0.1 }: UnfoldedIhtOptions): UnfoldedSolver {
  const fn = 'unfoldedIht';
  checkAbove(fn, 'lambda', lambda, 0);
  checkAbove(fn, 'smoothing', smoothing, 0);
  checkMatrix(fn, 'a', a);
  if (keep !== undefined) {
    checkInteger(fn, 'keep', keep, 1);
    checkAtLeast(fn, 'a.cols - keep', a.cols - keep, 0);
  }
  const kept = (u: Tensor, alpha: Tensor): Tensor =>
    keep === undefined
      ? greater(abs(u), safeSqrt(mul(alpha, 2 * lambda)))
      : greaterEqual(abs(u), slice(topK(abs(u), keep).values, [0, keep - 1], [-1, 1]));
  return unfold({
    fn,
    a,
    layers,
    threshold: (u, alpha) =>
      mul(
        u,
        noGrad(() => cast(kept(u, alpha), 'float32')),
      ),
    penalty: (x) => mul(sum(cast(notEqual(x, 0), 'float32'), -1), lambda),
    smooth: (x) => mul(sum(neg(expm1(mul(square(x), -1 / (2 * smoothing ** 2)))), -1), lambda),
  });
}
