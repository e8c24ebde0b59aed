/** @file Fits local explanations, and says how well one holds in the neighbourhood of another. */
import { asTensor, checkRank, checkShape, fail, grad, onHost, type TensorLike } from '@surrogate/core';
import { leastSquares } from '@surrogate/core/host';
import { sum, tensor, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checkRecord.js';
import type { LocalNeighborhood, PerturbationOperator, Perturbations } from './neighborhood.js';

/** A model of rows: `[m, d]` to `[m]`, each row on its own. */
export type RowModel = (x: Tensor2D) => Tensor;

/** A linear model of perturbations, g(ξ) = ⟨w, ξ⟩ + b. */
export interface LocalExplanation {
  /** w: d. */
  readonly weights: Float64Array;
  /** b. */
  readonly bias: number;
  /** How the perturbations act. */
  readonly operator: PerturbationOperator;
}

/** What {@link chooseExplanation} finds. */
export interface ExplanationChoice {
  /** The place of the best candidate. */
  readonly best: number;
  /** The mean squared error of each candidate. */
  readonly errors: readonly number[];
}

/** @internal Refuses what is no neighbourhood. */
function checkNeighborhood(fn: string, argument: string, value: LocalNeighborhood): void {
  checkRecord(fn, argument, value, 'a neighbourhood, such as `occlusion()`');
  if (typeof value.sample !== 'function') fail('dtype', fn, argument, `must be a neighbourhood, got sample: ${typeof value.sample}`);
}

/** @internal The numbers of an input; a model that is none is refused. */
async function inputOf(fn: string, f: RowModel, x: TensorLike): Promise<Float64Array> {
  if (typeof f !== 'function') fail('dtype', fn, 'f', `must be a function, got ${f === null ? 'null' : typeof f}`);
  const { input } = await onHost(() => {
    const input = asTensor(fn, 'x', x);
    checkRank(fn, 'x', input.shape, 1);
    return { input };
  });
  if (input.data.length === 0) fail('shape', fn, 'x', 'must have a coordinate, got none');
  const odd = input.data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) fail('range', fn, 'x', `must be finite, got ${input.data[odd]} at [${odd}]`);
  return Float64Array.from(input.data);
}

function outputsOf(fn: string, f: RowModel, rows: Tensor2D): Tensor {
  const out = f(rows);
  checkShape(fn, 'f', out.shape, [rows.shape[0]]);
  return out;
}

/** @internal What a model says of rows of doubles. */
export async function valuesAt(fn: string, f: RowModel, points: Float64Array, width: number): Promise<Float64Array> {
  const { values } = await onHost(() => ({
    values: outputsOf(fn, f, tensor(Float32Array.from(points), [points.length / width, width])),
  }));
  return Float64Array.from(values.data);
}

/** The gradient of f at each of many points. */
async function gradientsAt(fn: string, f: RowModel, points: Float64Array, width: number): Promise<Float64Array> {
  const { slopes } = await onHost(() => {
    const at = { rows: tensor(Float32Array.from(points), [points.length / width, width]) };
    // Rows do not see each other, so that the gradient of the sum holds them all.
    return { slopes: grad(({ rows }: { rows: Tensor }) => tidy(() => sum(outputsOf(fn, f, rows as Tensor2D))))(at).rows };
  });
  return Float64Array.from(slopes.data);
}

const perturbed = (x: Float64Array, { xi }: Perturbations, { apply }: PerturbationOperator) =>
  xi.data.map((value, i) => apply(x[i % xi.cols]!, value));

/** Least squares by weights; without a bias the model is through the neutral perturbation, where f is `center`. */
function fitValues(values: Float64Array, { xi, weights }: Perturbations, operator: PerturbationOperator, center: number | undefined) {
  const { rows, cols: d } = xi;
  const cols = center === undefined ? d + 1 : d;
  const data = new Float64Array(rows * cols);
  const target = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const root = Math.sqrt(weights[i]!);
    // Around the neutral perturbation, so that both kinds of models read alike.
    for (let j = 0; j < d; j++) data[i * cols + j] = root * (xi.data[i * d + j]! - operator.neutral);
    if (center === undefined) data[i * cols + d] = root;
    target[i] = root * (values[i]! - (center ?? 0));
  }
  const { x: found } = leastSquares({ rows, cols, data }, target);
  return { slope: found.slice(0, d), center: center ?? found[d]! };
}

/** The mean of gradients by ξ. */
function fitGradients(x: Float64Array, gradients: Float64Array, { weights }: Perturbations, operator: PerturbationOperator): Float64Array {
  const slope = new Float64Array(x.length);
  const count = weights.reduce((a, b) => a + b, 0);
  gradients.forEach(
    (g, i) => (slope[i % x.length]! += (weights[Math.floor(i / x.length)]! / count) * g * operator.slope(x[i % x.length]!)),
  );
  return slope;
}

async function explain(fn: string, f: RowModel, x: Float64Array, neighborhood: LocalNeighborhood): Promise<LocalExplanation> {
  const { operator, match, anchored } = neighborhood;
  const drawn = neighborhood.sample(x);
  const points = perturbed(x, drawn, operator);
  const center = anchored || match === 'gradients' ? (await valuesAt(fn, f, x, x.length))[0]! : undefined;
  const fitted =
    match === 'gradients'
      ? { slope: fitGradients(x, await gradientsAt(fn, f, points, x.length), drawn, operator), center: center! }
      : fitValues(await valuesAt(fn, f, points, x.length), drawn, operator, center);
  const { slope } = fitted;
  return { weights: slope, bias: fitted.center - operator.neutral * slope.reduce((a, b) => a + b, 0), operator };
}

/**
 * Explains what a model says of one input by the linear function that is closest to the model in a neighbourhood.
 *
 * $$ \min_{w, b}\ \mathbb{E}_{\xi}\, \ell(f, \langle w, \cdot \rangle + b, x, \xi) $$
 *
 * `lime`, `kernelShap`, `occlusion`, `cLime`, `smoothGrad`, `vanillaGradient`, `gradientTimesInput` and `integratedGradients` make the neighbourhoods that have names; any
 * record of the same form is one. The model runs on tensors, the fit in doubles on the host: weighted least squares, or the mean of gradients, no descent.
 *
 * @param f the model: float32 `[m, d]` to `[m]`, each row on its own; with several outputs, the one that is to be explained.
 * @param x float32 `[d]`.
 * @param neighborhood which perturbations count, and what has to match there.
 * @returns weights, one a coordinate, and the bias.
 * @throws SurrogateError `shape`, `range` for an input that is not finite, `dtype`, `disposed`.
 * @see Han, Srinivas, Lakkaraju: Which Explanation Should I Choose? A Function Approximation Perspective to Characterizing Post Hoc Explanations, 2022. arXiv:2206.01254
 * @example
 * import { explainLocal, vanillaGradient } from '@surrogate/diagnostics';
 * import { square, sum } from '@tensorflow/tfjs-core';
 * const { weights, bias } = await explainLocal((x) => sum(square(x), 1), [1, 3], vanillaGradient());
 * weights; // [2, 6]
 * bias; // 10
 */
export async function explainLocal(f: RowModel, x: TensorLike, neighborhood: LocalNeighborhood): Promise<LocalExplanation> {
  const fn = 'explainLocal';
  checkNeighborhood(fn, 'neighborhood', neighborhood);
  return explain(fn, f, await inputOf(fn, f, x), neighborhood);
}

/** The mean squared difference of an explanation from f at points. */
function errorAt(x: Float64Array, points: Float64Array, values: Float64Array, weights: Float64Array, explanation: LocalExplanation) {
  const { operator, bias } = explanation;
  const d = x.length;
  let [error, count] = [0, 0];
  values.forEach((value, i) => {
    let said = bias;
    for (let j = 0; j < d; j++) said += explanation.weights[j]! * operator.invert(x[j]!, points[i * d + j]!);
    error += weights[i]! * (value - said) ** 2;
    count += weights[i]!;
  });
  return error / count;
}

/**
 * How far an explanation is from the model in a neighbourhood, which need not be its own: no explanation is close in all.
 *
 * $$ \mathbb{E}_{\xi} \big( f(x \circ \xi) - g(x \circ \xi) \big)^2 $$
 *
 * @param f the model: float32 `[m, d]` to `[m]`, each row on its own.
 * @param x float32 `[d]`, the input that was explained.
 * @param explanation what `explainLocal` gave.
 * @param neighborhood where it is judged; its perturbations and weights count, not what it matches.
 * @returns the mean squared error, >= 0.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Han, Srinivas, Lakkaraju: Which Explanation Should I Choose?, 2022. arXiv:2206.01254
 * @example
 * import { explainLocal, localFaithfulness, occlusion, vanillaGradient } from '@surrogate/diagnostics';
 * import { square, sum } from '@tensorflow/tfjs-core';
 * const squares = (x) => sum(square(x), 1);
 * await localFaithfulness(squares, [1, 3], await explainLocal(squares, [1, 3], occlusion()), occlusion()); // 0
 * await localFaithfulness(squares, [1, 3], await explainLocal(squares, [1, 3], vanillaGradient()), occlusion()); // 41
 */
export async function localFaithfulness(
  f: RowModel,
  x: TensorLike,
  explanation: LocalExplanation,
  neighborhood: LocalNeighborhood,
): Promise<number> {
  const fn = 'localFaithfulness';
  checkNeighborhood(fn, 'neighborhood', neighborhood);
  checkRecord(fn, 'explanation', explanation, 'what explainLocal gave');
  const input = await inputOf(fn, f, x);
  if (explanation.weights.length !== input.length)
    fail('shape', fn, 'explanation', `must have the ${input.length} coordinates of x, got ${explanation.weights.length}`);
  const drawn = neighborhood.sample(input);
  const points = perturbed(input, drawn, neighborhood.operator);
  return errorAt(input, points, await valuesAt(fn, f, points, input.length), drawn.weights, explanation);
}

/**
 * Chooses among explanations by the neighbourhood that one cares about: the one that is closest to the model there.
 *
 * @param f the model: float32 `[m, d]` to `[m]`, each row on its own.
 * @param x float32 `[d]`.
 * @param candidates the neighbourhoods of the explanations, at least one.
 * @param neighborhood what one cares about, such as small noise, or absent coordinates; all candidates are held to the same perturbations.
 * @returns the place of the best, and all errors.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Han, Srinivas, Lakkaraju: Which Explanation Should I Choose?, 2022. arXiv:2206.01254
 * @example
 * import { chooseExplanation, occlusion, vanillaGradient } from '@surrogate/diagnostics';
 * import { square, sum } from '@tensorflow/tfjs-core';
 * (await chooseExplanation((x) => sum(square(x), 1), [1, 3], [vanillaGradient(), occlusion()], occlusion())).best; // 1
 */
export async function chooseExplanation(
  f: RowModel,
  x: TensorLike,
  candidates: readonly LocalNeighborhood[],
  neighborhood: LocalNeighborhood,
): Promise<ExplanationChoice> {
  const fn = 'chooseExplanation';
  checkNeighborhood(fn, 'neighborhood', neighborhood);
  if (!Array.isArray(candidates) || candidates.length === 0)
    fail(
      'shape',
      fn,
      'candidates',
      `must be a list of neighbourhoods, at least one, got ${Array.isArray(candidates) ? 'none' : typeof candidates}`,
    );
  candidates.forEach((candidate, i) => checkNeighborhood(fn, `candidates[${i}]`, candidate));
  const input = await inputOf(fn, f, x);
  const drawn = neighborhood.sample(input);
  const points = perturbed(input, drawn, neighborhood.operator);
  const values = await valuesAt(fn, f, points, input.length);
  const errors: number[] = [];
  for (const candidate of candidates) errors.push(errorAt(input, points, values, drawn.weights, await explain(fn, f, input, candidate)));
  return { best: errors.indexOf(Math.min(...errors)), errors };
}
