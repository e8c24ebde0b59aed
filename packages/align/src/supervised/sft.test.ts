import { linearTokenLogProbs, reduceTokens, sequenceLogProbs, tokenLogProbs } from '@surrogate/core';
import { matMul, mean, neg, reshape, tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { describe, it } from 'vitest';
import { sftLoss } from '../index.js';

oracle('align/sft', ({ options, logits, tokens, mask }) => sftLoss(logits, tokens, { ...options, mask }));

const logits = [
  [
    [0.5, -0.5, 1],
    [2, 0, -1],
  ],
  [
    [0, 1, 0.5],
    [1, 1, 1],
  ],
];
const tokens = [
  [2, 0],
  [1, 2],
];

eachBackend(() => {
  describe('supervised fine-tuning', () => {
    it('is the mean of the sequence log-probabilities where all are as long', async () => {
      const logProbs = sequenceLogProbs(tokenLogProbs(logits, tokens));
      await expectClose(sftLoss(logits, tokens, { normalizer: 2 }), neg(mean(logProbs)));
    });

    it('ignores an id as it does a mask, and both together', async () => {
      const marked = [
        [-100, 0],
        [1, 2],
      ];
      const mask = [
        [0, 1],
        [1, 1],
      ];
      await expectClose(sftLoss(logits, marked, { ignoreIndex: -100 }), sftLoss(logits, tokens, { mask }));
      const half = {
        mask: [
          [1, 1],
          [1, 0],
        ],
      };
      await expectClose(
        sftLoss(logits, marked, { ignoreIndex: -100, ...half }),
        sftLoss(logits, tokens, {
          mask: [
            [0, 1],
            [1, 0],
          ],
        }),
      );
    });

    it('is what the linear form gives without the logits', async () => {
      const hidden = tensor([0.1, 0.2, -0.3, 0.4, 0.5, -0.6, 0.7, 0.8], [4, 2]);
      const kernel = tensor([0.3, -0.2, 0.1, 0.4, 0.6, -0.5], [2, 3]);
      const dense = reshape(matMul(hidden, kernel), [2, 2, 3]);
      const linear = reshape(linearTokenLogProbs(hidden, kernel, tensor([2, 0, 1, 2], [4], 'int32')), [2, 2]);
      await expectClose(sftLoss(dense, tokens), reduceTokens(neg(linear)));
    });

    it('is 0 where no token counts', async () => {
      await expectClose(
        sftLoss(logits, tokens, {
          mask: [
            [0, 0],
            [0, 0],
          ],
        }),
        0,
      );
      await expectClose(
        sftLoss(logits, tokens, {
          mask: [
            [0, 0],
            [0, 0],
          ],
          normalizer: 'sequence',
        }),
        0,
      );
    });
  });
});
