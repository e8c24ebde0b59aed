/** @file What a loss rescaler sees of an example (STORM, 2024): its losses and confidences over several passes, beside those of its group; on the host. */
import { asClassTarget, asTensor, checkOneOf, checkRank, checkShape, fail, onHost, type HostArray, type TensorLike } from '@surrogate/core';
import { tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { gaussianKl, gaussianOverlap } from './gaussians.js';

/** Several passes over one batch, the later ones usually under dropout. */
export interface RescalingPasses {
  /** float32 `[G, B]`: the losses of each pass. */
  readonly losses: TensorLike;
  /** float32 `[G, B, K]`: the predicted probabilities of each pass. */
  readonly probs: TensorLike;
}

/** Options of {@link rescalingFeatures}. */
export interface RescalingFeatureOptions {
  /** The 19 features of the paper, or 7 of them that serve small models. Default full. */
  set?: 'full' | 'lite' | undefined;
}

/** What the passes say of one example. */
interface Seen {
  readonly label: number;
  readonly agrees: boolean;
  readonly loss: number;
  readonly lossStd: number;
  readonly confidence: number;
  readonly confidenceStd: number;
}

const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** With n - 1; 0 of a single value. */
function stdOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.length < 2 ? 0 : Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

/** Whether most passes predict the label; where half of them do, whether the first one does. */
function agreement(predicted: readonly number[], label: number): boolean {
  const votes = 2 * predicted.filter((k) => k === label).length;
  return votes === predicted.length ? predicted[0] === label : votes > predicted.length;
}

function seenOf(losses: HostArray, probs: HostArray, labels: HostArray): readonly Seen[] {
  const [passes, rows, classes] = probs.shape as [number, number, number];
  return Array.from({ length: rows }, (_, i) => {
    const each = Array.from({ length: passes }, (__, g) => probs.data.subarray((g * rows + i) * classes, (g * rows + i + 1) * classes));
    const own = each.map((_row, g) => losses.data[g * rows + i]!);
    const tops = each.map((row) => Math.max(...row));
    const label = labels.data[i]!;
    return {
      label,
      agrees: agreement(
        each.map((row, g) => row.indexOf(tops[g]!)),
        label,
      ),
      loss: meanOf(own),
      lossStd: stdOf(own),
      confidence: meanOf(tops),
      confidenceStd: stdOf(tops),
    };
  });
}

/** A value of each example, and its mean and spread over the example's group. */
function grouped(
  seen: readonly Seen[],
  groupOf: (one: Seen) => number,
  valueOf: (one: Seen) => number,
): readonly (readonly [number, number, number])[] {
  const values = new Map<number, number[]>();
  for (const one of seen) values.set(groupOf(one), [...(values.get(groupOf(one)) ?? []), valueOf(one)]);
  const moments = new Map([...values].map(([group, all]) => [group, [meanOf(all), stdOf(all)] as const]));
  return seen.map((one) => [valueOf(one), ...moments.get(groupOf(one))!]);
}

function fullRows(seen: readonly Seen[]): number[][] {
  const group = ({ label, agrees }: Seen) => 2 * label + Number(agrees);
  const four = (['loss', 'lossStd', 'confidence', 'confidenceStd'] as const).map((name) => grouped(seen, group, (one) => one[name]));
  const [losses, spreads] = four as [(typeof four)[0], (typeof four)[0]];
  const index = new Map(seen.map((one, i) => [one, i]));
  const against = (compare: typeof gaussianKl) =>
    grouped(seen, group, (one) => {
      const i = index.get(one)!;
      return compare({ mean: one.loss, std: one.lossStd }, { mean: losses[i]![1], std: spreads[i]![1] });
    });
  const all = [...four, against(gaussianKl), against(gaussianOverlap)];
  return seen.map(({ agrees }, i) => [...all.flatMap((part) => part[i]!), Number(agrees)]);
}

function liteRows(seen: readonly Seen[]): number[][] {
  const byClass = grouped(
    seen,
    ({ label }) => label,
    ({ loss }) => loss,
  );
  return seen.map((one, i) => [
    one.loss,
    one.lossStd,
    one.confidence,
    one.confidenceStd,
    byClass[i]![1],
    byClass[i]![2],
    Number(one.agrees),
  ]);
}

/**
 * The features from which {@link lossRescaler} tells wrong labels: how large an example's loss is and how sure the model, over several passes, beside what is usual in its group.
 *
 * `full` are, in this order: the mean loss over the passes, its standard deviation, the mean largest probability, its standard deviation, each followed by its mean and standard deviation over
 * the group; the divergence KL of the example's Gaussian of losses from its group's, with mean and deviation; the overlap of the two, likewise; and whether most passes predict the label. A group is
 * a class and whether most passes agree with it. `lite` are the four, the mean and standard deviation of the loss over the class, and the last. Of one pass, deviations are 0.
 *
 * The paper keeps statistics over the last batches; here they are over this one, its default.
 *
 * @param passes the losses and probabilities of G passes over a batch.
 * @param labels int32 class ids `[B]`.
 * @param options which features.
 * @returns float32 `[B, 19]`, or `[B, 7]`; constants.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for ids, for numbers that are not finite, and for another set.
 * @see Heck, Geishauser, Lubis, van Niekerk, Feng, Lin, Ruppik, Vukovic, Gašić: Learning from Noisy Labels via Self-Taught On-the-Fly Meta Loss Rescaling, 2024. arXiv:2412.12955
 * @example
 * import { rescalingFeatures } from '@surrogate/losses';
 * const passes = { losses: [[0.2, 1.5], [0.4, 1.1]], probs: [[[0.8, 0.2], [0.8, 0.2]], [[0.7, 0.3], [0.7, 0.3]]] };
 * const features = await rescalingFeatures(passes, [0, 1], { set: 'lite' });
 * await features.data(); // [0.3, 0.1414214, 0.75, 0.0707107, 0.3, 0, 1, 1.3, 0.2828427, 0.75, 0.0707107, 1.3, 0, 0]
 */
export async function rescalingFeatures(
  passes: RescalingPasses,
  labels: TensorLike,
  options: RescalingFeatureOptions = {},
): Promise<Tensor> {
  const fn = 'rescalingFeatures';
  const { set = 'full' } = options;
  checkOneOf(fn, 'set', set, ['full', 'lite']);
  const read = await onHost(() => {
    const probs = asTensor(fn, 'probs', passes.probs);
    checkRank(fn, 'probs', probs.shape, 3);
    if (probs.size === 0) fail('shape', fn, 'probs', `must not be empty, got [${probs.shape.join(', ')}]`);
    const losses = asTensor(fn, 'losses', passes.losses);
    checkShape(fn, 'losses', losses.shape, probs.shape.slice(0, 2));
    const { ids } = asClassTarget(fn, labels, probs.shape.slice(1));
    if (ids === undefined)
      fail('shape', fn, 'labels', `must be class ids of shape [${probs.shape[1]}], got [${probs.shape.slice(1).join(', ')}]`);
    return { probs, losses, labels: ids };
  });
  for (const name of ['losses', 'probs'] as const) {
    const odd = read[name].data.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) fail('range', fn, name, `must be finite, got ${read[name].data[odd]} at position ${odd}`);
  }
  const seen = seenOf(read.losses, read.probs, read.labels);
  const rows = set === 'full' ? fullRows(seen) : liteRows(seen);
  return tensor2d(rows);
}
