import { ready } from '@surrogate/core';
import { engine } from '@tensorflow/tfjs-core';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import '@surrogate/wasm';
import { workloads } from './all.js';
async function main() {
  setWasmPaths(process.argv[2]!);
  await ready('wasm');
  const run = await workloads.find(({ name }) => name === process.argv[3])!.contenders.surrogate!();
  for (let i = 0; i < 5; i++) await run();
  const k = engine() as any; const { runKernel } = k; const best = new Map<string, { ms: number; calls: number }>();
  for (let r = 0; r < 40; r++) {
    const now = new Map<string, { ms: number; calls: number; flops: number }>();
    k.runKernel = (name: string, inputs: any, attrs: any) => {
      const key = name + ' ' + Object.values(inputs).filter((x: any) => x && x.shape).slice(0,3).map((x: any) => '[' + x.shape + ']').join(' ') + (name.includes('MatMul') ? ' ' + (+!!attrs.transposeA) + (+!!attrs.transposeB) : '');
      const from = performance.now();
      try { return runKernel.call(k, name, inputs, attrs); } finally {
        const e = now.get(key) ?? { ms: 0, calls: 0, flops: 0 };
        now.set(key, { ms: e.ms + performance.now() - from, calls: e.calls + 1, flops: 0 });
      }
    };
    await run(); k.runKernel = runKernel;
    for (const [key, e] of now) if (!(best.get(key)?.ms! <= e.ms)) best.set(key, e);
  }
  for (const [key, { ms, calls }] of [...best].sort((a, b) => b[1].ms - a[1].ms).slice(0, 34)) console.log(key.padEnd(70), ms.toFixed(3), calls);
}
void main();
