import { rng } from '@surrogate/core';
import { identityMatrix, matrixFromRows, matrixToRows, pinv } from '@surrogate/core/host';
import { expectClose, keeping } from '@surrogate/testing';
import { reverse, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { attentionOfOneStep, drawPrompts, linearSelfAttention, oneStepGdPredictor, optimalIclStep } from '../index.js';

describe('in-context learning', () => {
  it('is one step of gradient descent in one layer of attention, whatever the order of the examples', () =>
    keeping(async (keep) => {
      const covariance = matrixFromRows([[2, 0.5], [0.5, 1]]); // prettier-ignore
      const drawn = drawPrompts({ prompts: 3, examples: 4, inputs: 2, covariance, noiseVariance: 0.1 }, rng(1));
      const [context, query] = [keep(tensor(drawn.context, [3, 4, 3])), keep(tensor(drawn.query, [3, 2]))];
      const precision = pinv(covariance);
      const layer = attentionOfOneStep(0.07, 4, precision);
      const step = keep(oneStepGdPredictor({ context, query }, 0.07, matrixToRows(precision)));
      await expectClose(keep(linearSelfAttention({ context, query }, layer)), step, { rtol: 1e-5 });
      await expectClose(keep(linearSelfAttention({ context: keep(reverse(context, 1)), query }, layer)), step, { rtol: 1e-5 });
      const plain = keep(oneStepGdPredictor({ context, query }, 0.07));
      await expectClose(keep(linearSelfAttention({ context, query }, attentionOfOneStep(0.07, 4, identityMatrix(2)))), plain, {
        rtol: 1e-5,
      });
    }));

  it.each([
    [20, 5, 0, 0.0384615385, 1.1538462],
    [20, 5, 0.25, 0.0380952381, 1.1904762],
    [10, 10, 1, 0.0454545455, 5.4545455],
  ])('has its best step for %i examples of %i inputs, noise %f', (examples, inputs, noiseVariance, step, loss) => {
    const found = optimalIclStep({ examples, inputs, noiseVariance });
    expect(found).toBeCloseTo(step, 9);
    expect(inputs * (1 - examples * found)).toBeCloseTo(loss, 6);
  });

  it('has no better step among drawn prompts', async () => {
    const sizes = { examples: 6, inputs: 2, noiseVariance: 0.5 };
    const { context, query, target } = drawPrompts({ prompts: 20000, ...sizes }, rng(2));
    const [z, q] = [tensor(context, [20000, 6, 3]), tensor(query, [20000, 2])];
    const out = oneStepGdPredictor({ context: z, query: q }, 1);
    const said = await out.data();
    [z, q, out].forEach((x) => x.dispose());
    const [cross, square] = target.reduce(([c, s], y, b) => [c + y * said[b]!, s + said[b]! ** 2], [0, 0]); // prettier-ignore
    expect(Math.abs(cross / square / optimalIclStep(sizes) - 1)).toBeLessThan(0.03);
  });
});
