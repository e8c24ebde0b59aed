import type { TensorLike } from '@surrogate/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { it } from 'vitest';
import { listMleLoss, listNetLoss, rankingSoftmaxLoss } from './listwise.js';
import type { ListOptions } from './lists.js';
import { approxNdcgLoss, lambdaRankLoss, rankNetLoss } from './ndcg.js';
import { bprLoss, marginRankingLoss } from './pairwise.js';

const losses: Readonly<Record<string, (scores: TensorLike, relevance: TensorLike, options?: ListOptions) => Tensor>> = {
  approxNdcgLoss,
  lambdaRankLoss,
  listMleLoss,
  listNetLoss,
  rankNetLoss,
  rankingSoftmaxLoss,
};

oracle('losses/ranking', (c) => losses[c.loss]!(c.scores, c.relevance, c.options), { rtol: 5e-5, atol: 5e-6 });
oracle('losses/ranking_pairs', (c) => marginRankingLoss(c.preferred, c.other, c.options));

eachBackend(() => {
  it.each(Object.entries(losses))('%s does not see absent items', async (_name, loss) => {
    const short = loss([[1, -0.5, 2]], [[1, 3, 0]]);
    await expectClose(loss([[1, NaN, -0.5, 2, 7]], [[1, 9, 3, 0, NaN]], { items: [[1, 0, 1, 1, 0]] }), short);
  });

  it('RankNet and ListMLE of two items are the loss of a pair', async () => {
    const pair = bprLoss([1.3], [0.4]);
    await expectClose(rankNetLoss([[0.4, 1.3]], [[0, 1]]), pair);
    await expectClose(listMleLoss([[0.4, 1.3]], [[0, 1]]), pair);
  });

  it('is without loss where the order is right beyond doubt', async () => {
    for (const loss of [rankNetLoss, lambdaRankLoss, approxNdcgLoss, listMleLoss])
      await expectClose(loss([[90, 60, 30, 0]], [[3, 2, 1, 0]]), 0);
  });

  it('has no pairs to order where all are alike', async () => {
    await expectClose(rankNetLoss([[1, 2]], [[1, 1]]), 0);
    await expectClose(lambdaRankLoss([[1, 2]], [[0, 0]]), 0);
  });
});
