/** @file The policy that preference losses are after, where all responses can be listed. */
import {
  add,
  div,
  fill,
  grad,
  greater,
  greaterEqual,
  isNaN,
  log,
  logicalAnd,
  logicalNot,
  mul,
  sub,
  sum,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkRank,
  checkShape,
  detach,
  exp,
  fail,
  logSoftmax,
  max,
  min,
  noGrad,
  relu,
  select,
  type TensorLike,
} from '@surrogate/core';
import { kl, type FDivergence } from '@surrogate/divergences';

/** Options of {@link regularizedOptimum}. */
export interface RegularizedOptimumOptions {
  /** β, the price of divergence, > 0. Default 0.1. */
  beta?: number | undefined;
  /** D_f(π‖π_ref). Default `kl`. */
  divergence?: FDivergence | undefined;
}

/** Halvings of the interval of the multiplier: float32 has no more to tell apart. */
const halvings = 40;

/** What stands for infinity in a ratio of probabilities. */
const huge = 1e30;

/** (f')^-1 = (f*)': the ratio at which the slope is t; 0 below the domain, huge above it. */
function ratioAt(t: Tensor, conjugate: (t: Tensor) => Tensor, supremum: number): Tensor {
  const above = greaterEqual(t, supremum);
  const inside = select(above, zerosLike(t), t);
  const ratio = grad((u: Tensor) => sum(conjugate(u)))(inside);
  // Where f has a finite slope at 0, what lies below it is probability 0.
  const defined = logicalAnd(logicalNot(isNaN(ratio)), greater(ratio, 0));
  return select(above, fill(t.shape, huge), relu(select(defined, ratio, zerosLike(t))));
}

/**
 * The policy with the greatest regularised reward, over a list of responses: what a preference loss with the same β and divergence learns from endless preferences.
 *
 * $$ \pi^\star = \arg\max_\pi \mathbb{E}_\pi[r] - \beta D_f(\pi \Vert \pi_{\text{ref}}), \qquad \pi^\star_k = \pi_{\text{ref},k}\, (f')^{-1}\!\left( \frac{r_k - \lambda}{\beta} \right) $$
 *
 * For KL it is the reference tilted by exp(r/β). Elsewhere the multiplier λ is found by a fixed number of halvings.
 *
 * @param rewards float32 `[..., K]`.
 * @param refLogProbs float32 `[..., K]`, log-probabilities of the reference.
 * @param options β (default 0.1) and the divergence, which must have a closed conjugate.
 * @returns float32 `[..., K]`: log π*, without gradient; -Infinity for responses that the optimum gives up.
 * @throws SurrogateError `shape` when the two differ in shape or hold no response, `range` when beta is not above 0 or the divergence has no conjugate.
 * @see Wang et al.: Beyond Reverse KL: Generalizing Direct Preference Optimization with Diverse Divergence Constraints, 2023. arXiv:2309.16240
 * @example
 * import { regularizedOptimum } from '@surrogate/align';
 * const logProbs = regularizedOptimum([0, 1, 2], [0.5, 0.3, 0.2].map(Math.log), { beta: 1 });
 * await logProbs.exp().data(); // [0.179, 0.291944, 0.529056]
 */
export function regularizedOptimum(rewards: TensorLike, refLogProbs: TensorLike, options: RegularizedOptimumOptions = {}): Tensor {
  const fn = 'regularizedOptimum';
  const { beta = 0.1, divergence = kl } = options;
  checkAbove(fn, 'beta', beta, 0);
  const { conjugate, slopeAtInfinity } = divergence;
  if (conjugate === undefined) fail('range', fn, 'divergence', `must have a closed conjugate, got ${divergence.name}`);
  return tidy(() => {
    const r = detach(asTensor(fn, 'rewards', rewards));
    const reference = detach(asTensor(fn, 'refLogProbs', refLogProbs));
    checkShape(fn, 'refLogProbs', reference.shape, r.shape);
    checkRank(fn, 'rewards', r.shape, 1, Infinity);
    if (r.shape.at(-1) === 0) fail('shape', fn, 'rewards', 'must hold one response or more, got none');
    if (divergence === kl) return logSoftmax(add(reference, div(r, beta)));
    return noGrad(() => {
      const mass = exp(reference);
      const ratio = (multiplier: Tensor) => ratioAt(div(sub(r, multiplier), beta), conjugate, slopeAtInfinity);
      // At the greatest reward no ratio is above 1, at the least none below.
      let [low, high] = [min(r, { axis: -1, keepDims: true }), max(r, { axis: -1, keepDims: true })];
      for (let i = 0; i < halvings; i++) {
        const middle = div(add(low, high), 2);
        const tooMuch = greater(sum(mul(mass, ratio(middle)), -1, true), 1);
        [low, high] = [select(tooMuch, middle, low), select(tooMuch, high, middle)];
      }
      const found = mul(mass, ratio(high));
      return log(div(found, sum(found, -1, true)));
    });
  });
}
