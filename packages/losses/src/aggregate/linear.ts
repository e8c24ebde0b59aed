/** @file Linear models from aggregate responses in closed form, and responses that keep each label private; on the host. */
import { checkAbove, checkAtLeast, checkBetween, checkRng, checkShape, fail, type Rng } from '@surrogate/core';
import { cholesky, choleskySolve, matrixFromRows, sampleLaplace } from '@surrogate/core/host';

/** Options of {@link fitAggregateLinear}. */
export interface AggregateFitOptions {
  /** From the loss of the bags' means (0) to that of the single predictions (1), in [0, 1]. Default 0.1. */
  rho?: number | undefined;
  /** Added to the diagonal of the normal equations, >= 0. Default 0. */
  ridge?: number | undefined;
}

/** The members of each bag; every bag must have one. */
function membersOf(fn: string, bags: ArrayLike<number>, count: number): number[][] {
  const members = Array.from({ length: count }, (): number[] => []);
  Array.from(bags).forEach((bag, i) => {
    if (!Number.isInteger(bag) || bag < 0 || bag >= count) fail('range', fn, 'bags', `must be in [0, ${count}), got ${bag} at [${i}]`);
    members[bag]!.push(i);
  });
  const empty = members.findIndex((bag) => bag.length === 0);
  if (empty >= 0) fail('range', fn, 'bags', `must name each of ${count} bags, got none of bag ${empty}`);
  return members;
}

/**
 * The linear model that minimises the interpolated aggregate loss of squared errors.
 *
 * $$ \hat\theta = \left( (1 - \rho)\, \bar X^\top D \bar X + \tfrac{\rho}{N} X^\top X + \lambda I \right)^{-1} \bar X^\top D\, \bar y, \qquad \bar X = \text{means of the bags},\quad D = \operatorname{diag}(k_a / N) $$
 *
 * @param rows the examples, N rows of d.
 * @param bags the bag of each example, in [0, M).
 * @param responses the mean response of each bag, `[M]`.
 * @param options ρ and λ.
 * @returns θ, float64 `[d]`.
 * @throws SurrogateError `shape` when there are not as many bags as examples, or none, `range` for a bag outside [0, M), a bag without examples, or options out of range, `convergence` when the equations are singular.
 * @see Javanmard, Chen, Mirrokni, Badanidiyuru, Fu: Learning from Aggregate Responses: Instance Level versus Bag Level Loss Functions, 2024. arXiv:2401.11081
 * @example
 * import { fitAggregateLinear } from '@surrogate/losses';
 * [...fitAggregateLinear([[1, 0], [0, 1], [1, 1], [2, -1]], [0, 0, 1, 1], [1.5, 1.5], { rho: 0 })]; // [1, 2]
 */
export function fitAggregateLinear(
  rows: readonly ArrayLike<number>[],
  bags: ArrayLike<number>,
  responses: ArrayLike<number>,
  options: AggregateFitOptions = {},
): Float64Array {
  const fn = 'fitAggregateLinear';
  const { rho = 0.1, ridge = 0 } = options;
  checkBetween(fn, 'rho', rho, 0, 1, true);
  checkAtLeast(fn, 'ridge', ridge, 0);
  const [n, d] = [rows.length, rows[0]?.length ?? 0];
  if (d === 0) fail('shape', fn, 'rows', 'must be one row or more of one number or more, got none');
  checkShape(fn, 'bags', [bags.length], [n]);
  rows.forEach((row) => checkShape(fn, 'rows', [row.length], [d]));
  const members = membersOf(fn, bags, responses.length);
  const normal = Array.from({ length: d }, (_, i) => Float64Array.from({ length: d }, (_, j) => (i === j ? ridge : 0)));
  const right = new Float64Array(d);
  const addSquare = (scale: number, x: ArrayLike<number>) => {
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) normal[i]![j]! += scale * x[i]! * x[j]!;
  };
  members.forEach((bag, a) => {
    const mean = Float64Array.from({ length: d }, (_, j) => bag.reduce((sum, i) => sum + rows[i]![j]!, 0) / bag.length);
    const share = bag.length / n;
    addSquare((1 - rho) * share, mean);
    for (let j = 0; j < d; j++) right[j]! += share * mean[j]! * responses[a]!;
  });
  if (rho > 0) rows.forEach((row) => addSquare(rho / n, row));
  return choleskySolve(cholesky(matrixFromRows(normal)), right);
}

/** Options of {@link privatizeResponses}. */
export interface PrivatizeOptions {
  /** The privacy budget, > 0: less is more private. */
  epsilon: number;
  /** Labels are cut off at ± this, > 0. */
  clip: number;
}

/**
 * The mean responses of bags with noise, so that they hardly tell any single label: label differential privacy.
 *
 * $$ \bar y_a = \frac{1}{k_a} \sum_{i \in a} \operatorname{clip}(y_i, \pm C) + \operatorname{Laplace}\left( \frac{2 C}{k_a \varepsilon} \right) $$
 *
 * Another label moves its bag's mean by 2C / k at most, which is what the noise hides.
 *
 * @param labels the label of each example, `[N]`.
 * @param bags the bag of each example, in [0, count).
 * @param count how many bags there are.
 * @param rng what draws.
 * @param options ε and C.
 * @returns float64 `[count]`.
 * @throws SurrogateError `shape` when the labels and the bags differ, `range` for a bag outside [0, count), a bag without examples, or options out of range, `dtype`.
 * @see Javanmard, Chen, Mirrokni, Badanidiyuru, Fu: Learning from Aggregate Responses: Instance Level versus Bag Level Loss Functions, 2024. arXiv:2401.11081
 * @example
 * import { rng } from '@surrogate/core';
 * import { privatizeResponses } from '@surrogate/losses';
 * [...privatizeResponses([1, 3, 9], [0, 0, 1], 2, rng(0), { epsilon: 1e9, clip: 5 })]; // [2, 5]
 */
export function privatizeResponses(
  labels: ArrayLike<number>,
  bags: ArrayLike<number>,
  count: number,
  rng: Rng,
  { epsilon, clip }: PrivatizeOptions,
): Float64Array {
  const fn = 'privatizeResponses';
  checkAbove(fn, 'epsilon', epsilon, 0);
  checkAbove(fn, 'clip', clip, 0);
  checkRng(fn, 'rng', rng);
  checkShape(fn, 'bags', [bags.length], [labels.length]);
  const noiseless = membersOf(fn, bags, count).map((bag) => ({
    mean: bag.reduce((sum, i) => sum + Math.min(Math.max(labels[i]!, -clip), clip), 0) / bag.length,
    scale: (2 * clip) / (bag.length * epsilon),
  }));
  return Float64Array.from(noiseless, ({ mean, scale }) => mean + scale * sampleLaplace(rng));
}
