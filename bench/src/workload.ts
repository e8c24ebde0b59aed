/** @file What is measured. */

/** Who does the work: ours, tfjs as it comes, ours without the clever way of one op (what it is measured against), tfjs without WebAssembly. */
export type Contender = 'surrogate' | 'stock' | 'composite' | 'cpu';

/** One run of the work. It returns when the work is done and leaves nothing behind. */
export type Run = () => void;

/** A piece of work and who can do it; each contender prepares its inputs and returns what one run does. */
export interface Workload {
  readonly name: string;
  /** How many runs are timed, after one that is not. */
  readonly runs: number;
  readonly contenders: Partial<Record<Contender, () => Run>>;
  /** Whether memory is measured, too, in fresh processes. */
  readonly memory?: boolean;
}
