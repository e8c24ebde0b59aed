/** @file Plain Node: one package is all that a user imports, and gradients work; run in the consumer project. */
import assert from 'node:assert/strict';
import { crossEntropy } from '@surrogate/losses';
import '@tensorflow/tfjs-backend-wasm';
import { grad, setBackend, tensor2d } from '@tensorflow/tfjs-core';

await setBackend('wasm');
const gradient = await grad((x) => crossEntropy(x, [0]))(tensor2d([[2, 1, 0]])).data();
assert.ok(Math.abs(gradient[0] - (0.66524096 - 1)) < 1e-5);
console.log('one import is enough');
