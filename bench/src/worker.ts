/** @file One contender in a process of its own; it runs when it is told to, so that contenders take turns. */
import { ready } from '@surrogate/core';
import { backend, memory } from '@tensorflow/tfjs-core';
import { workloads } from './all.js';
import { profile } from './profile.js';
import type { Contender, Run } from './workload.js';

/** What the parent says. */
export type Order = { readonly prepare: string } | { readonly run: true } | { readonly peak: true } | { readonly profile: true };

/** What comes back: names and their contenders at first, then milliseconds or bytes. */
export type Answer =
  | { readonly workloads: { name: string; runs: number; memory: boolean; contenders: string[] }[] }
  | { readonly number: number }
  | { readonly rows: { kernel: string; ms: number; calls: number }[] }
  | { readonly error: string };

const contender = process.argv[2] as Contender;
const tell = (answer: Answer) => process.send!(answer);

interface WasmBackend {
  readonly wasm?: { readonly asm: { readonly memory: WebAssembly.Memory } };
}

const heapBytes = () => (backend() as unknown as WasmBackend).wasm?.asm.memory.buffer.byteLength ?? 0;

async function start(): Promise<void> {
  if (contender === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else (await import('@tensorflow/tfjs-backend-wasm')).setWasmPaths(process.argv[3]!);
  if (contender === 'surrogate' || contender === 'composite') await import('@surrogate/wasm');
  await ready(contender === 'cpu' ? 'cpu' : 'wasm');
  let run: Run = () => undefined;
  process.on('message', (order: Order) => {
    try {
      if ('prepare' in order) {
        run = workloads.find(({ name }) => name === order.prepare)!.contenders[contender]!();
        tell({ number: 0 });
      } else if ('run' in order) {
        const tensors = memory().numTensors;
        const from = performance.now();
        run();
        const took = performance.now() - from;
        if (memory().numTensors > tensors + 1000) throw new Error('the workload leaks');
        tell({ number: took });
      } else if ('profile' in order) tell({ rows: profile(run) });
      else tell({ number: heapBytes() });
    } catch (error) {
      tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  tell({
    workloads: workloads.map(({ name, runs, memory = false, contenders }) => ({ name, runs, memory, contenders: Object.keys(contenders) })),
  });
}

void start();
