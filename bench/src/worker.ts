/** @file One contender in a process of its own; it runs when it is told to, so that contenders take turns. */
import { ready } from '@surrogate/core';
import { backend, memory } from '@tensorflow/tfjs-core';
import { workloads } from './all.js';
import { profile } from './profile.js';
import type { Contender, Run, Workload } from './workload.js';

/** What the parent says. */
export type Order = { readonly prepare: string } | { readonly run: true } | { readonly peak: true } | { readonly profile: true };

/** What comes back: names and their contenders at first, then milliseconds or bytes. */
export type Answer =
  | { readonly workloads: (Omit<Workload, 'contenders'> & { contenders: string[] })[] }
  | { readonly number: number }
  | { readonly rows: { kernel: string; ms: number; calls: number }[] }
  | { readonly error: string };

const contender = process.argv[2] as Contender;
const tell = (answer: Answer) => process.send!(answer);

interface WasmBackend {
  readonly wasm?: { readonly asm: { readonly memory: WebAssembly.Memory } };
}

const heapBytes = () => (backend() as unknown as WasmBackend).wasm?.asm.memory.buffer.byteLength ?? 0;

/** How many tensors there are; jax-js counts its own. */
const tensorsNow = () => (contender === 'jax-js' ? 0 : memory().numTensors);

/** How long a run took, in milliseconds. */
async function timed(run: Run): Promise<number> {
  const tensors = tensorsNow();
  const from = performance.now();
  // Awaited only where there is something to wait for, or what is short would be measured with the event loop.
  const done = run();
  if (done instanceof Promise) await done;
  const took = performance.now() - from;
  if (tensorsNow() > tensors + 1000) throw new Error('the workload leaks');
  return took;
}

async function startBackend(): Promise<void> {
  if (contender === 'jax-js') return;
  if (contender === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else (await import('@tensorflow/tfjs-backend-wasm')).setWasmPaths(process.argv[3]!);
  if (contender !== 'cpu' && contender !== 'stock') await import('@surrogate/wasm');
  await ready(contender === 'cpu' ? 'cpu' : 'wasm');
}

async function start(): Promise<void> {
  await startBackend();
  let run: Run = () => undefined;
  const obey = async (order: Order): Promise<Answer> => {
    if ('prepare' in order) {
      run = await workloads.find(({ name }) => name === order.prepare)!.contenders[contender]!();
      return { number: 0 };
    }
    if ('run' in order) return { number: await timed(run) };
    return 'profile' in order ? { rows: profile(run) } : { number: heapBytes() };
  };
  process.on('message', (order: Order) => {
    obey(order).then(tell, (error: unknown) => tell({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
  });
  tell({ workloads: workloads.map(({ contenders, ...rest }) => ({ ...rest, contenders: Object.keys(contenders) })) });
}

void start();
