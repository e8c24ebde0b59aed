import { rng } from '@surrogate/core';
import { identityMatrix, matMul, matrixFromRows, solveLinear, transpose } from '@surrogate/core/host';
import { expectClose } from '@surrogate/testing';
import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import { adaSketchNewton, type AdaSketchStep } from './adaSketchNewton.js';
import { augmentedLagrangian } from './augmentedLagrangian.js';
import type { EqualityProblem } from './problem.js';
import { gaussianSketch, kaczmarzSketch, sketchedSolve } from './sketches.js';

const circle: EqualityProblem = {
  at: ([x, y]) => ({ value: x! + y!, gradient: Float64Array.of(1, 1) }),
  constraints: ([x, y]) => Float64Array.of(x! * x! + y! * y! - 2),
  jacobian: ([x, y]) => matrixFromRows([[2 * x!, 2 * y!]]),
  lagrangianHessian: (_x, [lambda]) => identityMatrix(2, 2 * lambda!),
};

interface Case {
  readonly rows: number[][];
  readonly plane: number[];
  readonly start: number[];
}

/** A log-sum-exp with a little ridge, on a plane and a sphere. */
function sphere({ rows, plane }: Case): EqualityProblem {
  const a = matrixFromRows(rows);
  const n = plane.length;
  const known = (x: Float64Array) => {
    const parts = matMul(a, x).map(Math.exp);
    const total = parts.reduce((p, q) => p + q, 0);
    return { total, probs: parts.map((p) => p / total), square: x.reduce((sum, v) => sum + v * v, 0) };
  };
  return {
    at(x) {
      const { total, probs, square } = known(x);
      return { value: Math.log(total) + 0.05 * square, gradient: matMul(transpose(a), probs).map((v, j) => v + 0.1 * x[j]!) };
    },
    constraints: (x) => Float64Array.of(plane.reduce((sum, v, j) => sum + v * x[j]!, -0.3), known(x).square - 1), // prettier-ignore
    jacobian: (x) => matrixFromRows([plane, x.map((v) => 2 * v)]),
    lagrangianHessian(x, [, lambda]) {
      const { probs } = known(x);
      const pull = matMul(transpose(a), probs);
      const gram = matMul(transpose(a), { ...a, data: a.data.map((v, i) => v * probs[Math.floor(i / n)]!) });
      const entry = (v: number, i: number) => v - pull[Math.floor(i / n)]! * pull[i % n]! + (i % (n + 1) === 0 ? 0.1 + 2 * lambda! : 0);
      return { ...gram, data: gram.data.map(entry) };
    },
  };
}

describe('sketchedSolve', () => {
  const a = matrixFromRows([[3, 1, 0], [1, 2, 0.5], [0, 0.5, 1.5]]); // prettier-ignore
  const b = Float64Array.of(1, -2, 0.5);
  const exact = solveLinear(a, b);

  it.each([
    ['normal combinations', gaussianSketch],
    ['rows', kaczmarzSketch],
  ])('never leads away from the solution, and gets there: %s', async (_name, make) => {
    const sketch = make(rng(3));
    let x: Float64Array = new Float64Array(3);
    let before = Infinity;
    for (let i = 0; i < 20; i++) {
      ({ x } = sketchedSolve(a, b, { sketch, start: x, tolerance: 1e-12, maxSketches: 1 }));
      const distance = Math.hypot(...x.map((v, j) => v - exact[j]!));
      expect(distance).toBeLessThanOrEqual(before + 1e-12);
      before = distance;
    }
    const solved = sketchedSolve(a, b, { sketch, tolerance: 1e-10 });
    expect(solved.converged).toBe(true);
    await expectClose(Array.from(solved.x), Array.from(exact), { rtol: 1e-8, atol: 1e-8 });
  });
});

describe('adaSketchNewton', () => {
  it('takes the steps of the worked example, quadratically at the end', async () => {
    const steps: AdaSketchStep[] = [];
    const found = adaSketchNewton(circle, [-0.5, -1.5], { tolerance: 1e-13, onStep: (step) => steps.push(step) });
    expect(steps[0]!.merit).toBeCloseTo(-1.775, 10);
    await expectClose(steps.slice(0, 7).map(({ residual }) => residual), [1.5, 1.47, 1.44, 0.231, 0.0394, 6.58e-4, 1.06e-7], { rtol: 5e-3 }); // prettier-ignore
    expect(steps.at(-1)!.prices).toEqual([1, 0.1]);
    expect(found.sketches).toBe(0);
    await expectClose([...found.x, ...found.multipliers], [-1, -1, 0.5]);
  });

  it('finds the same by sketches', async () => {
    for (const sketch of [gaussianSketch(rng(1)), kaczmarzSketch(rng(1))]) {
      const found = adaSketchNewton(circle, [-0.5, -1.5], { tolerance: 1e-7, sketch, relativeAccuracy: 1e-3 });
      expect(found.converged).toBe(true);
      expect(found.sketches).toBeGreaterThan(10);
      await expectClose([...found.x, ...found.multipliers], [-1, -1, 0.5]);
    }
  });

  it('moves its prices until a poor direction descends', () => {
    const steps: AdaSketchStep[] = [];
    const options = { constants: { slopePrice: 10 }, tolerance: 1e-6, onStep: (step: AdaSketchStep) => steps.push(step) };
    expect(adaSketchNewton(circle, [-0.5, -1.5], options).converged).toBe(true);
    expect(steps.at(-1)!.prices[0]).toBeGreaterThan(1);
    expect(steps.at(-1)!.prices[1]).toBeLessThan(10);
  });

  it.each(hostCases<Case, { x: number[]; multipliers: number[]; value: number }>('optim/equality'))(
    'ends where SciPy does, as the method of multipliers does: $name',
    async ({ inputs, value }) => {
      const problem = sphere(inputs);
      const newton = adaSketchNewton(problem, inputs.start, { tolerance: 1e-9 });
      const multipliers = augmentedLagrangian(problem, inputs.start, { tolerance: 1e-7 });
      for (const found of [newton, multipliers]) {
        expect(found.converged).toBe(true);
        await expectClose([...found.x, ...found.multipliers, found.value], [...value.x, ...value.multipliers, value.value], { rtol: 1e-5 });
      }
      expect(newton.steps).toBeLessThan(12);
    },
  );
});
