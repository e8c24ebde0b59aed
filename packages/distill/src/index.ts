/** @file Learning from a teacher. */

// matching distributions
export { fDistill, type FDistillInputs, type FDistillOptions, type FDistillState, type FDistillStep } from './matching/weights.js';
export { distributionMatchingLoss, scoreDistillationLoss, type MatchingOptions } from './matching/losses.js';
