/** @file Dynamic soft margin loss (Zhang, Rusinkiewicz 2019): triplets weigh by how hard they are among those of the last batches. */
import { checkInteger, checkBetween, checkFinite, clip, detach, fail, noGrad, relu, safeAbs, type TensorLike } from '@surrogate/core';
import { add, clone, div, equal, expandDims, greaterEqual, mul, slice, stack, sub, sum, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { lpDistance, overNonZero } from './distances.js';
import { farther, float, nothing, pairScope, tripletsOf, type PairSource } from './pairs.js';
import { meanReducer } from './reducers.js';

/** Options of {@link dynamicSoftMargin}. */
export interface DynamicSoftMarginOptions {
  /** The least difference of distances that is told apart, < 0. Default -2, for unit vectors. */
  minimum?: number | undefined;
  /** How many bins differences fall into, >= 2. Default 10. */
  bins?: number | undefined;
  /** How much the newest batch counts in the histogram, in (0, 1]. Default 0.01. */
  momentum?: number | undefined;
}

/** What {@link dynamicSoftMargin} remembers. */
export interface DynamicSoftMarginState {
  /** float32 `[bins]`: how often differences were seen; zeros at first. */
  readonly histogram: Tensor;
}

/** A loss with a memory of how hard triplets are. */
export interface DynamicSoftMargin {
  /** A state that has seen nothing. */
  init(): DynamicSoftMarginState;
  /**
   * The loss of a batch, and the state after it.
   *
   * @param state from before; it stays the caller's.
   * @param embeddings float32 `[N, D]`.
   * @param labels int32 `[N]`.
   * @param options how pairs are made.
   */
  apply(
    state: DynamicSoftMarginState,
    embeddings: TensorLike,
    labels: TensorLike,
    options?: PairSource,
  ): { loss: Tensor; state: DynamicSoftMarginState };
}

/**
 * Dynamic soft margin loss: instead of a margin, each triplet weighs by the part of recent triplets that are easier.
 *
 * $$ L = \operatorname{mean}_{a,p,n} \operatorname{CDF}(d_{ap} - d_{an})\, (d_{ap} - d_{an}) $$
 *
 * The distribution is a histogram with a moving average over batches, a constant to gradients; the first batch fills it.
 *
 * @param options the bins and the moving average.
 * @returns `init` for a first state, and `apply` for the loss of a batch and the next state.
 * @throws SurrogateError `range`.
 * @see Zhang, Rusinkiewicz: Learning Local Descriptors with a CDF-Based Dynamic Soft Margin, 2019
 * @example
 * import { dynamicSoftMargin } from '@surrogate/losses';
 * const objective = dynamicSoftMargin();
 * const { loss, state } = objective.apply(objective.init(), [[1, 0], [0, 1], [1, 0]], [0, 0, 1]);
 * (await loss.data())[0]; // 0.517767
 * state.histogram.shape; // [10]
 */
export function dynamicSoftMargin(options: DynamicSoftMarginOptions = {}): DynamicSoftMargin {
  const fn = 'dynamicSoftMargin';
  const { minimum = -2, bins = 10, momentum = 0.01 } = options;
  checkFinite(fn, 'minimum', minimum);
  if (minimum >= 0) fail('range', fn, 'minimum', `must be below 0, got ${minimum}`);
  checkInteger(fn, 'bins', bins, 2);
  checkBetween(fn, 'momentum', momentum, 0, 1, true);
  const width = (2 * Math.abs(minimum)) / bins;
  const ends = Array.from({ length: bins }, (_, k) => minimum + k * width);
  const last = ends[bins - 1]!;

  /** The histogram after a batch; the same where there were no triplets. */
  const updated = (histogram: Tensor, differences: Tensor, present: Tensor): Tensor => {
    const held = clip(differences, minimum, last);
    const counts = stack(ends.map((end) => sum(mul(present, relu(sub(1, div(safeAbs(sub(held, end)), width)))))));
    const some = sub(1, float(equal(sum(counts), 0)));
    const fresh = float(equal(sum(histogram), 0));
    const share = mul(some, add(momentum, mul(fresh, 1 - momentum)));
    const moved = add(mul(sub(1, share), histogram), mul(share, counts));
    return overNonZero(moved, sum(moved));
  };

  /** The part of the histogram up to each difference. */
  const partBelow = (histogram: Tensor, differences: Tensor): Tensor => {
    const steps = ends.map((end, k) => mul(slice(histogram, [k], [1]), float(greaterEqual(differences, end))));
    return steps.reduce((a, b) => add(a, b));
  };

  return {
    init: () => ({ histogram: zeros([bins]) }),
    apply: (state, embeddings, labels, source = {}) =>
      pairScope<{ loss: Tensor; state: DynamicSoftMarginState }>(
        fn,
        embeddings,
        labels,
        { ...source, distance: source.distance ?? lpDistance() },
        (pairs) => {
          const differences = farther(pairs, expandDims(pairs.values, 2), expandDims(pairs.values, 1));
          const present = tripletsOf(pairs);
          const [histogram, weights] = noGrad(() => {
            const fixed = detach(differences);
            const next = updated(state.histogram, fixed, present);
            return [next, partBelow(next, fixed)] as const;
          });
          const loss = meanReducer.reduce({ losses: mul(weights, differences), present }, pairs.labels, 'loss');
          return { loss, state: { histogram } };
        },
        (inputs) => ({ loss: nothing(inputs), state: { histogram: clone(state.histogram) } }),
      ),
  };
}
