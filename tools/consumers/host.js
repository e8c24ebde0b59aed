/** @file Plain Node: core's tensor-free entry loads no tfjs; run in the consumer project. */
import assert from 'node:assert/strict';
import { rng } from '@surrogate/core/host';

assert.ok(rng(1).uniform() < 1);
assert.equal(globalThis._tfengine, undefined);
console.log('no tfjs was loaded');
