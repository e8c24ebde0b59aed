/** @file A short run with rising learning rates, which shows the range where a network learns. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkBetween, checkInteger, disposeState, disposeTree, fail, type GradientTransformation, type Schedule, type TensorTree } from '@surrogate/core'; // prettier-ignore
import { checkFunction } from '../host/vectors.js';
import { minimize } from './minimize.js';

/** Options of {@link learningRateRange}. */
export interface LearningRateRangeOptions {
  /** The first learning rate, > 0. Default 1e-6. */
  from?: number | undefined;
  /** The last learning rate, above `from`. Default 10. */
  to?: number | undefined;
  /** How many steps, >= 2. Default 100. */
  steps?: number | undefined;
  /** How much of the mean of losses is kept at each step, in [0, 1). Default 0.9. */
  smoothing?: number | undefined;
  /** Ends where the mean is so many times the lowest so far, > 1. Default 4. */
  divergence?: number | undefined;
  /** Ends after the current step when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** What {@link learningRateRange} found. */
export interface LearningRateRange {
  /** The learning rate of each step that was taken. */
  readonly rates: Float64Array;
  /** The exponential mean of the losses up to it. */
  readonly losses: Float64Array;
  /** The rate at which the mean falls fastest: a learning rate to start with; a few times more is the most that a warm-up should reach. NaN where it never falls. */
  readonly steepest: number;
  /** The rate at which the mean is lowest: near it training is about to diverge. NaN where no step was taken. */
  readonly lowest: number;
}

/**
 * Looks for a learning rate by a short run in which it rises exponentially: below some rate nothing is learnt, above another everything diverges.
 *
 * $$ \eta_t = \eta_{from} (\eta_{to} / \eta_{from})^{t / (T - 1)} $$
 *
 * @param loss a float32 scalar of the parameters and of the step, from 0, as `minimize` takes it.
 * @param params where the run starts; they are left as they are, so they may not be variables.
 * @param optimizer makes an optimizer of a schedule: `adamw`, `(rate) => chain(clipByGlobalNorm(1), sgd(rate))`.
 * @param options the range, and when it ends.
 * @returns a promise of the curve and of two readings.
 * @throws SurrogateError `range`, `dtype`, `shape` where the loss is no scalar.
 * @see Smith: Cyclical Learning Rates for Training Neural Networks, 2015. arXiv:1506.01186
 * @example
 * import { learningRateRange, sgd } from '@surrogate/optim';
 * import { square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const loss = ({ w }: { w: Tensor }) => sum(square(w));
 * const { steepest } = await learningRateRange(loss, { w: tensor([1, 2]) }, sgd);
 * steepest > 0.01 && steepest < 1; // true
 */
export async function learningRateRange<P extends TensorTree<P>>(
  loss: (params: P, step: number) => Tensor,
  params: P,
  optimizer: (learningRate: Schedule) => GradientTransformation,
  { from = 1e-6, to = 10, steps = 100, smoothing = 0.9, divergence = 4, signal }: LearningRateRangeOptions = {},
): Promise<LearningRateRange> {
  const fn = 'learningRateRange';
  checkFunction(fn, 'loss', loss);
  checkFunction(fn, 'optimizer', optimizer);
  checkAbove(fn, 'from', from, 0);
  checkAbove(fn, 'to', to, from);
  checkInteger(fn, 'steps', steps, 2);
  checkBetween(fn, 'smoothing', smoothing, 0, 1);
  checkAbove(fn, 'divergence', divergence, 1);
  const rate = (step: number) => from * (to / from) ** (step / (steps - 1));
  const stop = new AbortController();
  const losses: number[] = [];
  let [mean, least] = [0, Infinity];
  const made = optimizer(rate);
  if (typeof made?.update !== 'function')
    fail('dtype', fn, 'optimizer', `must make a transformation, got ${made === null ? 'null' : typeof made}`);
  const run = await minimize(loss, params, made, {
    steps,
    signal: stop.signal,
    onStep({ loss: value }) {
      mean = smoothing * mean + (1 - smoothing) * value;
      const corrected = mean / (1 - smoothing ** (losses.length + 1));
      if (Number.isFinite(corrected)) losses.push(corrected);
      least = Math.min(least, corrected);
      if (!(corrected <= divergence * least) || signal?.aborted === true) stop.abort();
    },
  });
  disposeTree(run.params);
  disposeState(run.state);
  const falls = losses.map((value, i) => (i === 0 ? 0 : value - losses[i - 1]!));
  const smallest = (values: readonly number[]) => values.reduce((best, value, i) => (value < values[best]! ? i : best), 0);
  const steep = smallest(falls);
  return {
    rates: Float64Array.from(losses, (_, i) => rate(i)),
    losses: Float64Array.from(losses),
    // A loss is that before its step, so that it answers for the rate of the step before.
    steepest: steep === 0 ? NaN : rate(steep - 1),
    lowest: losses.length === 0 ? NaN : rate(smallest(losses)),
  };
}
