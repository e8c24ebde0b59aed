/** @file What most optimizers share: a direction, decoupled weight decay, the learning rate. */
import type { GradientTransformation, Scheduled } from '@surrogate/core';
import { checkScheduled } from '../schedules/scheduled.js';
import type { PathMask } from '../transforms/byPath.js';
import { chain, type ChainState } from '../transforms/chain.js';
import { scaleByLearningRate } from '../transforms/scale.js';
import { addDecayedWeights } from '../transforms/weightDecay.js';

/** Decoupled weight decay. */
export interface DecayOptions {
  /** λ, >= 0, or a schedule. */
  weightDecay?: Scheduled | undefined;
  /** Which parameters decay. Default all. */
  mask?: PathMask | undefined;
}

/** Decay rates and the number that is added to the root, as in Adam. */
export interface MomentOptions {
  /** Decay of the mean, in [0, 1). Default 0.9. */
  b1?: Scheduled | undefined;
  /** Decay of the mean square, in [0, 1). Default 0.999. */
  b2?: Scheduled | undefined;
  /** Added to the root, >= 0. Default 1e-8. */
  eps?: Scheduled | undefined;
}

/** A direction, less the decay, times the learning rate. */
export function descent(
  fn: string,
  learningRate: Scheduled,
  direction: GradientTransformation,
  { weightDecay = 0, mask }: DecayOptions = {},
): GradientTransformation<ChainState> {
  checkScheduled(fn, 'learningRate', learningRate);
  checkScheduled(fn, 'weightDecay', weightDecay);
  return chain(direction, addDecayedWeights(weightDecay, { mask }), scaleByLearningRate(learningRate));
}
