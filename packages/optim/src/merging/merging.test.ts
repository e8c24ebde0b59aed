import { eachBackend, expectClose, expectNoLeak, oracle } from '@surrogate/testing';
import { add, matMul, mul, scalar, square, sub, tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { rng, softmax, tanh } from '@surrogate/core';
import { describe, expect, it } from 'vitest';
import { sgd } from '../optimizers/sgd.js';
import { diagonalFisher, fisherMerge, mergeCoefficients } from './fisher.js';
import { greedySoup, interpolateModels, learnedSoup, uniformSoup } from './soups.js';

interface Scalar {
  p: Tensor;
}
const scalars = (...values: number[]): Scalar[] => values.map((p) => ({ p: scalar(p) }));
const closeTo1 = async ({ p }: Scalar) => -(((await p.data())[0]! - 1) ** 2);

oracle('optim/fisher', ({ w1, w2, x, labels, options }) =>
  diagonalFisher(
    ({ w1, w2 }: { w1: Tensor; w2: Tensor }, inputs) => matMul(tanh(matMul(inputs, w1)), w2),
    { w1, w2 },
    x as Tensor,
    (options as { empirical?: boolean }).empirical === true ? { labels: labels as Tensor } : {},
  ),
);

eachBackend(() => {
  describe('soups', () => {
    it('average parameters, and leave integers alone', async () => {
      const models = [
        { a: tensor([1, 3]), n: tensor([7], [1], 'int32') },
        { a: tensor([3, 5]), n: tensor([9], [1], 'int32') },
      ];
      const soup = uniformSoup(models);
      await expectClose(soup.a, [2, 4]);
      await expectClose(soup.n, [7]);
      await expectClose(uniformSoup(models, { weights: [3, 1] }).a, [1.5, 3.5]);
      await expectClose(interpolateModels(models[0]!, models[1]!, 0.25).a, [1.5, 3.5]);
      await expectClose(uniformSoup([models[0]!, models[0]!, models[0]!]).a, [1, 3]);
    });

    it('take in greedily what helps', async () => {
      const { params, ingredients, scores, score } = await greedySoup(scalars(0.9, 1.4, 0.4, 1.2), closeTo1);
      await expectClose(params.p, 1.05);
      expect(ingredients).toEqual([0, 3]);
      await expectClose(scores, [-0.01, -0.16, -0.36, -0.04]);
      expect(score).toBeGreaterThanOrEqual(Math.max(...scores));
    });

    it('take equals in only where that is enough', async () => {
      const same = scalars(0.5, 0.5);
      expect((await greedySoup(same, () => 1)).ingredients).toEqual([0]);
      expect((await greedySoup(same, () => 1, { strict: false })).ingredients).toEqual([0, 1]);
    });

    it('leave nothing behind where a score fails', async () => {
      const models = scalars(1, 2);
      let calls = 0;
      const bad = () => {
        if (++calls % 3 === 0) throw new Error('no score');
        return 1;
      };
      await expect(expectNoLeak(() => greedySoup(models, bad))).rejects.toThrow('no score');
    });

    it('learn a mixture for each layer', async () => {
      const models = [
        { a: { p: scalar(0) }, b: { p: scalar(0) } },
        { a: { p: scalar(4) }, b: { p: scalar(4) } },
      ];
      const loss = ({ a, b }: (typeof models)[number]) => add(square(sub(a.p, 1)), square(sub(b.p, 3)));
      const soup = learnedSoup(models, loss, { steps: 25, optimizer: sgd(0.4) });
      await expectClose(soup.weights['a']!, [0.75, 0.25], { atol: 0.02 });
      await expectClose(soup.params.b.p, 3, { atol: 0.05 });
      // One mixture for both ends half-way.
      await expectClose(learnedSoup(models, loss, { steps: 25, perLayer: false, optimizer: sgd(0.4) }).params.a.p, 2, { atol: 0.05 });
    });
  });

  describe('Fisher merging', () => {
    const models = [{ w: scalar(1) }, { w: scalar(4) }];

    it('weighs parameters by their information', async () => {
      const merged = (f1: number, f2: number, options = {}) =>
        fisherMerge(models, [{ w: scalar(f1) }, { w: scalar(f2) }], { normalize: false, ...options }).w;
      await expectClose(merged(2, 1), 2);
      await expectClose(merged(3, 3), 2.5);
      await expectClose(merged(1, 0), 1);
      await expectClose(merged(1, 1, { coefficients: [1, 0] }), 1);
      // No information at all: the coefficients decide.
      await expectClose(merged(0, 0, { floor: 0, coefficients: [1, 3] }), 3.25);
      // The floor of the target alone, and of all.
      await expectClose(merged(0, 0), 1);
      await expectClose(merged(0, 0, { favorTarget: false }), 2.5);
      // Norms of one number each are divided away.
      await expectClose(merged(2, 1, { normalize: true }), 2.5);
    });

    it('has a closed form for softmax regression', async () => {
      const x = [[2, -1], [0.5, 3]]; // prettier-ignore
      const w = tensor2d([[0.3, -0.2, 0.1], [-0.4, 0.2, 0.6]]); // prettier-ignore
      const fisher = diagonalFisher(({ w }: { w: Tensor }, inputs) => matMul(inputs, w), { w }, tensor2d(x));
      const p = await softmax(matMul(tensor2d(x), w)).array();
      const closed = [0, 1].map((j) => [0, 1, 2].map((k) => [0, 1].reduce((sum, n) => sum + (x[n]![j]! ** 2 * (p as number[][])[n]![k]! * (1 - (p as number[][])[n]![k]!)) / 2, 0))); // prettier-ignore
      await expectClose(fisher.w, tensor2d(closed), { rtol: 1e-4 });
      const binary = diagonalFisher(({ w }: { w: Tensor }, inputs) => matMul(inputs, w), { w: tensor2d([[0, 0]]) }, tensor2d([[2]]));
      await expectClose(binary.w, [1, 1]);
    });

    it('comes near the expectation with sampled labels', async () => {
      const params = { w: tensor([0.5, -0.5], [1, 2]) };
      const logits = ({ w }: typeof params, x: Tensor) => mul(x, w);
      const exact = diagonalFisher(logits, params, tensor2d([[1.5]]));
      const sampled = diagonalFisher(logits, params, tensor2d([[1.5]]), { samples: 60, rng: rng(5) });
      await expectClose(sampled.w, exact.w, { rtol: 0.4 });
    });
  });
});

describe('mergeCoefficients', () => {
  it('spans the segment or the simplex', () => {
    expect(mergeCoefficients(2, 3)).toEqual([[0, 1], [0.5, 0.5], [1, 0]]); // prettier-ignore
    for (const setting of mergeCoefficients(4, 10, { rng: rng(0) })) expect(setting.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  });
});
