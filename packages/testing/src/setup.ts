/** @file Runs before every test file: the cpu backend stands ready, and a test that writes to the console fails. */
import '@tensorflow/tfjs-backend-cpu';
import { env, scalar } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect } from 'vitest';

// In Node the cpu backend advertises a faster package at its first tensor.
env().set('IS_TEST', true);
scalar(0).dispose();
env().set('IS_TEST', false);

const methods = ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const;
const original = Object.fromEntries(methods.map((method) => [method, console[method]]));
let written: string[] = [];

beforeEach(() => {
  written = [];
  for (const method of methods) console[method] = (...parts: unknown[]) => void written.push(`${method}: ${parts.map(String).join(' ')}`);
});

afterEach(() => {
  Object.assign(console, original);
  expect(written, 'a test wrote to the console').toEqual([]);
});
