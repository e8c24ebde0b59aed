/** @file The conformance rows of errors, checks and inputs. */
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { disposed, utility, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import { asTensor, others, rows, text } from '../shared.rows.js';

/** What works on the host alone. */
const host = (subject: unknown, call: () => unknown, bad: BadCalls = {}, fn?: string) =>
  utility(subject, { call, bad, fn, backends: ['cpu'], because: 'it touches no tensor' });

/** The rows by name. */
export const inputRows: ConformanceTable = {
  // errors and checks

  SurrogateError: host(core.SurrogateError, () => new core.SurrogateError('range', 'f', 'x', 'must be more, got less').message),
  isSurrogateError: host(core.isSurrogateError, () => core.isSurrogateError(new Error('no'))),
  setChecks: host(core.setChecks, () => core.setChecks(core.setChecks(true))),
  fail: host(core.fail, () => undefined, { 'range x': () => core.fail('range', 'f', 'x', 'must be more, got less') }, 'f'),
  checkAbove: host(
    core.checkAbove,
    () => core.checkAbove('f', 'x', 1, 0),
    { 'range x': [0, NaN, Infinity, text].map((x) => () => core.checkAbove('f', 'x', x, 0)) },
    'f',
  ),
  checkAtLeast: host(
    core.checkAtLeast,
    () => core.checkAtLeast('f', 'x', 0, 0),
    { 'range x': [-1, NaN, Infinity, text].map((x) => () => core.checkAtLeast('f', 'x', x, 0)) },
    'f',
  ),
  checkBetween: host(
    core.checkBetween,
    () => core.checkBetween('f', 'x', 1, 0, 1, true),
    { 'range x': [-1, 1, NaN, text].map((x) => () => core.checkBetween('f', 'x', x, 0, 1)) },
    'f',
  ),
  checkBoolean: host(
    core.checkBoolean,
    () => core.checkBoolean('f', 'x', true),
    { 'dtype x': () => core.checkBoolean('f', 'x', 1 as never) },
    'f',
  ),
  checkFinite: host(
    core.checkFinite,
    () => core.checkFinite('f', 'x', -3),
    { 'range x': [NaN, Infinity, text].map((x) => () => core.checkFinite('f', 'x', x)) },
    'f',
  ),
  checkInteger: host(
    core.checkInteger,
    () => core.checkInteger('f', 'x', 3),
    { 'range x': [-1, 0.5, NaN, text].map((x) => () => core.checkInteger('f', 'x', x)) },
    'f',
  ),
  checkOneOf: host(
    core.checkOneOf,
    () => core.checkOneOf('f', 'x', 'a', ['a', 'b']),
    { 'range x': ['c', 1 as never].map((x) => () => core.checkOneOf<string>('f', 'x', x, ['a', 'b'])) },
    'f',
  ),
  checkRank: host(core.checkRank, () => core.checkRank('f', 'x', [2, 3], 1, 2), { 'shape x': () => core.checkRank('f', 'x', [2], 2) }, 'f'),
  checkShape: host(
    core.checkShape,
    () => core.checkShape('f', 'x', [2, 3], [null, 3]),
    { 'shape x': () => core.checkShape('f', 'x', [2], [3]) },
    'f',
  ),
  checkRng: host(
    core.checkRng,
    () => core.checkRng('f', 'rng', core.rng(0)),
    { 'dtype rng': () => core.checkRng('f', 'rng', 3 as never) },
    'f',
  ),

  // inputs

  onHost: utility(core.onHost, {
    call: (keep) => core.onHost(() => ({ given: keep(tensor([[1, 2]])), made: tensor([3], [1], 'int32') })),
    bad: {
      'range x': () =>
        core.onHost(() => {
          const made = tensor([1]);
          return core.fail('range', 'onHost', 'x', `must be 2, got ${made.size}`);
        }),
    },
  }),
  asTensor: utility(core.asTensor, {
    fn: 'f',
    call: {
      numbers: () => asTensor('f', 'x', rows),
      integers: () => asTensor('f', 'x', [1, 2], 'int32'),
      truth: () => asTensor('f', 'x', true, 'bool'),
    },
    bad: {
      'dtype x': [
        () => asTensor('f', 'x', text),
        () => asTensor('f', 'x', [0.5], 'int32'),
        (keep) => asTensor('f', 'x', keep(tensor([1])), 'int32'),
      ],
      'shape x': () => asTensor('f', 'x', [[1], [1, 2]]),
      'disposed x': () => asTensor('f', 'x', disposed()),
    },
  }),
  asClassTarget: utility(core.asClassTarget, {
    fn: 'f',
    call: { ids: () => core.asClassTarget('f', [0, 1], [2, 3]), soft: () => core.asClassTarget('f', others, [2, 3]) },
    bad: {
      'shape labels': () => core.asClassTarget('f', [0, 1, 2], [2, 3]),
      'dtype labels': [() => tidy(() => core.asClassTarget('f', [0.5, 1], [2, 3])), () => core.asClassTarget('f', text, [2, 3])],
      'range labels': () => tidy(() => core.asClassTarget('f', [0, 3], [2, 3])),
      'disposed labels': () => core.asClassTarget('f', disposed([0, 1], 'int32'), [2, 3]),
    },
  }),
};
