/** @file Who may import whom: the layers of the house as a lint rule. */
import { posix, relative } from 'node:path';

const tensors = ['core', 'divergences', 'losses', 'kernel-methods', 'optim'];
const all = [...tensors, 'distill', 'rl', 'align', 'diagnostics', 'wasm', 'webgpu'];

/**
 * What each package's library code may import from `@surrogate/*`; a package without a row may import nothing.
 *
 * @type {Record<string, string[]>}
 */
export const mayImport = {
  core: [],
  divergences: ['core'],
  losses: ['core', 'divergences'],
  'kernel-methods': ['core'],
  optim: ['core', 'kernel-methods'],
  distill: tensors,
  rl: tensors,
  align: [...tensors, 'rl'],
  diagnostics: [...tensors, 'distill', 'rl', 'align'],
  wasm: ['core'],
  webgpu: ['core'],
  testing: all,
};

/**
 * Code that runs without tfjs: the folders and files of each island, and what it may import from other packages.
 *
 * @type {{ paths: string[], guests: string[] }[]}
 */
const withoutTensors = [
  { paths: ['packages/core/src/host/', 'packages/core/src/inputs/checks.'], guests: [] },
  { paths: ['packages/rl/src/bandits/'], guests: ['@surrogate/core/host'] },
];

const isTest = (/** @type {string} */ file) => /\.(test(-d)?|rows)\.ts$/.test(file);

/** @returns {(island: { paths: string[] }) => boolean} */
const holds = (/** @type {string} */ path) => (island) => island.paths.some((start) => path.startsWith(start));

/**
 * Says what is wrong with an import, if anything is.
 *
 * @param {string} file the importing file, relative to the repository, with forward slashes.
 * @param {string} specifier what it imports.
 * @returns {string | undefined} the complaint.
 */
export function complaint(file, specifier) {
  const [top = '', folder = ''] = file.split('/');
  const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined;
  const oracle = isTest(file) && target?.startsWith('tests/oracles/');
  if (['packages', 'apps'].includes(top) && target !== undefined && !oracle && !target.startsWith(`${top}/${folder}/`)) {
    return `'${specifier}' leaves ${top}/${folder}: import another package by its name`;
  }
  if (top !== 'packages') return undefined;

  const imported = /^@surrogate\/([^/]+)/.exec(specifier)?.[1];
  if (imported !== undefined && !(imported in mayImport)) {
    return `packages/${folder} may not import '${specifier}': no package imports an app`;
  }
  if (isTest(file)) return undefined;

  const island = withoutTensors.find(holds(file));
  if (island !== undefined) {
    const tensorFree =
      target === undefined ? imported === undefined && !/^(@tensorflow\/|#(?!stdlib\/))/.test(specifier) : holds(target)(island);
    return tensorFree || island.guests.includes(specifier)
      ? undefined
      : `${island.paths[0]} runs without tensors and may not import '${specifier}'`;
  }

  if (imported === undefined) return undefined;
  if (imported === folder) return `packages/${folder} may not import itself by name: name the file`;
  const below = mayImport[folder] ?? [];
  if (below.includes(imported)) return undefined;
  const allowed = below.map((name) => `@surrogate/${name}`).join(', ') || 'no other package';
  return `packages/${folder} may not import '${specifier}'; it may import ${allowed}`;
}

/** @type {import('eslint').Rule.RuleModule} */
export const boundaries = {
  meta: { type: 'problem', docs: { description: 'holds each package to the packages below it' }, schema: [] },
  create(context) {
    const file = relative(context.cwd, context.filename).replaceAll('\\', '/');
    /** @param {any} node an import or export declaration, an import expression or an import type. */
    const check = ({ source }) => {
      if (typeof source?.value !== 'string') return;
      const message = complaint(file, source.value);
      if (message !== undefined) context.report({ node: source, message });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      TSImportType: check,
    };
  },
};
