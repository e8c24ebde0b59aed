/** @file The objectives of alignment that the flagship compares, on one footing. */
import { dpoLoss, ipoLoss, ktoBaseline, ktoLoss, robustDpoLoss } from '@surrogate/align';
import { concat, ones, zeros, type Tensor } from '@tensorflow/tfjs-core';

/** Log-probabilities of pairs under the policy and the reference, float32 `[pairs]` each. */
interface PairLogProbs {
  readonly chosen: Tensor;
  readonly rejected: Tensor;
  readonly refChosen: Tensor;
  readonly refRejected: Tensor;
}

/** An objective and the strengths of the KL penalty at which it is tried. */
export interface Objective {
  readonly name: string;
  readonly betas: readonly number[];
  /** `flipRate` is what the objective is told of the labels; only robust DPO listens. */
  loss(pairs: PairLogProbs, beta: number, flipRate: number): Tensor;
}

/** DPO, IPO, robust DPO and KTO. */
export const objectives: readonly Objective[] = [
  { name: 'DPO', betas: [0.3, 1, 3], loss: (pairs, beta) => dpoLoss(pairs, { beta }) },
  { name: 'IPO', betas: [0.03, 0.1, 0.3], loss: (pairs, beta) => ipoLoss(pairs, { beta }) },
  { name: 'robust DPO', betas: [0.3, 1, 3], loss: (pairs, beta, flipRate) => robustDpoLoss(pairs, { beta, flipRate }) },
  { name: 'KTO', betas: [0.3, 1, 3], loss: ktoOfPairs },
];

/** Each name by itself: the preferred one of a pair was liked, the other was not. */
function ktoOfPairs({ chosen, rejected, refChosen, refRejected }: PairLogProbs, beta: number): Tensor {
  const logProbs = concat([chosen, rejected]);
  const refLogProbs = concat([refChosen, refRejected]);
  const desirable = concat([ones(chosen.shape), zeros(rejected.shape)]);
  // There is one prompt, the empty one, so that every name of the batch is a mismatched response to it.
  return ktoLoss({ logProbs, refLogProbs, desirable }, { beta, baseline: ktoBaseline(logProbs, refLogProbs) });
}
