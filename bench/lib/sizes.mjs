/** @file How large a program becomes. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('..', import.meta.url));

const programs = {
  "tfjs's core and wasm backend": "import '@tensorflow/tfjs-backend-wasm'; export * from '@tensorflow/tfjs-core';",
  'the same with `@surrogate/wasm`': "import '@surrogate/wasm'; export * from '@tensorflow/tfjs-core';",
  'a training step: cross-entropy and AdamW on it':
    "import '@surrogate/wasm'; export { step, valueAndGrad } from '@surrogate/core'; export { crossEntropy } from '@surrogate/losses'; export { adamw } from '@surrogate/optim'; export * from '@tensorflow/tfjs-core';",
};

/** What esbuild makes of each, minified. */
export async function bundleSizes() {
  const sizes = [];
  for (const [what, contents] of Object.entries(programs)) {
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: here },
      bundle: true,
      minify: true,
      write: false,
      format: 'esm',
      conditions: ['@surrogate/source'],
      external: ['node:*', 'fs', 'path', 'os', 'perf_hooks', 'worker_threads', 'util', 'string_decoder', 'crypto'],
      logLevel: 'error',
    });
    const bytes = outputFiles[0]?.contents ?? new Uint8Array();
    sizes.push({ what, bytes: bytes.length, gzip: gzipSync(bytes).length });
  }
  return sizes;
}
