/** @file Learning from preferences: supervised fine-tuning, DPO and its relatives, KTO. */
// pairs of responses
export type { PolicyPairs, PreferencePairs, ScoreOptions } from './pairwise/pairs.js';
export {
  discoPopLink,
  exoLink,
  exponentialLink,
  hingeLink,
  logisticLink,
  robustLink,
  savageLink,
  smoothedLink,
  squaredLink,
  truncatedQuadraticLink,
  type PreferenceLink,
} from './pairwise/link.js';
export { preferenceLoss, type PreferenceOptions } from './pairwise/preferenceLoss.js';
export { dpoLoss, type DpoOptions } from './pairwise/dpo.js';
export { ipoLoss, type IpoOptions } from './pairwise/ipo.js';
export { robustDpoLoss, type RobustDpoOptions } from './pairwise/robustDpo.js';
export {
  implicitRewards,
  rewardAccuracy,
  rewardMargin,
  type ImplicitRewards,
  type RewardAccuracyOptions,
  type RewardMarginOptions,
} from './pairwise/rewards.js';

// single responses
export { ktoBaseline, ktoLoss, type KtoOptions, type UnpairedResponses } from './unpaired/kto.js';

// demonstrations
export { sftLoss, type SftOptions } from './supervised/sft.js';
