import { rng } from '@surrogate/core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { expect, it } from 'vitest';
import * as losses from '../index.js';

const { groupRational, groupRationalLayer, rationalGain, rationalGelu, rationalGeluA, rationalIdentity, rationalSwish } = losses;

oracle('losses/rational', (c) => groupRational(c.x, c.numerator, c.denominator, c.options), { rtol: 1e-4 });

const of = (x: number[], { numerator, denominator, version }: losses.Rational, options = { version }) =>
  groupRational(x, [[...numerator]], [[...denominator]], options);
const grid = Array.from({ length: 61 }, (_, i) => -3 + i / 10);
const farthest = async (record: losses.Rational, wanted: (x: number) => number) => {
  const values = await of(grid, record).data();
  return Math.max(...grid.map((x, i) => Math.abs(values[i]! - wanted(x))));
};

eachBackend(() => {
  it('rational functions have the published values', async () => {
    const [a, b] = [[[0, 1, 0.5, 0, 0, 0]], [[0.5, -0.25, 0, 0]]];
    await expectClose(groupRational([1, -2], a, b), [0.8571429, 0], { atol: 1e-6 });
    await expectClose(groupRational([1, -2], a, b, { version: 'B' }), [1.2, 0], { atol: 1e-6 });
    await expectClose(of([2], rationalGelu), 1.9555032);
    await expectClose(of([2], rationalGelu, { version: 'A' }), 1.5736583);
    await expectClose(of(grid, rationalIdentity), grid);
  });
});

it('rational functions are near what they stand for', async () => {
  const swish = (x: number) => x / (1 + Math.exp(-x));
  // The tanh form is within 5e-4 of GELU itself.
  const gelu = (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
  expect(await farthest(rationalSwish, swish)).toBeLessThan(2e-6);
  expect(await farthest({ ...rationalSwish, version: 'B' }, swish)).toBeLessThan(2e-4);
  expect(await farthest(rationalGelu, gelu)).toBeLessThan(0.0035);
  expect(await farthest(rationalGeluA, gelu)).toBeLessThan(0.0046);
});

it('gains are the published ones', () => {
  expect(rationalGain(rationalSwish)).toBeCloseTo(2.8107635, 3);
  expect(rationalGain(rationalGelu)).toBeCloseTo(2.3494469, 3);
  expect(rationalGain(rationalIdentity)).toBeCloseTo(1, 12);
});

it('each group has its own denominator', async () => {
  const params = groupRationalLayer({ inputs: 4, outputs: 4, groups: 2, activation: rationalIdentity }).init(rng(0));
  const halved = [[0, 0, 0, 0], [1, 0, 0, 0]]; // prettier-ignore
  await expectClose(groupRational([1, 2, 1, 3], params.numerator, halved), [1, 2, 0.5, 0.75]);
});
