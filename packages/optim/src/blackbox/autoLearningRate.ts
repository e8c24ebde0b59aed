/** @file Learning rates found while training: short probes, a forecast of where each leads, Bayesian optimisation between them. */
import { checkAbove, checkAtLeast, checkBoolean, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { goldenSection } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';
import { bayesianOptimization, confidenceAcquisition } from './bayesian.js';

/** A curve a e^(b t) + c. */
export interface ExponentialFit {
  /** What is still to be lost at t = 0. */
  readonly a: number;
  /** The rate, below 0. */
  readonly b: number;
  /** Where it ends. */
  readonly c: number;
  /** The curve at t. */
  predict(t: number): number;
}

/** Options of {@link fitExponentialDecay}. */
export interface ExponentialFitOptions {
  /** Leave outliers among the first half out: 10 times the worst 3 %. Default true. */
  robust?: boolean | undefined;
}

/** The least squares a and c for a rate, over the places that are kept, with what is left. */
function linearPart(y: Float64Array, kept: readonly number[], b: number): { a: number; c: number; left: number } {
  let [se, see, sy, sey] = [0, 0, 0, 0];
  for (const t of kept) {
    const e = Math.exp(b * t);
    se += e;
    see += e * e;
    sy += y[t]!;
    sey += e * y[t]!;
  }
  const n = kept.length;
  const det = n * see - se * se;
  const a = det > 1e-12 * n * see ? (n * sey - se * sy) / det : 0;
  const c = (sy - a * se) / n;
  return { a, c, left: kept.reduce((sum, t) => sum + (a * Math.exp(b * t) + c - y[t]!) ** 2, 0) };
}

function fitKept(y: Float64Array, kept: readonly number[]): { a: number; b: number; c: number } {
  const left = (q: number): number => linearPart(y, kept, -Math.exp(q)).left;
  let [best, least] = [-9, Infinity];
  for (let q = -9; q <= 1; q += 0.25) {
    const value = left(q);
    if (value < least) [best, least] = [q, value];
  }
  const { x } = goldenSection(left, Math.max(-9, best - 0.25), Math.min(1, best + 0.25), { tolerance: 1e-9 });
  const b = -Math.exp(x);
  return { b, ...linearPart(y, kept, b) };
}

/**
 * Fits a decaying exponential to a loss curve, to say where it will be.
 *
 * $$ \ell(t) \approx a e^{b t} + c, \qquad b < 0 $$
 *
 * Given b, the rest is linear least squares; b is searched for along its logarithm. Outliers are judged by their distance from the fit, where the authors smooth by a spline first.
 *
 * @param losses at t = 0, 1, 2 ..., at least 4.
 * @returns the curve.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Jin, Zhou, Zhao, Zhu, Guo, Canini, Krishnamurthy: AutoLRS: Automatic Learning-Rate Schedule by Bayesian Optimization on the Fly, 2021
 * @example
 * import { fitExponentialDecay } from '@surrogate/optim';
 * const { predict } = fitExponentialDecay(Array.from({ length: 100 }, (_, t) => 2 * Math.exp(-0.05 * t) + 0.7));
 * predict(1000); // 0.7
 */
export function fitExponentialDecay(losses: ArrayLike<number>, { robust = true }: ExponentialFitOptions = {}): ExponentialFit {
  const fn = 'fitExponentialDecay';
  const y = vectorOf(fn, 'losses', losses);
  if (y.length < 4) fail('shape', fn, 'losses', `must hold at least 4 numbers, got ${y.length}`);
  checkBoolean(fn, 'robust', robust);
  let kept = Array.from(y, (_, t) => t);
  let fit = fitKept(y, kept);
  const drop = Math.floor(0.03 * y.length);
  for (let round = 0; robust && drop > 0 && round < 10; round++) {
    const miss = (t: number): number => Math.abs(fit.a * Math.exp(fit.b * t) + fit.c - y[t]!);
    const early = kept.filter((t) => t < y.length / 2).sort((s, t) => miss(t) - miss(s));
    const out = new Set(early.slice(0, Math.min(drop, early.length - 4)));
    kept = kept.filter((t) => !out.has(t));
    fit = fitKept(y, kept);
  }
  const { a, b, c } = fit;
  return { a, b, c, predict: (t) => a * Math.exp(b * t) + c };
}

/** How a training run is probed. */
export interface ProbedTraining {
  /** Takes steps with a learning rate; returns the loss at each. */
  trainSteps(learningRate: number, steps: number): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** Remembers where training stands: parameters, optimizer, data. */
  save(): void | Promise<void>;
  /** Goes back to what was remembered last. */
  restore(): void | Promise<void>;
  /** The loss on held-out data as training stands; with it, probes of late stages are judged by this. */
  validate?(): number | Promise<number>;
}

/** What a probe promises at the end of a stage: by its training losses, or, where there is a first validation loss, by those of validation. */
async function forecast(training: ProbedTraining, learningRate: number, length: number, initial: number | undefined): Promise<number> {
  const probe = Math.floor(length / 10);
  if (initial === undefined) {
    const losses = Float64Array.from(await training.trainSteps(learningRate, probe));
    return losses.every(Number.isFinite) ? fitExponentialDecay(losses).predict(length) : Infinity;
  }
  const apart = Math.max(1, Math.floor(probe / 16));
  const losses: number[] = [];
  for (let done = apart; done <= probe; done += apart) {
    await training.trainSteps(learningRate, apart);
    losses.push(await training.validate!());
  }
  if (!losses.every(Number.isFinite)) return Infinity;
  return Math.max(...losses) >= initial ? losses.at(-1)! : fitExponentialDecay(losses).predict(length / apart - 1);
}

/** Options of {@link autoLearningRates}. */
export interface AutoLearningRateOptions {
  /** The lowest learning rate, > 0. */
  minLearningRate: number;
  /** The highest. */
  maxLearningRate: number;
  /** What the search draws from. */
  rng: Rng;
  /** τ, the steps of the first stage, >= 40. Default 1000. */
  steps?: number | undefined;
  /** The most steps a stage has; it doubles until then. Default 8000. */
  maxSteps?: number | undefined;
  /** How many learning rates are tried a stage, >= 2. Default 10. */
  probes?: number | undefined;
  /** κ of the confidence bound, >= 0: 1e6, as in the authors' code, only explores. Default 2. */
  kappa?: number | undefined;
}

/** One stage. */
export interface LearningRateStage {
  /** The learning rate that was chosen, and trained with. */
  readonly learningRate: number;
  /** For so many steps. */
  readonly steps: number;
  /** The loss that the probe promised at their end; the validation loss in the validation stages. */
  readonly predicted: number;
  /** The losses of those steps. */
  readonly losses: ArrayLike<number>;
}

/**
 * Trains in stages of a constant learning rate each, chosen by probes of a tenth of a stage from the same start.
 *
 * $$ \eta^\star = \arg\min_\eta \hat\ell_\eta(\tau), \qquad \hat\ell_\eta(t) = a e^{b t} + c \text{ fitted to the first } \tau / 10 \text{ steps} $$
 *
 * Bayesian optimisation over log η chooses what to probe; a probe that diverges counts as the worst seen. Where `validate` is given, stages that follow one of the greatest length are validation stages: the forecast is fitted to the validation losses at each sixteenth of a probe, and is the last of them where one is not below the validation loss of the very start (the authors' code compares with the first training loss). The search costs as many steps as the training itself. It ends never: take as many stages as you want.
 *
 * @param training takes steps, saves, restores.
 * @returns the stages, each trained when it comes.
 * @throws SurrogateError `range`, `dtype`.
 * @see Jin, Zhou, Zhao, Zhu, Guo, Canini, Krishnamurthy: AutoLRS, 2021
 * @example
 * import { rng } from '@surrogate/core';
 * import { autoLearningRates } from '@surrogate/optim';
 * let [w, saved] = [1, 1];
 * const training = {
 *   trainSteps: (rate, steps) => Array.from({ length: steps }, () => ((w -= rate * w), w * w)),
 *   save: () => void (saved = w),
 *   restore: () => void (w = saved),
 * };
 * const { value } = await autoLearningRates(training, { minLearningRate: 1e-4, maxLearningRate: 1, rng: rng(0), steps: 40 }).next();
 * value.losses[39] < 0.01; // true
 */
export async function* autoLearningRates(
  training: ProbedTraining,
  { minLearningRate, maxLearningRate, rng, steps = 1000, maxSteps = 8000, probes = 10, kappa = 2 }: AutoLearningRateOptions,
): AsyncGenerator<LearningRateStage, never, void> {
  const fn = 'autoLearningRates';
  for (const part of ['trainSteps', 'save', 'restore'] as const) checkFunction(fn, `training.${part}`, training?.[part]);
  if (training.validate !== undefined) checkFunction(fn, 'training.validate', training.validate);
  checkAbove(fn, 'minLearningRate', minLearningRate, 0);
  checkAbove(fn, 'maxLearningRate', maxLearningRate, minLearningRate);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'steps', steps, 40);
  checkInteger(fn, 'maxSteps', maxSteps, steps);
  checkInteger(fn, 'probes', probes, 2);
  checkAtLeast(fn, 'kappa', kappa, 0);
  const search = bayesianOptimization([[Math.log(minLearningRate), Math.log(maxLearningRate)]], {
    acquisition: confidenceAcquisition(kappa),
    start: Math.min(3, probes - 1),
  });
  const initial = await training.validate?.();
  let before = 0;
  for (let length = steps; ; length = Math.min(2 * length, maxSteps)) {
    const reference = before === maxSteps ? initial : undefined;
    before = length;
    await training.save();
    let seen = search.init();
    let chosen = { learningRate: minLearningRate, predicted: Infinity };
    let worst = 1e6;
    for (let probe = 0; probe < probes; probe++) {
      const [[logRate]] = search.ask(seen, rng) as [[number]];
      await training.restore();
      const predicted = await forecast(training, Math.exp(logRate), length, reference);
      if (predicted < chosen.predicted) chosen = { learningRate: Math.exp(logRate), predicted };
      const finite = seen.values.map((value) => -value);
      if (finite.length > 0) worst = Math.max(...finite);
      seen = search.tell(seen, [logRate], -Math.min(predicted, worst));
    }
    await training.restore();
    const losses = await training.trainSteps(chosen.learningRate, length);
    yield { ...chosen, steps: length, losses };
  }
}
