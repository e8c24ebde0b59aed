/** @file Miners that choose one positive, or one negative, for each anchor. */
import { checkOneOf, fail } from '@surrogate/core';
import {
  argMax,
  equal,
  expandDims,
  greater,
  greaterEqual,
  less,
  lessEqual,
  mul,
  neg,
  range,
  scalar,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { having } from './anchors.js';
import { among } from './hardMiners.js';
import { farness, float, type PairMiner, type Pairs } from './pairs.js';

/** Which pairs of an anchor are taken: the hardest, the hardest that is still on the right side of the other kind, the easiest, or all. */
export type BatchStrategy = 'hard' | 'semihard' | 'easy' | 'all';

/** Options of {@link batchEasyHardMiner}. */
export interface BatchEasyHardMinerOptions {
  /** Which positive of each anchor. Default easy. */
  positives?: BatchStrategy | undefined;
  /** Which negative of each anchor. Default semihard. */
  negatives?: BatchStrategy | undefined;
  /** Only positives whose similarity or distance is in this range. Default any. */
  positiveRange?: readonly [number, number] | undefined;
  /** Only negatives whose similarity or distance is in this range. Default any. */
  negativeRange?: readonly [number, number] | undefined;
}

/** Options of {@link batchHardMiner}. */
export type BatchHardMinerOptions = Pick<BatchEasyHardMinerOptions, 'positiveRange' | 'negativeRange'>;

/** 0/1: the one pair of each anchor with the largest score among those of a mask. */
function best(score: Tensor, mask: Tensor): Tensor {
  const at = argMax(among(score, mask, -Infinity), 1);
  return mul(mask, float(equal(expandDims(at, 1), range(0, mask.shape[1]!, 1, 'int32'))));
}

/** 0/1: pairs whose value is in a range. */
const within = (values: Tensor, bounds: readonly [number, number] | undefined): Tensor =>
  bounds === undefined ? scalar(1) : mul(float(greaterEqual(values, bounds[0])), float(lessEqual(values, bounds[1])));

function checkBounds(fn: string, name: string, bounds: readonly [number, number] | undefined): void {
  if (bounds !== undefined && !(bounds.length === 2 && bounds[0] <= bounds[1]))
    fail('range', fn, name, `must be two numbers in order, got [${bounds.join(', ')}]`);
}

/**
 * Takes one positive and one negative for each anchor, or all of one kind: batch-all, batch-hard, batch-easy, easy-positive with semi-hard negative, and what else can be combined.
 *
 * A semi-hard negative is the nearest that is farther than the positive that was taken; a semi-hard positive the farthest that is nearer than the negative.
 *
 * @param options the strategy for either kind, and the values that are allowed.
 * @returns the record of the miner.
 * @throws SurrogateError `range` for strategies that are unknown or cannot be combined (semihard needs the other kind to be hard or easy), or for ranges out of order.
 * @see Xuan, Stylianou, Pless: Improved Embeddings with Easy Positive Triplet Mining, 2020. arXiv:1904.04370
 * @example
 * import { batchEasyHardMiner } from '@surrogate/losses';
 * batchEasyHardMiner({ positives: 'easy', negatives: 'hard' }).name; // 'batchEasyHard'
 */
export function batchEasyHardMiner(options: BatchEasyHardMinerOptions = {}): PairMiner {
  return batchMiner('batchEasyHardMiner', 'batchEasyHard', options);
}

function batchMiner(fn: string, name: string, options: BatchEasyHardMinerOptions): PairMiner {
  const { positives = 'easy', negatives = 'semihard', positiveRange, negativeRange } = options;
  const strategies: readonly BatchStrategy[] = ['hard', 'semihard', 'easy', 'all'];
  checkOneOf(fn, 'positives', positives, strategies);
  checkOneOf(fn, 'negatives', negatives, strategies);
  if ((positives === 'semihard' || negatives === 'semihard') && [positives, negatives].every((s) => s === 'semihard' || s === 'all'))
    fail(
      'range',
      fn,
      'negatives',
      `must go with positives that are hard or easy, or such negatives with them, got '${negatives}' with '${positives}'`,
    );
  checkBounds(fn, 'positiveRange', positiveRange);
  checkBounds(fn, 'negativeRange', negativeRange);
  const mine = (pairs: Pairs) => {
    const far = farness(pairs);
    const allowed = {
      positive: mul(pairs.positive, within(pairs.values, positiveRange)),
      negative: mul(pairs.negative, within(pairs.values, negativeRange)),
    };
    const distanceOf = (chosen: Tensor) => sum(mul(chosen, far), 1, true);
    const take = {
      positive: (other?: Tensor) => {
        if (positives === 'all') return pairs.positive;
        const right = other === undefined ? scalar(1) : float(less(far, distanceOf(other)));
        return best(positives === 'easy' ? neg(far) : far, mul(allowed.positive, right));
      },
      negative: (other?: Tensor) => {
        if (negatives === 'all') return pairs.negative;
        const right = other === undefined ? scalar(1) : float(greater(far, distanceOf(other)));
        return best(negatives === 'easy' ? far : neg(far), mul(allowed.negative, right));
      },
    };
    const negativeFirst = positives === 'semihard';
    const first = negativeFirst ? take.negative() : take.positive();
    const second = negativeFirst ? take.positive(first) : take.negative(negatives === 'semihard' ? first : undefined);
    const [positive, negative] = negativeFirst ? [second, first] : [first, second];
    if (positives === 'all' || negatives === 'all') return { positive, negative };
    const whole = expandDims(mul(having(positive), having(negative)), 1);
    return { positive: mul(positive, whole), negative: mul(negative, whole) };
  };
  return { name, mine };
}

/**
 * Takes the farthest positive and the nearest negative of each anchor that has both.
 *
 * @param options the values that are allowed.
 * @returns the record of the miner.
 * @throws SurrogateError `range` for ranges out of order.
 * @see Hermans, Beyer, Leibe: In Defense of the Triplet Loss for Person Re-Identification, 2017. arXiv:1703.07737
 * @example
 * import { batchHardMiner } from '@surrogate/losses';
 * batchHardMiner().name; // 'batchHard'
 */
export function batchHardMiner(options: BatchHardMinerOptions = {}): PairMiner {
  return batchMiner('batchHardMiner', 'batchHard', { ...options, positives: 'hard', negatives: 'hard' });
}
