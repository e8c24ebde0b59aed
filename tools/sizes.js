/** @file What each entry point adds, minified and gzipped, to a bundle that already holds tfjs-core and its gradients; `--write` records the present sizes as budgets with a tenth to spare. */
import { readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { root } from './house/bootstrap.js';
import { entryPoints, publishable } from './house/packages.js';

const budgetsFile = `${root}tools/sizes.json`;

/** Kilobytes by entry point: `@surrogate/losses` for all of it, `@surrogate/losses#crossEntropy` for one import. @type {Record<string, number>} */
const budgets = JSON.parse(readFileSync(budgetsFile, 'utf8'));

const baseline = `
  export * from '@tensorflow/tfjs-core';
  import '@tensorflow/tfjs-core/dist/register_all_gradients';
  import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
`;

/**
 * Bundles a module as a web application would.
 *
 * @param {string} contents
 * @returns {Promise<number>} gzipped kilobytes.
 */
async function kilobytes(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: `${root}packages/core`, sourcefile: 'entry.js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    mainFields: ['module', 'main'],
    external: ['node:*', 'fs', 'path', 'worker_threads', 'perf_hooks', 'os', 'crypto', 'util', 'string_decoder'],
    logLevel: 'error',
  });
  return outputFiles.reduce((sum, { contents: bytes }) => sum + gzipSync(bytes, { level: 9 }).length, 0) / 1024;
}

const built = new Map(
  publishable()
    .flatMap(entryPoints)
    .map(({ specifier, output }) => [specifier, output]),
);

const base = await kilobytes(baseline);
console.log(`tfjs-core with its gradients: ${base.toFixed(1)} KB`);

const entries = [...built.keys(), ...Object.keys(budgets).filter((entry) => entry.includes('#'))];
/** @type {Record<string, number>} */
const measured = {};
let failed = false;
for (const entry of entries) {
  const [specifier = '', name = '*'] = entry.split('#');
  const added =
    (await kilobytes(`${baseline}\nexport ${name === '*' ? '* as entry' : `{ ${name} }`} from '${built.get(specifier)}';`)) - base;
  measured[entry] = added;
  const budget = budgets[entry];
  const ok = budget !== undefined && added <= budget;
  failed ||= !ok;
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${entry.padEnd(40)} ${added.toFixed(1).padStart(6)} KB of ${budget ?? '(no budget)'}`);
}
for (const entry of Object.keys(budgets).filter((name) => !entries.includes(name))) {
  failed = true;
  console.log(`FAILED ${entry} has a budget and is not an entry point`);
}

if (process.argv.includes('--write')) {
  const generous = entries.map((entry) => [entry, entry.includes('#') ? budgets[entry] : Math.ceil((measured[entry] ?? 0) * 1.1 + 0.5)]);
  writeFileSync(budgetsFile, `${JSON.stringify(Object.fromEntries(generous), null, 2)}\n`);
} else if (failed) process.exitCode = 1;
