/** @file Maps from scores to probabilities, some of which may be 0: sparsemax (Martins, Astudillo 2016) and 1.5-entmax (Peters et al. 2019). */
import { asTensor, cumsum, detach, dotLast, fail, max, maximum, noGrad, relu, safeSqrt, sort, type TensorLike } from '@surrogate/core';
import { cast, div, expandDims, greater, mul, range, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Scores that lie this far below the largest are outside every support. */
const reach = 3;

/** Scores less the largest of each row, which is a constant to gradients: the maps do not see shifts, nor how far below their support a score lies. */
const shifted = (z: Tensor): Tensor => maximum(sub(z, max(detach(z), { axis: -1, keepDims: true })), -reach);

/** The support of each row, 0/1: `threshold` gives, from sorted scores and places 1 ... K, the threshold that each size of the support would have. */
function supportOf(scores: Tensor, threshold: (sorted: Tensor, place: Tensor) => Tensor): Tensor {
  return noGrad(() => {
    const finite = detach(scores);
    const sorted = sort(finite, { descending: true });
    const place = range(1, sorted.shape.at(-1)! + 1) as Tensor;
    const candidates = threshold(sorted, place);
    const size = sum(cast(greater(sorted, candidates), 'float32'), -1, true);
    // The threshold of the largest size that still holds; it stands at that place.
    const chosen = sum(mul(candidates, cast(equalTo(place, size), 'float32')), -1, true);
    return cast(greater(finite, chosen), 'float32');
  });
}

const equalTo = (a: Tensor, b: Tensor): Tensor => sub(1, cast(greater(square(sub(a, b)), 0.25), 'float32'));

/** Σ over the support, as a column. */
const over = (support: Tensor, x: Tensor): Tensor => expandDims(dotLast(support, x), -1);

function mapped(fn: string, logits: TensorLike, map: (z: Tensor) => Tensor): Tensor {
  return tidy(() => {
    const z = asTensor(fn, 'logits', logits);
    if (z.rank === 0) fail('shape', fn, 'logits', 'must have rank 1 or more, got a scalar');
    return z.size === 0 ? z.clone() : map(shifted(z));
  });
}

/**
 * Sparsemax: the probabilities that are nearest to the scores, most of them 0.
 *
 * $$ p = \arg\min_{p \in \Delta} \lVert p - z \rVert^2 = (z - \tau)_+, \qquad \sum_k p_k = 1 $$
 *
 * @param logits float32 `[..., K]`.
 * @returns float32 `[..., K]`.
 * @throws SurrogateError `shape` for a scalar, `dtype`, `disposed`.
 * @see Martins, Astudillo: From Softmax to Sparsemax: A Sparse Model of Attention and Multi-Label Classification, 2016. arXiv:1602.02068
 * @example
 * import { sparsemax } from '@surrogate/losses';
 * await sparsemax([1, 0.5, -1]).data(); // [0.75, 0.25, 0]
 */
export function sparsemax(logits: TensorLike): Tensor {
  return mapped('sparsemax', logits, (z) => {
    const support = supportOf(z, (sorted, place) => div(sub(cumsum(sorted), 1), place));
    const tau = div(sub(over(support, z), 1), sum(support, -1, true));
    return relu(sub(z, tau));
  });
}

/**
 * 1.5-entmax: between softmax, where no class has probability 0, and sparsemax, where most have.
 *
 * $$ p = \left( \tfrac12 z - \tau \right)_+^2, \qquad \sum_k p_k = 1 $$
 *
 * @param logits float32 `[..., K]`.
 * @returns float32 `[..., K]`.
 * @throws SurrogateError `shape` for a scalar, `dtype`, `disposed`.
 * @see Peters, Niculae, Martins: Sparse Sequence-to-Sequence Models, 2019. arXiv:1905.05702
 * @example
 * import { entmax15 } from '@surrogate/losses';
 * await entmax15([1, 0.5, -3]).data(); // [0.673993, 0.326007, 0]
 */
export function entmax15(logits: TensorLike): Tensor {
  return mapped('entmax15', logits, (given) => {
    const z = mul(0.5, given);
    const support = supportOf(z, (sorted, place) => {
      const mean = div(cumsum(sorted), place);
      const spread = sub(div(cumsum(square(sorted)), place), square(mean));
      return sub(mean, safeSqrt(maximum(sub(div(1, place), spread), 0)));
    });
    const size = sum(support, -1, true);
    const mean = div(over(support, z), size);
    const spread = div(over(support, square(sub(z, mean))), size);
    return square(relu(sub(z, sub(mean, safeSqrt(sub(div(1, size), spread))))));
  });
}
