import { expectClose } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { bilevelDescent, type BilevelProblem } from './bilevel.js';
import { proximalLagrangianValue } from './valueFunction.js';

/** The toy of n numbers x and n + n numbers y, under one equation; solved at x = -0.3, y = (0.7, -0.4). */
function toy(n: number): BilevelProblem {
  const root = Math.sqrt(3 * n);
  const sums = (x: Float64Array, y: Float64Array) => (x.reduce((a, b) => a + b, 0) + y.reduce((a, b) => a + b, 0)) / root;
  return {
    equality: true,
    upper: (x, y) => ({
      value: x.reduce((sum, v, i) => sum + ((v - y[n + i]!) ** 2 + (y[i]! - 1) ** 2) / 2, 0),
      dx: x.map((v, i) => v - y[n + i]!),
      dy: y.map((v, i) => (i < n ? v - 1 : v - x[i - n]!)),
    }),
    lower: (x, y) => ({
      value: x.reduce((sum, v, i) => sum + y[i]! ** 2 / 2 - v * y[i]! + y[n + i]!, 0),
      dx: x.map((_, i) => -y[i]!),
      dy: y.map((v, i) => (i < n ? v - x[i]! : 1)),
    }),
    constraint: (x, y) => ({
      value: Float64Array.of(sums(x, y)),
      dx: ([m]) => new Float64Array(n).fill(m! / root),
      dy: ([m]) => new Float64Array(2 * n).fill(m! / root),
    }),
    project: (x, y) => {
      const excess = sums(x, y) / root;
      return [x.map((v) => v - excess), y.map((v) => v - excess)];
    },
  };
}

describe('bilevelDescent', () => {
  it('comes to the solution of the toy, with its multiplier', async () => {
    const n = 4;
    const start = { x: new Float64Array(n).fill(-20), y: new Float64Array(2 * n).fill(10), lambda: [1], z: [-1] };
    const { x, y, lambda } = bilevelDescent(toy(n), start, { steps: 20000 });
    await expectClose([x[0]!, y[0]!, y[n]!], [-0.3048, 0.7072, -0.4024], { atol: 1e-3 });
    await expectClose(lambda[0]!, -Math.sqrt(3 * n), { rtol: 0.02 });
    expect(x.every((value) => Math.abs(value - x[0]!) < 1e-9)).toBe(true);
  });

  it('keeps to inequalities', () => {
    // Lower level: y = x, at most 0.2; upper level pulls both to 1.
    const { x, y } = bilevelDescent(
      {
        upper: ([x], [y]) => ({
          value: (x! - 1) ** 2 + (y! - 1) ** 2,
          dx: Float64Array.of(2 * (x! - 1)),
          dy: Float64Array.of(2 * (y! - 1)),
        }),
        lower: ([x], [y]) => ({ value: (y! - x!) ** 2 / 2, dx: Float64Array.of(x! - y!), dy: Float64Array.of(y! - x!) }),
        constraint: (_x, [y]) => ({ value: Float64Array.of(y! - 0.2), dx: () => Float64Array.of(0), dy: (m) => m }),
        project: (x, [y]) => [x, Float64Array.of(Math.min(y!, 0.2))],
      },
      { x: [0], y: [0] },
      { steps: 20000 },
    );
    expect(y[0]).toBeCloseTo(0.2, 5);
    expect(Math.abs(x[0]! - 1)).toBeLessThan(0.05);
  });
});

describe('proximalLagrangianValue', () => {
  const n = 2;
  const y = [...Array<number>(n).fill(0.7), ...Array<number>(n).fill(-0.4)];
  const solved = { x: Array<number>(n).fill(-0.3), y, z: [-Math.sqrt(3 * n)] };
  const lowerOf = ({ x, y }: typeof solved) => toy(n).lower(Float64Array.from(x), Float64Array.from(y)).value;

  it('is the lower value where it is solved, and below it elsewhere among what is allowed', async () => {
    const found = proximalLagrangianValue(toy(n), solved);
    await expectClose(found.value, lowerOf(solved), { rtol: 1e-9 });
    await expectClose(found.theta, y, { rtol: 1e-6 });
    await expectClose(found.lambda, solved.z, { rtol: 1e-6 });
    // The sum over x and y stays.
    const moved = { ...solved, y: y.map((v, i) => v + (i % 2 === 0 ? 0.5 : -0.5)) };
    expect(proximalLagrangianValue(toy(n), moved).value).toBeLessThan(lowerOf(moved) - 0.01);
  });

  it('has the gradient that differences have', async () => {
    const at = { x: [0.4, -1], y: [1, 0.2, -0.5, 0.3], z: [0.7] };
    const { dx, dy, dz } = proximalLagrangianValue(toy(n), at, { proximal: [2, 0.5] });
    const along = (part: 'x' | 'y' | 'z', i: number) => {
      const valueAt = (h: number) =>
        proximalLagrangianValue(toy(n), { ...at, [part]: at[part].map((v, k) => (k === i ? v + h : v)) }, { proximal: [2, 0.5] }).value;
      return (valueAt(1e-4) - valueAt(-1e-4)) / 2e-4;
    };
    await expectClose([...dx, ...dy, ...dz], [...at.x.map((_, i) => along('x', i)), ...at.y.map((_, i) => along('y', i)), along('z', 0)], {
      rtol: 1e-6,
      atol: 1e-7,
    });
  });

  it('keeps θ to its set and multipliers of inequalities at 0 or above', () => {
    const problem = {
      lower: ([x]: Float64Array, [y]: Float64Array) => ({
        value: (y! - x!) ** 2 / 2,
        dx: Float64Array.of(x! - y!),
        dy: Float64Array.of(y! - x!),
      }),
      constraint: (_x: Float64Array, [y]: Float64Array) => ({
        value: Float64Array.of(y! - 5),
        dx: () => Float64Array.of(0),
        dy: (m: Float64Array) => m,
      }),
      projectLower: (y: Float64Array) => y.map((v) => Math.min(v, 0.5)),
    };
    const { theta, lambda, value } = proximalLagrangianValue(problem, { x: [1], y: [0.5] });
    expect([theta[0], lambda[0], value]).toEqual([0.5, 0, 0.125]);
  });
});
