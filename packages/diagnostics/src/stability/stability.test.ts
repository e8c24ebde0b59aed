import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { grad, sub, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { dotLast, logSumExp } from '@surrogate/core';
import { expect, it } from 'vitest';
import { tfidfFilter } from '../influence/tfidf.js';
import { nlmAlignment, softmaxCollapseRate } from './softmaxCollapse.js';

oracle(
  'diagnostics/tfidf',
  ({ documents, query }) => {
    const words = (text: string) => text.split(' ');
    const { ids, scores } = tfidfFilter(words(query), (documents as string[]).map(words), 9);
    const byDocument = (documents as string[]).map((_text, i) => scores[ids.indexOf(i)]!);
    expect(Array.from(scores)).toEqual([...byDocument].sort((a, b) => b - a));
    return byDocument;
  },
  { rtol: 1e-9, backends: ['cpu'] },
);

eachBackend(
  () => {
    it('counts the examples whose gradient float32 has rounded to 0', async () => {
      // The specification's margins, and what many small rivals come to: 8 of 2^-26 are 2^-23.
      const rivals = Array<number>(8).fill(-26 * Math.LN2);
      const logits = tensor([[16.5, 0], [17, 0], [-17, 0]]); // prettier-ignore
      await expectClose(softmaxCollapseRate(logits, [0, 0, 0], { reduction: 'none' }), [0, 1, 0]);
      await expectClose(softmaxCollapseRate(logits, [0, 0, 1]), 2 / 3);
      await expectClose(softmaxCollapseRate([[0, ...rivals]], [0]), 0);
      await expectClose(softmaxCollapseRate([[0, ...rivals.slice(0, 2)]], [0]), 1);
      const slope = grad((z: Tensor) => sub(logSumExp(z), dotLast(tensor([[1, 0], [1, 0], [1, 0]]), z)))(logits); // prettier-ignore
      const left = Array.from(await slope.data());
      expect([left[0] === 0, left[2] === 0, left[4] === 0]).toEqual([false, true, false]);
    });

    it('is 1 where a step only scales, 0 where it only turns, and has no opinion on nothing', async () => {
      const w = { a: tensor([1, 2]), b: tensor(2) };
      await expectClose(nlmAlignment({ a: tensor([-2, -4]), b: tensor(-4) }, w), 1);
      await expectClose(nlmAlignment({ a: tensor([2, 0]), b: tensor(-1) }, w), 0, { atol: 1e-6 });
      await expectClose(nlmAlignment({ a: tensor([0, 0]), b: tensor(0) }, w), 0);
    });
  },
  { backends: ['cpu', 'wasm'] },
);
