/** @file Explanation consistency (2024): a model should find important what is known to be important. */
import { asTensor, checkAbove, checkOneOf, checkRank, checkShape, fail, safeAbs, xLogY, type TensorLike } from '@surrogate/core';
import { add, concat, div, grad, mean, mul, reshape, stack, sub, sum, tidy, unstack, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link importanceDistribution}. */
export interface ImportanceOptions {
  /** Added to each importance, > 0, so that none is 0. Default 1e-8. */
  eps?: number | undefined;
}

/** Options of {@link explanationConsistencyLoss}. */
export interface ExplanationConsistencyOptions extends ImportanceOptions {
  /** Which divergence: of the prior from the model's importances, or the other way round. Default prior||model. */
  direction?: 'prior||model' | 'model||prior' | undefined;
}

/** Options of {@link occlusionAttributions}. */
export interface OcclusionOptions {
  /** float32 `[D]`: what hidden features are replaced by. Default their mean over the batch. */
  baseline?: TensorLike | undefined;
}

/** A model of rows `[B, D]`, with one output each, `[B]`. */
export type RowModel = (x: Tensor) => Tensor;

function attributed(fn: string, attributions: TensorLike): Tensor {
  const phi = asTensor(fn, 'attributions', attributions);
  checkRank(fn, 'attributions', phi.shape, 2);
  if (phi.size === 0) fail('shape', fn, 'attributions', `must not be empty, got shape [${phi.shape.join(', ')}]`);
  return phi;
}

const importances = (phi: Tensor, eps: number): Tensor => {
  const sizes = add(mean(safeAbs(phi), 0), eps);
  return div(sizes, sum(sizes));
};

/**
 * How important features are to a model, as a distribution.
 *
 * $$ a_j = \frac{\operatorname{mean}_i |\phi_{ij}| + \varepsilon}{\sum_k \operatorname{mean}_i |\phi_{ik}| + \varepsilon} $$
 *
 * @param attributions float32 `[B, D]`: what each feature adds to the output of each row.
 * @param options ε.
 * @returns float32 `[D]`, which sums to 1.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @example
 * import { importanceDistribution } from '@surrogate/losses';
 * await importanceDistribution([[1, -0.5, 0.1], [-2, 0.3, 0.1]]).data(); // [0.75, 0.2, 0.05]
 */
export function importanceDistribution(attributions: TensorLike, options: ImportanceOptions = {}): Tensor {
  const fn = 'importanceDistribution';
  const { eps = 1e-8 } = options;
  checkAbove(fn, 'eps', eps, 0);
  return tidy(() => importances(attributed(fn, attributions), eps));
}

/**
 * Explanation consistency loss: the divergence between what is known to be important and what the model finds so; add it to the loss of the task.
 *
 * $$ L = \operatorname{KL}(\pi \Vert a) = \sum_j \pi_j (\log \pi_j - \log a_j) $$
 *
 * The gradient flows through the attributions. The direction and the attributions of the paper could not be confirmed; both directions are here, and any attributions will do.
 *
 * @param attributions float32 `[B, D]`, from {@link occlusionAttributions} or {@link gradientAttributions}.
 * @param prior float32 `[D]`: a distribution, such as the mean of the importances of models that were trained before; a constant.
 * @param options the direction and ε.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Wu, Li, Tao, Xing, Yuan: Primary and Secondary Factor Consistency as Domain Knowledge to Guide Happiness Computing in Online Assessment, 2024. arXiv:2402.12398
 * @example
 * import { explanationConsistencyLoss } from '@surrogate/losses';
 * (await explanationConsistencyLoss([[1, -0.5, 0.1], [-2, 0.3, 0.1]], [0.6, 0.3, 0.1]).data())[0]; // 0.057068
 */
export function explanationConsistencyLoss(
  attributions: TensorLike,
  prior: TensorLike,
  options: ExplanationConsistencyOptions = {},
): Tensor {
  const fn = 'explanationConsistencyLoss';
  const { direction = 'prior||model', eps = 1e-8 } = options;
  checkOneOf(fn, 'direction', direction, ['prior||model', 'model||prior']);
  checkAbove(fn, 'eps', eps, 0);
  return tidy(() => {
    const a = importances(attributed(fn, attributions), eps);
    const pi = asTensor(fn, 'prior', prior);
    checkShape(fn, 'prior', pi.shape, a.shape);
    const [p, q] = direction === 'prior||model' ? [pi, a] : [a, pi];
    return sum(sub(xLogY(p, p), xLogY(p, q)));
  });
}

/** The model's outputs for the rows. */
function outputs(fn: string, f: RowModel, x: Tensor): Tensor {
  const out = f(x);
  if (out.size !== x.shape[0]) fail('shape', fn, 'f', `must give one output a row, got shape [${out.shape.join(', ')}]`);
  return reshape(out, [x.shape[0]]);
}

function rowsOf(fn: string, f: RowModel, x: TensorLike): Tensor {
  if (typeof f !== 'function') fail('dtype', fn, 'f', `must be a function of rows, got ${typeof f}`);
  const rows = asTensor(fn, 'x', x);
  checkRank(fn, 'x', rows.shape, 2);
  if (rows.size === 0) fail('shape', fn, 'x', `must not be empty, got shape [${rows.shape.join(', ')}]`);
  return rows;
}

/**
 * What each feature adds to a model's output: how much the output falls when the feature is hidden. It needs first derivatives only when it is trained through.
 *
 * $$ \phi_{ij} = f(x_i) - f(x_i \text{ with feature } j \text{ replaced}) $$
 *
 * @param f the model, of `[B, D]`; it is asked once about all rows in all forms.
 * @param x float32 `[B, D]`.
 * @param options what stands for hidden features.
 * @returns float32 `[B, D]`.
 * @throws SurrogateError `shape`, `dtype`.
 * @example
 * import { occlusionAttributions } from '@surrogate/losses';
 * import { sum } from '@tensorflow/tfjs-core';
 * await occlusionAttributions((x) => sum(x, 1), [[1, 4], [3, 2]]).data(); // [-1, 1, 1, -1]
 */
export function occlusionAttributions(f: RowModel, x: TensorLike, options: OcclusionOptions = {}): Tensor {
  const fn = 'occlusionAttributions';
  return tidy(() => {
    const rows = rowsOf(fn, f, x);
    const [count, width] = rows.shape as [number, number];
    const baseline = options.baseline === undefined ? mean(rows, 0) : asTensor(fn, 'baseline', options.baseline);
    checkShape(fn, 'baseline', baseline.shape, [width]);
    const forms = Array.from({ length: width }, (_, j) => {
      const hidden = Array.from({ length: width }, (_unused, d) => (d === j ? 1 : 0));
      return add(rows, mul(hidden, sub(baseline, rows)));
    });
    const all = outputs(fn, f, concat([rows, ...forms], 0));
    const table = reshape(all, [width + 1, count]);
    const [plain, ...changed] = unstack(table);
    return stack(
      changed.map((out) => sub(plain!, out)),
      1,
    );
  });
}

/**
 * What each feature adds to a model's output, to first order: the gradient times how far the feature is from its mean.
 *
 * $$ \phi_{ij} = (x_{ij} - \bar x_j) \frac{\partial f}{\partial x_{ij}} $$
 *
 * Training through it takes second derivatives: build the model of core's functions.
 *
 * @param f the model, of `[B, D]`; rows must not look at each other.
 * @param x float32 `[B, D]`.
 * @returns float32 `[B, D]`.
 * @throws SurrogateError `shape`, `dtype`.
 * @example
 * import { gradientAttributions } from '@surrogate/losses';
 * import { mul, sum } from '@tensorflow/tfjs-core';
 * await gradientAttributions((x) => sum(mul(x, [2, 0]), 1), [[1, 4], [3, 2]]).data(); // [-2, 0, 2, 0]
 */
export function gradientAttributions(f: RowModel, x: TensorLike): Tensor {
  const fn = 'gradientAttributions';
  return tidy(() => {
    const rows = rowsOf(fn, f, x);
    const slope = grad((inputs: Tensor) => sum(outputs(fn, f, inputs)))(rows);
    return mul(sub(rows, mean(rows, 0, true)), slope);
  });
}
