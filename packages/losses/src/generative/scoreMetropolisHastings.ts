/** @file Metropolis-Hastings sampling with nothing but a score: differences of log p are line integrals. */
import {
  checkAbove,
  checkInteger,
  checkRng,
  detach,
  fail,
  noGrad,
  randomNormal,
  randomUniform,
  select,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { gaussLegendre } from '@surrogate/core/host';
import { add, broadcastTo, cast, div, less, log, mean, mul, sub, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction } from '../common/checks.js';
import { asExamples, columnOf, sumEvent } from '../common/rowScope.js';
import { checkedScores } from './scoreMatching.js';

/** Options of {@link scoreLineIntegral}. */
export interface LineIntegralOptions {
  /** How many points of Gauss and Legendre's rule, >= 1: exact where the score is a polynomial of degree 2 nodes - 1 along the line. Default 8. */
  nodes?: number | undefined;
}

/** Options of {@link scoreMetropolisHastings}. */
export interface ScoreSamplingOptions extends LineIntegralOptions {
  /** How many moves each walker proposes, >= 1. */
  steps: number;
  /** The standard deviation of a proposal, > 0. */
  sigma: number;
}

/** What {@link scoreMetropolisHastings} returns; tensors of the caller's. */
export interface ScoreSamples {
  /** float32 `[B, ...]`: where the walkers are at the end. */
  readonly samples: Tensor;
  /** A float32 scalar: the share of proposals that were accepted. */
  readonly acceptance: Tensor;
}

/** log p(to) - log p(from) of each row. */
function lineIntegral(fn: string, score: (x: Tensor) => Tensor, from: Tensor, to: Tensor, nodes: number): Tensor {
  const rule = gaussLegendre(nodes);
  const step = sub(to, from);
  let total: Tensor = zeros([from.shape[0]]);
  rule.nodes.forEach((node, i) => {
    const at = add(from, mul((node + 1) / 2, step));
    total = add(total, mul(rule.weights[i]! / 2, sumEvent(mul(checkedScores(fn, score(at), at), step))));
  });
  return total;
}

/**
 * How much more likely one point is than another, from the score alone.
 *
 * $$ \log p(b) - \log p(a) = \int_0^1 s(a + t (b - a)) \cdot (b - a)\, dt $$
 *
 * @param score maps float32 `[B, ...]` to ∇ log p.
 * @param from float32 `[B, ...]`.
 * @param to float32 of the same shape.
 * @param options how many points the integral is taken at.
 * @returns float32 `[B]`.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Alain, Bengio: What Regularized Auto-Encoders Learn from the Data Generating Distribution, 2014. arXiv:1211.4246
 * @example
 * import { scoreLineIntegral } from '@surrogate/losses';
 * import { neg } from '@tensorflow/tfjs-core';
 * await scoreLineIntegral((x) => neg(x), [[0, 0]], [[1, 2]]).data(); // [-2.5]
 */
export function scoreLineIntegral(
  score: (x: Tensor) => Tensor,
  from: TensorLike,
  to: TensorLike,
  { nodes = 8 }: LineIntegralOptions = {},
): Tensor {
  const fn = 'scoreLineIntegral';
  checkFunction(fn, 'score', score);
  checkInteger(fn, 'nodes', nodes, 1);
  return tidy(() => {
    const [a, b] = [asExamples(fn, 'from', from), asExamples(fn, 'to', to)];
    if (a.shape.join() !== b.shape.join())
      fail('shape', fn, 'to', `must have the shape of from, [${a.shape.join(', ')}], got [${b.shape.join(', ')}]`);
    return lineIntegral(fn, score, a, b, nodes);
  });
}

/**
 * Samples of a density of which only the score is known: walkers that propose Gaussian moves and accept by the line integral of the score.
 *
 * $$ x^\ast = x + \sigma e, \qquad \text{accepted with } \min\left(1,\ \exp \int_0^1 s(x + t (x^\ast - x)) \cdot (x^\ast - x)\, dt\right) $$
 *
 * @param score maps float32 `[B, ...]` to ∇ log p: a trained model, or {@link scoreFromDenoised} of an auto-encoder.
 * @param start float32 `[B, ...]`: where the walkers begin.
 * @param rng draws proposals and decisions.
 * @param options how many steps, how far, and how the integral is taken.
 * @returns the walkers, a constant to gradients, and the rate of acceptance.
 * @throws SurrogateError `range`, `shape` where the model returns another shape, `dtype`, `disposed`.
 * @see Alain, Bengio: What Regularized Auto-Encoders Learn from the Data Generating Distribution, 2014. arXiv:1211.4246
 * @example
 * import { rng } from '@surrogate/core';
 * import { scoreMetropolisHastings } from '@surrogate/losses';
 * import { neg } from '@tensorflow/tfjs-core';
 * const { samples } = scoreMetropolisHastings((x) => neg(x), [[0], [1]], rng(0), { steps: 5, sigma: 1 });
 * samples.shape; // [2, 1]
 */
export function scoreMetropolisHastings(
  score: (x: Tensor) => Tensor,
  start: TensorLike,
  rng: Rng,
  options: ScoreSamplingOptions,
): ScoreSamples {
  const fn = 'scoreMetropolisHastings';
  const { steps, sigma, nodes = 8 } = options ?? {};
  checkFunction(fn, 'score', score);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'steps', steps, 1);
  checkAbove(fn, 'sigma', sigma, 0);
  checkInteger(fn, 'nodes', nodes, 1);
  const [samples, acceptance] = tidy(() => {
    const given = asExamples(fn, 'start', start);
    return noGrad(() => {
      let state: [Tensor, Tensor] = [detach(given), zeros([])];
      for (let step = 0; step < steps; step++) {
        state = tidy(() => {
          const [x, accepted] = state;
          const proposed = add(x, randomNormal(rng, x.shape, { stddev: sigma }));
          const gain = lineIntegral(fn, score, x, proposed, nodes);
          const accept = less(log(randomUniform(rng, gain.shape)), gain);
          const moved: Tensor = broadcastTo(columnOf(cast(accept, 'float32'), x), x.shape);
          return [select(cast(moved, 'bool'), proposed, x), add(accepted, mean(cast(accept, 'float32')))];
        });
      }
      return [state[0], div(state[1], steps)] as [Tensor, Tensor];
    });
  });
  return { samples, acceptance };
}
