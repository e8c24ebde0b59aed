import { eachBackend, expectClose, expectNoLeak } from '@surrogate/testing';
import { hostCases } from '@surrogate/testing/hostCases';
import { grad, sum, tensor, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { besselRatio } from './besselRatio.js';
import { erf, erfc, erfinv } from './erf.js';
import { digamma, lgamma, trigamma } from './gamma.js';
import { betaI } from './incompleteBeta.js';
import { gammaP, gammaQ } from './incompleteGamma.js';
import { lambertW } from './lambertW.js';
import { logNormalCdf, normalCdf, normalQuantile, normalQuantileLog } from './normal.js';

type Derivatives = Record<'value' | 'first' | 'second', number[]>;

/** A function of its last argument, and how far from 0 its zeros (or complements) leave an absolute error. */
interface Subject {
  readonly call: (x: Tensor, columns: readonly number[][]) => Tensor;
  readonly atol?: number;
  /** Which argument is differentiated. Default 0. */
  readonly by?: number;
}

const subjects: Record<string, Subject> = {
  erf: { call: erf },
  erfc: { call: erfc },
  erfinv: { call: erfinv },
  normalCdf: { call: normalCdf },
  logNormalCdf: { call: logNormalCdf },
  normalQuantile: { call: normalQuantile },
  normalQuantileLog: { call: normalQuantileLog },
  lgamma: { call: lgamma, atol: 1e-6 },
  'lgamma below 0': { call: lgamma, atol: 4e-6 },
  digamma: { call: digamma, atol: 1e-6 },
  'digamma below 0': { call: digamma, atol: 4e-6 },
  trigamma: { call: trigamma },
  lambertW: { call: (x) => lambertW(x) },
  'lambertW branch -1': { call: (x) => lambertW(x, -1) },
  gammaP: { call: (x, [a]) => gammaP(a!, x), atol: 1e-6, by: 1 },
  gammaQ: { call: (x, [a]) => gammaQ(a!, x), atol: 1e-6, by: 1 },
  betaI: { call: (x, [, a, b]) => betaI(x, a!, b!), atol: 1e-6 },
  besselRatio: { call: (x, [order]) => besselRatio(order![0]!, x), atol: 2e-6, by: 1 },
};

async function derivatives({ call, by = 0 }: Subject, columns: readonly number[][]): Promise<Derivatives> {
  const made = tidy(() => {
    const x = tensor1d(columns[by]!);
    const slope = grad((y: Tensor) => sum(call(y, columns)));
    return [call(x, columns), slope(x), grad((y: Tensor) => sum(slope(y)))(x)];
  });
  const [value, first, second] = await Promise.all(made.map(async (part) => Array.from(await part.data<'float32'>())));
  made.forEach((part) => part.dispose());
  return { value: value!, first: first!, second: second! };
}

/** Where float32 has no number of full precision, smallness or greatness is enough. */
const agrees = (got: number, want: number, atol: number) =>
  Math.abs(got - want) <= 5e-5 * Math.abs(want) + atol ||
  (Math.abs(want) < 2e-38 && Math.abs(got) < 2e-37) ||
  (got === want && Math.abs(want) === Infinity);

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  describe('agrees with mpmath in value, first and second derivative', () => {
    for (const { name, inputs, value } of hostCases<{ arguments: number[][] }, Derivatives>('core/special'))
      it(name, async () => {
        const subject = subjects[name]!;
        const rows = inputs.arguments.map((args, i) => ({ args, i }));
        // The order of a Bessel ratio is a number: one call for each.
        const groups =
          name === 'besselRatio'
            ? [...new Set(rows.map(({ args }) => args[0]))].map((order) => rows.filter(({ args }) => args[0] === order))
            : [rows];
        for (const group of groups) {
          const found = await derivatives(
            subject,
            group[0]!.args.map((_, k) => group.map(({ args }) => args[k]!)),
          );
          for (const part of ['value', 'first', 'second'] as const)
            group.forEach(({ args, i }, j) => {
              const [got, want] = [found[part][j]!, value[part][i]!];
              expect(agrees(got, want, subject.atol ?? 0), `${part} at ${args.join(', ')}: ${got} where ${want} was expected`).toBe(true);
            });
        }
      });
  });

  it('is right at poles, ends and infinities', async () => {
    await expectClose(lgamma([0, -1, -7, 1, 2, Infinity, -Infinity]), [Infinity, Infinity, Infinity, 0, 0, Infinity, Infinity]);
    await expectClose(digamma([0, -1, 1e30]), [-Infinity, NaN, Math.log(1e30)]);
    await expectClose(trigamma([0, -3, Infinity]), [Infinity, Infinity, 0]);
    await expectClose(erf([0, Infinity, -Infinity, 1e20]), [0, 1, -1, 1]);
    await expectClose(erfc([0, Infinity, -Infinity]), [1, 0, 2]);
    await expectClose(erfinv([1, -1, 0, 1.1, -2]), [Infinity, -Infinity, 0, NaN, NaN]);
    await expectClose(normalCdf([0, Infinity, -Infinity]), [0.5, 1, 0]);
    await expectClose(logNormalCdf([Infinity, -1e4, 40]), [0, -5.000001e7, 0]);
    await expectClose(normalQuantile([0, 1, 0.5, -0.1, 1.5]), [-Infinity, Infinity, 0, NaN, NaN]);
    await expectClose(normalQuantileLog([0, -Infinity, 1, -Math.LN2]), [Infinity, -Infinity, NaN, 0], { atol: 1e-6 });
    await expectClose(lambertW([0, Infinity, -1, -1 / Math.E]), [0, Infinity, NaN, -1], { atol: 1e-3 });
    await expectClose(lambertW([0, 1, -1, -1 / Math.E], -1), [-Infinity, NaN, NaN, -1], { atol: 1e-3 });
    await expectClose(gammaP([2, 2, 0, -1, 2], [0, Infinity, 1, 1, -1]), [0, 1, NaN, NaN, NaN]);
    await expectClose(gammaQ([2, 2, 0, -1, 2], [0, Infinity, 1, 1, -1]), [1, 0, NaN, NaN, NaN]);
    await expectClose(betaI([0, 1, 0.5, 2, 0.5], [2, 2, 0, 1, 1], 3), [0, 1, NaN, NaN, 0.875]);
    await expectClose(besselRatio(1, [0, 1e30, Infinity]), [0, 1, 1]);
  });

  it('keeps NaN', async () => {
    for (const { call } of Object.values(subjects)) {
      const [y] = await tidy(() => call(tensor([NaN]), [[2], [2], [3]])).data();
      expect(y).toBeNaN();
    }
  });

  it('has finite gradients where 0 is no pole', async () => {
    const slope = async (f: (x: Tensor) => Tensor) => (await grad((x: Tensor) => sum(f(x)))(tensor([0])).data())[0]!;
    expect(await slope(erf)).toBeCloseTo(2 / Math.sqrt(Math.PI), 6);
    expect(await slope((x) => lambertW(x))).toBeCloseTo(1, 6);
    expect(await slope((x) => besselRatio(2, x))).toBeCloseTo(0.25, 6);
    expect(await slope((x) => gammaP(1, x))).toBeCloseTo(1, 6);
    expect(await slope((x) => gammaP(3, x))).toBe(0);
    expect(await slope((x) => betaI(x, 1, 4))).toBeCloseTo(4, 5);
    expect(await slope((x) => betaI(x, 2, 4))).toBe(0);
  });

  it('leaves its result only, takes nothing, and refuses what does not fit', async () => {
    for (const { call } of Object.values(subjects)) {
      const x = tensor([0.25, 0.75]);
      await expectNoLeak(() => call(x, [[2, 2], [2, 2], [3, 3]])); // prettier-ignore
      x.dispose();
    }
    expect(lgamma(tensor([], [0, 2])).shape).toEqual([0, 2]);
    expect(gammaP(tensor([], [0]), 2).shape).toEqual([0]);
    throws(() => lambertW([1], 1 as never));
    throws(() => besselRatio(0.4, [1]));
    throws(() => gammaP([1, 2], [1, 2, 3]));
    throws(() => betaI([1, 2], 1, [1, 2, 3]));
  });
});
