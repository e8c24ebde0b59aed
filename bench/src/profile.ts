/** @file Which kernels a workload spends its time in: what deserves a kernel of its own. */
import { engine } from '@tensorflow/tfjs-core';
import type { Run } from './workload.js';

interface Kernels {
  runKernel(name: string, inputs: unknown, attrs: unknown): unknown;
}

/** Milliseconds and calls by kernel of one run, the slowest first. */
export function profile(run: Run): { kernel: string; ms: number; calls: number }[] {
  const spent = new Map<string, { ms: number; calls: number }>();
  const kernels = engine() as unknown as Kernels;
  const { runKernel } = kernels;
  kernels.runKernel = (name, inputs, attrs) => {
    const from = performance.now();
    try {
      return runKernel.call(kernels, name, inputs, attrs);
    } finally {
      const { ms, calls } = spent.get(name) ?? { ms: 0, calls: 0 };
      spent.set(name, { ms: ms + performance.now() - from, calls: calls + 1 });
    }
  };
  const from = performance.now();
  try {
    void run();
  } finally {
    kernels.runKernel = runKernel;
  }
  const whole = performance.now() - from;
  const rows = [...spent].map(([kernel, { ms, calls }]) => ({ kernel, ms, calls })).sort((a, b) => b.ms - a.ms);
  return [{ kernel: '(all)', ms: whole, calls: rows.reduce((sum, { calls }) => sum + calls, 0) }, ...rows];
}
