import { rng } from '@surrogate/core';
import { kroneckerProduct, matMul, matrixFromRows, solveLinear, transpose, type Matrix } from '@surrogate/core/host';
import { expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { ekfacFactors, ekfacInverse, influenceScores, linearDatamodelingScore } from './ekfac.js';

const draws = rng(8);
const random = (rows: number, cols: number): Matrix => ({ rows, cols, data: draws.fillNormal(new Float64Array(rows * cols)) });

/** E[g gᵀ] of the gradients a δᵀ, row by row of them. */
function exactFisher(a: Matrix, s: Matrix): Matrix {
  const gradients = Array.from({ length: a.rows }, (_, n) =>
    Array.from({ length: a.cols * s.cols }, (_, k) => a.data[n * a.cols + Math.floor(k / s.cols)]! * s.data[n * s.cols + (k % s.cols)]!),
  );
  const g = matrixFromRows(gradients);
  const product = matMul(transpose(g), g);
  return { ...product, data: product.data.map((value) => value / a.rows) };
}

/** The factors as one matrix, without damping. */
function dense(factors: ReturnType<typeof ekfacFactors>): Matrix {
  const [{ activationBasis, gradientBasis, eigenvalues }] = factors as [ReturnType<typeof ekfacFactors>[0]];
  const q = kroneckerProduct(activationBasis, gradientBasis);
  const scaled = { ...q, data: q.data.map((value, i) => value * eigenvalues.data[i % q.cols]!) };
  return matMul(scaled, transpose(q));
}

const distance = (a: Matrix, b: Matrix) => Math.hypot(...a.data.map((value, i) => value - b.data[i]!));

describe('EK-FAC', () => {
  it('is the exact Fisher inverse where activations and gradients are independent', async () => {
    const [a, s] = [random(4, 3), random(3, 2)];
    const pairs = Array.from({ length: 12 }, (_, n) => [Math.floor(n / 3), n % 3] as const);
    const row = (m: Matrix, i: number) => Array.from(m.data.subarray(i * m.cols, (i + 1) * m.cols));
    const record = {
      activations: matrixFromRows(pairs.map(([i]) => row(a, i))),
      outputGradients: matrixFromRows(pairs.map(([, j]) => row(s, j))),
    };
    const fisher = exactFisher(record.activations, record.outputGradients);
    const factors = ekfacFactors([record], { damping: 0.3 });
    expect(distance(dense(factors), fisher)).toBeLessThan(1e-10);
    const v = random(3, 2);
    const damped = { ...fisher, data: fisher.data.map((value, i) => value + (i % 7 === 0 ? 0.3 : 0)) };
    await expectClose(Array.from(ekfacInverse(factors, [v])[0]!.data), Array.from(solveLinear(damped, v.data)), {
      rtol: 1e-8,
      atol: 1e-10,
    });
    // Independent factors leave nothing to correct.
    expect(distance(dense(ekfacFactors([record], { corrected: false })), fisher)).toBeLessThan(1e-10);
  });

  it('is nearer to the Fisher information than K-FAC, else', () => {
    for (let round = 0; round < 10; round++) {
      const record = { activations: random(9, 4), outputGradients: random(9, 3) };
      const fisher = exactFisher(record.activations, record.outputGradients);
      const [corrected, plain] = [ekfacFactors([record]), ekfacFactors([record], { corrected: false })];
      expect(distance(dense(corrected), fisher)).toBeLessThanOrEqual(distance(dense(plain), fisher) + 1e-12);
    }
  });

  it('counts rows by their weights', async () => {
    const record = { activations: random(4, 2), outputGradients: random(4, 2) };
    const twice = (m: Matrix) => matrixFromRows([0, 0, 1, 2, 2, 2].map((i) => Array.from(m.data.subarray(2 * i, 2 * i + 2))));
    const weighted = ekfacFactors([{ ...record, weights: Float64Array.of(2, 1, 3, 0) }]);
    const repeated = ekfacFactors([{ activations: twice(record.activations), outputGradients: twice(record.outputGradients) }]);
    await expectClose(Array.from(dense(weighted).data), Array.from(dense(repeated).data), { atol: 1e-12 });
  });

  it('is the identity over λ where the damping is all', async () => {
    const [v, record] = [random(2, 2), { activations: random(5, 2), outputGradients: random(5, 2) }];
    const solved = ekfacInverse(ekfacFactors([record], { damping: 1e9 }), [v])[0]!;
    await expectClose(
      Array.from(solved.data, (value) => 1e9 * value),
      Array.from(v.data),
      { rtol: 1e-6 },
    );
  });

  it('scores each query and example by one product', async () => {
    const record = { activations: random(5, 2), outputGradients: random(5, 2) };
    const factors = ekfacFactors([record], { damping: 1e12 });
    const [q, m] = [random(2, 2), random(2, 2)];
    const dot = q.data.reduce((sum, value, i) => sum + value * m.data[i]!, 0);
    await expectClose(influenceScores(factors, [[q]], [[m]]).data[0]! * 1e12, dot, { rtol: 1e-6 });
  });
});

describe('linearDatamodelingScore', () => {
  it('is 1 for scores that add up, -1 for their opposite, 0 where nothing varies', () => {
    const scores = random(2, 8);
    const subsets = Array.from({ length: 12 }, () => draws.choice(8, 4));
    const outcomes = matrixFromRows(
      subsets.map((subset) => [0, 1].map((q) => Array.from(subset).reduce((sum, m) => sum + scores.data[q * 8 + m]!, 0) ** 3)),
    );
    expect(linearDatamodelingScore(scores, subsets, outcomes)).toBeCloseTo(1, 12);
    expect(linearDatamodelingScore({ ...scores, data: scores.data.map((v) => -v) }, subsets, outcomes)).toBeCloseTo(-1, 12);
    expect(linearDatamodelingScore({ ...scores, data: new Float64Array(16) }, subsets, outcomes)).toBe(0);
  });
});
