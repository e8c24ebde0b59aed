/** @file The conformance rows of random numbers. */
import { type Tensor } from '@tensorflow/tfjs-core';
import { utility, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import type { Rng } from '../index.js';
import { rows, text } from '../shared.rows.js';

/** What works on the host alone. */
const host = (subject: unknown, call: () => unknown, bad: BadCalls = {}, fn?: string) =>
  utility(subject, { call, bad, fn, backends: ['cpu'], because: 'it touches no tensor' });

/** A draw of a given shape: the same on every backend, and refused without a generator. */
const draw = (fn: (rng: Rng, shape: number[]) => Tensor, bad: BadCalls = {}) =>
  utility(fn, {
    call: { vector: () => fn(core.rng(3), [4]), scalar: () => fn(core.rng(3), []), nothing: () => fn(core.rng(3), [0, 2]) },
    rtol: 0,
    atol: 0,
    bad: {
      'dtype rng': () => fn(3 as never, [2]),
      'shape shape': () => fn(core.rng(0), 2 as never),
      'range shape': () => fn(core.rng(0), [-1]),
      ...bad,
    },
  });

/** The rows by name. */
export const randomRows: ConformanceTable = {
  Rng: host(core.Rng, () => core.Rng.fromJSON(core.rng(3).toJSON()).toJSON()),
  rng: host(core.rng, () => core.rng(3).split().toJSON(), {
    'range seed': [() => core.rng(-1), () => core.rng(0.5), () => core.rng(text)],
  }),
  randomUniform: draw(core.randomUniform, { 'range max': () => core.randomUniform(core.rng(0), [2], { min: 1, max: 1 }) }),
  randomNormal: draw(core.randomNormal, { 'range stddev': () => core.randomNormal(core.rng(0), [2], { stddev: -1 }) }),
  randomBernoulli: {
    ...draw((rng, shape) => core.randomBernoulli(rng, shape, 0.4), { 'range prob': () => core.randomBernoulli(core.rng(0), [2], 2) }),
    subject: core.randomBernoulli,
  },
  randomRademacher: draw(core.randomRademacher),
  randomGumbel: draw(core.randomGumbel),
  randomCategorical: utility(core.randomCategorical, {
    call: () => core.randomCategorical(core.rng(3), rows),
    bad: {
      'dtype rng': () => core.randomCategorical(3 as never, rows),
      'shape logits': [() => core.randomCategorical(core.rng(0), 1), () => core.randomCategorical(core.rng(0), [[]])],
      'range logits': [() => core.randomCategorical(core.rng(0), [NaN, 1]), () => core.randomCategorical(core.rng(0), [-Infinity])],
    },
  }),
  randomPermutation: utility(core.randomPermutation, {
    call: () => core.randomPermutation(core.rng(3), 5),
    bad: { 'dtype rng': () => core.randomPermutation(3 as never, 5), 'range n': () => core.randomPermutation(core.rng(0), -1) },
  }),
  randomChoice: utility(core.randomChoice, {
    call: () => core.randomChoice(core.rng(3), 9, 4),
    bad: {
      'dtype rng': () => core.randomChoice(3 as never, 5, 2),
      'range n': () => core.randomChoice(core.rng(0), 0.5, 0),
      'range k': () => core.randomChoice(core.rng(0), 2, 3),
    },
  }),
};
