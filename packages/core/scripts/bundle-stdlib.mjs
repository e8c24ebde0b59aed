// The special functions of @stdlib come as 220 CommonJS packages of 27 MB; the nine that core uses are bundled to ES modules that share chunks, licence notices included.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const prefix = '@stdlib/math-base-special-';
const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const names = Object.keys(devDependencies)
  .filter((name) => name.startsWith(prefix))
  .map((name) => name.slice(prefix.length));

await build({
  entryPoints: Object.fromEntries(names.map((name) => [name, prefix + name])),
  outdir: 'dist/stdlib',
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  legalComments: 'linked',
  logLevel: 'warning',
});
