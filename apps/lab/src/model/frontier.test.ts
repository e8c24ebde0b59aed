import { expect, it } from 'vitest';
import { commonKl, frontier, rewardAt } from './frontier.js';

const curve = frontier({ kl: 0, reward: 1 }, [
  { kl: 4, reward: 5 },
  { kl: 2, reward: 4 },
]);

it('runs from the reference through the points in order of KL', () => {
  expect(curve.map(({ kl }) => kl)).toEqual([0, 2, 4]);
});

it('interpolates between points and gives the points themselves', () => {
  expect([0, 1, 2, 3, 4].map((kl) => rewardAt(curve, kl))).toEqual([1, 2.5, 4, 4.5, 5]);
  expect(rewardAt(curve, 4.1)).toBeNaN();
});

it('compares where every curve has been', () => {
  expect(commonKl([curve, curve.slice(0, 2)])).toBe(2);
});
