import { exp, softmax } from '@surrogate/core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { fitGaussianMoe, gaussianMoeNll, moeVoronoiLoss, topKSoftmaxGate } from '../index.js';
import { weighExperts } from './record.js';

oracle('losses/mixture', (c) => gaussianMoeNll(c, c.x, c.y, c.options), { rtol: 1e-4 });

eachBackend(() => {
  it('a sparse gate has the published weights, and none that is not active', async () => {
    const { logWeights, mask } = topKSoftmaxGate([2, 1, -1, 0.5], { topK: 2, bias: [0, 0.5, 3, 0] });
    await expectClose(exp(logWeights), [0.6224593312, 0.3775406688, 0, 0]);
    await expectClose(mask, [1, 1, 0, 0]);
    await expectClose(topKSoftmaxGate([1, 1, 1], { topK: 2 }).mask, [1, 1, 0]);
    await expectClose(exp(topKSoftmaxGate([2, 1, -1], { topK: 3 }).logWeights), softmax([2, 1, -1]));
  });

  it('the likelihood is the published one', async () => {
    const logStds = [0.5, 0.8, 1].map(Math.log);
    const params = { gateWeights: [[1.5, 0, -1]], gateBias: [0.3, 0, 2], slopes: [[2, -1, 0.5]], offsets: [1, -2, 0], logStds };
    await expectClose(gaussianMoeNll(params, [[0.5]], [1.2], { topK: 2 }), 1.8058320147);
  });
});

describe('mixtures on the host', () => {
  const truth = { gateWeights: [[1.5], [0]], gateBias: [0.3, 0], slopes: [[2], [-1]], offsets: [1, -2], stds: [0.5, 0.8] };
  const halved = {
    gateWeights: [[1.5], [1.5], [0]],
    gateBias: [0.3 - Math.LN2, 0.3 - Math.LN2, 0],
    slopes: [[2], [2], [-1]],
    offsets: [1, 1, -2],
    stds: [0.5, 0.5, 0.8],
  };

  it('an expert in two halves is the same where both are active, and another where they are not', () => {
    const [grid, step] = [Array.from({ length: 80 }, (_, i) => -2 + (4 * i) / 79), 0.05];
    const variation = (topK: number) =>
      grid.map((at) => {
        let sum = 0;
        for (let y = -9; y <= 9; y += step)
          sum += Math.abs(Math.exp(weighExperts(halved, [at], y, topK).logDensity) - Math.exp(weighExperts(truth, [at], y, 2).logDensity));
        return (sum * step) / 2;
      });
    expect(Math.max(...variation(3))).toBeLessThan(1e-12);
    const lost = variation(2);
    expect(lost.reduce((a, b) => a + b) / 80).toBeCloseTo(0.1201, 3);
    expect(Math.max(...lost)).toBeCloseTo(0.409, 3);
  });

  it('one expert is least squares', () => {
    const start = { gateWeights: [[0]], gateBias: [0], slopes: [[0]], offsets: [0], stds: [1] };
    const { mixture, nll, converged } = fitGaussianMoe([[0], [1], [2], [3]], [1, 2, 5, 4], { start });
    // The line 1.2 + 1.2 x leaves squares that sum to 2.8.
    expect(mixture.slopes[0]![0]).toBeCloseTo(1.2, 5);
    expect(mixture.offsets[0]).toBeCloseTo(1.2, 5);
    expect(mixture.stds[0]).toBeCloseTo(Math.sqrt(0.7), 5);
    expect(nll).toBeCloseTo((Math.log(2 * Math.PI * 0.7) + 1) / 2, 8);
    expect(converged).toBe(true);
  });

  it('the Voronoi loss counts the worst active cells, by the masses in them', () => {
    expect(moeVoronoiLoss(truth, truth)).toBe(0);
    const moved = { ...truth, offsets: [1.1, -2.3], gateBias: [0.3, Math.log(1.5)] };
    const [first, second] = [0.1 * Math.exp(0.3), 0.3 * 1.5 + 0.5];
    expect(moeVoronoiLoss(moved, truth, { topK: 1 })).toBeCloseTo(second, 12);
    expect(moeVoronoiLoss(moved, truth)).toBeCloseTo(first + second, 12);
    expect(moeVoronoiLoss(halved, truth)).toBeCloseTo(0, 12);
    // Two experts in a cell: the fourth power of one part, the square of the other.
    const spread = { ...halved, offsets: [1.2, 1, -2], slopes: [[2], [2.1], [-1]] };
    expect(moeVoronoiLoss(spread, truth)).toBeCloseTo((Math.exp(0.3) / 2) * (0.2 ** 4 + 0.1 ** 2), 12);
    expect(moeVoronoiLoss(spread, truth, { overSpecified: false })).toBeCloseTo((Math.exp(0.3) / 2) * (0.2 + 0.1), 12);
  });
});
