/** @file How two embeddings are compared: records of similarities (larger is closer) and distances (smaller is closer). */
import { checkAbove, checkAtLeast, checkBoolean, l2Normalize, pairwiseSquaredDistances, pow, safeAbs, safeSqrt } from '@surrogate/core';
import { add, cast, div, equal, expandDims, matMul, mean, square, sub, sum, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';

/** A way to compare embeddings. */
export interface PairDistance {
  /** What it is called. */
  readonly name: string;
  /** Whether larger means closer. */
  readonly similarity: boolean;
  /** Compares each of `[N, D]` with each of `[M, D]`, by default with each other: float32 `[N, M]`. */
  between(anchors: Tensor, references?: Tensor): Tensor;
}

/** Options of {@link lpDistance}. */
export interface LpDistanceOptions {
  /** Which norm, >= 1. Default 2. */
  p?: number | undefined;
  /** The power that distances are raised to, > 0; 2 makes Euclidean distances squared ones. Default 1. */
  power?: number | undefined;
  /** Whether embeddings are first divided by their norm. Default true. */
  normalize?: boolean | undefined;
}

/** Options of {@link snrDistance}. */
export interface SnrDistanceOptions {
  /** Whether embeddings are first divided by their Euclidean norm. Default true. */
  normalize?: boolean | undefined;
}

const products = (x: Tensor, y: Tensor): Tensor => matMul(x as Tensor2D, y as Tensor2D, false, true);

/** x / y, where y = 0 divides by 1. */
export const overNonZero = (x: Tensor, y: Tensor): Tensor => div(x, add(y, cast(equal(y, 0), 'float32')));

/**
 * The cosine of the angle between embeddings; a zero vector is at right angles to all.
 *
 * @see {@link multiSimilarityLoss}
 * @example
 * import { cosineSimilarity } from '@surrogate/losses';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 * await cosineSimilarity.between(tensor2d([[3, 0]]), tensor2d([[1, 0], [0, 2]])).data(); // [1, 0]
 */
export const cosineSimilarity: PairDistance = {
  name: 'cosine',
  similarity: true,
  between: (x, y) =>
    tidy(() => {
      const unit = l2Normalize(x);
      return products(unit, y === undefined ? unit : l2Normalize(y));
    }),
};

/**
 * The inner product of embeddings as they are.
 *
 * @example
 * import { dotProductSimilarity } from '@surrogate/losses';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 * await dotProductSimilarity.between(tensor2d([[3, 1]]), tensor2d([[1, 0], [0, 2]])).data(); // [3, 2]
 */
export const dotProductSimilarity: PairDistance = {
  name: 'dotProduct',
  similarity: true,
  between: (x, y) => products(x, y ?? x),
};

const lengths = (x: Tensor, p: number): Tensor => pow(sum(pow(safeAbs(x), p), -1), 1 / p);

/**
 * Distances in an Lp norm.
 *
 * $$ d(x, y) = \lVert x - y \rVert_p^{\text{power}} $$
 *
 * @param options the norm p, the power, and whether embeddings are first brought to norm 1.
 * @returns the record of the distance.
 * @throws SurrogateError `range` for p < 1 or a power that is not positive, `dtype`.
 * @example
 * import { lpDistance } from '@surrogate/losses';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 * await lpDistance({ normalize: false }).between(tensor2d([[0, 0]]), tensor2d([[3, 4]])).data(); // [5]
 */
export function lpDistance({ p = 2, power = 1, normalize = true }: LpDistanceOptions = {}): PairDistance {
  const fn = 'lpDistance';
  checkAtLeast(fn, 'p', p, 1);
  checkAbove(fn, 'power', power, 0);
  checkBoolean(fn, 'normalize', normalize);
  const unit = (x: Tensor) => (!normalize ? x : p === 2 ? l2Normalize(x) : overNonZero(x, expandDims(lengths(x, p), -1)));
  return {
    name: 'lp',
    similarity: false,
    between: (x, y) =>
      tidy(() => {
        const a = unit(x);
        const b = y === undefined ? undefined : unit(y);
        if (p === 2) {
          const squares = pairwiseSquaredDistances(a, b);
          return power === 2 ? squares : power === 1 ? safeSqrt(squares) : pow(squares, power / 2);
        }
        const far = safeAbs(sub(expandDims(a, 1), expandDims(b ?? a, 0)));
        const norms = p === 1 ? sum(far, -1) : pow(sum(pow(far, p), -1), 1 / p);
        return power === 1 ? norms : pow(norms, power);
      }),
  };
}

/**
 * The inverse signal-to-noise ratio: how much the difference from an anchor varies over the features, beside how much the anchor does. It is not symmetric.
 *
 * $$ d(x, y) = \frac{\operatorname{Var}(x - y)}{\operatorname{Var}(x)} $$
 *
 * @param options whether embeddings are first brought to norm 1.
 * @returns the record of the distance.
 * @throws SurrogateError `dtype`.
 * @see Yuan, Deng, Tang, Tang, Chen: Signal-To-Noise Ratio: A Robust Distance Metric for Deep Metric Learning, 2019. arXiv:1904.02616
 * @example
 * import { snrDistance } from '@surrogate/losses';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 * await snrDistance({ normalize: false }).between(tensor2d([[2, 0]]), tensor2d([[1, 0]])).data(); // [0.25]
 */
export function snrDistance({ normalize = true }: SnrDistanceOptions = {}): PairDistance {
  checkBoolean('snrDistance', 'normalize', normalize);
  const centred = (x: Tensor) => {
    const given = normalize ? l2Normalize(x) : x;
    return sub(given, mean(given, -1, true));
  };
  return {
    name: 'snr',
    similarity: false,
    between: (x, y) =>
      tidy(() => {
        const a = centred(x);
        const noise = pairwiseSquaredDistances(a, y === undefined ? undefined : centred(y));
        return overNonZero(noise, sum(square(a), -1, true));
      }),
  };
}
