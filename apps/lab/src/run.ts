/** @file Runs a claim and says what came out, in the form that programs read. */
import type { Claim, Findings, Metrics, RunOptions, Verdict } from './claim.js';

/** What `lab run --json` prints. */
interface Result {
  readonly claim: string;
  readonly papers: readonly number[];
  readonly seed: number;
  readonly backend: string;
  readonly seconds: number;
  readonly metrics: Metrics;
  readonly baseline: Metrics;
  readonly verdict: Verdict;
}

/** A result, and all that the report shows beside it. */
export interface Performance {
  readonly result: Result;
  readonly says: string;
  readonly params: object;
  readonly findings: Findings;
}

/** Runs a claim on the current backend, whose name is given. */
export async function perform(name: string, claim: Claim, backend: string, options: RunOptions): Promise<Performance> {
  const start = performance.now();
  const findings = await claim.run(options);
  const { metrics, baseline, verdict } = findings;
  const seconds = Number(((performance.now() - start) / 1000).toFixed(2));
  const result = { claim: name, papers: claim.papers, seed: options.seed, backend, seconds, metrics, baseline, verdict };
  return { result, says: claim.says, params: claim.params, findings };
}
