import { describe, expect, it } from 'vitest';
import { bothBuilds } from '../testing/builds.js';
import { numbers } from '../testing/numbers.js';
import type { Exports } from './instance.js';

const [baseline, relaxed] = bothBuilds();

/** What a function writes to `out` from what stands at `x`, a row of 4096 places further on for each input. */
type Call = (run: Exports, places: readonly number[], out: number, scratch: number) => void;

const places = [1, 2, 3, 4].map((i) => i * 65536);
const [out, scratch] = [6 * 65536, 8 * 65536];

function made({ run, memory }: typeof baseline, inputs: readonly (Float32Array | Int32Array)[], size: number, call: Call): number[] {
  inputs.forEach((values, i) => new Uint8Array(memory.buffer, places[i], values.byteLength).set(new Uint8Array(values.buffer)));
  call(run, places, out, scratch);
  return [...new Float32Array(memory.buffer, out, size)];
}

const [rows, classes] = [5, 37];
const logits = numbers(rows * classes, 1, 8);
const others = numbers(rows * classes, 2, 8);
const weights = numbers(rows, 3).map(Math.abs);
const ids = Int32Array.from([3, 0, 36, 11, 20]);

const calls: readonly [name: string, inputs: readonly (Float32Array | Int32Array)[], size: number, call: Call][] = [
  [
    'cross-entropy',
    [logits, ids, weights],
    rows * classes,
    (run, [x, id, w], to, free) => run.crossEntropyIdsSum(x!, id!, w!, free, to, rows, classes, 0.1, 0.01, 0.5, 0),
  ],
  ['softmax', [logits], rows * classes, (run, [x], to) => run.softmax(x!, to, rows, classes, NaN)],
  ['log-softmax', [logits], rows * classes, (run, [x], to) => run.logSoftmax(x!, to, rows, classes, NaN)],
  [
    'Kullback-Leibler divergence',
    [logits, others],
    rows,
    (run, [a, b], to, free) => run.klRows(a!, b!, to, free, free + 64, rows, classes, 1),
  ],
  ['product', [logits, others], rows * rows, (run, [a, b], to, free) => run.matMul(a!, b!, to, rows, rows, classes, 0, 1, 0, free)],
  [
    'turned product',
    [logits, others],
    classes * classes,
    (run, [a, b], to, free) => run.matMul(a!, b!, to, classes, classes, rows, 1, 0, 0, free),
  ],
];

describe('with one rounding in a · b + c as with two', () => {
  it.each(calls)('%s', (_name, inputs, size, call) => {
    const [expected, actual] = [baseline, relaxed].map((build) => made(build, inputs, size, call)) as [number[], number[]];
    expect(expected.every(Number.isFinite)).toBe(true);
    const largest = Math.max(...expected.map(Math.abs));
    actual.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-6 * largest));
  });

  it('keeps what is infinite or no number', () => {
    const broken = Float32Array.from([0, -Infinity, 1e30, NaN, Infinity, 1, -1e30, 2]);
    for (const { run, memory } of [baseline, relaxed]) {
      new Float32Array(memory.buffer, places[0], 8).set(broken);
      run.softmax(places[0]!, out, 2, 4, NaN);
      run.softmax(places[0]! + 16, out + 32, 1, 4, NaN);
      expect([...new Float32Array(memory.buffer, out, 8)]).toEqual([NaN, NaN, NaN, NaN, NaN, 0, 0, 0]);
    }
  });
});
