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
export { rpoLoss, type RpoOptions } from './pairwise/rpo.js';
export { dpopLoss, type DpopOptions } from './pairwise/dpop.js';
export { tdpoLoss, type TdpoOptions, type TdpoPairs } from './pairwise/tdpo.js';
export { apoDownLoss, apoZeroLoss, type ApoOptions } from './pairwise/apo.js';
export { aotLoss, type AotOptions } from './pairwise/aot.js';
export { sppoLoss, type SppoOptions } from './pairwise/sppo.js';
export { inpoLoss, type InpoOptions, type InpoPairs } from './pairwise/inpo.js';

// pairs without a reference
export { cpoLoss, simpoLoss, type CpoOptions, type SimpoOptions } from './pairwise/simpo.js';
export { orpoLoss, type OrpoOptions } from './pairwise/orpo.js';

// groups of responses
export type { ResponseGroups, RewardedGroups } from './listwise/groups.js';
export { infoNcaLoss, ncaLoss, type NcaOptions } from './listwise/nca.js';
export { plackettLuceLoss, type PlackettLuceOptions } from './listwise/plackettLuce.js';

// single responses
export { ktoBaseline, ktoLoss, type KtoOptions, type UnpairedResponses } from './unpaired/kto.js';
export { bcoLoss, type BcoOptions } from './unpaired/bco.js';
export { bco, type Bco, type BcoSettings, type BcoState, type RewardMean } from './unpaired/bcoState.js';

// forgetting
export { npoLoss, type ForgetResponses, type NpoOptions } from './unlearning/npo.js';

// reward models
export { bradleyTerryLoss, type BradleyTerryOptions } from './reward/bradleyTerry.js';

// weights of tokens and of pairs
export { lengthWeights, type LengthWeightsOptions } from './tokens/lengthWeights.js';
export { likelihoodWeights, type LikelihoodWeightsOptions } from './tokens/likelihoodWeights.js';

// the reference
export { syncReference, type SyncReferenceOptions } from './reference/syncReference.js';
export { regularizedOptimum, type RegularizedOptimumOptions } from './tabular/regularizedOptimum.js';

// demonstrations
export { sftLoss, type SftOptions } from './supervised/sft.js';
