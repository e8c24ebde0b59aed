/** @file What the registry would get: each tarball is valid (publint), its types resolve (attw), and it holds what it must and nothing else. */
import { readFileSync, rmSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { command } from './house/command.js';
import { packAll } from './house/pack.js';
import { publishable } from './house/packages.js';

/** The files of a tarball that must be there, and the ones that must not. */
const required = [/^package\.json$/, /^README\.md$/, /^LICENSE$/, /^dist\/index\.js$/, /^dist\/index\.d\.ts$/];
const unwanted = /\.test(-d)?\.|tsbuildinfo|__snapshots__|\.log$/;

/** Core bundles code of others, whose licences want their notices to travel with it. @type {Record<string, RegExp[]>} */
const requiredByPackage = {
  '@surrogate/core': [
    /^dist\/gradients\/register\.node\.js$/,
    /^dist\/gradients\/register\.node\.js\.LEGAL\.txt$/,
    /^dist\/stdlib\/.*\.LEGAL\.txt$/,
    /^THIRD-PARTY-LICENSES\.txt$/,
    /^NOTICE\.md$/,
  ],
};

/**
 * @param {string} name
 * @param {string} tarball
 * @returns {Promise<string[]>} what is wrong.
 */
async function contentProblems(name, tarball) {
  const files = (await command('tar', ['-tzf', tarball]))
    .split('\n')
    .filter(Boolean)
    .map((file) => file.replace(/^package\//, ''));
  const wanted = [...required, ...(requiredByPackage[name] ?? [])];
  return [
    ...wanted.filter((pattern) => !files.some((file) => pattern.test(file))).map((pattern) => `no file matches ${pattern}`),
    ...files.filter((file) => unwanted.test(file)).map((file) => `${file} is not for publication`),
  ];
}

const { folder, tarballs } = await packAll();
let failed = false;
try {
  for (const { manifest } of publishable()) {
    const tarball = /** @type {string} */ (tarballs.get(manifest.name));
    const { messages } = await publint({
      pkgDir: 'package',
      strict: true,
      pack: { tarball: new Uint8Array(readFileSync(tarball)).buffer },
    });
    const problems = messages.map((message) => formatMessage(message, manifest, { color: false }) ?? message.code);
    problems.push(...(await contentProblems(manifest.name, tarball)));
    await command('attw', [tarball, '--profile', 'esm-only', '--no-color', '--format', 'ascii']).catch((error) =>
      problems.push(error.message),
    );
    failed ||= problems.length > 0;
    console.log(`${manifest.name}: ${problems.length === 0 ? 'ok' : ['', ...problems].join('\n  ')}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
