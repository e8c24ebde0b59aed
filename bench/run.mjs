/** @file Runs the workloads, contenders taking turns, and prints median, minimum and ratio: `pnpm bench [--only <part of a name>] [--json <file>]`; with `--profile`, where our time goes. */
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(`${here}package.json`);
const { values } = parseArgs({
  options: { only: { type: 'string', default: '' }, json: { type: 'string' }, profile: { type: 'boolean', default: false } },
});
const worker = `${here}.cache/worker.cjs`;

/** Where tfjs's own wasm files are. */
const wasmFiles = `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`;

await build({
  entryPoints: [`${here}src/worker.ts`],
  outfile: worker,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  conditions: ['@surrogate/source'],
  mainFields: ['module', 'main'],
  logLevel: 'error',
});

/** A contender's process. */
class Process {
  /** @param {string} contender */
  constructor(contender) {
    this.child = fork(worker, [contender, wasmFiles], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    this.started = this.next();
  }
  /** @returns {Promise<any>} */
  next() {
    return new Promise((resolve, reject) => {
      this.child.removeAllListeners();
      this.child.once('message', (/** @type {any} */ answer) => ('error' in answer ? reject(new Error(answer.error)) : resolve(answer)));
      this.child.once('exit', (code) => code !== null && reject(new Error(`the contender ended with ${code}`)));
    });
  }
  /** @param {object} order @returns {Promise<any>} */
  async ask(order) {
    const answer = this.next();
    this.child.send(order);
    const { number, rows } = await answer;
    return rows ?? number;
  }
  end() {
    this.child.kill();
  }
}

/** @param {number[]} times */
const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

/** The high-water of the wasm memory in a fresh process, less that of one that holds only the inputs. @param {string} name @param {string} contender */
async function peakBytes(name, contender) {
  const marks = [];
  for (const runs of [0, 1]) {
    const process = new Process(contender);
    await process.started;
    await process.ask({ prepare: name });
    if (runs === 1) await process.ask({ run: true });
    marks.push(await process.ask({ peak: true }));
    process.end();
  }
  return marks[1] - marks[0];
}

const first = new Process('surrogate');
const { workloads } = await first.started;
first.end();

/** @type {{ workload: string, contender: string, medianMs: number, minMs: number, runs: number, peakBytes: number | null, speedup: number }[]} */
const results = [];
console.log(
  `${'workload'.padEnd(36)}${'contender'.padEnd(12)}${'median ms'.padStart(12)}${'min ms'.padStart(12)}${'ours is'.padStart(10)}${'peak MB'.padStart(10)}`,
);
if (values.profile) {
  for (const { name } of workloads.filter((/** @type {any} */ w) => w.name.includes(values.only))) {
    const process = new Process('surrogate');
    await process.started;
    await process.ask({ prepare: name });
    for (let i = 0; i < 3; i++) await process.ask({ run: true });
    console.log(`\n${name}`);
    for (const { kernel, ms, calls } of await process.ask({ profile: true }))
      if (ms > 0.05) console.log(`${kernel.padEnd(36)}${ms.toFixed(3).padStart(12)} ms${String(calls).padStart(8)} calls`);
    process.end();
  }
  process.exit();
}
for (const { name, runs, memory, contenders } of workloads.filter((/** @type {any} */ w) => w.name.includes(values.only))) {
  const processes = contenders.map((/** @type {string} */ contender) => new Process(contender));
  /** @type {number[][]} */
  const times = contenders.map(() => []);
  for (const process of processes) {
    await process.started;
    await process.ask({ prepare: name });
    await process.ask({ run: true });
    await process.ask({ run: true });
  }
  for (let i = 0; i < runs; i++) for (const [j, process] of processes.entries()) times[j]?.push(await process.ask({ run: true }));
  processes.forEach((/** @type {Process} */ process) => process.end());
  const ours = median(times[contenders.indexOf('surrogate')] ?? []);
  for (const [j, contender] of contenders.entries()) {
    const timed = times[j] ?? [];
    const row = {
      workload: name,
      contender,
      medianMs: median(timed),
      minMs: Math.min(...timed),
      runs,
      peakBytes: memory ? await peakBytes(name, contender) : null,
      speedup: median(timed) / ours,
    };
    results.push(row);
    console.log(
      `${name.padEnd(36)}${contender.padEnd(12)}${row.medianMs.toFixed(3).padStart(12)}${row.minMs.toFixed(3).padStart(12)}${`${row.speedup.toFixed(2)}x`.padStart(10)}${(row.peakBytes === null ? '' : (row.peakBytes / 2 ** 20).toFixed(0)).padStart(10)}`,
    );
  }
}
if (values.json !== undefined) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
