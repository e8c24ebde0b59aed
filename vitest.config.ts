import { readdirSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, defineProject } from 'vitest/config';

const root = fileURLToPath(new URL('.', import.meta.url));
const conditions = ['@surrogate/source'];

const folders = ['packages', 'apps', 'tools'].flatMap((top) =>
  existsSync(`${root}${top}`) ? (top === 'tools' ? ['tools'] : readdirSync(`${root}${top}`).map((name) => `${top}/${name}`)) : [],
);

/** Whose tests register kernels or backends of their own: they must not find what another file has left registered, or leave it. */
const alone = ['packages/wasm', 'packages/testing', 'apps/lab', 'tools'];

/** One project a folder, so that `vitest run --project core` runs one area. */
const project = (folder: string) =>
  defineProject({
    resolve: { conditions },
    ssr: { resolve: { conditions } },
    test: {
      name: folder.split('/').at(-1) ?? folder,
      root: `${root}${folder}`,
      include: ['**/*.test.ts'],
      exclude: ['**/node_modules/**', '**/dist/**'],
      // One process for many files: tfjs is loaded and shaders are compiled once.
      isolate: alone.includes(folder),
      setupFiles: [`${root}packages/testing/src/setup.ts`],
      testTimeout: 60_000,
      hookTimeout: 60_000,
    },
  });

export default defineConfig({
  test: { projects: folders.map(project), maxWorkers: 2, pool: 'forks', experimental: { fsModuleCache: true } },
});
