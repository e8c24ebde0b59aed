/** @file NoProp (Li, Teh, Pascanu 2025): every block of a classifier learns to denoise the label's embedding, alone. */
import {
  checkAbove,
  checkAtLeast,
  checkBetween,
  checkInteger,
  checkRng,
  detach,
  fail,
  lossScope,
  noGrad,
  randomNormal,
  type LossOptions,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { add, mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { gaussianNoise, type NoiseModel } from './noise.js';
import { checkedScores } from './scoreMatching.js';

/** Options of {@link noPropSchedule}. */
export interface NoPropScheduleOptions {
  /** How many blocks, >= 1. Default 10. */
  steps?: number | undefined;
  /** How far from its end the cosine begins, >= 0. Default 0.008. */
  offset?: number | undefined;
  /** The least share of the label, at the first block, > 0. Default 1e-3. */
  min?: number | undefined;
  /** The largest, after the last block, < 1. Default 0.999. */
  max?: number | undefined;
}

/** The levels of noise between blocks, and how blocks are chained. Numbers of the host; those of block t in 1 to T are at index t. */
export interface NoPropSchedule {
  /** How many blocks: T. */
  readonly steps: number;
  /** `[T + 1]`, ascending: the share of the label in z_t. */
  readonly alphaBar: readonly number[];
  /** `[T + 1]`: what the block's prediction is multiplied by. */
  readonly a: readonly number[];
  /** `[T + 1]`: what z of the block before is multiplied by. */
  readonly b: readonly number[];
  /** `[T + 1]`: the variance of the noise that is added. */
  readonly c: readonly number[];
  /** `[T + 1]`: SNR(t) - SNR(t - 1), how much the block's loss counts. */
  readonly snrIncrement: readonly number[];
  /** What z_t is, given the label's embedding: `noise(t).perturb(embedding, rng)` feeds block t + 1. */
  noise(t: number): NoiseModel;
}

/** Options of {@link noPropBlockLoss}. */
export interface NoPropBlockOptions extends LossOptions {
  /** How much the denoising counts beside the head's cross-entropy, > 0. Default 0.1. */
  eta?: number | undefined;
}

/** Options of {@link noPropInfer}. */
export interface NoPropInferOptions {
  /** Whether the noise between blocks is left out, which is usually a little better. Default false. */
  deterministic?: boolean | undefined;
}

/**
 * The cosine schedule of NoProp, from noise to the label, with what chains the blocks so that perfect ones reproduce it.
 *
 * $$ \bar\alpha_t = \cos^2\left(\frac{(1 - t/T) + s}{1 + s} \cdot \frac{\pi}{2}\right), \qquad z_t = a_t \hat u_t + b_t z_{t-1} + \sqrt{c_t}\, e $$
 *
 * The paper does not say where it clips; here ᾱ lies in [min, max].
 *
 * @param options the number of blocks and the ends.
 * @returns the schedule.
 * @throws SurrogateError `range`.
 * @see Li, Teh, Pascanu: NoProp: Training Neural Networks without Full Back-propagation or Full Forward-propagation, 2025. arXiv:2503.24322
 * @example
 * import { noPropSchedule } from '@surrogate/losses';
 * noPropSchedule().alphaBar[5].toFixed(5); // '0.49377'
 */
export function noPropSchedule({ steps = 10, offset = 0.008, min = 1e-3, max = 0.999 }: NoPropScheduleOptions = {}): NoPropSchedule {
  const fn = 'noPropSchedule';
  checkInteger(fn, 'steps', steps, 1);
  checkAtLeast(fn, 'offset', offset, 0);
  checkBetween(fn, 'min', min, Number.MIN_VALUE, 1);
  checkBetween(fn, 'max', max, min, 1);
  const alphaBar = Array.from({ length: steps + 1 }, (_, t) => {
    const angle = ((1 - t / steps + offset) / (1 + offset)) * (Math.PI / 2);
    return Math.min(Math.max(Math.cos(angle) ** 2, min), max);
  });
  const snr = alphaBar.map((share) => share / (1 - share));
  const each = (f: (now: number, before: number, kept: number) => number) =>
    alphaBar.map((now, t) => (t === 0 ? 0 : f(now, alphaBar[t - 1]!, alphaBar[t - 1]! / now)));
  return {
    steps,
    alphaBar,
    a: each((now, before, kept) => (Math.sqrt(now) * (1 - kept)) / (1 - before)),
    b: each((now, before, kept) => (Math.sqrt(kept) * (1 - now)) / (1 - before)),
    c: each((now, before, kept) => ((1 - now) * (1 - kept)) / (1 - before)),
    snrIncrement: snr.map((value, t) => (t === 0 ? 0 : value - snr[t - 1]!)),
    noise(t) {
      checkBlock('noPropSchedule', t, 0, steps);
      return gaussianNoise(Math.sqrt(1 - alphaBar[t]!), { scale: Math.sqrt(alphaBar[t]!) });
    },
  };
}

function checkBlock(fn: string, t: number, least: number, steps: number): void {
  checkInteger(fn, 't', t, least);
  if (t > steps) fail('range', fn, 't', `must be at most T = ${steps}, got ${t}`);
}

function checkSchedule(fn: string, schedule: NoPropSchedule): void {
  if (!Array.isArray(schedule?.snrIncrement)) fail('dtype', fn, 'schedule', `must be what noPropSchedule returns, got ${typeof schedule}`);
}

/**
 * The loss of one block: what it makes of x and a noisy label against the label's embedding. No other block is run, before or after it.
 *
 * $$ \ell_t = \frac{T}{2} \eta \left(\mathrm{SNR}(t) - \mathrm{SNR}(t - 1)\right) \lVert \hat u_t(z_{t-1}, x) - u_y \rVert^2, \qquad z_{t-1} \sim q(\cdot \mid y) $$
 *
 * The head behind the last block learns by `crossEntropy` on z_T.
 *
 * @param predictions float32 `[B, E]`: the block's estimate of the embedding.
 * @param embeddings float32 `[B, E]`: the labels' embeddings, one-hot for example.
 * @param t which block, 1 to T.
 * @param schedule what {@link noPropSchedule} returns.
 * @param options η, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where shapes differ, `range`, `dtype`, `disposed`.
 * @see Li, Teh, Pascanu: NoProp: Training Neural Networks without Full Back-propagation or Full Forward-propagation, 2025. arXiv:2503.24322
 * @example
 * import { noPropBlockLoss, noPropSchedule } from '@surrogate/losses';
 * (await noPropBlockLoss([[0.5, 0.5]], [[1, 0]], 1, noPropSchedule()).data())[0].toFixed(5); // '0.00592'
 */
export function noPropBlockLoss(
  predictions: TensorLike,
  embeddings: TensorLike,
  t: number,
  schedule: NoPropSchedule,
  options: NoPropBlockOptions = {},
): Tensor {
  const fn = 'noPropBlockLoss';
  const { eta = 0.1 } = options;
  checkSchedule(fn, schedule);
  checkBlock(fn, t, 1, schedule.steps);
  checkAbove(fn, 'eta', eta, 0);
  const weight = (schedule.steps / 2) * eta * schedule.snrIncrement[t]!;
  return lossScope(
    fn,
    { predictions, embeddings },
    options,
    (rows) => mul(weight, sum(square(sub(rows.predictions, rows.embeddings)), -1)),
    1,
  );
}

/**
 * Runs the blocks: from noise, each moves z towards its estimate of the embedding.
 *
 * $$ z_0 \sim N(0, I), \qquad z_t = a_t \hat u_t(z_{t-1}, x) + b_t z_{t-1} + \sqrt{c_t}\, e $$
 *
 * @param blocks T functions that map z `[B, E]` to estimates of that shape, each with x and its parameters inside.
 * @param shape `[B, E]`.
 * @param schedule what {@link noPropSchedule} returns.
 * @param rng draws the noise.
 * @param options whether noise is added between blocks.
 * @returns float32 `[B, E]`: z_T, for the head; a constant to gradients.
 * @throws SurrogateError `shape` unless there are T blocks, or where one returns another shape, `dtype`.
 * @see Li, Teh, Pascanu: NoProp: Training Neural Networks without Full Back-propagation or Full Forward-propagation, 2025. arXiv:2503.24322
 * @example
 * import { rng } from '@surrogate/core';
 * import { noPropInfer, noPropSchedule } from '@surrogate/losses';
 * import { mul } from '@tensorflow/tfjs-core';
 * const z = noPropInfer([(z) => mul(z, 0), (z) => mul(z, 0)], [3, 4], noPropSchedule({ steps: 2 }), rng(0));
 * z.shape; // [3, 4]
 */
export function noPropInfer(
  blocks: readonly ((z: Tensor) => Tensor)[],
  shape: readonly [number, number],
  schedule: NoPropSchedule,
  rng: Rng,
  { deterministic = false }: NoPropInferOptions = {},
): Tensor {
  const fn = 'noPropInfer';
  checkSchedule(fn, schedule);
  checkRng(fn, 'rng', rng);
  if (!Array.isArray(blocks) || blocks.length !== schedule.steps)
    fail('shape', fn, 'blocks', `must be T = ${schedule.steps} functions, got ${Array.isArray(blocks) ? blocks.length : typeof blocks}`);
  return tidy(() =>
    noGrad(() =>
      blocks.reduce<Tensor>(
        (z, block: (z: Tensor) => Tensor, i) =>
          tidy(() => {
            const t = i + 1;
            const estimate = detach(checkedScores(fn, block(z), z));
            const moved = add(mul(schedule.a[t]!, estimate), mul(schedule.b[t]!, z));
            return deterministic ? moved : add(moved, randomNormal(rng, z.shape, { stddev: Math.sqrt(schedule.c[t]!) }));
          }),
        randomNormal(rng, shape),
      ),
    ),
  );
}
