import { matMul, matrixFromRows, transpose } from '@surrogate/core/host';
import { rng } from '@surrogate/core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { minimumNormWeights, paretoGradient, preferenceWeights, refineTargetPrediction } from './pareto.js';

const ofGradients = (rows: number[][], validation: number[]) => {
  const g = matrixFromRows(rows);
  return [matMul(g, transpose(g)), matMul(g, Float64Array.from(validation))] as const;
};

describe('preferenceWeights', () => {
  const three = ofGradients([[1, 0, 0], [0, 1, 0], [-0.2, -0.2, 1]], [0.3, 0.6, 0.1]); // prettier-ignore

  it('solve the programmes of the worked examples', async () => {
    const two = preferenceWeights(...ofGradients([[1, 0], [-0.5, 1]], [1, 0.5]), { validationLoss: 1 }); // prettier-ignore
    await expectClose(Array.from(two.weights), [0.7142857, 0.2857143]);
    await expectClose(Array.from(preferenceWeights(...three, { validationLoss: 1 }).weights), [0, 0.90625, 0.09375]);
    const descent = preferenceWeights(...three, { validationLoss: 0 });
    await expectClose(Array.from(descent.weights), [0.8125, 0.03125, 0.15625]);
    expect([two.mode, descent.mode]).toEqual(['balance', 'descent']);
  });

  it('are even where no weights are feasible', () => {
    // Both tasks object to everything: C α >= a cannot hold.
    const found = preferenceWeights(matrixFromRows([[1, -9], [-9, 1]]), [0.5, -0.1], { validationLoss: 1 }); // prettier-ignore
    expect(found.mode === 'uniform' ? Array.from(found.weights) : found.weights.reduce((a, b) => a + b)).toEqual(
      found.mode === 'uniform' ? [0.5, 0.5] : 1,
    );
  });
});

describe('minimumNormWeights', () => {
  it('are those of the closed form for two gradients', async () => {
    for (const [c11, c12, c22] of [
      [1, 0, 4],
      [1, 0.5, 2],
      [1, 2, 5],
      [3, -1, 2],
    ] as const) {
      // prettier-ignore
      const free = (c22 - c12) / (c11 + c22 - 2 * c12);
      const first = Math.min(1, Math.max(0, free));
      await expectClose(Array.from(minimumNormWeights(matrixFromRows([[c11, c12], [c12, c22]]))), [first, 1 - first], { atol: 1e-7 }); // prettier-ignore
    }
  });

  it('give a direction that no task loses by', () => {
    const draws = rng(2);
    for (let round = 0; round < 20; round++) {
      const g = { rows: 5, cols: 7, data: draws.fillNormal(new Float64Array(35)) };
      const gram = matMul(g, transpose(g));
      const alpha = minimumNormWeights(gram);
      const gains = matMul(gram, alpha);
      const least = alpha.reduce((sum, a, i) => sum + a * gains[i]!, 0);
      gains.forEach((gain) => expect(gain).toBeGreaterThan(least - 1e-6));
    }
  });
});

eachBackend(() => {
  it('combines trees of gradients', async () => {
    interface Params {
      w: Tensor;
      b: Tensor;
    }
    const tasks: Params[] = [{ w: tensor([1]), b: tensor([0]) }, { w: tensor([-0.5]), b: tensor([1]) }]; // prettier-ignore
    const { gradient, weights } = await paretoGradient(tasks, { w: tensor([1]), b: tensor([0.5]) }, { validationLoss: 1 });
    await expectClose(Array.from(weights), [0.7142857, 0.2857143]);
    await expectClose(gradient.w, [2 * (0.7142857 - 0.5 * 0.2857143)]);
    await expectClose(gradient.b, [2 * 0.2857143]);
  });
});

it('refines predictions by the rule of Bayes', async () => {
  await expectClose(Array.from(refineTargetPrediction([0.6, 0.3, 0.1], [0.2, 0.9, 0.5])), [0.2727273, 0.6136364, 0.1136364]);
});
