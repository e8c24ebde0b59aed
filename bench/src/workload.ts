/** @file What is measured. */

/**
 * Who does the work: ours, tfjs's wasm backend as it comes, tfjs without WebAssembly, jax-js compiled for WebAssembly; ours without the clever way of one op, and one kernel without what the
 * library does around it, which ours is measured against. PyTorch's side is in torch/worker.py, POT's in torch/transport.py.
 */
export type Contender = 'surrogate' | 'stock' | 'cpu' | 'jax-js' | 'composite' | 'kernel';

/** One run of the work. It is over when the work is done, and leaves nothing behind. */
export type Run = () => void | Promise<void>;

/** A piece of work and who can do it; each contender prepares its inputs and returns what one run does. */
export interface Workload {
  readonly name: string;
  /** How many runs are timed, after two that are not. */
  readonly runs: number;
  readonly contenders: Partial<Record<Contender, () => Run | Promise<Run>>>;
  /** What has to be read and written at least, in bytes. */
  readonly bytes?: number;
  /** Additions and multiplications. */
  readonly flops?: number;
  /** Nothing runs before the first run, which a fresh process does. */
  readonly cold?: boolean;
}
