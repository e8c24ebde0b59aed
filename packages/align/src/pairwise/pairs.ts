/** @file Pairs of responses by their sequence log-probabilities, and what each response scores. */
import { abs, lessEqual, mul, sub, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { detach, lossScope, select, sign, type LossOptions, type TensorLike } from '@surrogate/core';
import { kl, type FDivergence } from '@surrogate/divergences';

/** Log-probabilities of whole responses under the policy, a pair a row. */
export interface PolicyPairs {
  /** float32 `[batch]`: log π(y_w | x) of the response that was preferred. */
  readonly chosen: TensorLike;
  /** float32 `[batch]`: log π(y_l | x) of the other. */
  readonly rejected: TensorLike;
}

/**
 * The same under the policy and under the reference, which is a constant: no gradient reaches it.
 *
 * All four come from `sequenceLogProbs`, with one normalizer. Sums are what DPO's derivation asks for; means make responses of different lengths comparable.
 * For a loss without a reference, pass zeros for it.
 */
export interface PreferencePairs extends PolicyPairs {
  /** float32 `[batch]`: log π_ref(y_w | x). */
  readonly refChosen: TensorLike;
  /** float32 `[batch]`: log π_ref(y_l | x). */
  readonly refRejected: TensorLike;
}

/** What stands between log-probabilities and a margin. */
export interface ScoreOptions {
  /** β, how strongly the policy is held to the reference, > 0. Default 0.1. */
  beta?: number | undefined;
  /** The f-divergence D_f(π‖π_ref) that holds it. Default `kl`, whose score is the log-ratio itself. */
  divergence?: FDivergence | undefined;
}

/** Beyond this a score is constant: sums and differences of scores stay finite in float32. */
const largest = 1e30;

/**
 * @internal f'(π/π_ref), which f-DPO puts in the place of the log-ratio.
 *
 * Where a score leaves float32 (reverse KL at a log-ratio of -100), it saturates, with gradient 0.
 */
export function scoreOf(logProbs: Tensor, refLogProbs: Tensor, divergence: FDivergence = kl): Tensor {
  const logRatio = sub(logProbs, detach(refLogProbs));
  if (divergence === kl) return logRatio;
  const constant = detach(logRatio);
  const fits = lessEqual(abs(divergence.slope(constant)), largest);
  const score = divergence.slope(select(fits, logRatio, zerosLike(logRatio)));
  return select(fits, score, mul(sign(constant), largest));
}

/** The scores of a pair's two responses, a row each. */
export interface PairScores {
  readonly chosen: Tensor;
  readonly rejected: Tensor;
}

/** @internal The frame of a loss over pairs with a reference: the body sees scores, and the rows of what else came with the pairs. */
export function pairScope<K extends string = never>(
  fn: string,
  pairs: PreferencePairs,
  options: LossOptions & Pick<ScoreOptions, 'divergence'>,
  body: (scores: PairScores, more: Partial<Record<K, Tensor>>) => Tensor,
  more: Partial<Record<K, TensorLike | undefined>> = {},
): Tensor {
  const { chosen, rejected, refChosen, refRejected } = pairs;
  const inputs: Record<string, TensorLike> = { chosen, rejected, refChosen, refRejected };
  for (const name of Object.keys(more) as K[]) if (more[name] !== undefined) inputs[name] = more[name];
  return lossScope(fn, inputs, options, (rows) =>
    body(
      {
        chosen: scoreOf(rows.chosen!, rows.refChosen!, options.divergence),
        rejected: scoreOf(rows.rejected!, rows.refRejected!, options.divergence),
      },
      rows as Partial<Record<K, Tensor>>,
    ),
  );
}
