/** @file A web page: the same uses, from a production build. */
import { ready } from '@surrogate/core';
import '@surrogate/wasm';
import '@tensorflow/tfjs-backend-cpu';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { getBackend } from '@tensorflow/tfjs-core';
import { uses, wrong } from './uses.js';

setWasmPaths('/wasm/');

/** @param {string} backend */
async function check(backend) {
  await ready(backend);
  const rows = await uses();
  return { backend: getBackend(), uses: rows.length, wrong: wrong(rows) };
}

globalThis.checked = (async () => [await check('cpu'), await check('wasm')])();
