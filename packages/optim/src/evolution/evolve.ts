/** @file A search for update rules: programs that change at random, and of which the better have children. */
import { checkInteger, checkRng, type Rng } from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { checkRates, checkTasks, meanLogLoss, RATES, type ProxyTask } from './fitness.js';
import { checkProgram, type UpdateProgram } from './instructions.js';
import { mutate } from './mutate.js';
import { programFingerprint, simplifyProgram } from './program.js';
import { momentumProgram } from './seeds.js';

/** What {@link evolveOptimizer} tells after each evaluation. */
export interface EvolutionProgress {
  /** How many programs have been evaluated. */
  readonly evaluations: number;
  /** The one just evaluated. */
  readonly program: UpdateProgram;
  /** Its mean log loss. */
  readonly fitness: number;
  /** The least so far. */
  readonly best: number;
}

/** Options of {@link evolveOptimizer}. */
export interface EvolveOptimizerOptions {
  /** How many different programs are evaluated at most, >= 1. */
  budget: number;
  /** What changes and tournaments are drawn from. */
  rng: Rng;
  /** Where the search begins; programs of 16 instructions grow no further. Default {@link momentumProgram}. */
  seedProgram?: UpdateProgram | undefined;
  /** How many programs live at a time, >= 1. Default 40. */
  population?: number | undefined;
  /** Of how many the fittest has a child, >= 1. Default 8. */
  tournament?: number | undefined;
  /** What each task chooses from, each > 0. Default 0.001, 0.003, 0.01, 0.03 and 0.1. */
  learningRates?: ArrayLike<number> | undefined;
  /** Called after each evaluation; what it returns is awaited. */
  onEvaluate?: ((progress: EvolutionProgress) => unknown) | undefined;
  /** Ends the search after the current evaluation when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** What {@link evolveOptimizer} found. */
export interface EvolvedOptimizer {
  /** The fittest program, without instructions that change nothing. */
  readonly program: UpdateProgram;
  /** Its mean log loss. */
  readonly fitness: number;
  /** The least mean log loss after each evaluation; the first is the seed program's. */
  readonly history: Float64Array;
  /** Whether the signal ended it. */
  readonly aborted: boolean;
}

/** So many children for each evaluation at most, in case all that come up are known. */
const CHILDREN = 50;

/**
 * Searches for an update rule by regularised evolution: the fittest of a few programs drawn at random has a child, with one instruction inserted, deleted or modified, and the child
 * takes the place of the oldest.
 *
 * $$ \min_{\text{program}} \frac1K \sum_k \min_\eta \log L_k(x_{k, \eta}) $$
 *
 * Programs that compute the same as one before, by their fingerprint, live on with its fitness and cost nothing. A miniature of the paper's search: ten operations, two memories,
 * tasks in plain doubles on the host, no tensors, no learned schedule or weight decay. It runs in one thread: return a timer's promise from `onEvaluate` where a page must stay
 * responsive. What it finds fits its tasks; judge it on others with `programFitness`, and train with `scaleByProgram`.
 *
 * @param tasks at least one small training problem.
 * @param options how long, and from where.
 * @returns a promise of the fittest program, and how it was reached. An abort ends it early; it does not reject.
 * @throws SurrogateError `range` also for a negative loss, `shape`, `dtype`; what a task or the callback throws is passed on.
 * @see Chen, Liang, Huang, Real, Wang et al.: Symbolic Discovery of Optimization Algorithms, 2023. arXiv:2302.06675; Real, Aggarwal, Huang, Le: Regularized Evolution for Image Classifier Architecture Search, 2018. arXiv:1802.01548
 * @example
 * import { rng } from '@surrogate/core';
 * import { evolveOptimizer } from '@surrogate/optim';
 * const bowl = { start: [1, 1], steps: 20, gradient: (x) => [x[0], 30 * x[1]], loss: (x) => x[0] ** 2 + 30 * x[1] ** 2 };
 * const { fitness, history } = await evolveOptimizer([bowl], { budget: 60, rng: rng(1) });
 * fitness < history[0]; // true
 */
export async function evolveOptimizer(tasks: readonly ProxyTask[], options: EvolveOptimizerOptions): Promise<EvolvedOptimizer> {
  const fn = 'evolveOptimizer';
  const { budget, rng, seedProgram = momentumProgram(), population = 40, tournament = 8 } = options;
  const { learningRates = RATES, onEvaluate, signal } = options;
  checkTasks(fn, tasks);
  checkInteger(fn, 'budget', budget, 1);
  checkRng(fn, 'rng', rng);
  checkProgram(fn, 'seedProgram', seedProgram);
  checkInteger(fn, 'population', population, 1);
  checkInteger(fn, 'tournament', tournament, 1);
  checkRates(fn, learningRates);
  if (onEvaluate !== undefined) checkFunction(fn, 'onEvaluate', onEvaluate);
  const known = new Map<string, number>();
  const history: number[] = [];
  let best = { program: seedProgram, fitness: Infinity };
  const evaluated = async (program: UpdateProgram): Promise<{ program: UpdateProgram; fitness: number }> => {
    const fingerprint = programFingerprint(program);
    const before = known.get(fingerprint);
    if (before !== undefined) return { program, fitness: before };
    const fitness = meanLogLoss(fn, program, tasks, learningRates);
    known.set(fingerprint, fitness);
    if (fitness < best.fitness) best = { program, fitness };
    history.push(best.fitness);
    await onEvaluate?.({ evaluations: history.length, program, fitness, best: best.fitness });
    return { program, fitness };
  };
  const seed = await evaluated(seedProgram);
  const living = Array.from({ length: population }, () => seed);
  for (let children = 0; history.length < budget && children < CHILDREN * budget && signal?.aborted !== true; children++) {
    let parent = living[rng.integer(0, population)]!;
    for (let i = 1; i < tournament; i++) {
      const rival = living[rng.integer(0, population)]!;
      if (rival.fitness < parent.fitness) parent = rival;
    }
    living[children % population] = await evaluated(mutate(parent.program, rng));
  }
  return {
    program: simplifyProgram(best.program),
    fitness: best.fitness,
    history: Float64Array.from(history),
    aborted: signal?.aborted === true && history.length < budget,
  };
}
