/** @file The row of a divergence between two distributions: never negative, 0 where they agree. */
import { grad, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '@surrogate/core';
import { expect } from 'vitest';
import { expectClose } from '../matchers/expectClose.js';
import { read } from '../values.js';
import { keeping, type Nested, type Row } from './row.js';
import { tensorFunction, type TensorFunctionRow } from './tensorFunction.js';

/** What a row of a divergence may be told; `at` has a default of two rows of log-probabilities each. */
export interface DivergenceRow extends Omit<TensorFunctionRow, 'at' | 'call'> {
  /** The two arguments, where they are no log-probabilities `[2, 3]`. */
  at?: readonly [Nested, Nested] | undefined;
  /** How it is called. Default with the two arguments alone. */
  call?: ((p: TensorLike, q: TensorLike) => Tensor) | undefined;
  /** D(p, q) = D(q, p). Default false. */
  symmetric?: boolean | undefined;
  /** An upper bound, such as log 2. */
  atMost?: number | undefined;
}

const logProbs = (rows: readonly (readonly number[])[]) => rows.map((row) => row.map((p) => Math.log(p)));

/** Two pairs of distributions over three outcomes, as log-probabilities. */
const usual: readonly [Nested, Nested] = [
  logProbs([
    [0.2, 0.5, 0.3],
    [0.7, 0.1, 0.2],
  ]),
  logProbs([
    [0.4, 0.25, 0.35],
    [0.3, 0.3, 0.4],
  ]),
];

/**
 * The row of a divergence.
 *
 * @param fn the export.
 * @param row how it is called, and what else it promises.
 */
export function divergence(fn: (...args: never[]) => unknown, row: DivergenceRow = {}): Row {
  const { at = usual, symmetric = false, atMost = Infinity } = row;
  const call = row.call ?? (fn as unknown as (p: TensorLike, q: TensorLike) => Tensor);
  const base = tensorFunction(fn, { ...row, at, call: (p, q) => call(p, q) });
  const [p, q] = at as readonly [TensorLike, TensorLike];
  const value = (a: TensorLike, b: TensorLike) => keeping(async (keep) => (await read(keep(call(a, b)))).data);
  return {
    ...base,
    declare(it, name, backend) {
      base.declare(it, name, backend);
      it('is 0 where both agree, positive where they do not', async () => {
        const same = await value(p, p);
        await expectClose(
          same,
          same.map(() => 0),
          { atol: 1e-6 },
        );
        const different = await value(p, q);
        expect(different.every((d) => d > 0 && d <= atMost)).toBe(true);
        if (symmetric) await expectClose(await value(q, p), different, row);
      });

      it('has a finite slope where both agree', () =>
        keeping(async (keep) => {
          const slope = keep(grad((y: Tensor) => sum(call(q, y)))(keep(tensor(q as number[]))));
          expect((await read(slope)).data.every(Number.isFinite)).toBe(true);
        }));
    },
  };
}
