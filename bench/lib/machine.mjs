/** @file What this machine can do at most, measured: numbers a second, bytes a second. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import asc from 'assemblyscript/asc';

const source = readFileSync(new URL('peak.as', import.meta.url), 'utf8');

/** @param {readonly string[]} features @returns {Promise<Buffer>} */
async function compile(features) {
  /** @type {Uint8Array | undefined} */
  let binary;
  const { error, stderr } = await asc.main(
    ['peak.ts', '--outFile', 'peak.wasm', '-O3', '--noAssert', '--runtime', 'stub', '--importMemory', ...features.flatMap((name) => ['--enable', name])], // prettier-ignore
    {
      readFile: (name) => (name === 'peak.ts' ? source : null),
      writeFile: (_name, contents) => void (binary = /** @type {Uint8Array} */ (contents)),
      listFiles: () => [],
    },
  );
  if (error || binary === undefined) throw new Error(stderr.toString());
  return Buffer.from(binary);
}

/** The functions, with multiplication and addition in one instruction where the engine has it, as the kernels do. @returns {Promise<any>} */
async function limits() {
  const fused = await compile(['simd', 'relaxed-simd']);
  const binary = WebAssembly.validate(fused) ? fused : await compile(['simd']);
  const { instance } = await WebAssembly.instantiate(binary, { env: { memory: new WebAssembly.Memory({ initial: 2048 }) } });
  return instance.exports;
}

/** Milliseconds, the least of several runs. @param {number} runs @param {() => void} run */
function least(runs, run) {
  let best = Infinity;
  for (let i = 0; i < runs; i++) {
    const from = performance.now();
    run();
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

/** One thread's peak in flops a millisecond and, for a copy that no cache holds, bytes read and written a millisecond. */
export async function measureMachine() {
  const { arithmetic, copy } = await limits();
  const half = 64 * 2 ** 20;
  const rounds = 1_000_000;
  return {
    name: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}`,
    flops: (rounds * 24 * 4) / least(9, () => void arithmetic(rounds, 0.999999)),
    bytes: (2 * half) / least(9, () => void copy(0, half, half)),
  };
}
