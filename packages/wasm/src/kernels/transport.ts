/** @file Sinkhorn's rounds. */
import { getKernel, type TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import type { Kernel } from './kernel.js';

interface RoundNumbers {
  readonly epsilon: number;
  readonly penalty: number;
  /** 0 without a schedule. */
  readonly annealing: number;
  /** How many rounds the schedule has behind it. */
  readonly first: number;
  readonly iterations: number;
  readonly settle: boolean;
}

/** The logarithms of masses, as long as the body runs. */
function withLogarithms<T>(heap: Heap, masses: readonly TensorInfo[], body: (addresses: number[]) => T): T {
  const log = getKernel('Log', 'wasm').kernelFunc;
  const made = masses.map((x) => log({ inputs: { x }, attrs: {}, backend: heap.backend }) as TensorInfo);
  const result = body(made.map((x) => heap.address(x)));
  made.forEach((x) => heap.release(x));
  return result;
}

/** What is left of a potential where marginals may be violated. */
const free = (penalty: number, epsilon: number) => (penalty === Infinity ? 1 : penalty / (penalty + epsilon));

/** SurrogateSinkhornRounds: both potentials, one after the other. */
export const sinkhornRounds: Kernel = ({ inputs, attrs, heap }) => {
  const { cost, a, b, g } = inputs as Record<'cost' | 'a' | 'b' | 'g', TensorInfo>;
  const { epsilon, penalty, annealing, first, iterations, settle } = attrs as unknown as RoundNumbers;
  const [n, m] = cost.shape as [number, number];
  const out = heap.make([n + m]);
  withLogarithms(heap, [a, b], ([logA, logB]) =>
    heap.scratch(heap.run.sinkhornScratch(n, m), (scratch) => {
      const [costs, f] = [heap.address(cost), heap.address(out)];
      const next = f + n * 4;
      heap.bytes(next, m * 4).set(heap.bytes(heap.address(g), m * 4));
      heap.run.maxOver(costs, scratch, 1, n * m, 1);
      const largest = new Float32Array(heap.bytes(scratch, 4).slice().buffer)[0]!;
      for (let i = 0; i < iterations; i++) {
        const last = annealing === 0 || (settle && i === iterations - 1);
        const now = last ? epsilon : Math.max(largest * annealing ** (first + i), epsilon);
        heap.run.sinkhornRound(costs, logA!, logB!, f, next, n, m, now, free(penalty, now), scratch);
      }
    }),
  );
  return [out];
};

/** SurrogateSinkhornSelfRounds: the one potential. */
export const sinkhornSelfRounds: Kernel = ({ inputs, attrs, heap }) => {
  const { cost, a } = inputs as Record<'cost' | 'a', TensorInfo>;
  const { epsilon, penalty, iterations } = attrs as unknown as RoundNumbers;
  const n = cost.shape[0]!;
  const out = heap.zeros([n]);
  withLogarithms(heap, [a], ([logA]) =>
    heap.scratch(heap.run.sinkhornScratch(n, n) + n * 4, (scratch) => {
      for (let i = 0; i < iterations; i++)
        heap.run.sinkhornSelfRound(heap.address(cost), logA!, heap.address(out), n, epsilon, free(penalty, epsilon), scratch);
    }),
  );
  return [out];
};
