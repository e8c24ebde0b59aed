/** @file Reward models from comparisons: Bradley-Terry for pairs. */
import { add, mul, neg, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAtLeast, lossScope, softplus, type LossOptions, type TensorLike } from '@surrogate/core';

/** Options of {@link bradleyTerryLoss}. */
export interface BradleyTerryOptions extends LossOptions {
  /** float32 `[batch]`: what the chosen response must lead by, from how strong the preference was. Default 0. */
  margin?: TensorLike | undefined;
  /** How much the two rewards are pulled to a mean of 0, which no comparison fixes, >= 0. Default 0; 0.01 is common. */
  centering?: number | undefined;
}

/**
 * The loss of a reward model on comparisons: the Bradley-Terry likelihood that the chosen response wins.
 *
 * $$ \ell = -\log\sigma(r_w - r_l - m) + c\,(r_w + r_l)^2 $$
 *
 * @param chosen float32 `[batch]`: rewards of the responses that were preferred.
 * @param rejected float32 `[batch]`: rewards of the others.
 * @param options margins, centering, and how rows are weighted and reduced.
 * @returns a scalar, or `[batch]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the inputs differ in shape, `range` when centering is below 0.
 * @see Touvron et al.: Llama 2: Open Foundation and Fine-Tuned Chat Models, 2023. arXiv:2307.09288, for the margin.
 * @see Eisenstein et al.: Helping or Herding? Reward Model Ensembles, 2023. arXiv:2312.09244, for the centering.
 * @example
 * import { bradleyTerryLoss } from '@surrogate/align';
 * (await bradleyTerryLoss([1.2], [0.4]).data())[0]; // 0.371101
 */
export function bradleyTerryLoss(chosen: TensorLike, rejected: TensorLike, options: BradleyTerryOptions = {}): Tensor {
  const { margin, centering = 0 } = options;
  checkAtLeast('bradleyTerryLoss', 'centering', centering, 0);
  const inputs: Record<string, TensorLike> = { chosen, rejected };
  if (margin !== undefined) inputs.margin = margin;
  return lossScope('bradleyTerryLoss', inputs, options, (rows) => {
    const lead = sub(rows.chosen!, rows.rejected!);
    const loss = softplus(neg(rows.margin === undefined ? lead : sub(lead, rows.margin)));
    return centering === 0 ? loss : add(loss, mul(centering, square(add(rows.chosen!, rows.rejected!))));
  });
}
