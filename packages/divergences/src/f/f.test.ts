import { rng, randomNormal } from '@surrogate/core';
import { backends, eachBackend, expectClose, oracle } from '@surrogate/testing';
import { exp, grads, mul, sub, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  alphaDivergence,
  fDivergence,
  fDivergenceFromLogits,
  fDivergenceFromLogRatios,
  generalizedJensenShannon,
  jeffreys,
  jensenShannon,
  kl,
  leCam,
  neyman,
  pearson,
  reverseKl,
  skewKl,
  skewReverseKl,
  softenedKl,
  softenedReverseKl,
  squaredHellinger,
  totalVariation,
  type FDivergence,
} from '../index.js';

const members: FDivergence[] = [
  kl,
  reverseKl,
  jeffreys,
  jensenShannon,
  generalizedJensenShannon(0.1),
  generalizedJensenShannon(0.8),
  skewKl(0.1),
  skewReverseKl(0.1),
  softenedKl,
  softenedReverseKl,
  alphaDivergence(0.5),
  alphaDivergence(-1),
  alphaDivergence(3),
  pearson,
  neyman,
  squaredHellinger,
  leCam,
  totalVariation,
];
const byName = Object.fromEntries(members.map((member) => [member.name, member]));

oracle(
  'divergences/f',
  ({ logP, logQ, options }) =>
    fDivergence(logP as Tensor, logQ as Tensor, byName[(options as { name: string }).name]!, { reduction: 'none' }),
  {
    rtol: 1e-4,
    atol: 1e-6,
  },
);

const p = [0.55, 0.25, 0.15, 0.05].map(Math.log);
const q = [0.1, 0.2, 0.3, 0.4].map(Math.log);
const points = [-6, -2, -0.7, -0.01, 0, 0.02, 0.9, 2.5];
const at = async (f: (v: Tensor) => Tensor, values: readonly number[] = points) => {
  const made = tidy(() => f(tensor([...values])));
  return made.data<'float32'>().finally(() => made.dispose());
};

eachBackend((backend) => {
  describe.each(members.map((member) => [member.name, member] as const))('%s', (_name, member) => {
    it('is the adjoint of its adjoint, and both measure the same from either side', async () => {
      await expectClose(fDivergence(p, q, member.adjoint()), await fDivergence(q, p, member).data(), { rtol: 1e-5 });
      const twice = member.adjoint().adjoint();
      await expectClose(await at((v) => twice.f(v)), await at((v) => member.f(v)), { rtol: 1e-4, atol: 1e-6 });
    });

    it('pays no less than Fenchel asks: f(r) + f*(t) >= r t, with equality at the slope', async () => {
      const { conjugate } = member;
      if (conjugate === undefined) return expect(['softenedReverseKl', 'skewKl(0.1)', 'skewReverseKl(0.1)']).toContain(member.name);
      // The corner of total variation is met by every t between the slopes.
      for (const shift of [-0.3, 0, 0.4]) {
        const gap = await at((v) => {
          const critic = member.slope(shift === 0 ? v : sub(v, shift));
          return sub(sub(member.f(v), mul(exp(v), critic)), mul(-1, conjugate(critic)));
        });
        expect(Math.min(...gap)).toBeGreaterThan(-2e-3);
        if (shift === 0)
          await expectClose(
            gap,
            points.map(() => 0),
            { atol: 2e-3 },
          );
      }
    });

    it('maps any output of a critic into the domain of its conjugate', async () => {
      const { conjugate, activation } = member;
      if (conjugate === undefined || activation === undefined) return;
      expect((await at((u) => conjugate(activation(u)), [-4, -1, 0, 1, 3])).every(Number.isFinite)).toBe(true);
    });

    it('is never negative, and 0 at no change', async () => {
      const cells = await at((v) => member.f(v), [...points, -40, -1e-4, 1e-4, 40]);
      expect(Math.min(...cells)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(cells[points.indexOf(0)]!)).toBe(0);
    });

    it('looks to a small change as its curvature says, where it has one', async () => {
      if (member.curvature === undefined) return expect(member.name).toBe('totalVariation');
      const cells = await at((v) => member.f(v), [-0.01, 0.01]);
      expect((cells[0]! + cells[1]!) / 1e-4 / member.curvature).toBeCloseTo(1, 2);
      // The naive sum p log(p/q) has the wrong sign here in float32.
      const near = [0.5, 0.3, 0.2];
      const other = near.map((mass, k) => mass * (k === 0 ? 1 + 1e-4 : 1 - 1e-4));
      const squares = near.reduce((sum, mass, k) => sum + (mass - other[k]!) ** 2 / mass, 0);
      const [logs, others] = [near.map(Math.log), other.map(Math.log)];
      const small = (await fDivergence(logs, others, member).data())[0]!;
      expect(small / ((member.curvature / 2) * squares)).toBeCloseTo(1, 1);
    });

    it('is 0 to the last bit where both agree', async () => {
      await expectClose(fDivergence(p, p, member), 0, { atol: 0 });
    });

    it('costs what it says where the supports are disjoint', async () => {
      const [left, right] = [
        [0, -Infinity],
        [-Infinity, 0],
      ];
      await expectClose(fDivergence(left, right, member), member.atZero + member.slopeAtInfinity, { rtol: 1e-5 });
    });

    it('has gradients that are numbers where the supports differ', async () => {
      const [left, right] = [tensor([0.25, 0.75, 0, 0].map(Math.log)), tensor([0, 0.5, 0.5, 0].map(Math.log))];
      const both = grads((a: Tensor, b: Tensor) => fDivergence(a, b, member))([left, right]);
      for (const slope of both) expect(Array.from(await slope.data()).some(Number.isNaN)).toBe(false);
      [left, right, ...both].forEach((x) => x.dispose());
    });

    it('is a number for masses below what float32 holds', async () => {
      for (const [a, b] of [
        [-120, -450],
        [-450, -120],
        [-1e4, -90],
        [-90, -1e4],
      ] as const)
        // prettier-ignore
        expect(Number.isNaN((await fDivergence([a], [b], member).data())[0])).toBe(false);
    });

    it('takes logits of ±1e4 and 1e4 categories', async () => {
      const value = await fDivergenceFromLogits([1e4, -1e4, 0], [-1e4, 1e4, 0], member).data();
      expect(Number.isNaN(value[0])).toBe(false);
      const many = tidy(() => randomNormal(rng(3), [2, 10000]));
      const rows = await many.data<'float32'>();
      many.dispose();
      const wide = await fDivergenceFromLogits(rows.slice(0, 10000), rows.slice(10000), member).data();
      expect(wide[0]).toBeGreaterThan(0);
      expect(Number.isFinite(wide[0])).toBe(true);
    });
  });

  describe('limits and special cases', () => {
    const same = async (a: FDivergence, b: FDivergence, scale = 1, tolerance = {}) =>
      expectClose(
        await at((v) => a.f(v)),
        Array.from(await at((v) => b.f(v)), (f) => scale * f),
        { rtol: 1e-4, atol: 1e-6, ...tolerance },
      );

    it('alpha tends to KL at 1 and to the reversed KL at 0', async () => {
      const loose = { rtol: 0.02, atol: 1e-3 };
      await same(alphaDivergence(1.002), kl, 1, loose);
      await same(alphaDivergence(0.002), reverseKl, 1, loose);
      expect(alphaDivergence(1)).toBe(kl);
      expect(alphaDivergence(0)).toBe(reverseKl);
    });

    it('alpha holds Pearson, Neyman and Hellinger', async () => {
      await same(alphaDivergence(2), pearson, 0.5);
      await same(alphaDivergence(-1), neyman, 0.5);
      await same(alphaDivergence(0.5), squaredHellinger, 2);
    });

    it('the skewed divergences tend to those without skew', async () => {
      const loose = { rtol: 0.02, atol: 0.01 };
      await same(skewKl(1e-4), kl, 1, loose);
      await same(generalizedJensenShannon(1e-4), kl, 1e-4, { rtol: 0.02, atol: 1e-6 });
    });

    it('the steep ones are exact where their generator alone would overflow', async () => {
      // q (p/q - 1)² = p²/q
      await expectClose(fDivergence([-100], [-200], pearson), 1, { rtol: 1e-4 });
      await expectClose(fDivergence([-200], [-100], neyman), 1, { rtol: 1e-4 });
      await expectClose(fDivergence([-100], [-150], alphaDivergence(3)), 1 / 6, { rtol: 1e-4 });
    });

    it('le Cam is what its own formula says', async () =>
      expectClose(
        await at((v) => leCam.f(v)),
        points.map((v) => (Math.exp(v) - 1) ** 2 / (2 * (Math.exp(v) + 1))),
        { rtol: 1e-4, atol: 1e-7 },
      ));

    it('reads categories from any axis', async () => {
      const columns = p.map((value, i) => [value, q[i]!]);
      const others = q.map((value, i) => [value, p[i]!]);
      await expectClose(fDivergence(columns, others, kl, { axis: 0, reduction: 'none' }), [
        (await fDivergence(p, q, kl).data())[0]!,
        (await fDivergence(q, p, kl).data())[0]!,
      ]);
    });
  });

  if (backend === backends[0])
    it.each(['p', 'q'] as const)('agrees with the plug-in estimate on 2e5 samples of %s', async (sampledFrom) => {
      const random = rng(17);
      const n = 2e5;
      const counts = [0, 0, 0, 0];
      const logits = { p, q }[sampledFrom];
      for (let i = 0; i < n; i++) counts[random.categorical(logits)]!++;
      // Equal samples are weighed by how often they came.
      const ratios = p.map((value, k) => value - q[k]!);
      for (const member of members)
        await expectClose(
          fDivergenceFromLogRatios(ratios, member, { sampledFrom, weights: counts }),
          (await fDivergence(p, q, member).data())[0]!,
          { rtol: 0.02 },
        );
    });
});
