import { property, twoDistributions } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import {
  alphaDivergence,
  fDivergence,
  jeffreys,
  jensenShannon,
  kl,
  leCam,
  neyman,
  pearson,
  reverseKl,
  skewKl,
  squaredHellinger,
  totalVariation,
} from '../index.js';

const members = [
  kl,
  reverseKl,
  jeffreys,
  jensenShannon,
  skewKl(0.1),
  alphaDivergence(0.3),
  pearson,
  neyman,
  squaredHellinger,
  leCam,
  totalVariation,
];

const value = async (logP: readonly number[], logQ: readonly number[], member: (typeof members)[number]) =>
  (await fDivergence(logP, logQ, member).data())[0]!;

/** The first two outcomes as one. */
const merged = ([a, b, ...rest]: readonly number[]) => [Math.log(Math.exp(a!) + Math.exp(b!)), ...rest];

describe.each(members.map((member) => [member.name, member] as const))('%s', (_name, member) => {
  it('is never negative, and does not grow when outcomes are told apart no more', () =>
    property(twoDistributions(), async ({ logP, logQ }) => {
      const whole = await value(logP, logQ, member);
      expect(whole).toBeGreaterThanOrEqual(0);
      expect(await value(merged(logP), merged(logQ), member)).toBeLessThanOrEqual(whole * (1 + 1e-4) + 1e-6);
    }));
});
