/** @file The wasm kernels in a page that is isolated cross-origin: there tfjs's memory is shared between threads, and a module for unshared memory does not fit it. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import '../packages/wasm/src/register.js';
import { ready } from '../packages/core/src/index.js';
import { calls, given, kernelCalls, results } from '../packages/wasm/src/testing/everyKernel.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', process.env['CHROMIUM'] ?? ''].find(
  existsSync,
);
const wasmFiles = dirname(createRequire(join(root, 'packages/wasm/package.json')).resolve('@tensorflow/tfjs-backend-wasm'));

const page = `
  import '@surrogate/wasm';
  import { ready } from '@surrogate/core';
  import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
  import { backend } from '@tensorflow/tfjs-core';
  import { calls, given, kernelCalls, results } from './src/testing/everyKernel.js';
  globalThis.report = (async () => {
    setWasmPaths('/wasm/');
    setThreadsCount(2);
    await ready('wasm');
    const { buffer } = backend().wasm.wasmMemory ?? backend().wasm.asm.memory;
    return {
      isolated: crossOriginIsolated,
      shared: buffer instanceof SharedArrayBuffer,
      made: await results({ ...calls, ...kernelCalls }, given()),
    };
  })();
`;

/** What the page should find: on the cpu backend by the composites; the rest on memory that is not shared. */
async function wanted(): Promise<Record<string, number[]>> {
  await ready('cpu');
  const composed = await results(calls, given());
  await ready('wasm');
  return { ...composed, ...(await results(kernelCalls, given())) };
}

interface Report {
  readonly made: Record<string, number[]>;
}

it('run on the memory that threads share', async (context) => {
  if (browser === undefined) {
    if (process.env['CI']) throw new Error('there is no Chromium');
    context.skip('there is no Chromium');
    return;
  }
  const { outputFiles } = await build({
    stdin: { contents: page, resolveDir: join(root, 'packages/wasm'), sourcefile: 'page.js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    mainFields: ['browser', 'module', 'main'],
    conditions: ['@surrogate/source'],
    external: ['node:*', 'fs', 'path', 'worker_threads', 'perf_hooks', 'os', 'crypto', 'util', 'string_decoder'],
    logLevel: 'error',
  });
  const expected = await wanted();
  const server = createServer(({ url = '/' }, response) => {
    const name = url.split('/').at(-1)!;
    const type = name.endsWith('.wasm') ? 'application/wasm' : name.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.writeHead(200, {
      'content-type': type,
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    response.end(
      type === 'application/wasm'
        ? readFileSync(join(wasmFiles, name))
        : type === 'text/javascript'
          ? outputFiles[0]!.contents
          : '<!doctype html><script type="module" src="/page.js"></script>',
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const running = await chromium.launch({ executablePath: browser, args: ['--no-sandbox'] });
  try {
    const tab = await running.newPage();
    const address = server.address() as { port: number };
    await tab.goto(`http://127.0.0.1:${address.port}/`);
    const report = await tab.evaluate(() => (globalThis as unknown as { report: Promise<Report> }).report);
    expect(report).toMatchObject({ isolated: true, shared: true });
    for (const [name, values] of Object.entries(expected)) {
      const wrong = values.filter((value, i) => !(Math.abs(report.made[name]![i]! - value) <= 1e-5 + 1e-4 * Math.abs(value)));
      expect(wrong, name).toEqual([]);
    }
  } finally {
    await running.close();
    server.close();
  }
});
