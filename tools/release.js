/** @file A release rehearsed on a copy of the tree: versions from the changesets, then a publication that sends nothing. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './house/bootstrap.js';
import { command } from './house/command.js';
import { publishable } from './house/packages.js';

const copy = mkdtempSync(join(tmpdir(), 'surrogate-release-'));
const inCopy = (/** @type {string} */ program, /** @type {string[]} */ ...args) => command(program, args, { cwd: copy });
const packages = publishable();

try {
  const files = (await command('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])).split('\0');
  const built = packages.map(({ folder }) => `packages/${folder}/dist`);
  for (const file of [...files, ...built]) {
    if (file === '' || !existsSync(root + file)) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(root + file, join(copy, file), { recursive: true });
  }
  await inCopy('pnpm', 'install', '--frozen-lockfile', '--prefer-offline', '--ignore-scripts');
  // Changesets wants a repository, and pnpm publishes from a clean branch.
  await inCopy('git', 'init', '--quiet', '--initial-branch', 'main');
  const commit = async () => {
    await inCopy('git', 'add', '--all');
    await inCopy(
      'git',
      '-c',
      'user.name=rehearsal',
      '-c',
      'user.email=rehearsal@localhost',
      'commit',
      '--quiet',
      '--allow-empty',
      '-m',
      'rehearsal',
    );
  };
  await commit();
  await inCopy('pnpm', 'exec', 'changeset', 'version');
  await commit();

  /** @type {{ name: string, version: string }[]} */
  const versions = packages.map(({ folder }) => JSON.parse(readFileSync(join(copy, 'packages', folder, 'package.json'), 'utf8')));
  const distinct = new Set(versions.map(({ version }) => version));
  if (distinct.size !== 1)
    throw new Error(`the packages share one version, got ${versions.map(({ name, version }) => `${name}@${version}`).join(', ')}`);
  await inCopy('pnpm', 'publish', '--recursive', '--dry-run', '--report-summary', '--access', 'public');

  /** @type {{ publishedPackages: { name: string }[] }} */
  const { publishedPackages } = JSON.parse(readFileSync(join(copy, 'pnpm-publish-summary.json'), 'utf8'));
  const published = publishedPackages.map(({ name }) => name);
  const left = versions.map(({ name }) => name).filter((name) => !published.includes(name));
  if (left.length > 0) throw new Error(`not published: ${left.join(', ')}`);
  console.log(`would publish ${published.length} packages at ${[...distinct].join()}`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
