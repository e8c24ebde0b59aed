/**
 * @file Runs the workloads, contenders taking turns, and prints median, minimum and ratio: `pnpm bench [--only <part of a name>] [--json <file>]`; with `--profile`, where our time goes; `--runs` in place of each workload's own number.
 * Without `--only` it writes docs/wasm/benchmark.md. PyTorch and POT take part where `SURROGATE_PYTHON`, or else python3, has them.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as settled } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { format } from 'prettier';
import { buildWorker, Contender, peakBytes, pythonContenders } from './lib/contenders.mjs';
import { measureMachine } from './lib/machine.mjs';
import { page } from './lib/page.mjs';
import { bundleSizes } from './lib/sizes.mjs';
import { targets } from './lib/targets.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    profile: { type: 'boolean', default: false },
    runs: { type: 'string' },
  },
});
const report = fileURLToPath(new URL('../docs/wasm/benchmark.md', import.meta.url));

const median = (/** @type {number[]} */ times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

/** Whether the high-water of wasm memory tells something of it. */
const hasWasmMemory = (/** @type {string} */ contender) => ['surrogate', 'stock', 'composite', 'kernel'].includes(contender);

/** @param {string} workload */
async function profile(workload) {
  const contender = new Contender('surrogate');
  await contender.started;
  await contender.ask({ prepare: workload });
  for (let i = 0; i < 3; i++) await contender.ask({ run: true });
  console.log(`\n${workload}`);
  for (const { kernel, ms, calls } of await contender.ask({ profile: true }))
    if (ms > 0.05) console.log(`${kernel.padEnd(36)}${ms.toFixed(3).padStart(12)} ms${String(calls).padStart(8)} calls`);
  contender.end();
}

/** Whether kernels are counted: a step of an optimizer, of those whose kernels go through tfjs. */
const countsCalls = (/** @type {string} */ workload, /** @type {string} */ contender) =>
  workload.startsWith('step-') && ['surrogate', 'stock'].includes(contender);

/** How many kernels one more run calls. @param {any} contender @returns {Promise<number>} */
const callsOf = async (contender) => (await contender.ask({ profile: true }))[0].calls;

/** The times of all contenders, and kernel calls: warm ones take turns, cold ones begin a process each time. @param {any} workload @param {string[]} contenders */
async function timesOf({ name, runs, cold }, contenders) {
  /** @type {number[][]} */
  const times = contenders.map(() => []);
  if (cold) {
    for (let i = 0; i < runs; i++)
      for (const [j, contender] of contenders.entries()) {
        const from = performance.now();
        const fresh = new Contender(contender);
        await fresh.started;
        await fresh.ask({ prepare: name });
        await fresh.ask({ run: true });
        times[j]?.push(performance.now() - from);
        fresh.end();
      }
    return { times, calls: [] };
  }
  const processes = contenders.map((contender) => new Contender(contender));
  for (const process of processes) {
    await process.started;
    await process.ask({ prepare: name });
    // Until the compilers have seen enough of it.
    const from = performance.now();
    for (let i = 0; i < 2 || performance.now() - from < 200; i++) await process.ask({ run: true });
  }
  for (let i = 0; i < runs; i++)
    for (const [j, process] of processes.entries()) {
      // The threads of the one before may spin for a while before they sleep.
      await settled(20);
      times[j]?.push(await process.ask({ run: true }));
    }
  const calls = await Promise.all(contenders.map((contender, j) => (countsCalls(name, contender) ? callsOf(processes[j]) : undefined)));
  processes.forEach((process) => process.end());
  return { times, calls };
}

await buildWorker();
const first = new Contender('surrogate');
const { workloads } = await first.started;
first.end();
const wanted = workloads.filter((/** @type {any} */ workload) => workload.name.includes(values.only));

if (values.profile) {
  for (const { name, cold } of wanted) if (!cold) await profile(name);
  process.exit();
}

const python = await pythonContenders();
const machine = await measureMachine();
console.log(`${machine.name}: ${(machine.flops / 1e6).toFixed(1)} GFLOP/s, ${(machine.bytes / 1e6).toFixed(1)} GB/s copied`);
for (const [what, name] of Object.entries({ PyTorch: 'torch-1', POT: 'pot' }))
  if (!python.has(name)) console.log(`no ${what}: SURROGATE_PYTHON names a Python that has it`);
/** Wide enough for the longest name and a space. */
const width = 1 + Math.max(35, ...wanted.map((/** @type {any} */ { name }) => name.length));
console.log(`${'workload'.padEnd(width)}${'contender'.padEnd(12)}${['median ms', 'min ms', 'ours is', 'peak MB', 'bandwidth', 'peak', 'kernels'].map((title) => title.padStart(11)).join('')}`); // prettier-ignore

/** @type {import('./lib/page.mjs').Result[]} */
const results = [];
for (const { runs: usual, ...rest } of wanted) {
  const workload = { ...rest, runs: Number(values.runs ?? usual) };
  const { name, runs, bytes, flops } = workload;
  const elsewhere = [...python].filter(([, known]) => known.includes(name)).map(([contender]) => contender);
  const contenders = [...workload.contenders, ...elsewhere].sort((a, b) => +(b === 'surrogate') - +(a === 'surrogate')); // prettier-ignore
  const { times, calls } = await timesOf(workload, contenders);
  const ours = median(times[0] ?? []);
  for (const [j, contender] of contenders.entries()) {
    const timed = times[j] ?? [];
    const least = Math.min(...timed);
    const result = {
      workload: name,
      contender,
      medianMs: median(timed),
      minMs: least,
      runs,
      peakBytes: hasWasmMemory(contender) && !name.startsWith('host') && !workload.cold ? await peakBytes(name, contender) : null,
      speedup: median(timed) / ours,
      ...(calls[j] === undefined ? {} : { kernelCalls: calls[j] }),
      ...(bytes === undefined ? {} : { ofBandwidth: bytes / machine.bytes / least }),
      ...(flops === undefined ? {} : { ofPeak: flops / machine.flops / least }),
    };
    results.push(result);
    const percent = (/** @type {number | undefined} */ part) => (part === undefined ? '' : `${(100 * part).toFixed(0)} %`);
    const peak = result.peakBytes === null ? '' : (result.peakBytes / 2 ** 20).toFixed(0);
    const cells = [
      result.medianMs.toFixed(3),
      least.toFixed(3),
      `${result.speedup.toFixed(2)}x`,
      peak,
      percent(result.ofBandwidth),
      percent(result.ofPeak),
      String(result.kernelCalls ?? ''),
    ];
    console.log(`${name.padEnd(width)}${contender.padEnd(12)}${cells.map((cell) => cell.padStart(11)).join('')}`);
  }
}

for (const { what, least, got, held } of targets(results, machine))
  console.log(`${held ? 'held  ' : 'MISSED'} ${what}: ${got} where ${least} is asked`);
if (values.json !== undefined) {
  mkdirSync(dirname(values.json), { recursive: true });
  writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
if (values.only === '') {
  writeFileSync(report, await format(page(results, machine, await bundleSizes()), { parser: 'markdown', printWidth: 200 }));
  console.log(`wrote ${report}`);
}
