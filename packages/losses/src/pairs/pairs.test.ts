import type { TensorLike } from '@surrogate/core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { abs, sub, sum } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { cosineEmbeddingLoss, hingeEmbeddingLoss, tripletMarginLoss } from '../index.js';

oracle(
  'losses/pairs',
  ({ loss, options, ...inputs }) => {
    if (loss === 'hingeEmbeddingLoss') return hingeEmbeddingLoss(inputs.distances as TensorLike, inputs.labels as TensorLike, options);
    return loss === 'cosineEmbeddingLoss' ? cosineEmbeddingLoss(inputs, options) : tripletMarginLoss(inputs, options);
  },
  { rtol: 5e-5 },
);

eachBackend(() => {
  it('measures triples by any distance', () =>
    expectClose(
      tripletMarginLoss(
        { anchors: [[0, 0]], positives: [[3, 4]], negatives: [[0, 2]] },
        { distance: (a, b) => sum(abs(sub(a, b)), -1), margin: 0.5 },
      ),
      5.5,
    ));
});
