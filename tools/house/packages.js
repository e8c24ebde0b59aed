/** @file The packages that go to the registry. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './bootstrap.js';

/**
 * @typedef {object} Manifest the fields of a package.json that the tools read.
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, string | { '@surrogate/source'?: string, default?: string }>} exports
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * @typedef {object} Package
 * @property {string} folder such as `losses`.
 * @property {string} path absolute, without a slash at the end.
 * @property {Manifest} manifest
 */

/**
 * Every package that is not private, by folder name.
 *
 * @returns {Package[]}
 */
export function publishable() {
  return readdirSync(`${root}packages`)
    .filter((folder) => existsSync(`${root}packages/${folder}/package.json`))
    .sort()
    .map((folder) => {
      const path = `${root}packages/${folder}`;
      return { folder, path, manifest: JSON.parse(readFileSync(`${path}/package.json`, 'utf8')) };
    })
    .filter(({ manifest }) => !manifest.private);
}

/**
 * The public entry points of a package: `@surrogate/core/host`, its source file and what is built from it.
 *
 * @param {Package} pkg
 * @returns {{ specifier: string, source: string, output: string }[]}
 */
export function entryPoints({ path, manifest }) {
  return Object.entries(manifest.exports).flatMap(([subpath, target]) =>
    typeof target === 'object' && target['@surrogate/source']
      ? [
          {
            specifier: manifest.name + subpath.slice(1),
            source: join(path, target['@surrogate/source']),
            output: join(path, target.default ?? ''),
          },
        ]
      : [],
  );
}
