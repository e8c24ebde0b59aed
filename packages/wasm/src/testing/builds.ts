/** @file Both builds of the kernels, on memories of their own. */
import { setFlagsFromString } from 'node:v8';
import { binary as baseline } from '../generated/kernels.js';
import { binary as relaxed } from '../generated/relaxed.js';
import { instantiateNow, type Exports } from '../heap/instance.js';

// Node 20 has relaxed SIMD behind a flag; later versions have it, and not the flag.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');

/** A build, and where it reads and writes. */
export interface Build {
  readonly name: string;
  readonly run: Exports;
  readonly memory: WebAssembly.Memory;
}

const on = (name: string, build: typeof baseline): Build => {
  const memory = new WebAssembly.Memory({ initial: 64 });
  return { name, memory, run: instantiateNow(memory, build) };
};

/** New instances of the two. */
export const bothBuilds = (): readonly [Build, Build] => [on('baseline', baseline), on('relaxed', relaxed)];
