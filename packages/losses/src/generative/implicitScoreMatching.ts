/** @file Score matching without noise: by the divergence of the score, exactly or along random directions. */
import {
  checkInteger,
  checkOneOf,
  checkRng,
  grad,
  randomRademacher,
  randomNormal,
  type LossOptions,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { add, mul, square, sum, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction } from '../common/checks.js';
import { alongAxis, asExamples, eventSize, rowScope, sumEvent } from '../common/rowScope.js';
import { checkedScores } from './scoreMatching.js';

/** Options of {@link implicitScoreMatchingLoss}. */
export interface ImplicitScoreMatchingOptions extends LossOptions {
  /** Where the data live: anywhere, or among positive numbers, whose density need not vanish at 0. Default real. */
  domain?: 'real' | 'positive' | undefined;
}

/** Options of {@link slicedScoreMatchingLoss}. */
export interface SlicedScoreMatchingOptions extends ImplicitScoreMatchingOptions {
  /** How many directions are drawn, >= 1. Default 1. */
  probes?: number | undefined;
  /** What directions are made of: signs, with the least variance, or normal numbers. Default rademacher. */
  directions?: 'rademacher' | 'normal' | undefined;
}

type Score = (x: Tensor) => Tensor;

/** Σ_j v_j ∂_i s_j(x), of each row by itself: one backward pass, which can be differentiated again. */
const pulledBack = (score: Score, x: Tensor, v: Tensor): Tensor => grad((at: { x: Tensor }) => sum(mul(v, score(at.x))))({ x }).x;

/** The losses of rows, given what estimates the diagonal of the Jacobian. */
function reduced(fn: string, x: Tensor, scores: Tensor, diagonal: Tensor, options: ImplicitScoreMatchingOptions): Tensor {
  return rowScope(fn, { data: x, scores, diagonal }, options, (rows) => {
    const half = mul(0.5, square(rows.scores));
    if (options.domain !== 'positive') return sumEvent(add(half, rows.diagonal));
    const xs = mul(rows.data, rows.scores);
    return sumEvent(add(add(mul(0.5, square(xs)), mul(2, xs)), mul(square(rows.data), rows.diagonal)));
  });
}

function checkDomain(fn: string, { domain = 'real' }: ImplicitScoreMatchingOptions): void {
  checkOneOf(fn, 'domain', domain, ['real', 'positive']);
}

/**
 * Implicit score matching: fits a score to data by how the score itself changes; the density's normaliser never appears.
 *
 * $$ \ell = \tfrac12 \lVert s(x) \rVert^2 + \operatorname{tr} \nabla s(x), \qquad \text{positive: } \sum_i \tfrac12 x_i^2 s_i^2 + 2 x_i s_i + x_i^2\, \partial_i s_i $$
 *
 * The second is Hyvärinen's loss for non-negative data. Each is, up to a constant, half the squared error of the score (of x ⊙ s). The trace takes one backward pass a number of an example.
 *
 * @param score the model: maps float32 `[B, ...]` to scores of that shape, each row by itself; made of ops that are twice differentiable, as this library's are.
 * @param data float32 `[B, ...]`.
 * @param options the domain, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where the model returns another shape, `range`, `dtype`, `disposed`.
 * @see Hyvärinen: Estimation of Non-Normalized Statistical Models by Score Matching, 2005. Hyvärinen: Some extensions of score matching, 2007
 * @example
 * import { implicitScoreMatchingLoss } from '@surrogate/losses';
 * import { neg } from '@tensorflow/tfjs-core';
 * (await implicitScoreMatchingLoss((x) => neg(x), [[1, 2]]).data())[0]; // 0.5
 */
export function implicitScoreMatchingLoss(score: Score, data: TensorLike, options: ImplicitScoreMatchingOptions = {}): Tensor {
  const fn = 'implicitScoreMatchingLoss';
  checkFunction(fn, 'score', score);
  checkDomain(fn, options);
  return tidy(() => {
    const x = asExamples(fn, 'data', data);
    const scores = checkedScores(fn, score(x), x);
    const size = eventSize(x);
    let diagonal: Tensor = zerosLike(x);
    for (let i = 0; i < size && x.size > 0; i++) {
      const axis = alongAxis(x, i);
      diagonal = add(diagonal, mul(axis, pulledBack(score, x, axis)));
    }
    return reduced(fn, x, scores, diagonal, options);
  });
}

/**
 * Sliced score matching: {@link implicitScoreMatchingLoss} with the trace estimated along random directions, for data of many dimensions.
 *
 * $$ \ell = \tfrac12 \lVert s(x) \rVert^2 + \frac1M \sum_m v_m^\top \nabla s(x)\, v_m, \qquad \mathbb{E}[v v^\top] = I $$
 *
 * @param score the model: maps float32 `[B, ...]` to scores of that shape, each row by itself.
 * @param data float32 `[B, ...]`.
 * @param rng draws the directions.
 * @param options how many directions and of what, the domain, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where the model returns another shape, `range`, `dtype`, `disposed`.
 * @see Song, Garg, Shi, Ermon: Sliced Score Matching: A Scalable Approach to Density and Score Estimation, 2019. arXiv:1905.07088 (the form of reduced variance)
 * @example
 * import { rng } from '@surrogate/core';
 * import { slicedScoreMatchingLoss } from '@surrogate/losses';
 * import { neg } from '@tensorflow/tfjs-core';
 * (await slicedScoreMatchingLoss((x) => neg(x), [[1, 2]], rng(0)).data())[0]; // 0.5
 */
export function slicedScoreMatchingLoss(score: Score, data: TensorLike, rng: Rng, options: SlicedScoreMatchingOptions = {}): Tensor {
  const fn = 'slicedScoreMatchingLoss';
  const { probes = 1, directions = 'rademacher' } = options;
  checkFunction(fn, 'score', score);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'probes', probes, 1);
  checkOneOf(fn, 'directions', directions, ['rademacher', 'normal']);
  checkDomain(fn, options);
  return tidy(() => {
    const x = asExamples(fn, 'data', data);
    const scores = checkedScores(fn, score(x), x);
    let diagonal: Tensor = zerosLike(x);
    for (let probe = 0; probe < probes && x.size > 0; probe++) {
      const v = directions === 'normal' ? randomNormal(rng, x.shape) : randomRademacher(rng, x.shape);
      diagonal = add(diagonal, mul(v, pulledBack(score, x, v)));
    }
    return reduced(fn, x, scores, mul(diagonal, 1 / probes), options);
  });
}
