/** @file Binary classifier optimisation with the threshold that its own rewards give. */
import { add, cast, mul, notEqual, sub, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkOneOf, detach, type LossOptions } from '@surrogate/core';
import { divOrZero } from '../divOrZero.js';
import { shiftedLoss, unpairedScope } from './bco.js';
import type { UnpairedResponses } from './kto.js';

/** The running mean of the rewards of one kind, float32 scalars. */
export interface RewardMean {
  /** 0 before the first. */
  readonly mean: Tensor;
  /** How many there were. */
  readonly count: Tensor;
}

/** What {@link bco} remembers. */
export interface BcoState {
  /** Of responses that were liked. */
  readonly desirable: RewardMean;
  /** Of the others. */
  readonly undesirable: RewardMean;
}

/** How {@link bco} is set. */
export interface BcoSettings {
  /** β, the scale of the implicit reward, > 0. Default 0.1. */
  beta?: number | undefined;
  /** The shift is the mean of all rewards so far, as in TRL, or the middle between the means of the two kinds, as in the paper. Default pooled. */
  shift?: 'pooled' | 'balanced' | undefined;
}

/** A loss with a state: each step gives the loss and the next state. */
export interface Bco {
  /** The state before the first batch. */
  init(): BcoState;
  /** The loss of a batch, and the state that has seen it; masked rows are not seen. The given state is left to the caller. */
  apply(state: BcoState, responses: UnpairedResponses, options?: LossOptions): { loss: Tensor; state: BcoState };
}

const nothingYet = (): RewardMean => ({ mean: zeros([]), count: zeros([]) });

/** The mean after more rewards, by their sum and number. */
function seen({ mean, count }: RewardMean, total: Tensor, more: Tensor): RewardMean {
  const after = add(count, more);
  return { mean: add(mean, divOrZero(sub(total, mul(mean, more)), after)), count: after };
}

/** The mean of both kinds together, or the middle between them; of one kind alone where the other was never seen. */
function middle({ desirable: up, undesirable: down }: BcoState, pooled: boolean): Tensor {
  const weight = (kind: RewardMean) => (pooled ? kind.count : cast(notEqual(kind.count, 0), 'float32'));
  return divOrZero(add(mul(up.mean, weight(up)), mul(down.mean, weight(down))), add(weight(up), weight(down)));
}

/**
 * Binary classifier optimisation that keeps its own threshold: `bcoLoss` with δ from the rewards of all batches so far, this one included.
 *
 * $$ \delta = \overline{r} \quad \text{(pooled)} \qquad \text{or} \qquad \delta = \tfrac12 \left( \overline{r}_{\text{up}} + \overline{r}_{\text{down}} \right) \quad \text{(balanced)} $$
 *
 * @param settings β and which mean the shift is.
 * @returns `init` and `apply`.
 * @throws SurrogateError `range` when beta is not above 0 or the shift is unknown.
 * @see Jung et al.: Binary Classifier Optimization for Large Language Model Alignment, 2024. arXiv:2404.04656
 * @example
 * import { bco } from '@surrogate/align';
 * const objective = bco({ beta: 0.5 });
 * const responses = { logProbs: [-4, -3.5, -6, -2.5], refLogProbs: [-5, -3, -5.5, -2.8], desirable: [1, 1, 0, 0] };
 * const { loss, state } = objective.apply(objective.init(), responses);
 * (await loss.data())[0]; // 0.661567
 */
export function bco(settings: BcoSettings = {}): Bco {
  const { beta = 0.1, shift = 'pooled' } = settings;
  checkAbove('bco', 'beta', beta, 0);
  checkOneOf('bco', 'shift', shift, ['pooled', 'balanced']);
  return {
    init: () => ({ desirable: nothingYet(), undesirable: nothingYet() }),
    apply: (state, responses, options = {}) =>
      tidy(() => {
        const total = (body: (logRatio: Tensor, liked: Tensor) => Tensor) =>
          detach(unpairedScope('bco', responses, { mask: options.mask, reduction: 'sum' }, body));
        const kind = (before: RewardMean, among: (liked: Tensor) => Tensor) =>
          seen(
            before,
            total((logRatio, liked) => mul(mul(beta, logRatio), among(liked))),
            total((_, liked) => among(liked)),
          );
        const desirable = kind(state.desirable, (liked) => liked);
        const undesirable = kind(state.undesirable, (liked) => sub(1, liked));
        const threshold = middle({ desirable, undesirable }, shift === 'pooled');
        return {
          loss: shiftedLoss('bco', responses, beta, threshold, options),
          state: { desirable: { ...desirable }, undesirable: { ...undesirable } },
        };
      }),
  };
}
