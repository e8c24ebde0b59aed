/** @file The row of an f-divergence record: what ties its functions to one generator. */
import { exp, expm1, grad, mul, sub, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { assert, expect } from 'vitest';
import { checkGradient } from '../gradients/checkGradient.js';
import { expectClose } from '../matchers/expectClose.js';
import { expectNoLeak } from '../matchers/expectNoLeak.js';
import { read } from '../values.js';
import { checkDerivatives } from './derivatives.js';
import { keeping, type Row } from './row.js';
import { expectSameOnCpu } from './utility.js';

/** What the rig needs of a record: functions of v = log(p/q). */
export interface FDivergenceRecord {
  readonly name: string;
  f(v: Tensor): Tensor;
  slope(v: Tensor): Tensor;
  conjugateOfSlope(v: Tensor): Tensor;
  readonly atZero: number;
  readonly slopeAtInfinity: number;
  readonly curvature?: number | undefined;
  conjugate?(t: Tensor): Tensor;
  activation?(u: Tensor): Tensor;
}

/** What a row of a record may be told. */
export interface FDivergenceRow {
  /** f has a kink at v = 0, as total variation has. Default false. */
  kink?: boolean | undefined;
  /** Log-ratios at which values are compared. Default between -2.5 and 2.5. */
  at?: readonly number[] | undefined;
  /** rtol of the limits at ±40, which some approach slowly. Default 1e-3. */
  limits?: number | undefined;
}

/**
 * The row of an f-divergence.
 *
 * @param record the export.
 * @param row where it differs from a smooth one.
 */
export function fDivergence(record: FDivergenceRecord, row: FDivergenceRow = {}): Row {
  const { kink = false, at = [-2.5, -1.1, -0.4, 0.3, 0.9, 2.2], limits = 1e-3 } = row;
  const functions = ['f', 'slope', 'conjugateOfSlope'] as const;
  const value = (make: (v: Tensor) => Tensor, points: readonly number[] = at) =>
    keeping(async (keep) => (await read(keep(tidy(() => make(tensor([...points])))))).data);
  return {
    subject: record,
    declare(it, _name, backend) {
      it('is 0 where both agree, and never negative', async () => {
        await expectClose(await value(record.f, [0]), [0]);
        expect((await value(record.f, [...at, -40, 40])).every((f) => f >= 0)).toBe(true);
      });

      it('has the slope and the conjugate of its own generator', async () => {
        // d f(e^v) / dv = e^v f'(e^v)
        const derivative = await value((v) => grad((u: Tensor) => sum(record.f(u)))(v));
        await expectClose(await value((v) => mul(exp(v), record.slope(v))), derivative, { rtol: 1e-4, atol: 1e-5 });
        await expectClose(
          await value((v) => record.conjugateOfSlope(v)),
          await value((v) => sub(mul(exp(v), record.slope(v)), record.f(v))),
          { rtol: 1e-4, atol: 1e-5 },
        );
        const { conjugate } = record;
        if (conjugate !== undefined)
          await expectClose(await value((v) => conjugate(record.slope(v))), await value((v) => record.conjugateOfSlope(v)), {
            rtol: 1e-4,
            atol: 1e-5,
          });
      });

      it('has gradients to second order', async () => {
        for (const name of functions) await checkDerivatives((v) => record[name](v), [at], { order: 2, eps: 0.03 }, backend, {});
        if (kink && backend === 'cpu') await checkGradient((v) => record.f(v), [[0, 0]], { ties: true });
      });

      it('has the limits that it names', async () => {
        const [left] = await value(record.f, [-40]);
        const [right] = await value((v) => mul(record.f(v), exp(mul(v, -1))), [40]);
        for (const [name, actual, limit] of [
          ['atZero', left!, record.atZero],
          ['slopeAtInfinity', right!, record.slopeAtInfinity],
        ] as const)
          // What diverges may do so as slowly as the logarithm.
          assert(
            limit === Infinity ? actual > 10 : Math.abs(actual - limit) <= limits * Math.max(1, limit),
            `${name} is ${limit}, f comes to ${actual}`,
          );
      });

      if (record.curvature !== undefined)
        it('looks to small changes as it says', async () => {
          const small = [-0.02, 0.02];
          const [a, b] = await value(record.f, small);
          const [c, d] = await value((v) => mul(0.5 * record.curvature!, mul(expm1(v), expm1(v))), small);
          await expectClose((a! + b!) / 2, (c! + d!) / 2, { rtol: 5e-3, atol: 1e-7 });
        });

      it('stays sane where the distributions have nothing in common', async () => {
        for (const name of functions) expect((await value(record[name], [-1e4, -90, 90])).some(Number.isNaN)).toBe(false);
      });

      it('leaves exactly its result behind', async () => {
        const v = tensor([...at]);
        for (const name of functions) await expectNoLeak(() => tidy(() => record[name](v)));
        v.dispose();
        if (backend !== 'cpu')
          for (const name of functions) await expectSameOnCpu((keep) => tidy(() => record[name](keep(tensor([...at])))), backend);
      });
    },
  };
}
