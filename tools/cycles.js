/** @file No source file imports itself by way of others; types, which vanish, do not count. */
import { relative } from 'node:path';
import { build } from 'esbuild';
import { root } from './house/bootstrap.js';
import { entryPoints, publishable } from './house/packages.js';

/**
 * The first cycle that a depth-first walk meets.
 *
 * @param {Map<string, string[]>} imports
 * @returns {string[] | undefined} the files on the way round, the first one repeated at the end.
 */
function findCycle(imports) {
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const path = [];
  /** @type {(file: string) => string[] | undefined} */
  const walk = (file) => {
    const seen = path.indexOf(file);
    if (seen >= 0) return [...path.slice(seen), file];
    if (done.has(file)) return undefined;
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      const cycle = walk(next);
      if (cycle) return cycle;
    }
    path.pop();
    done.add(file);
    return undefined;
  };
  for (const file of imports.keys()) {
    const cycle = walk(file);
    if (cycle) return cycle;
  }
  return undefined;
}

for (const pkg of publishable()) {
  const { metafile } = await build({
    entryPoints: entryPoints(pkg).map(({ source }) => source),
    absWorkingDir: pkg.path,
    outdir: 'dist',
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    packages: 'external',
    external: ['#*'],
    logLevel: 'error',
  });
  const imports = new Map(
    Object.entries(metafile.inputs).map(([file, { imports: targets }]) => [
      file,
      targets.filter(({ external }) => !external).map(({ path }) => path),
    ]),
  );
  const cycle = findCycle(imports);
  if (cycle) {
    process.exitCode = 1;
    console.log(`${pkg.manifest.name}:\n  ${cycle.map((file) => relative(root, `${pkg.path}/${file}`)).join('\n  imports ')}`);
  } else console.log(`${pkg.manifest.name}: ${imports.size} files, no cycle`);
}
