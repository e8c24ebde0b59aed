/** @file From one loss a row to what the caller wants: Σ w·l / Σ w, which is 0 where nothing has weight. */
import { add, cast, div, equal, mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { detach } from '../gradients/tape.js';

/** How the losses of the rows become the result: the weighted mean Σ w·l / Σ w, the weighted sum, or one weighted loss a row. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Σ x / Σ w, where 0 / 0 is 0 with gradient 0. */
export function safeRatio(numerator: Tensor, denominator: Tensor): Tensor {
  const nothing = cast(equal(detach(denominator), 0), 'float32');
  return div(numerator, add(denominator, nothing));
}

/**
 * Reduces the losses of rows under weights.
 *
 * $$ \text{mean} = \frac{\sum_i w_i \ell_i}{\sum_i w_i} \quad (0 \text{ where } \textstyle\sum_i w_i = 0), \qquad \text{sum} = \sum_i w_i \ell_i, \qquad \text{none} = (w_i \ell_i)_i $$
 *
 * @param losses float32 of any shape.
 * @param weights float32 of the same shape, or undefined for all ones.
 * @param reduction what to return. Default mean.
 * @returns a scalar, or the shape of `losses` with `none`.
 * @example
 * import { reduceLoss } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * (await reduceLoss(tensor([1, 5]), tensor([1, 0])).data())[0]; // 1
 */
export function reduceLoss(losses: Tensor, weights?: Tensor, reduction: Reduction = 'mean'): Tensor {
  const weighted = weights === undefined ? losses : mul(losses, weights);
  if (reduction === 'none') return weighted;
  const total = sum(weighted);
  if (reduction === 'sum') return total;
  return weights === undefined ? (losses.size === 0 ? total : div(total, losses.size)) : safeRatio(total, sum(weights));
}
