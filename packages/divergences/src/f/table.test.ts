import { logSoftmax, randomNormal, rng } from '@surrogate/core';
import { eachBackend, expectClose, property, twoDistributions } from '@surrogate/testing';
import { grad, slice, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  alphaDivergence,
  bhattacharyyaCoefficient,
  bhattacharyyaDistance,
  categoricalCauchySchwarz,
  fDivergence,
  fDivergenceFromLogits,
  fisherRaoDistance,
  generalizedJensenShannon,
  jeffreys,
  jensenShannon,
  kl,
  leCam,
  neyman,
  pearson,
  renyiDivergence,
  reverseKl,
  skewKl,
  skewReverseKl,
  squaredHellinger,
  totalVariation,
  tsallisDivergence,
  type FDivergence,
} from '../index.js';

const p = [0.7, 0.2, 0.1].map(Math.log);
const q = [0.3, 0.4, 0.3].map(Math.log);
const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;
const of = (member: FDivergence, logP: readonly number[] = p, logQ: readonly number[] = q) => fDivergence(logP, logQ, member);

/** Of P = (0.7, 0.2, 0.1) from Q = (0.3, 0.4, 0.3), derived in float64 from the definitions. */
const table: readonly (readonly [FDivergence, number])[] = [
  [kl, 0.3446178373],
  [reverseKl, 0.3526532007],
  [jeffreys, 0.697271038],
  [jensenShannon, 0.0842937501],
  [generalizedJensenShannon(0.1), 0.030715771],
  [generalizedJensenShannon(0.9), 0.0312532237],
  [skewKl(0.1), 0.2741615833],
  [skewKl(0.5), 0.085122826],
  [pearson, 0.7666666667],
  [neyman, 0.8285714286],
  [squaredHellinger, 0.1713892745],
  [totalVariation, 0.4],
  [leCam, 0.1633333333],
  [alphaDivergence(0.5), 0.3427785491],
  [alphaDivergence(0.3), 0.3452730033],
  [alphaDivergence(2), 0.3833333333],
  [alphaDivergence(3), 0.4787037037],
  [alphaDivergence(-1), 0.4142857143],
];

// The backends are compared by the oracle and by the table of all exports.
eachBackend(
  () => {
    describe('the table that was derived elsewhere', () => {
      it.each(table.map(([member, expected]) => [member.name, expected, member] as const))('%s is %d', (_name, expected, member) =>
        expectClose(of(member), expected, { rtol: 1e-5 }),
      );

      it.each([
        [jeffreys, 0.3243110344],
        [squaredHellinger, 0.4285714286],
        [leCam, 0.4350889359],
        [neyman, 0.3266799469],
        [jensenShannon, 0.8633196847],
        [alphaDivergence(0.5), 0.3529411765],
      ] as const)('the conjugate of %o at 0.3 is %d', (member, expected) =>
        expectClose(
          tidy(() => member.conjugate!(tensor([0.3]))),
          expected,
          { rtol: 1e-4 },
        ),
      );

      it('has the slopes by the logits of Q', async () => {
        const logits = tensor(q);
        for (const [f, expected] of [
          [(z: Tensor) => fDivergenceFromLogits(p, z, kl), [-0.4, 0.2, 0.2]],
          [(z: Tensor) => fDivergenceFromLogits(z, p, kl), [-0.3599853183, 0.1361975919, 0.2237877264]],
        ] as const)
          await expectClose(grad(f)(logits), expected, { rtol: 1e-5 });
      });

      it('the skewed reverse is the skewed one from the other side', async () =>
        expectClose(of(skewReverseKl(0.1)), await value(of(skewKl(0.1), q, p)), { rtol: 1e-5 }));
    });

    it('members bound each other', () =>
      property(twoDistributions(), async ({ logP, logQ }) => {
        const [klOf, tv, h2, js, le, chi] = (await Promise.all(
          [kl, totalVariation, squaredHellinger, jensenShannon, leCam, pearson].map((member) => value(of(member, logP, logQ))),
        )) as [number, number, number, number, number, number];
        const below = (small: number, large: number) => expect(small).toBeLessThanOrEqual(large * (1 + 1e-5) + 1e-6);
        below(2 * tv ** 2, klOf);
        below(tv, Math.sqrt(-Math.expm1(-klOf)));
        below(klOf, chi);
        below(h2 / 2, tv);
        below(tv, Math.sqrt(h2 * (1 - h2 / 4)));
        below(js, Math.LN2 * tv);
        below(h2 / 2, le);
        below(le, h2);
      }));

    it('orders and angles hold on 1e4 categories', async () => {
      const rows = tidy(() => logSoftmax(randomNormal(rng(5), [2, 10000])));
      const [one, other] = [0, 1].map((i) => tidy(() => slice(rows, [i, 0], [1, -1]))) as [Tensor, Tensor];
      // In float64, term by term.
      const [a, b] = (await rows.array()) as [number[], number[]];
      const total = (f: (x: number, y: number) => number) => a.reduce((all, x, i) => all + f(x, b[i]!), 0);
      const coefficient = total((x, y) => Math.exp((x + y) / 2));
      await expectClose(renyiDivergence(one, other, { alpha: 2 }), Math.log(total((x, y) => Math.exp(2 * x - y))), { rtol: 1e-4 });
      await expectClose(renyiDivergence(one, other, { alpha: Infinity }), Math.max(...a.map((x, i) => x - b[i]!)), { rtol: 1e-5 });
      await expectClose(tsallisDivergence(one, other, { order: 3 }), (total((x, y) => Math.exp(3 * x - 2 * y)) - 1) / 2, { rtol: 1e-4 });
      await expectClose(bhattacharyyaCoefficient(one, other), coefficient, { rtol: 1e-5 });
      await expectClose(bhattacharyyaDistance(one, other), -Math.log(coefficient), { rtol: 1e-4 });
      await expectClose(fisherRaoDistance(one, other), 2 * Math.acos(coefficient), { rtol: 1e-4 });
      const angle = [total((x, y) => Math.exp(x + y)), total((x) => Math.exp(2 * x)), total((_, y) => Math.exp(2 * y))] as const;
      await expectClose(categoricalCauchySchwarz(one, other), Math.log((angle[1] * angle[2]) / angle[0] ** 2), { rtol: 1e-4 });
    });
  },
  { backends: ['cpu'] },
);
