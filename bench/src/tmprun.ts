import { ready } from '@surrogate/core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@surrogate/wasm';
import { workloads } from './all.js';
async function main() {
  setWasmPaths(process.argv[2]!);
  await ready('wasm');
  const run = await workloads.find(({ name }) => name === process.argv[3])!.contenders[(process.argv[5] ?? 'surrogate') as 'surrogate']!();
  const t: number[] = [];
  for (let i = 0; i < Number(process.argv[4]); i++) { const a = performance.now(); await run(); t.push(performance.now() - a); }
  t.sort((a, b) => a - b); console.log(process.argv[5] ?? 'surrogate', 'min', t[0]!.toFixed(3), 'q25', t[t.length >> 2]!.toFixed(3), 'med', t[t.length >> 1]!.toFixed(3));
}
void main();
