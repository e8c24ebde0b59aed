/** @file A row of a conformance table: what is tested of one export, and the helpers with which rows are written. */
import { tensor, type DataType, type Tensor } from '@tensorflow/tfjs-core';
import type { SurrogateErrorCode, TensorLike } from '@surrogate/core';
import type { Backend } from '../backends/startBackend.js';

/** Takes one test; Vitest's `it` is one such, and the rig's own tests collect faulty rows' tests with another. */
export type Declare = (title: string, run: () => void | Promise<void>) => void;

/** One export's tests. */
export interface Row {
  /** The export itself, so that a row cannot stand under another's name. */
  readonly subject: unknown;
  /** Where it runs. Default everywhere. */
  readonly backends?: readonly Backend[] | undefined;
  /** Declares the tests on one backend, the current one when they run. */
  declare(it: Declare, name: string, backend: Backend): void;
}

/** Hands a tensor to the rig, which disposes it after the call; for arguments that a call makes for itself. */
export type Keep = <T extends { dispose(): void }>(made: T) => T;

/** A call whose arguments are made within. */
export type Call = (keep: Keep) => unknown;

/** Calls that must be refused, by what the error says: `{ 'range gamma': () => focalLoss(x, y, { gamma: -1 }) }`; several calls in an array. */
export type BadCalls = { readonly [what: `${SurrogateErrorCode} ${string}`]: Call | readonly Call[] };

/** Host numbers in nested arrays. */
export type Nested = number | readonly Nested[];

/** A tensor of nested arrays; integers stay integers when that is said. */
export const tensorOf = (value: Nested, dtype: DataType = 'float32'): Tensor => tensor(value as number[], undefined, dtype);

/** A tensor that has been disposed. */
export function disposed(value: Nested = [1], dtype: DataType = 'float32'): Tensor {
  const x = tensorOf(value, dtype);
  x.dispose();
  return x;
}

/** What no function of numbers takes. */
export const notNumbers = 'three' as unknown as TensorLike;

/** Runs a body that may keep tensors, and disposes those afterwards. */
export async function keeping<T>(body: (keep: Keep) => T | Promise<T>): Promise<T> {
  const kept: { dispose(): void }[] = [];
  try {
    return await body((made) => {
      kept.push(made);
      return made;
    });
  } finally {
    kept.forEach((part) => part.dispose());
  }
}
