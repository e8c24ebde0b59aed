/** @file The processes that do the work: Node with our packages or with tfjs as it comes, Python with PyTorch or POT. */
import { fork, spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(`${here}package.json`);
const worker = `${here}.cache/worker.cjs`;

/** Where tfjs's own wasm files are. */
const wasmFiles = `${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`;

/** Bundles what the Node processes run. */
export const buildWorker = () =>
  build({
    entryPoints: [`${here}src/worker.ts`],
    outfile: worker,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    conditions: ['@surrogate/source'],
    mainFields: ['module', 'main'],
    external: ['@jax-js/jax'],
    logLevel: 'error',
  });

/** The Python to ask: `SURROGATE_PYTHON`, or the python3 of the path. */
const python = process.env['SURROGATE_PYTHON'] ?? 'python3';

/** Who runs in Python: what is imported, the script, and its argument. @type {Readonly<Record<string, readonly [module: string, script: string, argument: string]>>} */
const inPython = {
  'torch-1': ['torch', 'worker.py', '1'],
  'torch-all': ['torch', 'worker.py', '0'],
  'pot-log': ['ot', 'transport.py', 'sinkhorn_log'],
  pot: ['ot', 'transport.py', 'sinkhorn'],
};

/** The contenders that Python has, each with the workloads that it knows. @returns {Promise<ReadonlyMap<string, readonly string[]>>} */
export async function pythonContenders() {
  /** @type {Map<string, readonly string[]>} */
  const known = new Map();
  for (const [name, [module]] of Object.entries(inPython)) {
    if (spawnSync(python, ['-c', `import ${module}`], { stdio: 'ignore' }).status !== 0) continue;
    const contender = new Contender(name);
    known.set(name, (await contender.started).workloads);
    contender.end();
  }
  return known;
}

/** @typedef {{ child: import('node:child_process').ChildProcess, send: (order: object) => void, listen: (hear: (answer: any) => void) => void }} Line */

/** @param {string} contender @returns {Line} */
function talkToNode(contender) {
  const child = fork(worker, [contender, wasmFiles], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  return { child, send: (order) => void child.send(order), listen: (hear) => void child.on('message', hear) };
}

/** @param {string} script @param {string} argument @returns {Line} */
function talkToPython(script, argument) {
  const child = spawn(python, [`${here}torch/${script}`, argument], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return {
    child,
    send: (order) => void child.stdin.write(`${JSON.stringify(order)}\n`),
    listen: (hear) => void lines.on('line', (line) => hear(JSON.parse(line))),
  };
}

/** A contender's process: it does what it is told and answers when it has done it. */
export class Contender {
  /** @param {string} name */
  constructor(name) {
    const [, script, argument] = inPython[name] ?? [];
    this.line = script === undefined || argument === undefined ? talkToNode(name) : talkToPython(script, argument);
    /** @type {((answer: any) => void) | undefined} */
    this.hear = undefined;
    /** @type {((error: Error) => void) | undefined} */
    this.giveUp = undefined;
    this.line.listen((answer) => this.hear?.(answer));
    this.line.child.once('exit', (code) => code !== null && this.giveUp?.(new Error(`${name} ended with ${code}`)));
    this.started = this.next();
  }
  /** @returns {Promise<any>} */
  next() {
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      this.hear = (answer) => ('error' in answer ? reject(new Error(answer.error)) : resolve(answer));
    });
  }
  /** @param {object} order @returns {Promise<any>} */
  async ask(order) {
    const answer = this.next();
    this.line.send(order);
    const { number, rows } = await answer;
    return rows ?? number;
  }
  end() {
    this.line.child.kill();
  }
}

/** The high-water of the wasm memory in a fresh process, less that of one that holds only the inputs. @param {string} workload @param {string} name */
export async function peakBytes(workload, name) {
  const marks = [];
  for (const runs of [0, 1]) {
    const contender = new Contender(name);
    await contender.started;
    await contender.ask({ prepare: workload });
    if (runs === 1) await contender.ask({ run: true });
    marks.push(await contender.ask({ peak: true }));
    contender.end();
  }
  return marks[1] - marks[0];
}
