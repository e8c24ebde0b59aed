/** @file How an f-divergence weighs the samples of a generator: by the ratio of the teacher's density to the student's. */
import {
  asTensor,
  checkAbove,
  checkBetween,
  checkBoolean,
  checkFinite,
  checkInteger,
  checkRank,
  checkShape,
  clip,
  detach,
  exp,
  fail,
  maximum,
  noGrad,
  type TensorLike,
} from '@surrogate/core';
import { fDistillWeight, jensenShannon, type FDivergence } from '@surrogate/divergences';
import {
  add,
  cast,
  div,
  equal,
  expandDims,
  floor,
  greater,
  log,
  mean,
  mul,
  ones,
  range,
  sub,
  sum,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Options of {@link fDistill}. */
export interface FDistillOptions {
  /** Which divergence, D_f(teacher ‖ student). Default `jensenShannon`. */
  divergence?: FDivergence | undefined;
  /** Ratios below count as this, > 0. Default 0.1. */
  ratioMin?: number | undefined;
  /** Ratios above count as this. Default 20. */
  ratioMax?: number | undefined;
  /** The range of times is cut into so many bins, each with its own mean ratio, >= 1. Default 10. */
  bins?: number | undefined;
  /** Where the times begin. Default 0. */
  timeMin?: number | undefined;
  /** Where the times end. Default 1. */
  timeMax?: number | undefined;
  /** How much of a bin's mean each batch keeps, in [0, 1). Default 0. */
  decay?: number | undefined;
  /** Whether weights are divided by their mean over the batch. Default true. */
  normalize?: boolean | undefined;
}

/** What {@link fDistill} remembers: a tensor that belongs to whoever holds the state. */
export interface FDistillState {
  /** float32 `[bins]`: the mean ratio at each time. */
  readonly ratios: Tensor;
}

/** What {@link fDistill} takes. */
export interface FDistillInputs {
  /** float32 `[B]`: a discriminator's logits of teacher against student at noised samples: the log-ratio of densities. */
  readonly logits: TensorLike;
  /** float32 `[B]`: the times (levels of noise) of the samples. */
  readonly times: TensorLike;
}

/** What a step of {@link fDistill} gives. */
export interface FDistillStep {
  /** float32 `[B]`: the `importance` of `distributionMatchingLoss`, a constant. */
  readonly weights: Tensor;
  /** The state of the next step. */
  readonly state: FDistillState;
}

function checkDivergence(fn: string, divergence: FDivergence): void {
  if (typeof divergence?.slope !== 'function') fail('dtype', fn, 'divergence', `must be an f-divergence, got ${typeof divergence}`);
  if (divergence.curvature === undefined) fail('range', fn, 'divergence', `must have a curvature, got ${divergence.name}`);
}

/**
 * The weights of f-distill: `fDistillWeight` of a discriminator's ratios, which are clipped and, at each level of noise, divided by their mean.
 *
 * $$ w = \frac{h(\bar r)}{\operatorname{mean} h(\bar r) + 10^{-6}}, \qquad \bar r = \frac{\operatorname{clip}(e^{\text{logit}})}{m_{\text{bin}(t)} + 10^{-6}}, \quad m \leftarrow \text{decay} \cdot m + (1 - \text{decay}) \operatorname{mean}_{\text{bin}} r $$
 *
 * @param options the divergence, and how ratios are tamed.
 * @returns `init()`, and `apply(state, { logits, times })`, which returns the weights and the next state.
 * @throws SurrogateError `range` for an option outside its range, `dtype`; `apply` throws `shape` unless both are vectors of one length, `disposed`.
 * @see Xu, Nie, Vahdat: One-step Diffusion Models with f-Divergence Distribution Matching, 2025. arXiv:2502.15681
 * @example
 * import { fDistill } from '@surrogate/distill';
 * const weighter = fDistill({ bins: 1 });
 * const { weights } = weighter.apply(weighter.init(), { logits: [0, 0], times: [0.2, 0.7] });
 * (await weights.data())[0].toFixed(4); // '1.0000'
 */
export function fDistill(options: FDistillOptions = {}) {
  const fn = 'fDistill';
  const { divergence = jensenShannon, ratioMin = 0.1, ratioMax = 20, bins = 10 } = options;
  const { timeMin = 0, timeMax = 1, decay = 0, normalize = true } = options;
  checkDivergence(fn, divergence);
  checkAbove(fn, 'ratioMin', ratioMin, 0);
  checkAbove(fn, 'ratioMax', ratioMax, ratioMin);
  checkInteger(fn, 'bins', bins, 1);
  checkFinite(fn, 'timeMin', timeMin);
  checkAbove(fn, 'timeMax', timeMax, timeMin);
  checkBetween(fn, 'decay', decay, 0, 1);
  checkBoolean(fn, 'normalize', normalize);
  const least = 1e-6;
  return {
    /** The state before the first step: all mean ratios are 1. */
    init: (): FDistillState => ({ ratios: ones([bins]) }),
    /** One step: the weights, and the next state. */
    apply(state: FDistillState, { logits, times }: FDistillInputs): FDistillStep {
      const [weights, ratios] = tidy(() => {
        const v = asTensor(fn, 'logits', logits);
        checkRank(fn, 'logits', v.shape, 1);
        const t = asTensor(fn, 'times', times);
        checkShape(fn, 'times', t.shape, v.shape);
        return noGrad(() => {
          // A logit beyond ±10 says no more than one of ±10.
          const logRatio = clip(clip(detach(v), -10, 10), Math.log(ratioMin), Math.log(ratioMax));
          const ratio = exp(logRatio);
          const bin = clip(floor(mul(sub(t, timeMin), bins / (timeMax - timeMin))), 0, bins - 1);
          const member = cast(equal(expandDims(bin, 1), range(0, bins, 1, 'float32')), 'float32');
          const count = sum(member, 0);
          const seen = cast(greater(count, 0), 'float32');
          const here = div(sum(mul(member, expandDims(ratio, 1)), 0), maximum(count, 1));
          const mixed = add(mul(decay, state.ratios), mul(1 - decay, here));
          const next = add(mul(seen, mixed), mul(sub(1, seen), state.ratios));
          const level = add(sum(mul(member, next), 1), least);
          const raw = fDistillWeight(sub(logRatio, log(level)), divergence);
          return [normalize ? div(raw, add(mean(raw), least)) : raw, next] as [Tensor, Tensor];
        });
      });
      return { weights, state: { ratios } };
    },
  };
}
