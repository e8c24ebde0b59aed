/** @file Runs the gates, two at a time, says how each went, and ends with one line of counts. */
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { root } from './bootstrap.js';

const report = `${root}node_modules/.cache/surrogate/vitest.json`;

/**
 * @typedef {object} Gate
 * @property {string} name
 * @property {string[]} command
 * @property {boolean} [alone] it uses both cores itself.
 * @property {(ok: boolean) => Counts} [counts] how many checks it stands for, where that is not one.
 */

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** @type {Gate[]} */
const gates = [
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: ['eslint', '.', '--max-warnings', '0'] },
  { name: 'types', command: ['tsc', '--project', 'tsconfig.tests.json'] },
  { name: 'unused', command: ['knip', '--treat-config-hints-as-errors'] },
  { name: 'cycles', command: ['node', 'tools/cycles.js'] },
  { name: 'docs', command: ['node', 'tools/docs.js'] },
  { name: 'links', command: ['node', 'tools/links.js'] },
  { name: 'packages', command: ['node', 'tools/packages.js'] },
  { name: 'sizes', command: ['node', 'tools/sizes.js'] },
  { name: 'release', command: ['node', 'tools/release.js'] },
  { name: 'consumers', command: ['node', 'tools/consumers.js'] },
  {
    name: 'tests',
    command: ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    alone: true,
    counts: countTests,
  },
];

/**
 * Reads the counts of the test run; a file that could not be loaded, or an error outside any test, is one failure.
 *
 * @param {boolean} ok
 * @returns {Counts}
 */
function countTests(ok) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  const unloaded = testResults.filter(
    (/** @type {{ status: string, assertionResults: unknown[] }} */ file) => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
  const failed = numFailedTests + unloaded;
  return { passed: numPassedTests, failed: ok ? failed : Math.max(failed, 1), skipped: numPendingTests + numTodoTests };
}

/**
 * @param {Gate} gate
 * @returns {Promise<Counts>}
 */
function run({ name, command: [program = '', ...args], counts }) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    const finish = (/** @type {boolean} */ ok) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(10)} ${seconds.padStart(6)} s`);
      const skips = output.split('\n').filter((line) => line.startsWith('skipped: '));
      if (!ok) console.log(output.trimEnd().replace(/^/gm, '       '));
      else for (const skip of skips) console.log(`       ${skip}`);
      resolve(summary(ok, skips.length, counts));
    };
    child.on('error', (error) => {
      output += String(error);
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}

/**
 * @param {boolean} ok
 * @param {number} skipped
 * @param {Gate['counts']} counts
 * @returns {Counts}
 */
function summary(ok, skipped, counts) {
  try {
    if (counts) return counts(ok);
  } catch (error) {
    console.log(`       its report could not be read: ${String(error)}`);
    return { passed: 0, failed: 1, skipped };
  }
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped };
}

const names = process.argv.slice(2);
const unknown = names.filter((name) => !gates.some((gate) => gate.name === name));
if (unknown.length > 0) {
  console.error(`no gate is called ${unknown.join(', ')}; there are ${gates.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = gates.filter(({ name }) => names.length === 0 || names.includes(name));
const together = chosen.filter(({ alone }) => !alone);

rmSync(report, { force: true });
/** @type {Counts[]} */
const results = [];
const lane = async () => {
  for (let gate = together.shift(); gate !== undefined; gate = together.shift()) results.push(await run(gate));
};
await Promise.all([lane(), lane()]);
for (const gate of chosen.filter(({ alone }) => alone)) results.push(await run(gate));

const total = (/** @type {keyof Counts} */ key) => results.reduce((sum, counts) => sum + counts[key], 0);
console.log(`${total('passed')} passed, ${total('failed')} failed${total('skipped') > 0 ? `, ${total('skipped')} skipped` : ''}`);
process.exitCode = total('failed') > 0 ? 1 : 0;
