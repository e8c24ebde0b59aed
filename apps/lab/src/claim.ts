/** @file A claim: a small experiment that shows what a paper says, with the threshold that decides. */
import { rng, type Rng } from '@surrogate/core';
import type { Section } from './report/sections.js';

/** Figures by name. */
export type Metrics = Readonly<Record<string, number>>;

/** Whether the figures show what the claim says; `reported` where that is not for a threshold to say. */
export type Verdict = 'shown' | 'not-shown' | 'reported';

/** What an experiment tells while it runs. */
export interface Listener {
  /** How much is done, from 0 to 1, and what is being done. */
  progress(done: number, doing?: string): void;
  /** A line worth reading now. */
  say(line: string): void;
}

/** What an experiment is given. */
export interface Experiment<P> extends Listener {
  readonly params: P;
  readonly rng: Rng;
}

/** What an experiment returns. */
interface Outcome<M extends Metrics, B extends Metrics> {
  readonly metrics: M;
  /** What the metrics are held against. */
  readonly baseline: B;
  /** Pictures and tables for the report. */
  readonly sections?: readonly Section[];
}

/** A claim as its file declares it. */
export interface ClaimDefinition<P extends object, M extends Metrics, B extends Metrics> {
  /** The number of the paper, or of the papers. */
  readonly paper: number | readonly number[];
  /** One sentence. */
  readonly says: string;
  readonly params: P;
  /** What replaces parameters where the experiment should take two seconds. */
  readonly quick: Partial<NoInfer<P>>;
  /** The figures that count are means over these. */
  readonly seeds: readonly number[];
  run(experiment: Experiment<P>): Promise<Outcome<M, B>>;
  /** Decides; left out where the figures are reported, not asserted. Stands after `run`, from which the names of the figures are inferred. */
  shown?(figures: { readonly metrics: M; readonly baseline: B }): boolean;
}

/** How a claim is to be run. */
export interface RunOptions extends Listener {
  /** Added to each of the claim's seeds. */
  readonly seed: number;
  /** Whether with the quick parameters and one seed. */
  readonly quick: boolean;
}

/** What all seeds together gave. */
export interface Findings {
  readonly metrics: Metrics;
  readonly baseline: Metrics;
  readonly verdict: Verdict;
  /** Of the first seed. */
  readonly sections: readonly Section[];
  /** The figures of each seed. */
  readonly runs: readonly { readonly seed: number; readonly metrics: Metrics; readonly baseline: Metrics }[];
}

/** A claim, ready to run. */
export interface Claim {
  readonly papers: readonly number[];
  readonly says: string;
  readonly params: object;
  run(options: RunOptions): Promise<Findings>;
}

/** Makes a claim of its definition. */
export function claim<P extends object, M extends Metrics, B extends Metrics>(definition: ClaimDefinition<P, M, B>): Claim {
  const { paper, says, params, quick, seeds } = definition;
  return {
    papers: typeof paper === 'number' ? [paper] : paper,
    says,
    params,
    async run(options) {
      const chosen = (options.quick ? seeds.slice(0, 1) : seeds).map((seed) => seed + options.seed);
      const outcomes: Outcome<M, B>[] = [];
      for (const [i, seed] of chosen.entries()) {
        options.progress(i / chosen.length);
        outcomes.push(
          await definition.run({
            params: options.quick ? { ...params, ...quick } : params,
            rng: rng(seed),
            progress: (done, doing) => options.progress((i + done) / chosen.length, doing),
            say: (line) => options.say(line),
          }),
        );
      }
      options.progress(1, 'done');
      const metrics = mean(outcomes.map((outcome) => outcome.metrics));
      const baseline = mean(outcomes.map((outcome) => outcome.baseline));
      return {
        metrics,
        baseline,
        // A threshold is meant for the full parameters.
        verdict:
          options.quick || definition.shown === undefined ? 'reported' : definition.shown({ metrics, baseline }) ? 'shown' : 'not-shown',
        sections: outcomes[0]?.sections ?? [],
        runs: outcomes.map((outcome, i) => ({ seed: chosen[i]!, metrics: outcome.metrics, baseline: outcome.baseline })),
      };
    },
  };
}

function mean<M extends Metrics>(runs: readonly M[]): M {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, runs.reduce((sum, run) => sum + run[name]!, 0) / runs.length])) as M;
}
