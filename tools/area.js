/** @file `pnpm --filter <package> test`: the tests of the package that it is called in, in under a minute. */
import { spawnSync } from 'node:child_process';
import { basename } from 'node:path';
import { root } from './house/bootstrap.js';

// Software rendering takes three quarters of a full run's time: at the desk webgpu is asked for by name, in `npm test` it always runs.
const backends = process.env['SURROGATE_BACKENDS'] ?? 'cpu,wasm';
console.log(`on ${backends}; SURROGATE_BACKENDS=cpu,wasm,webgpu runs all`);
const { status, error } = spawnSync(
  'pnpm',
  ['exec', 'vitest', 'run', '--root', root, '--project', basename(process.cwd()), ...process.argv.slice(2)],
  { cwd: root, env: { ...process.env, SURROGATE_BACKENDS: backends }, stdio: 'inherit', shell: process.platform === 'win32' },
);
if (error) throw error;
process.exitCode = status ?? 1;
