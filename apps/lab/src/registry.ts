/** @file The claims that there are: one file each, named after its paper. */
import { readdir } from 'node:fs/promises';
import type { Claim } from './claim.js';

const folder = new URL('claims/', import.meta.url);

/** All claims by name, in alphabetical order. */
export async function claimNames(): Promise<string[]> {
  const files = await readdir(folder);
  return files.flatMap((file) => (/(?<!\.test|\.d)\.[jt]s$/.test(file) ? [file.replace(/\.[jt]s$/, '')] : [])).sort();
}

/** The claim of a name that {@link claimNames} lists. */
export async function loadClaim(name: string): Promise<Claim> {
  // The claim lies beside this file in whatever language this file runs in.
  const extension = /\.[jt]s$/.exec(new URL(import.meta.url).pathname)?.[0] ?? '.js';
  const module = (await import(new URL(`${name}${extension}`, folder).href)) as { default: Claim };
  return module.default;
}
