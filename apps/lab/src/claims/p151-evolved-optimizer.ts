/** @file P151: a search through update rules, begun at momentum, finds one with signs in it that noise hurts less than Adam. */
import type { Rng } from '@surrogate/core';
import {
  adamProgram,
  evolveOptimizer,
  formatProgram,
  lionProgram,
  momentumProgram,
  programFitness,
  programUpdates,
  type ProxyTask,
} from '@surrogate/optim';
import { claim } from '../claim.js';

const dimensions = 10;
const runs = 3;
const rates = [1e-3, 3e-3, 1e-2, 3e-2, 0.1];

/**
 * A quadratic whose curvatures go from 1 down to 1 / condition, under heavy-tailed noise (Student's t with two degrees of freedom), the same for all programs. Three runs side by side make
 * one vector, since update rules treat each number by itself, and the loss is their mean: with one run alone a search learns its noise by heart.
 */
function noisyQuadratic(condition: number, steps: number, noise: number, rng: Rng): ProxyTask {
  const size = dimensions * runs;
  const curvatures = Float64Array.from({ length: size }, (_, i) => condition ** (-(i % dimensions) / (dimensions - 1)));
  const draws = Float64Array.from({ length: steps * size }, () => (noise * rng.normal()) / Math.sqrt(rng.exponential()));
  const g = new Float64Array(size);
  return {
    start: rng.fillNormal(new Float64Array(size)),
    steps,
    gradient(x, step) {
      for (let i = 0; i < size; i++) g[i] = curvatures[i]! * x[i]! + draws[step * size + i]!;
      return g;
    },
    loss: (x) => x.reduce((sum, value, i) => sum + (curvatures[i]! * value ** 2) / 2, 0) / runs,
  };
}

/** The mean log loss of Adam itself, with the corrections of its moments that a program cannot make. */
function adamFitness(tasks: readonly ProxyTask[]): number {
  const lossOf = (task: ProxyTask, rate: number) => {
    const x = Float64Array.from(task.start);
    const [m, v] = [new Float64Array(x.length), new Float64Array(x.length)];
    for (let s = 0; s < task.steps; s++) {
      const g = task.gradient(x, s);
      for (let i = 0; i < x.length; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
        v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2;
        x[i]! -= (rate * m[i]!) / (1 - 0.9 ** (s + 1)) / (Math.sqrt(v[i]! / (1 - 0.999 ** (s + 1))) + 1e-8);
      }
    }
    return task.loss(x);
  };
  return tasks.reduce((sum, task) => sum + Math.log(Math.min(...rates.map((rate) => lossOf(task, rate)))) / tasks.length, 0);
}

/** Whether all updates have one size: nothing but signs of something. */
function hasOneSize(program: Parameters<typeof programUpdates>[0], rng: Rng): boolean {
  const gradients = Array.from({ length: 30 }, () => rng.fillNormal(new Float64Array(dimensions)));
  const sizes = programUpdates(program, gradients).slice(10).flatMap((u) => Array.from(u, Math.abs)); // prettier-ignore
  return Math.max(...sizes) <= 1.05 * Math.min(...sizes);
}

export default claim({
  paper: 151,
  says: 'Evolved for 850 evaluations on three ill-conditioned quadratics under heavy noise, the momentum rule becomes one that takes signs of gradients, though not signs alone, and that on other such problems ends at a lower loss than the rule it came from, and than Adam.',
  params: { evaluations: 850, steps: 200, noise: 0.03 },
  quick: { evaluations: 15, steps: 20 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress, say }) {
    const { evaluations, steps, noise } = params;
    const source = rng.split();
    const tasks = [30, 100, 300].map((condition) => noisyQuadratic(condition, steps, noise, source));
    const heldOut = [20, 50, 150, 200, 500, 1000].map((condition) => noisyQuadratic(condition, steps, noise, source));
    const { program, fitness, history } = await evolveOptimizer(tasks, {
      budget: evaluations,
      rng: rng.split(),
      learningRates: rates,
      onEvaluate: ({ evaluations: done }) => progress(done / evaluations, 'evolving'),
    });
    const lines = formatProgram(program).split('\n');
    say(lines.join('; '));
    const signed = program.some(({ op }) => op === 'sign');
    const found = programFitness(program, heldOut, rates);
    const seed = programFitness(momentumProgram(), heldOut, rates);
    const adam = adamFitness(heldOut);
    const row = (name: string, rule: ReturnType<typeof momentumProgram>) => [
      name,
      programFitness(rule, tasks, rates),
      programFitness(rule, heldOut, rates),
    ];
    return {
      metrics: { heldOut: found, searched: fitness, bySigns: Number(signed), oneSize: Number(hasOneSize(program, rng.split())) },
      baseline: { momentum: seed, adam, searched: history[0]! },
      sections: [
        {
          kind: 'table' as const,
          title: 'Update rules',
          caption: 'Mean log loss at the end, with the best of five learning rates.',
          columns: ['rule', 'searched on', 'held out'],
          rows: [
            row('found', program),
            row('momentum, the seed', momentumProgram()),
            row('Adam, uncorrected', adamProgram()),
            ['Adam', adamFitness(tasks), adam],
            row('Lion', lionProgram()),
          ],
        },
        {
          kind: 'table' as const,
          title: 'The rule found',
          caption: 'From the gradient g to the update u; m and v are remembered and begin at 0, t is spare.',
          columns: ['', 'instruction'],
          rows: lines.map((line, i) => [i + 1, line]),
        },
        {
          kind: 'picture' as const,
          title: 'The fittest program so far',
          x: 'evaluations',
          y: 'mean log loss where it is searched',
          curves: [{ name: 'found', points: Array.from(history, (y, i) => ({ x: i + 1, y })) }],
        },
      ],
    };
  },
  /** The specification measures -6.3 for the programs found, -4.9 for the seed and -5.7 for Adam, and updates by signs alone in three searches of three; half of each distance is asked, and signs among what most searches find, which chance alone often puts there. `oneSize` counts those whose update is nothing but signs. */
  shown: ({ metrics, baseline }) =>
    metrics.heldOut < baseline.momentum - 0.7 && metrics.heldOut < baseline.adam - 0.3 && metrics.bySigns >= 0.6,
});
