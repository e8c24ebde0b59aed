/** @file Upsampling what is learnt late (Nguyen et al. 2024): which examples those are, and a training list that holds them more often. */
import {
  asClassTarget,
  asTensor,
  checkInteger,
  checkRank,
  checkRng,
  checkShape,
  fail,
  onHost,
  type HostArray,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { kMeans, matrixFromRows } from '@surrogate/core/host';

/** A class in two groups, by what the model says of its examples. */
export interface UsefulClass {
  /** The class id. */
  readonly label: number;
  /** How many examples there are. */
  readonly examples: number;
  /** How many of them are slow. */
  readonly slow: number;
  /** The mean loss of the slow group; NaN of none. */
  readonly slowLoss: number;
  /** The mean loss of the rest; NaN of none. */
  readonly fastLoss: number;
}

/** What {@link usefulSplit} finds. */
export interface UsefulSplit {
  /** Of each example, whether it is among those that are learnt late. */
  readonly slow: readonly boolean[];
  /** The classes that have examples, by id. */
  readonly classes: readonly UsefulClass[];
}

/** Below this many examples a class is left whole. */
const fewest = 4;

const meanOf = (losses: ArrayLike<number>, rows: readonly number[]) =>
  rows.reduce((sum, row) => sum + losses[row]!, 0) / (rows.length === 0 ? NaN : rows.length);

function finiteOnly(argument: string, { data }: HostArray): void {
  const odd = data.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) fail('range', 'usefulSplit', argument, `must be finite, got ${data[odd]} at position ${odd}`);
}

/** Which rows of a class are in its group of higher loss; none where there is no second group. */
function slowRows(rows: readonly number[], { data, shape }: HostArray, losses: ArrayLike<number>, rng: Rng): readonly number[] {
  if (rows.length < fewest) return [];
  const width = shape[1]!;
  const points = matrixFromRows(rows.map((row) => data.subarray(row * width, (row + 1) * width)));
  const { labels } = kMeans(points, 2, rng, { maxSteps: 50 });
  const groups = [0, 1].map((cluster) => rows.filter((_, i) => labels[i] === cluster));
  if (groups.some((group) => group.length === 0)) return [];
  const [a, b] = groups.map((group) => meanOf(losses, group));
  return a! > b! ? groups[0]! : b! > a! ? groups[1]! : [];
}

/**
 * Finds the examples that a model learns late: the outputs of each class fall into two clusters, and the one of higher mean loss is late. Ask it early in training,
 * after a twentieth or so (`suggestSeparationEpoch`), then train a fresh model on `usefulIndices`.
 *
 * A class with fewer than four examples, or whose outputs are all the same, has no late ones.
 *
 * @param outputs float32 `[n, K]`: the model's logits of the training examples.
 * @param labels int32 class ids `[n]` in [0, K).
 * @param losses float32 `[n]`: the examples' losses.
 * @param rng the generator that k-means starts from; it moves on.
 * @returns a flag an example, and what the classes are like.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for ids and for numbers that are not finite.
 * @see Nguyen, Haddad, Gan, Mirzasoleiman: Changing the Training Data Distribution to Reduce Simplicity Bias Improves In-distribution Generalization, 2024. arXiv:2404.17768
 * @example
 * import { rng } from '@surrogate/core';
 * import { usefulSplit } from '@surrogate/losses';
 * const { slow } = await usefulSplit([[0], [0.1], [5], [5.2]], [0, 0, 0, 0], [2, 2, 0.1, 0.1], rng(0));
 * slow; // [true, true, false, false]
 */
export async function usefulSplit(outputs: TensorLike, labels: TensorLike, losses: TensorLike, rng: Rng): Promise<UsefulSplit> {
  const fn = 'usefulSplit';
  checkRng(fn, 'rng', rng);
  const read = await onHost(() => {
    const z = asTensor(fn, 'outputs', outputs);
    checkRank(fn, 'outputs', z.shape, 2);
    const ids = asClassTarget(fn, labels, z.shape).ids;
    if (ids === undefined) fail('shape', fn, 'labels', `must be class ids of shape [${z.shape[0]}], got [${z.shape}]`);
    const each = asTensor(fn, 'losses', losses);
    checkShape(fn, 'losses', each.shape, [z.shape[0]]);
    return { outputs: z, labels: ids, losses: each };
  });
  finiteOnly('outputs', read.outputs);
  finiteOnly('losses', read.losses);
  const slow = Array.from(read.labels.data, () => false);
  const classes = [...new Set(read.labels.data)]
    .sort((a, b) => a - b)
    .map((label) => {
      const rows = [...read.labels.data.keys()].filter((row) => read.labels.data[row] === label);
      const late = slowRows(rows, read.outputs, read.losses.data, rng);
      for (const row of late) slow[row] = true;
      const rest = rows.filter((row) => !slow[row]);
      return {
        label,
        examples: rows.length,
        slow: late.length,
        slowLoss: meanOf(read.losses.data, late),
        fastLoss: meanOf(read.losses.data, rest),
      };
    });
  return { slow, classes };
}

/**
 * The training list that holds late examples more often: all examples once, then the late ones again.
 *
 * @param slow which examples are late, from {@link usefulSplit}.
 * @param factor how often a late example is in the list, an integer >= 1. Default 2, the paper's.
 * @returns indices of examples, to be shuffled.
 * @throws SurrogateError `range` when factor is no positive integer, `dtype` when slow is no list of booleans.
 * @see Nguyen, Haddad, Gan, Mirzasoleiman: Changing the Training Data Distribution to Reduce Simplicity Bias Improves In-distribution Generalization, 2024. arXiv:2404.17768
 * @example
 * import { usefulIndices } from '@surrogate/losses';
 * usefulIndices([true, true, false, false]); // [0, 1, 2, 3, 0, 1]
 */
export function usefulIndices(slow: readonly boolean[], factor = 2): Int32Array {
  const fn = 'usefulIndices';
  checkInteger(fn, 'factor', factor, 1);
  if (!Array.isArray(slow) || slow.some((flag) => typeof flag !== 'boolean'))
    fail('dtype', fn, 'slow', `must be a list of booleans, got ${Array.isArray(slow) ? 'a list with something else' : typeof slow}`);
  const all = [...slow.keys()];
  const late = all.filter((i) => slow[i]);
  return Int32Array.from([...all, ...Array.from({ length: factor - 1 }, () => late).flat()]);
}

/**
 * The epoch after which to split: where the training error no longer falls as it did at first, its drop below half of the mean drop of the first three epochs.
 *
 * The paper picks the epoch by eye, at the knee of the curve; the rule is this library's.
 *
 * @param trainErrors the training error after each epoch, in order.
 * @returns the index of an epoch, 2 or more; the last one where the error falls on.
 * @throws SurrogateError `shape` for fewer than three errors, `range` for one that is not finite.
 * @see Nguyen, Haddad, Gan, Mirzasoleiman: Changing the Training Data Distribution to Reduce Simplicity Bias Improves In-distribution Generalization, 2024. arXiv:2404.17768
 * @example
 * import { suggestSeparationEpoch } from '@surrogate/losses';
 * suggestSeparationEpoch([0.8, 0.6, 0.4, 0.2, 0.15, 0.14]); // 4
 */
export function suggestSeparationEpoch(trainErrors: readonly number[]): number {
  const fn = 'suggestSeparationEpoch';
  if (!Array.isArray(trainErrors) || trainErrors.length < 3)
    fail(
      'shape',
      fn,
      'trainErrors',
      `must be three errors or more, got ${Array.isArray(trainErrors) ? trainErrors.length : typeof trainErrors}`,
    );
  const odd = trainErrors.findIndex((error) => !Number.isFinite(error));
  if (odd >= 0) fail('range', fn, 'trainErrors', `must be finite, got ${trainErrors[odd]} at [${odd}]`);
  const span = Math.min(3, trainErrors.length - 1);
  const firstDrop = (trainErrors[0]! - trainErrors[span]!) / span;
  for (let epoch = 2; epoch < trainErrors.length; epoch++) if (trainErrors[epoch - 1]! - trainErrors[epoch]! < firstDrop / 2) return epoch;
  return trainErrors.length - 1;
}
