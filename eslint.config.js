/** @file What the linter holds: the layers of the house, the ops that are not twice differentiable, and the usual mistakes. */
import eslint from '@eslint/js';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import { boundaries } from './tools/eslint/boundaries.js';
import { restrictedImports, restrictedMethods } from './tools/eslint/unsafeOps.js';

/** Tests, and rows of a conformance table that is too long for one file. */
const tests = ['**/*.test.ts', '**/*.test-d.ts', '**/*.rows.ts'];

const noDefaultExport = { selector: 'ExportDefaultDeclaration', message: 'Libraries export by name.' };
const noSyncRead = {
  selector: 'MemberExpression[property.name=/^(dataSync|arraySync|bytesSync)$/]',
  message: 'A synchronous read throws on webgpu in Node and stalls it elsewhere: read with await x.data().',
};
const noSkippedTest = {
  selector: 'CallExpression > MemberExpression.callee[object.name=/^(it|test|describe|suite)$/][property.name=/^(skip|only|todo)$/]',
  message: 'A test runs, or it is not there.',
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/generated/**',
      '**/.cache/**',
      'docs/api/**',
      // A consumer project, which is compiled by itself.
      'tools/consumers/types.ts',
      'packages/wasm/assembly/**',
      'apps/lab/results/**',
      'bench/results/**',
    ],
  },
  eslint.configs.recommended,
  {
    // A rule that does not hold everywhere is changed here, in the open.
    linterOptions: { noInlineConfig: true },
    plugins: { surrogate: { rules: { boundaries } } },
    rules: { 'surrogate/boundaries': 'error', eqeqeq: 'error' },
  },
  { files: ['**/*.js', '**/*.mjs'], languageOptions: { globals: globals.node } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: ['./tsconfig.tests.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/no-deprecated': 'error',
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: [...tests, 'packages/testing/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': ['error', noDefaultExport, noSyncRead],
    },
  },
  {
    files: ['packages/*/src/**/*.ts'],
    ignores: [
      ...tests,
      'packages/testing/**',
      'packages/core/src/math/**',
      'packages/core/src/gradients/**',
      'packages/core/src/indexing/**',
      'packages/core/src/scans/**',
      'packages/core/src/segments/**',
      'packages/core/src/sorting/**',
    ],
    rules: {
      'no-restricted-imports': ['error', restrictedImports],
      'no-restricted-syntax': ['error', noDefaultExport, noSyncRead, restrictedMethods],
    },
  },
  { files: ['packages/testing/src/**/*.ts'], rules: { 'no-restricted-syntax': ['error', noDefaultExport] } },
  { files: tests, rules: { 'no-restricted-syntax': ['error', noSkippedTest] } },
);
