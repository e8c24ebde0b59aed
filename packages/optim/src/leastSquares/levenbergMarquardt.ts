/** @file Sums of squares of small models, by Gauss and Newton with Levenberg's and Marquardt's damping. */
import { add, concat, eye, reshape, slice, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAtLeast,
  checkAbove,
  checkInteger,
  disposeTree,
  fail,
  jvp,
  noGrad,
  treeClone,
  treeFlatten,
  treeUnflatten,
  treeZip,
  type TensorTree,
} from '@surrogate/core';
import { leastSquares, type Matrix } from '@surrogate/core/host';
import { checkFunction, dot } from '../host/vectors.js';

/** What {@link levenbergMarquardt} tells after each step. */
export interface LeastSquaresProgress {
  /** How many steps have been tried. */
  readonly step: number;
  /** Half the sum of squares. */
  readonly loss: number;
  /** λ for the next step. */
  readonly damping: number;
}

/** Options of {@link levenbergMarquardt}. */
export interface LevenbergMarquardtOptions {
  /** λ at the first step, >= 0. At 0 it begins as the method of Gauss and Newton, and damps where a step fails. Default 1e-3. */
  damping?: number | undefined;
  /** How many steps at most, those that were refused among them, >= 0. Default 100. */
  steps?: number | undefined;
  /** Stops when no entry of Jᵀr is larger, > 0. Default 1e-6. */
  gradientTolerance?: number | undefined;
  /** Stops when a step lowers the loss by less, relative to it, >= 0. Default 1e-7. */
  lossTolerance?: number | undefined;
  /** Called after each step. */
  onStep?: ((progress: LeastSquaresProgress) => void) | undefined;
  /** Stops after the current step when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** Where {@link levenbergMarquardt} ended. */
export interface LeastSquaresResult<P> {
  /** The best parameters; they are the caller's. */
  readonly params: P;
  /** Half the sum of squares there. */
  readonly loss: number;
  /** How many steps that took, those that were refused among them. */
  readonly steps: number;
  /** Whether a tolerance was met, or no damping found anything lower. */
  readonly converged: boolean;
}

const doubles = async (x: Tensor): Promise<Float64Array> => Float64Array.from(await x.data<'float32'>().finally(() => x.dispose()));

/** The step of damped normal equations, as a least-squares problem of its own, which does not square the condition. */
function dampedStep(columns: Matrix, r: Float64Array, damping: number): Float64Array {
  const { rows: p, cols: m, data } = columns;
  const sizes = Float64Array.from({ length: p }, (_, j) => {
    const column = data.subarray(j * m, (j + 1) * m);
    return Math.sqrt(dot(column, column));
  });
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  const a = { rows: m + p, cols: p, data: new Float64Array((m + p) * p) };
  for (let j = 0; j < p; j++) {
    for (let i = 0; i < m; i++) a.data[i * p + j] = data[j * m + i]!;
    // What no residual depends on keeps still.
    a.data[(m + j) * p + j] = Math.sqrt(damping) * Math.max(sizes[j]!, 1e-6 * largest);
  }
  const b = new Float64Array(m + p);
  r.forEach((value, i) => (b[i] = -value));
  return leastSquares(a, b).x;
}

/**
 * Minimises a sum of squares of a small model: curve fits, calibration, a few dozen parameters.
 *
 * $$ \min_\theta \tfrac12 \lVert r(\theta) \rVert^2, \qquad d = -(J^\top J + \lambda \operatorname{diag}(J^\top J))^{-1} J^\top r $$
 *
 * J is taken by one product a parameter; the step is solved on the host, in doubles. λ follows how well the linear model foretold the loss (Nielsen's rule).
 *
 * @param residuals r, a float32 tensor of the parameters, of any shape; made of ops that are twice differentiable.
 * @param params where to start; they stay the caller's.
 * @param options when it stops.
 * @returns a promise of new parameters, half the sum of squares there, and how it went.
 * @throws SurrogateError `range`, `dtype`, `shape` where there are no parameters.
 * @see Marquardt: An Algorithm for Least-Squares Estimation of Nonlinear Parameters, 1963; Madsen, Nielsen, Tingleff: Methods for Non-Linear Least Squares Problems, 2004
 * @example
 * import { levenbergMarquardt } from '@surrogate/optim';
 * import { exp } from '@surrogate/core';
 * import { mul, sub, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const residuals = ({ a, b }: { a: Tensor; b: Tensor }) => sub(mul(a, exp(mul(b, [0, 1, 2]))), [4, 2, 1]);
 * const { params } = await levenbergMarquardt(residuals, { a: tensor(1), b: tensor(0) });
 * await params.b.data(); // [-0.693147]
 */
export async function levenbergMarquardt<P extends TensorTree<P>>(
  residuals: (params: P) => Tensor,
  params: P,
  options: LevenbergMarquardtOptions = {},
): Promise<LeastSquaresResult<P>> {
  const fn = 'levenbergMarquardt';
  const { damping = 1e-3, steps = 100, gradientTolerance = 1e-6, lossTolerance = 1e-7, onStep, signal } = options;
  checkFunction(fn, 'residuals', residuals);
  checkAtLeast(fn, 'damping', damping, 0);
  checkInteger(fn, 'steps', steps);
  checkAbove(fn, 'gradientTolerance', gradientTolerance, 0);
  checkAtLeast(fn, 'lossTolerance', lossTolerance, 0);
  const flat = treeFlatten(params);
  const { size } = flat;
  flat.dispose();
  if (size === 0) fail('shape', fn, 'params', 'must hold numbers, got none');
  const along = jvp<P, []>((at) => reshape(residuals(at), [-1]));
  const valueAt = (at: P) => doubles(noGrad(() => tidy(() => reshape(residuals(at), [-1]))));
  const columnsAt = async (at: P): Promise<Matrix> => {
    const jacobian = tidy(() => {
      const units = eye(size);
      const unit = (j: number) => treeUnflatten(reshape(slice(units, [j, 0], [1, size]), [size]), at);
      return concat(Array.from({ length: size }, (_, j) => along(at, unit(j)).tangent));
    });
    const cols = jacobian.size / size;
    return { rows: size, cols, data: await doubles(jacobian) };
  };
  /** The parameters moved by host numbers. */
  const moved = (from: P, by: Float64Array): P =>
    tidy(() => treeZip(from, treeUnflatten(tensor1d(Float32Array.from(by)), from), (x, d) => add(x, d)) as never);
  const product = ({ rows, cols, data }: Matrix, r: Float64Array) =>
    Float64Array.from({ length: rows }, (_, j) => dot(data.subarray(j * cols, (j + 1) * cols), r));

  let place: P = treeClone(params);
  let [lambda, growth, taken, refused] = [damping, 2, 0, 0];
  try {
    let r = await valueAt(place);
    let columns = await columnsAt(place);
    let slope = product(columns, r);
    let loss = dot(r, r) / 2;
    const flatEnough = () => slope.every((entry) => Math.abs(entry) <= gradientTolerance);
    let converged = flatEnough();
    while (!converged && taken < steps && signal?.aborted !== true) {
      const d = dampedStep(columns, r, lambda);
      const candidate = moved(place, d);
      taken++;
      let reached: Float64Array;
      try {
        reached = await valueAt(candidate);
      } catch (error) {
        disposeTree(candidate);
        throw error;
      }
      const lower = dot(reached, reached) / 2;
      const image = bent(columns, d);
      const foretold = -dot(d, slope) - dot(image, image) / 2;
      const gain = loss - lower;
      if (gain > 0) {
        disposeTree(place);
        place = candidate;
        r = reached;
        columns = await columnsAt(place);
        slope = product(columns, r);
        lambda *= Math.max(1 / 3, 1 - (2 * Math.min(1, gain / foretold) - 1) ** 3);
        [growth, refused] = [2, 0];
        converged = flatEnough() || gain <= lossTolerance * loss;
        loss = lower;
      } else {
        disposeTree(candidate);
        lambda = Math.max(lambda * growth, 1e-8);
        [growth, refused] = [2 * growth, refused + 1];
        converged = refused === 12;
      }
      onStep?.({ step: taken, loss, damping: lambda });
    }
    return { params: place, loss, steps: taken, converged };
  } catch (error) {
    disposeTree(place);
    throw error;
  }
}

/** J d. */
function bent({ rows, cols, data }: Matrix, d: Float64Array): Float64Array {
  const image = new Float64Array(cols);
  for (let j = 0; j < rows; j++) for (let i = 0; i < cols; i++) image[i]! += d[j]! * data[j * cols + i]!;
  return image;
}
