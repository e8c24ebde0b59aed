/** @file The tarballs that would be published. */
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from './command.js';
import { publishable } from './packages.js';

/**
 * Packs every publishable package into a new folder outside the workspace.
 *
 * @returns {Promise<{ folder: string, tarballs: Map<string, string> }>} the folder, which the caller removes, and the tarballs in it by package name.
 */
export async function packAll() {
  const folder = mkdtempSync(join(tmpdir(), 'surrogate-packed-'));
  /** @type {Map<string, string>} */
  const tarballs = new Map();
  for (const { path, manifest } of publishable()) {
    const before = new Set(readdirSync(folder));
    await command('pnpm', ['pack', '--pack-destination', folder], { cwd: path });
    const [added] = readdirSync(folder).filter((name) => !before.has(name));
    if (added === undefined) throw new Error(`${manifest.name}: pnpm pack left no tarball`);
    tarballs.set(manifest.name, join(folder, added));
  }
  return { folder, tarballs };
}
