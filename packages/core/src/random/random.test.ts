import { memory, tensor, tidy } from '@tensorflow/tfjs-core';
import { eachBackend } from '@surrogate/testing';
import { expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { rng, type Rng } from '../host/random/rng.js';
import { randomCategorical } from './categorical.js';
import { randomBernoulli, randomChoice, randomGumbel, randomNormal, randomPermutation, randomRademacher, randomUniform } from './draws.js';

const draws = {
  randomUniform: (source: Rng) => randomUniform(source, [2, 3], { min: 1, max: 2 }),
  randomNormal: (source: Rng) => randomNormal(source, [2, 3], { mean: 5, stddev: 0.1 }),
  randomBernoulli: (source: Rng) => randomBernoulli(source, [2, 3], 0.5),
  randomRademacher: (source: Rng) => randomRademacher(source, [2, 3]),
  randomGumbel: (source: Rng) => randomGumbel(source, [2, 3]),
  randomPermutation: (source: Rng) => randomPermutation(source, 6),
  randomChoice: (source: Rng) => randomChoice(source, 50, 6),
  randomCategorical: (source: Rng) => randomCategorical(source, tensor([0, 1, 2, 3, 4, 5, 6, 7], [2, 4])),
};

/** What seed 7 gave on the first backend that ran; the others must agree. */
const seen = new Map<string, number[]>();

eachBackend(() => {
  for (const [name, draw] of Object.entries(draws))
    it(`${name} draws the same numbers on every backend and leaves one tensor`, async () => {
      const before = memory().numTensors;
      const drawn = tidy(() => draw(rng(7)));
      expect(memory().numTensors).toBe(before + 1);
      const values = Array.from(await drawn.data());
      drawn.dispose();
      expect(seen.get(name) ?? values).toEqual(values);
      seen.set(name, values);
    });

  it('randomCategorical draws with probability softmax(logits), never what is at -Infinity', async () => {
    const logits = tensor(Array.from({ length: 20_000 }, () => [0, Math.log(3), -Infinity]));
    const ids = randomCategorical(rng(1), logits);
    expect([ids.shape, ids.dtype]).toEqual([[20_000], 'int32']);
    const counts = [0, 0, 0];
    for (const id of await ids.data()) counts[id]!++;
    expect(Math.abs(counts[0]! - 5000)).toBeLessThan(260);
    expect(counts[2]).toBe(0);
    logits.dispose();
    ids.dispose();
  });

  it('refuses bad input and leaves nothing behind', () => {
    const before = memory().numTensors;
    const bad: [RegExp, () => unknown][] = [
      [/^randomUniform: shape\[0\]/, () => randomUniform(rng(0), [-1])],
      [/^randomUniform: shape must be an array/, () => randomUniform(rng(0), 3 as unknown as number[])],
      [/^randomUniform: max/, () => randomUniform(rng(0), [2], { min: 1, max: NaN })],
      [/^randomNormal: rng must be a generator/, () => randomNormal(7 as unknown as Rng, [2])],
      [/^randomNormal: stddev/, () => randomNormal(rng(0), [2], { stddev: -1 })],
      [/^randomBernoulli: prob/, () => randomBernoulli(rng(0), [2], 1.5)],
      [/^randomChoice: k must be at most/, () => randomChoice(rng(0), 2, 3)],
      [/^randomPermutation: rng/, () => randomPermutation(null as unknown as Rng, 3)],
      [/^randomCategorical: logits must be \[\.\.\., K\]/, () => randomCategorical(rng(0), 3)],
      [
        /^randomCategorical: logits must hold a finite number in each row, got none in row 1/,
        () =>
          randomCategorical(rng(0), [
            [0, 1],
            [-Infinity, -Infinity],
          ]),
      ],
      [/^randomCategorical: logits must be finite or -Infinity, got NaN in row 0/, () => randomCategorical(rng(0), [[NaN, 1]])],
    ];
    for (const [message, body] of bad) {
      let caught: unknown;
      try {
        body();
      } catch (error) {
        caught = error;
      }
      expect(isSurrogateError(caught)).toBe(true);
      expect((caught as Error).message).toMatch(message);
    }
    expect(memory().numTensors).toBe(before);
  });
});
