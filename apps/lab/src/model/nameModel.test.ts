import { disposeTree, noGrad, rng } from '@surrogate/core';
import { eachBackend } from '@surrogate/testing';
import { memory, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { vocabularySize } from '../data/vocabulary.js';
import { bitsPerCharacter, klFrom, nameLogProbs, nameTensors, readLogProbs, sampleNames } from './nameModel.js';
import { init } from './transformer.js';

const config = { vocabulary: vocabularySize, width: 8, heads: 2, layers: 1, context: 6 };
const names = ['ann', 'bo', 'christa'];

describe('the model of names', () => {
  eachBackend(() => {
    it('says as much of a name alone as in a batch', async () => {
      const model = init(rng(0), config);
      const together = await readLogProbs(model, names);
      for (const [i, name] of names.entries()) expect((await readLogProbs(model, [name]))[0]).toBeCloseTo(together[i]!, 4);
    });

    it('counts bits over the symbols that it can see, ends included', async () => {
      const model = init(rng(0), config);
      const logProbs = await readLogProbs(model, names);
      // Of 'christa' the context holds six letters.
      expect(await bitsPerCharacter(model, names)).toBeCloseTo(-logProbs.reduce((a, b) => a + b) / (4 + 3 + 6) / Math.LN2, 5);
    });

    it('is no KL away from itself, and some from another', async () => {
      const [one, other] = [init(rng(0), config), init(rng(1), config)];
      expect(await klFrom(one, one, names)).toBeCloseTo(0, 5);
      expect(await klFrom(one, other, names)).toBeGreaterThan(0.1);
    });

    it('draws the same names from the same random numbers, and leaves nothing behind', async () => {
      const model = init(rng(0), config);
      const before = memory().numTensors;
      const drawn = await sampleNames(model, 50, rng(5));
      await bitsPerCharacter(model, names);
      expect(memory().numTensors).toBe(before);
      expect(drawn).toHaveLength(50);
      expect(drawn).toEqual(await sampleNames(model, 50, rng(5)));
      expect(drawn).not.toEqual(await sampleNames(model, 50, rng(6)));
      disposeTree(model);
    });
  });

  it('draws names as often as it says', async () => {
    const model = init(rng(0), { ...config, context: 2 });
    const count = 20_000;
    const drawn = await sampleNames(model, count, rng(1));
    const share = drawn.filter((name) => name === '').length / count;
    const said = tidy(() => noGrad(() => nameLogProbs(model, nameTensors([''], 2))));
    const expected = Math.exp((await said.data())[0]!);
    expect(Math.abs(share - expected)).toBeLessThan(5 * Math.sqrt((expected * (1 - expected)) / count));
    said.dispose();
  });
});
