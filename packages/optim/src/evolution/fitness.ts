/** @file How well an update rule does on small tasks. */
import { checkAbove, checkInteger, fail } from '@surrogate/core';
import { checkFunction, vectorOf } from '../host/vectors.js';
import { hostRun } from './hostRun.js';
import { checkProgram, type UpdateProgram } from './instructions.js';

/** A small training problem in plain doubles. */
export interface ProxyTask {
  /** Where training begins. */
  readonly start: ArrayLike<number>;
  /** How many steps it takes, >= 1. */
  readonly steps: number;
  /** The noisy gradient at x in a step, counted from 0; it may be the same array each time. The same x and step must give the same, or programs are not compared fairly. */
  gradient(x: Float64Array, step: number): ArrayLike<number>;
  /** What is to be small at the end, >= 0. */
  loss(x: Float64Array): number;
}

/** Throws for tasks that cannot be run. */
export function checkTasks(fn: string, tasks: readonly ProxyTask[]): void {
  if (!Array.isArray(tasks)) fail('dtype', fn, 'tasks', `must be an array of tasks, got ${typeof tasks}`);
  if (tasks.length === 0) fail('shape', fn, 'tasks', 'must hold at least one task, got none');
  tasks.forEach((task: ProxyTask | undefined, i) => {
    checkFunction(fn, `tasks[${i}].gradient`, task?.gradient);
    checkFunction(fn, `tasks[${i}].loss`, task?.loss);
    checkInteger(fn, `tasks[${i}].steps`, task!.steps, 1);
    vectorOf(fn, `tasks[${i}].start`, task!.start);
  });
}

/** Throws for learning rates that cannot be tried. */
export function checkRates(fn: string, learningRates: ArrayLike<number>): void {
  const rates = vectorOf(fn, 'learningRates', learningRates);
  if (rates.length === 0) fail('shape', fn, 'learningRates', 'must hold at least one number, got none');
  rates.forEach((rate, i) => checkAbove(fn, `learningRates[${i}]`, rate, 0));
}

/** What is tried where nothing else is said. */
export const RATES: readonly number[] = [1e-3, 3e-3, 1e-2, 3e-2, 0.1];

/** The loss after the steps of a task with one learning rate; Infinity where it is no number. */
function finalLoss(fn: string, program: UpdateProgram, task: ProxyTask, learningRate: number): number {
  const x = Float64Array.from(task.start);
  const update = hostRun(program, x.length);
  for (let s = 0; s < task.steps; s++) {
    const g = task.gradient(x, s);
    if (g.length !== x.length) fail('shape', fn, 'tasks', `must have gradients of length ${x.length}, got ${g.length}`);
    const u = update(g);
    for (let i = 0; i < x.length; i++) x[i]! -= learningRate * u[i]!;
  }
  const loss = task.loss(x);
  if (loss < 0) fail('range', fn, 'tasks', `must have losses of at least 0, got ${loss}`);
  // An infinite loss and a parameter lost to NaN are the same failure; a loss of exactly 0 still has a logarithm.
  return Number.isNaN(loss) ? Infinity : Math.max(loss, Number.MIN_VALUE);
}

/** The fitness of a program; its arguments are known to be good. */
export function meanLogLoss(fn: string, program: UpdateProgram, tasks: readonly ProxyTask[], learningRates: ArrayLike<number>): number {
  const best = tasks.map((task) => Math.min(...Array.from(learningRates, (rate) => finalLoss(fn, program, task, rate))));
  return best.reduce((sum, loss) => sum + Math.log(loss) / tasks.length, 0);
}

/**
 * How well a program trains: the logarithm of the final loss, each task with the learning rate that suits it best, averaged over tasks.
 *
 * $$ \frac1K \sum_k \min_\eta \log L_k(x_{k, \eta}), \qquad x \leftarrow x - \eta\, u $$
 *
 * Works on plain doubles, without tensors. Infinity where some task diverges with every learning rate.
 *
 * @param program the update rule.
 * @param tasks at least one.
 * @param learningRates η, each > 0. Default 0.001, 0.003, 0.01, 0.03 and 0.1.
 * @returns the fitness; less is better.
 * @throws SurrogateError `range` also for a negative loss, `shape`, `dtype`.
 * @see Chen, Liang, Huang, Real, Wang et al.: Symbolic Discovery of Optimization Algorithms, 2023. arXiv:2302.06675
 * @example
 * import { programFitness } from '@surrogate/optim';
 * const bowl = { start: [1], steps: 1, gradient: (x) => [2 * x[0]], loss: (x) => x[0] ** 2 };
 * programFitness([{ op: 'copy', to: 'u', a: 'g' }], [bowl], [0.25]); // -1.386294
 */
export function programFitness(program: UpdateProgram, tasks: readonly ProxyTask[], learningRates: ArrayLike<number> = RATES): number {
  const fn = 'programFitness';
  checkProgram(fn, 'program', program);
  checkTasks(fn, tasks);
  checkRates(fn, learningRates);
  return meanLogLoss(fn, program, tasks, learningRates);
}
