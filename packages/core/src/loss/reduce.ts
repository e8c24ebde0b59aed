/** @file From one loss a row to what the caller wants: Σ w·l / Σ w, which is 0 where nothing has weight. */
import { add, cast, clone, div, equal, mul, sum, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { detach, differentiable } from '../gradients/tape.js';
import { checkOneOf, checkShape } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

/** How the losses of the rows become the result: the weighted mean Σ w·l / Σ w, the weighted sum, or one weighted loss a row. */
export type Reduction = 'mean' | 'sum' | 'none';

/** Σ x / Σ w, where 0 / 0 is 0 with gradient 0. */
export function safeRatio(numerator: Tensor, denominator: Tensor): Tensor {
  const nothing = cast(equal(detach(denominator), 0), 'float32');
  return div(numerator, add(denominator, nothing));
}

/** @internal The loss of no rows: 0 with gradient 0. Bodies do not run on nothing, because backends read and write past the end of tensors without elements. */
export const emptyLoss = (inputs: readonly Tensor[], rows: readonly number[], reduction: Reduction): Tensor =>
  differentiable(
    Object.fromEntries(inputs.map((x, i) => [i, x])),
    () => zeros(reduction === 'none' ? [...rows] : []),
    () => ({}),
  );

/**
 * Reduces the losses of rows under weights.
 *
 * $$ \text{mean} = \frac{\sum_i w_i \ell_i}{\sum_i w_i} \quad (0 \text{ where } \textstyle\sum_i w_i = 0), \qquad \text{sum} = \sum_i w_i \ell_i, \qquad \text{none} = (w_i \ell_i)_i $$
 *
 * @param losses float32 of any shape.
 * @param weights float32 of the same shape, or undefined for all ones.
 * @param reduction what to return. Default mean.
 * @returns a scalar, or the shape of `losses` with `none`.
 * @throws SurrogateError `shape` where weights have another shape, `dtype`, `disposed`, `range` for an unknown reduction.
 * @example
 * import { reduceLoss } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * (await reduceLoss(tensor([1, 5]), tensor([1, 0])).data())[0]; // 1
 */
export function reduceLoss(losses: TensorLike, weights?: TensorLike, reduction: Reduction = 'mean'): Tensor {
  const fn = 'reduceLoss';
  checkOneOf(fn, 'reduction', reduction, ['mean', 'sum', 'none']);
  return tidy(() => {
    const rows = asTensor(fn, 'losses', losses);
    const w = weights === undefined ? undefined : asTensor(fn, 'weights', weights);
    if (w !== undefined) checkShape(fn, 'weights', w.shape, rows.shape);
    const weighted = w === undefined ? rows : mul(rows, w);
    // A clone where nothing is computed: the result is the caller's, the argument stays so.
    if (reduction === 'none') return w === undefined ? clone(weighted) : weighted;
    const total = sum(weighted);
    if (reduction === 'sum') return total;
    return w === undefined ? (rows.size === 0 ? total : div(total, rows.size)) : safeRatio(total, sum(w));
  });
}
