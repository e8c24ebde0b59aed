/** @file Plain Node: the backend that is named, and every use; run in the consumer project. */
import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs-core';

const [, , backend] = process.argv;
// Which import brings which backend is part of what is checked.
await import(backend === 'wasm' ? '@surrogate/wasm' : '@tensorflow/tfjs-backend-cpu');
const { ready } = await import('@surrogate/core');
assert.equal(await ready(backend), backend);
assert.equal(tf.engine(), globalThis._tfengine, 'the bundled gradients made an engine of their own');

const { uses, wrong } = await import('./uses.js');
const rows = await uses();
assert.deepEqual(wrong(rows), []);
console.log(`${rows.length} uses on ${tf.getBackend()}`);
