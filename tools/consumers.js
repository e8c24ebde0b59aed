/** @file Installs the packed packages with npm into an empty project outside the workspace, and uses them from plain Node, from a Vite build in a browser, and from strict TypeScript. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { childEnvironment, root } from './house/bootstrap.js';
import { command } from './house/command.js';
import { packAll } from './house/pack.js';

const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', process.env['CHROMIUM'] ?? ''];
const browserFlags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const project = mkdtempSync(join(tmpdir(), 'surrogate-consumer-'));
const { folder: packed, tarballs } = await packAll();

async function install() {
  cpSync(`${root}tools/consumers`, project, { recursive: true });
  const dependencies = {
    ...Object.fromEntries([...tarballs].map(([name, tarball]) => [name, `file:${tarball}`])),
    '@tensorflow/tfjs-backend-cpu': '^4.22.0',
    '@tensorflow/tfjs-backend-wasm': '^4.22.0',
    '@tensorflow/tfjs-core': '^4.22.0',
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module', dependencies }));
  await command('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: project, env: childEnvironment() });
  const copies = (
    await command('npm', ['ls', '--all', '--parseable', '@tensorflow/tfjs-core', '@surrogate/core'], {
      cwd: project,
      env: childEnvironment(),
    })
  )
    .split('\n')
    .filter(Boolean);
  if (copies.length !== 2) throw new Error(`one tfjs-core and one core are wanted, got\n${copies.join('\n')}`);
}

async function checkNode() {
  for (const args of [['node.js', 'cpu'], ['node.js', 'wasm'], ['oneImport.js'], ['host.js']]) {
    process.stdout.write(`node ${args.join(' ')}: ${await command('node', args, { cwd: project })}`);
  }
}

/** tfjs-core's own declarations do not pass a check of libraries; ours must. */
async function checkTypes() {
  const tsc = `${root}node_modules/typescript/bin/tsc`;
  for (const [module, moduleResolution] of [
    ['node16', 'node16'],
    ['esnext', 'bundler'],
  ]) {
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      lib: ['es2022', 'esnext.disposable', 'dom'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      skipLibCheck: false,
      noEmit: true,
    };
    const config = join(project, `tsconfig.${moduleResolution}.json`);
    writeFileSync(config, JSON.stringify({ compilerOptions, files: ['types.ts'] }));
    const output = await command('node', [tsc, '--project', config, '--pretty', 'false'], { cwd: project }).catch((error) =>
      String(error.message),
    );
    const errors = output.split('\n').filter((line) => /error TS\d+/.test(line) && !/^node_modules\/(@tensorflow|@webgpu)\//.test(line));
    if (errors.length > 0) throw new Error(`tsc --moduleResolution ${moduleResolution}\n${errors.join('\n')}`);
    console.log(`types under ${moduleResolution}: ok`);
  }
}

async function checkBrowser() {
  const executablePath = browsers.find((path) => path !== '' && existsSync(path));
  if (executablePath === undefined) {
    if (process.env['CI']) throw new Error(`no browser among ${browsers.filter(Boolean).join(', ')}`);
    console.log('skipped: the check in a browser, since no Chromium is installed');
    return;
  }
  const served = join(project, 'public', 'wasm');
  const backend = join(project, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  mkdirSync(served, { recursive: true });
  for (const file of readdirSync(backend).filter((name) => name.endsWith('.wasm'))) cpSync(join(backend, file), join(served, file));

  await build({ root: project, configFile: false, logLevel: 'error', build: { target: 'es2022', chunkSizeWarningLimit: 4096 } });
  const server = await preview({ root: project, configFile: false, logLevel: 'error', preview: { host: '127.0.0.1', port: 0 } });
  const browser = await chromium.launch({ executablePath, args: browserFlags });
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const errors = [];
    page.on('pageerror', (error) => errors.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(server.resolvedUrls?.local[0] ?? '');
    const results = await page.evaluate(() => /** @type {any} */ (globalThis).checked);
    if (!Array.isArray(results) || errors.length > 0) throw new Error(`the page failed:\n${errors.join('\n')}`);
    for (const result of results) {
      if (result.wrong.length > 0) throw new Error(`in the browser: ${JSON.stringify(result, null, 2)}`);
      console.log(`browser: ${result.uses} uses on ${result.backend}`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
}

try {
  await install();
  /** @type {unknown[]} */
  const failures = [];
  for (const check of [checkNode, checkTypes, checkBrowser]) await check().catch((error) => failures.push(error));
  for (const failure of failures) console.error(failure instanceof Error ? failure.message : failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  for (const folder of [project, packed]) rmSync(folder, { recursive: true, force: true });
}
