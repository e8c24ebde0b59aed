/** @file The wasm kernels in a page that is isolated cross-origin: there tfjs's memory is shared between threads, and a module for unshared memory does not fit it. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', process.env['CHROMIUM'] ?? ''].find(
  existsSync,
);
const wasmFiles = dirname(createRequire(join(root, 'packages/wasm/package.json')).resolve('@tensorflow/tfjs-backend-wasm'));

const page = `
  import '@surrogate/wasm';
  import { ready, softmaxCrossEntropyOp } from '@surrogate/core';
  import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
  import { backend, gather, getKernel, grad, matMul, sum, tensor } from '@tensorflow/tfjs-core';
  globalThis.report = (async () => {
    setWasmPaths('/wasm/');
    setThreadsCount(2);
    await ready('wasm');
    const { buffer } = backend().wasm.wasmMemory ?? backend().wasm.asm.memory;
    const x = tensor([[1, 2, 0], [3, 4, 0]]);
    const target = tensor([1, 0], [2], 'int32');
    const plain = { labelSmoothing: 0, zLoss: 0, temperature: 1 };
    return {
      isolated: crossOriginIsolated,
      shared: buffer instanceof SharedArrayBuffer,
      fused: getKernel('SurrogateSoftmaxCrossEntropy', 'wasm') !== undefined,
      product: [...(await matMul(x, x, true, false).data())],
      gathered: [...(await grad((x) => sum(gather(x, target)))(x).data())],
      loss: [...(await softmaxCrossEntropyOp({ logits: x, target }, plain).data())],
    };
  })();
`;

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
    const report = await tab.evaluate(() => (globalThis as unknown as { report: Promise<Record<string, unknown>> }).report);
    expect(report).toMatchObject({ isolated: true, shared: true, fused: true });
    expect(report['product']).toEqual([10, 14, 0, 14, 20, 0, 0, 0, 0]);
    expect(report['gathered']).toEqual([1, 1, 1, 1, 1, 1]);
    expect((report['loss'] as number[]).map((x) => x.toFixed(4))).toEqual(['0.4076', '1.3266']);
  } finally {
    await running.close();
    server.close();
  }
});
