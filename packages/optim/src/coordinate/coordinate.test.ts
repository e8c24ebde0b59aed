import { rng } from '@surrogate/core';
import { identityMatrix, matMul, matrixFromRows, solveLinear, transpose, type Matrix } from '@surrogate/core/host';
import { expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import {
  greedyBlock,
  greedyPart,
  gaussSouthwell,
  gaussSouthwellLipschitz,
  partitionBlocks,
  quadraticBlock,
  randomBlock,
  type BlockContext,
} from './blocks.js';
import { blockCoordinateDescent, type BlockProblem } from './descent.js';
import { forestBlock, treeSolve } from './trees.js';
import { adaptiveUpdate, gradientUpdate, lineSearchUpdate, newtonUpdate, twoMetricUpdate } from './updates.js';

/** ½ x'Hx - b'x. */
function quadratic(h: Matrix, b: Float64Array): BlockProblem {
  const n = b.length;
  const gradient = (x: Float64Array) => matMul(h, x).map((v, i) => v - b[i]!);
  return {
    value: (x) => matMul(h, x).reduce((sum, v, i) => sum + (v / 2 - b[i]!) * x[i]!, 0),
    gradient,
    hessian: (_x, block) => matrixFromRows(block.map((i) => block.map((j) => h.data[n * i + j]!))),
    lipschitz: Float64Array.from({ length: n }, (_, i) => h.data[i * n + i]!),
  };
}

const random = (n: number, seed: number) => {
  const draws = rng(seed);
  const a = { rows: n + 3, cols: n, data: draws.fillNormal(new Float64Array((n + 3) * n)) };
  return { h: matMul(transpose(a), a), b: draws.fillNormal(new Float64Array(n)) };
};

describe('choices', () => {
  const context: BlockContext = { x: new Float64Array(2), gradient: Float64Array.of(1, 1.9), lipschitz: Float64Array.of(1, 4), step: 0 };

  it('differ where curvatures do', () => {
    expect(greedyBlock(1, gaussSouthwell)(context)).toEqual([1]);
    expect(greedyBlock(1)(context)).toEqual([0]);
    expect([0, 1].map((i) => gaussSouthwellLipschitz(context, i) ** 2 / 2)).toEqual([0.5, 0.45125]);
  });

  it('are one where the Hessian is diagonal', () => {
    const draws = rng(6);
    for (let round = 0; round < 10; round++) {
      const l = Float64Array.from({ length: 6 }, () => 0.5 + draws.uniform());
      const gradient = draws.fillNormal(new Float64Array(6));
      const made = { x: new Float64Array(6), gradient, lipschitz: l, step: 0 };
      const exact = greedyBlock(2)(made);
      const gain = (block: readonly number[]) => block.reduce((sum, i) => sum + gradient[i]! ** 2 / l[i]!, 0);
      const pairs = l.reduce<number[][]>((all, _, i) => [...all, ...Array.from({ length: i }, (_, j) => [i, j])], []);
      expect(gain(exact)).toBeCloseTo(Math.max(...pairs.map(gain)), 12);
    }
  });

  it('find the only block that matters', () => {
    const h = identityMatrix(4);
    const made = { x: new Float64Array(4), gradient: Float64Array.of(0, 3, 0, -2), lipschitz: new Float64Array(4).fill(1), step: 0 };
    expect([...quadraticBlock(2, h)(made)].sort()).toEqual([1, 3]);
    expect(greedyPart([[0, 2], [1, 3]])(made)).toEqual([1, 3]); // prettier-ignore
  });

  it('draw coordinates as often as they weigh', () => {
    const choose = randomBlock(1, rng(2), { weight: ({ lipschitz }, i) => lipschitz[i]! });
    const second = Array.from({ length: 2000 }, () => choose(context)[0]!).reduce((a, b) => a + b) / 2000;
    // Four standard deviations around 4 / 5.
    expect(Math.abs(second - 0.8)).toBeLessThan(4 * Math.sqrt(0.16 / 2000));
    expect([...randomBlock(2, rng(2), { weight: () => 1 })(context)].sort()).toEqual([0, 1]);
  });

  it('partition by order, by curvature, and in balance', () => {
    expect(partitionBlocks([3, 1, 4, 2, 5], 2)).toEqual([[0, 1], [2, 3], [4]]); // prettier-ignore
    expect(partitionBlocks([3, 1, 4, 2, 5], 2, 'sorted')).toEqual([[1, 3], [0, 2], [4]]); // prettier-ignore
    expect(partitionBlocks([3, 1, 4, 2, 5], 2, 'balanced')).toEqual([[1, 4], [3, 2], [0]]); // prettier-ignore
  });
});

describe('blockCoordinateDescent', () => {
  const { h, b } = random(6, 3);
  const solution = solveLinear(h, b);

  it('solves a quadratic in one step of Newton on all coordinates', async () => {
    const { x } = blockCoordinateDescent(quadratic(h, b), new Float64Array(6), { choose: greedyBlock(6), steps: 1 });
    await expectClose(Array.from(x), Array.from(solution), { rtol: 1e-8 });
  });

  it('never goes up, and comes to the bottom, whatever moves the block', async () => {
    for (const update of [gradientUpdate, newtonUpdate, lineSearchUpdate(), adaptiveUpdate()]) {
      const values: number[] = [];
      const problem = quadratic(h, b);
      const { x } = blockCoordinateDescent(problem, new Float64Array(6), { choose: greedyBlock(3), update, steps: 800, onStep: (at) => values.push(problem.value(at)) }); // prettier-ignore
      values.forEach((value, i) => expect(value).toBeLessThanOrEqual((values[i - 1] ?? Infinity) + 1e-12));
      await expectClose(Array.from(x), Array.from(solution), { rtol: 1e-4, atol: 1e-5 });
    }
  });

  it('halves steps of Newton that go astray', () => {
    const root: BlockProblem = {
      value: ([x]) => Math.sqrt(1 + x! * x!),
      gradient: ([x]) => Float64Array.of(x! / Math.sqrt(1 + x! * x!)),
      hessian: ([x]) => matrixFromRows([[(1 + x! * x!) ** -1.5]]),
      lipschitz: Float64Array.of(1),
    };
    // x - f'/f'' = -x³: beyond 1 it diverges.
    const after = (update: typeof newtonUpdate, steps: number) =>
      Math.abs(blockCoordinateDescent(root, [2], { choose: () => [0], update, steps }).x[0]!);
    expect(after(newtonUpdate, 2)).toBeCloseTo(512, 6);
    expect(after(lineSearchUpdate(), 12)).toBeLessThan(1e-8);
  });

  it('finds what is 0, and ends there', () => {
    const problem: BlockProblem = { ...quadratic(h, b.map((v, i) => v - 2 + i)), nonNegative: true }; // prettier-ignore
    const { x } = blockCoordinateDescent(problem, new Float64Array(6).fill(1), {
      choose: greedyBlock(6),
      update: twoMetricUpdate(),
      steps: 60,
    });
    const slopes = problem.gradient(x);
    // The conditions of Karush, Kuhn and Tucker.
    x.forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(0);
      if (value > 0) expect(Math.abs(slopes[i]!)).toBeLessThan(1e-6);
      else expect(slopes[i]!).toBeGreaterThan(-1e-6);
    });
    expect(x.some((value) => value === 0) && x.some((value) => value > 0)).toBe(true);
  });
});

describe('forests', () => {
  it('solve chains and stars as a dense solver does', async () => {
    const draws = rng(9);
    for (const parent of [(i: number) => i - 1, () => 0, (i: number) => Math.floor(i / 3)]) {
      const n = 9;
      const a = identityMatrix(n, 5);
      for (let i = 1; i < n; i++) a.data[i * n + parent(i)] = a.data[parent(i) * n + i] = draws.normal();
      const b = draws.fillNormal(new Float64Array(n));
      await expectClose(Array.from(treeSolve(a, b)), Array.from(solveLinear(a, b)), { rtol: 1e-10, atol: 1e-10 });
    }
  });

  it('grow without cycles', async () => {
    const { h, b } = random(5, 1);
    // A full matrix lets in two coordinates; one without edges all.
    expect(forestBlock(h, b).length).toBe(2);
    expect(forestBlock(identityMatrix(5), b, 4).length).toBe(4);
    const block = forestBlock(h, b);
    const part = matrixFromRows(block.map((i) => block.map((j) => h.data[5 * i + j]!)));
    await expectClose(Array.from(matMul(part, treeSolve(part, [1, 2]))), [1, 2]);
  });
});
