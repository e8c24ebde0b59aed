/** @file The leak check: a function leaves exactly its result behind, also when it throws. */
import { memory, Tensor } from '@tensorflow/tfjs-core';
import { assert } from 'vitest';

const counts = () => {
  const { numTensors, numDataBuffers } = memory();
  return { numTensors, numDataBuffers };
};

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);

/** The tensors in a result, and what disposes itself; each once. */
function owned(value: unknown, found = new Set<{ dispose(): void }>()): Set<{ dispose(): void }> {
  if (typeof value !== 'object' || value === null) return found;
  if (value instanceof Tensor) return found.add(value);
  if (typeof (value as { dispose?: unknown }).dispose === 'function') return found.add(value as Tensor);
  if (Array.isArray(value) || isPlain(value)) for (const part of Object.values(value)) owned(part, found);
  return found;
}

/** @internal Disposes what a call returned: tensors, trees of them, and what knows how to dispose itself. */
export function disposeResult(result: unknown): void {
  for (const part of owned(result)) part.dispose();
}

/**
 * Runs a body twice and passes where it leaves nothing behind but what it returns (a tensor, or plain objects and arrays of tensors, which are then disposed).
 *
 * Where the body throws, it must have left nothing at all; the error is thrown on.
 *
 * @param body what to run; tensors that it takes must have been made outside.
 */
export async function expectNoLeak(body: () => unknown): Promise<void> {
  // The second run tells a leak from what is made once and kept, which is a leak, too, but a different one.
  for (const run of ['first', 'second']) {
    const before = counts();
    let result: unknown;
    try {
      result = await body();
    } catch (error) {
      compare(before, `when it threw "${error instanceof Error ? error.message : String(error)}"`);
      throw error;
    }
    disposeResult(result);
    compare(before, `in its ${run} run`);
  }
}

function compare(before: ReturnType<typeof counts>, when: string): void {
  const after = counts();
  for (const key of ['numTensors', 'numDataBuffers'] as const) {
    const more = after[key] - before[key];
    assert(more <= 0, `${more} ${key === 'numTensors' ? 'tensors' : 'data buffers'} leaked ${when}`);
    assert(more >= 0, `${-more} ${key === 'numTensors' ? 'tensors' : 'data buffers'} of the caller were disposed or returned ${when}`);
  }
}
