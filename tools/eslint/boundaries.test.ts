import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { complaint, mayImport } from './boundaries.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('who may import whom', () => {
  it.each([
    ['packages/losses/src/index.ts', '@surrogate/core'],
    ['packages/losses/src/classification/focal.ts', '@surrogate/core'],
    ['packages/losses/src/classification/focal.ts', '../shared/margins.js'],
    ['packages/align/src/index.ts', '@surrogate/rl'],
    ['packages/core/src/math/exp.ts', '@tensorflow/tfjs-core'],
    ['packages/core/src/host/rng.ts', 'pure-rand'],
    ['packages/core/src/host/rng.ts', './errors.js'],
    ['packages/core/src/host/special/erf.ts', '#stdlib/erf'],
    ['packages/core/src/host/rng.ts', '../inputs/checks.js'],
    ['packages/rl/src/bandits/linUcb.ts', '@surrogate/core/host'],
    ['packages/wasm/src/register.test.ts', '@surrogate/optim'],
    ['packages/losses/src/focal.test.ts', '../../../tests/oracles/losses/focal.json'],
    ['apps/lab/src/cli.ts', '@surrogate/align'],
  ])('%s may import %s', (file, specifier) => {
    expect(complaint(file, specifier)).toBeUndefined();
  });

  it.each([
    ['packages/core/src/index.ts', '@surrogate/losses', /no other package/],
    ['packages/losses/src/index.ts', '@surrogate/optim', /it may import @surrogate\/core, @surrogate\/divergences/],
    ['packages/wasm/src/index.ts', '@surrogate/optim', /it may import @surrogate\/core$/],
    ['packages/rl/src/index.ts', '@surrogate/align', /may not import/],
    ['packages/core/src/math/exp.ts', '@surrogate/core', /itself by name/],
    ['packages/losses/src/index.ts', '@surrogate/lab', /no package imports an app/],
    ['packages/losses/src/focal.test.ts', '@surrogate/lab', /no package imports an app/],
    ['packages/losses/src/index.ts', '../../core/src/index.js', /leaves packages\/losses/],
    ['packages/losses/src/index.ts', '../../../tests/oracles/losses/focal.json', /leaves packages\/losses/],
    ['packages/losses/src/index.ts', '../../../apps/lab/src/cli.js', /leaves packages\/losses/],
    ['packages/core/src/host/rng.ts', '@tensorflow/tfjs-core', /runs without tensors/],
    ['packages/core/src/host/rng.ts', '../math/exp.js', /runs without tensors/],
    ['packages/core/src/host/rng.ts', '#gradients', /runs without tensors/],
    ['packages/core/src/inputs/checks.ts', '@tensorflow/tfjs-core', /runs without tensors/],
    ['packages/rl/src/bandits/linUcb.ts', '@surrogate/core', /runs without tensors/],
    ['packages/rl/src/bandits/linUcb.ts', '../policies/ppo.js', /runs without tensors/],
  ])('%s may not import %s', (file, specifier, message) => {
    expect(complaint(file, specifier)).toMatch(message);
  });

  it('has a row for every package', () => {
    expect(Object.keys(mayImport)).toEqual(expect.arrayContaining(readdirSync(`${root}packages`)));
  });
});

describe('the linter', () => {
  const messages = async (filePath: string, code: string) => {
    // Rules that need types are left out: the files of these snippets do not exist.
    const eslint = new ESLint({
      cwd: root,
      overrideConfig: [
        {
          files: ['**/*.ts'],
          languageOptions: { parserOptions: { project: null } },
          rules: {
            '@typescript-eslint/consistent-type-imports': 'off',
            '@typescript-eslint/no-floating-promises': 'off',
            '@typescript-eslint/no-misused-promises': 'off',
            '@typescript-eslint/await-thenable': 'off',
            '@typescript-eslint/no-unnecessary-type-assertion': 'off',
            '@typescript-eslint/switch-exhaustiveness-check': 'off',
            '@typescript-eslint/only-throw-error': 'off',
            '@typescript-eslint/no-deprecated': 'off',
          },
        },
      ],
    });
    const [result] = await eslint.lintText(code, { filePath: `${root}${filePath}` });
    return [...new Set(result?.messages.map(({ ruleId }) => ruleId))];
  };

  it.each([
    ['an import from a package above', "export { adamw } from '@surrogate/optim';", 'surrogate/boundaries'],
    ['a dynamic import from a package above', "export const load = () => import('@surrogate/optim');", 'surrogate/boundaries'],
    ['a type from a package above', "export type Step = import('@surrogate/optim').Step;", 'surrogate/boundaries'],
    [
      'an op that is not twice differentiable',
      "import { exp } from '@tensorflow/tfjs-core';\nexport const f = exp;",
      'no-restricted-imports',
    ],
    ['all of tfjs, unsafe ops included', "import * as tf from '@tensorflow/tfjs-core';\nexport const f = tf.exp;", 'no-restricted-imports'],
    ['an unsafe op called as a method', 'export const f = (x: { exp(): number }) => x.exp();', 'no-restricted-syntax'],
    ['a synchronous read', 'export const f = (x: { dataSync(): number }) => x.dataSync();', 'no-restricted-syntax'],
    ['a default export', 'export default 1;', 'no-restricted-syntax'],
    ['console output', "console.log('hello');", 'no-console'],
  ])('refuses %s', async (_title, code, rule) => {
    expect(await messages('packages/losses/src/snippet.ts', code)).toEqual([rule]);
  });

  it('refuses a skipped test', async () => {
    expect(await messages('packages/losses/src/snippet.test.ts', "it.skip('works', () => {});")).toEqual(['no-restricted-syntax']);
  });

  it('lets core build its primitives from the ops that it replaces', async () => {
    expect(
      await messages('packages/core/src/math/snippet.ts', "import { exp } from '@tensorflow/tfjs-core';\nexport const f = exp;"),
    ).toEqual([]);
  });
});
