/** @file The row of a function of tensors: gradients, extremes, ties, leaks, refusals. */
import { grads, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '@surrogate/core';
import { expect } from 'vitest';
import { checkGradient, type GradientCheckOptions } from '../gradients/checkGradient.js';
import { expectClose, type Tolerance } from '../matchers/expectClose.js';
import { expectNoLeak } from '../matchers/expectNoLeak.js';
import { read } from '../values.js';
import { disposed, keeping, notNumbers, tensorOf, type BadCalls, type Declare, type Nested, type Row } from './row.js';
import { assertSane, evaluate } from './rowLoss.js';
import { checkDerivatives, linked } from './derivatives.js';
import { declareBad, expectSameOnCpu } from './utility.js';
import type { Backend } from '../backends/startBackend.js';

/** A function of float32 tensors that a row differentiates. */
export type TensorCall = (...inputs: TensorLike[]) => Tensor;

/** What a row of a function of tensors may be told. */
export interface TensorFunctionRow extends Tolerance {
  /** The float32 inputs: where the function is smooth. */
  at: readonly Nested[];
  /** How it is called with those inputs, or several ways by name. Default: with the inputs alone. */
  call?: TensorCall | Readonly<Record<string, TensorCall>> | undefined;
  /** The highest derivative that is checked; 0 for what has none, with the reason in a comment. Default 2. */
  order?: 0 | 1 | 2 | undefined;
  /** How gradients are checked. */
  gradient?: GradientCheckOptions | undefined;
  /** Points where it is not smooth: the gradient must lie between the one-sided ones. */
  ties?: readonly (readonly Nested[])[] | undefined;
  /** Points where the value may not be NaN, nor the gradient infinite. */
  extremes?: readonly (readonly Nested[])[] | undefined;
  /** Calls that must be refused, beside a disposed tensor, a string and null in place of each input. */
  bad?: BadCalls | undefined;
}

function declareCall(it: Declare, title: string, call: TensorCall, row: TensorFunctionRow, backend: Backend): void {
  const { at, order = 2, gradient = {}, ties = [], extremes = [] } = row;
  const points = (inputs: readonly Nested[]) => inputs.map((x) => tensorOf(x));
  const all = at.map((_, i) => String(i));
  const named = (tensors: Tensor[]) => Object.fromEntries(tensors.map((x, i) => [String(i), x]));

  if (order > 0)
    it(`has the gradient that differences give${title}`, () => checkDerivatives(call, at, { order, ...gradient }, backend, row));

  if (ties.length > 0 && backend === 'cpu')
    it(`has a gradient between the one-sided ones at ties${title}`, async () => {
      for (const point of ties) await checkGradient(call, point, { order: order === 2 ? 2 : 1, ...gradient, ties: true });
    });

  if (extremes.length > 0)
    it(`stays sane at extremes${title}`, async () => {
      for (const point of extremes) {
        const tensors = points(point);
        const result = await evaluate((inputs) => call(...all.map((i) => inputs[i]!)), named(tensors), order > 0 ? all : [], {}).finally(
          () => tensors.forEach((x) => x.dispose()),
        );
        assertSane(
          result,
          `at ${JSON.stringify(point, (_key, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? String(value) : value))}`,
        );
      }
    });

  it(`leaves exactly its result behind${title}`, async () => {
    const tensors = points(at);
    await expectNoLeak(() => call(...tensors));
    // How tensors are kept is the same on every backend, and a call on webgpu is dear.
    if (order > 0 && backend !== 'webgpu') await expectNoLeak(() => grads((...xs: Tensor[]) => linked(sum(call(...xs)), xs))(tensors));
    tensors.forEach((x) => x.dispose());
    if (backend !== 'cpu') await expectSameOnCpu((keep) => call(...points(at).map(keep)), backend, row);
  });
}

/**
 * The row of a function of tensors.
 *
 * @param fn the export.
 * @param row where it is checked, and how it is called.
 */
export function tensorFunction(fn: (...args: never[]) => unknown, row: TensorFunctionRow): Row {
  const { call = fn as unknown as TensorCall, at, bad = {} } = row;
  const calls: [string, TensorCall][] =
    typeof call === 'function' ? [['', call]] : Object.entries(call).map(([name, f]) => [`: ${name}`, f]);
  const [, first] = calls[0]!;
  const withInput = (i: number, value: () => TensorLike) => () => first(...at.map((x, j) => (i === j ? value() : (x as TensorLike))));
  return {
    subject: fn,
    declare(it, name, backend) {
      for (const [title, f] of calls) declareCall(it, title, f, row, backend);

      if (backend !== 'webgpu')
        it('takes plain arrays', () =>
          keeping(async (keep) => {
            const plain = keep(first(...(at as readonly TensorLike[])));
            await expectClose(plain, keep(first(...at.map((x) => keep(tensorOf(x))))));
          }));

      if (backend === 'cpu')
        declareBad(it, name, {
          'disposed ': at.map((x, i) => withInput(i, () => disposed(x))),
          'dtype ': at.flatMap((_, i) => [withInput(i, () => notNumbers), withInput(i, () => null as unknown as TensorLike)]),
          ...bad,
        });
    },
  };
}

/** What a row of an elementwise function may be told. */
export interface ElementwiseRow extends Tolerance {
  /** Where it is smooth: gradients are checked inside. Default [-3, 3]. */
  domain?: readonly [number, number] | undefined;
  /** Where it is not smooth. */
  kinks?: readonly number[] | undefined;
  /** Where value and gradient must be sane. Default ±1e4 and 0. */
  extremes?: readonly number[] | undefined;
  /** The highest derivative. Default 2. */
  order?: 0 | 1 | 2 | undefined;
  /** How it is called with its input. */
  call?: ((x: TensorLike) => Tensor) | undefined;
  /** Calls that must be refused. */
  bad?: BadCalls | undefined;
}

/** Where in the domain gradients are checked; no two alike, none at an end. */
const places = [0.07, 0.29, 0.41, 0.58, 0.77, 0.93];

/**
 * The row of a function that works on each element by itself.
 *
 * @param fn the export.
 * @param row its domain, its kinks, its ends.
 */
export function elementwise(fn: (x: never, ...rest: never[]) => Tensor, row: ElementwiseRow = {}): Row {
  const { domain = [-3, 3], kinks = [], extremes = [-1e4, 0, 1e4] } = row;
  const [low, high] = domain;
  const values = places.map((part) => low + part * (high - low));
  const call = (row.call ?? fn) as TensorCall;
  const base = tensorFunction(fn, {
    ...row,
    call,
    at: [[values.slice(0, 3), values.slice(3)]],
    extremes: extremes.length === 0 ? [] : [[extremes]],
    ties: kinks.length === 0 ? [] : [[kinks]],
    // Near a kink or an end of the domain the step must be small.
    gradient: { eps: Math.min(0.05, (high - low) / 60) },
  });
  return {
    ...base,
    declare(it, name, backend) {
      base.declare(it, name, backend);
      it('keeps the shape', () =>
        keeping(async (keep) => {
          // A call on webgpu is dear: there only what a backend could stumble over.
          for (const shape of (backend === 'webgpu' ? [[], [0]] : [[], [1], [0], [1, 2, 3]]) as number[][]) {
            const size = shape.reduce((a, b) => a * b, 1);
            const x = keep(tensor(values.slice(0, size), shape));
            expect(keep(call(x)).shape).toEqual(shape);
          }
          if (backend === 'webgpu') return;
          const together = (await read(keep(call(values)))).data;
          await expectClose(keep(call(values[4]!)), together[4]!, row);
        }));
    },
  };
}
