import { rng } from '@surrogate/core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { concat, memory as engineMemory, slice, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { vocabularySize } from '../data/vocabulary.js';
import { extend, init, logits, type TransformerConfig } from './transformer.js';

const config: TransformerConfig = { vocabulary: 5, width: 8, heads: 2, layers: 2, context: 6 };

describe('the transformer', () => {
  it('has about 100 000 parameters at the size of the flagship', () => {
    const params = init(rng(0), { vocabulary: vocabularySize, width: 64, heads: 4, layers: 2, context: 16 });
    const matrices = [params.embedding, params.position, params.head, ...params.layers.flatMap((layer) => Object.values(layer))];
    expect(matrices.reduce((sum, { size }) => sum + size, 0)).toBe(102_912);
  });

  eachBackend(() => {
    it('does not look ahead', async () => {
      const params = init(rng(0), config);
      const [one, other] = [tensor2d([[0, 1, 2, 3]], undefined, 'int32'), tensor2d([[0, 1, 4, 0]], undefined, 'int32')];
      const heads = [one, other].map((tokens) => slice(logits(params, tokens), [0, 0, 0], [1, 2, 5]));
      await expectClose(heads[0]!, heads[1]!);
    });

    it('says the same a token at a time', async () => {
      const params = init(rng(0), config);
      const tokens = tensor2d([[0, 1, 2, 3], [0, 4, 4, 1]], undefined, 'int32'); // prettier-ignore
      const stepwise = tidy(() => {
        const first = extend(params, slice(tokens, [0, 0], [2, 2]));
        const second = extend(params, slice(tokens, [0, 2], [2, 1]), first.memory);
        const third = extend(params, slice(tokens, [0, 3], [2, 1]), second.memory);
        return concat([first.logits, second.logits, third.logits], 1);
      });
      await expectClose(stepwise, logits(params, tokens), { rtol: 1e-4, atol: 1e-5 });
    });

    it('leaves its logits behind and nothing else', () => {
      const params = init(rng(0), config);
      const tokens = tensor2d([[0, 1]], undefined, 'int32');
      const before = engineMemory().numTensors;
      logits(params, tokens);
      expect(engineMemory().numTensors).toBe(before + 1);
    });
  });
});
