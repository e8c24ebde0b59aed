/** @file The angle between vectors. */
import { dotLast, l2Normalize, lossScope, type LossOptions, type TensorLike } from '@surrogate/core';
import { sub, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Cosine distance of vectors; a vector of zeros is at distance 1 from all.
 *
 * $$ \ell(p, t) = 1 - \frac{p \cdot t}{\lVert p \rVert \lVert t \rVert} $$
 *
 * @param predictions float32 `[..., D]`.
 * @param targets float32 `[..., D]`.
 * @param options what every loss takes; a row is a vector.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ or are scalars.
 * @see Salton, Wong, Yang: A Vector Space Model for Automatic Indexing, 1975
 * @example
 * import { cosineDistance } from '@surrogate/losses';
 * await cosineDistance([[1, 0], [1, 0]], [[0, 2], [3, 4]], { reduction: 'none' }).data(); // [1, 0.4]
 */
export function cosineDistance(predictions: TensorLike, targets: TensorLike, options: LossOptions = {}): Tensor {
  return lossScope(
    'cosineDistance',
    { predictions, targets },
    options,
    ({ predictions: p, targets: t }) => sub(1, dotLast(l2Normalize(p), l2Normalize(t))),
    1,
  );
}
