import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../errors.js';
import { matrixFromRows } from '../linalg/matrix.js';
import { rng } from '../random/rng.js';
import { fft, inverseFft, type ComplexArray } from './fft.js';
import { findRoot } from './findRoot.js';
import { gaussHermite, gaussLegendre, type QuadratureRule } from './gaussRules.js';
import { goldenSection } from './goldenSection.js';
import { integrate } from './integrate.js';
import { monotoneInterpolation } from './interpolation.js';
import { minimizeLbfgs } from './lbfgs.js';
import { linearProgram } from './linearProgram.js';
import { minimizeNelderMead } from './nelderMead.js';

function refusal(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (isSurrogateError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

function expectNear(got: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(got.length).toBe(wanted.length);
  wanted.forEach((value, i) => expect(Math.abs(got[i]! - value), `[${i}]`).toBeLessThanOrEqual(tolerance));
}

interface Inputs {
  n: number;
  re: number[];
  im: number[];
  x: number[];
  y: number[];
  at: number[];
  c: number[];
  atMost: [number[][], number[]] | null;
  equal: [number[][], number[]] | null;
  free: number[];
}

const constraint = (part: [number[][], number[]] | null) =>
  part === null ? undefined : { a: matrixFromRows(part[0]), b: Float64Array.from(part[1]) };

const checks: Record<string, (inputs: Inputs, value: unknown) => void> = {
  gaussLegendre: ({ n }, value) => expectRule(gaussLegendre(n), value as QuadratureRule),
  gaussHermite: ({ n }, value) => expectRule(gaussHermite(n), value as QuadratureRule),
  fft: ({ re, im }, value) => {
    const wanted = value as { re: number[]; im: number[] };
    const got = fft(Float64Array.from(re), Float64Array.from(im));
    expectNear(got.re, wanted.re, 1e-13);
    expectNear(got.im, wanted.im, 1e-13);
    const back = inverseFft(got.re, got.im);
    expectNear(back.re, re, 1e-14);
    expectNear(back.im, im, 1e-14);
  },
  monotoneInterpolation: ({ x, y, at }, value) => expectNear(at.map(monotoneInterpolation(x, y)), value as number[], 1e-13),
  linearProgram: ({ c, atMost, equal, free }, value) => {
    const wanted = value as { status: string; value: number };
    const found = linearProgram(Float64Array.from(c), { atMost: constraint(atMost), equal: constraint(equal), free });
    expect(found.status).toBe(wanted.status);
    if (found.status !== 'optimal') return;
    expect(Math.abs(found.value - wanted.value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(wanted.value)));
    found.x.forEach((coordinate, i) => expect(free.includes(i) || coordinate >= -1e-12).toBe(true));
    const product = (row: number[]) => row.reduce((sum, entry, j) => sum + entry * found.x[j]!, 0);
    atMost?.[0].forEach((row, i) => expect(product(row)).toBeLessThanOrEqual(atMost[1][i]! + 1e-9));
    equal?.[0].forEach((row, i) => expect(Math.abs(product(row) - equal[1][i]!)).toBeLessThanOrEqual(1e-9));
  },
};

function expectRule(got: QuadratureRule, wanted: QuadratureRule): void {
  expectNear(got.nodes, Array.from(wanted.nodes), 1e-13);
  expectNear(got.weights, Array.from(wanted.weights), 1e-14);
}

describe('agrees with NumPy and SciPy', () => {
  for (const { name, inputs, value } of hostCases<Inputs, unknown>('core/host_solvers'))
    it(name, () => checks[name.split(' ')[0]!]!(inputs, value));
});

describe('findRoot', () => {
  const functions: [string, (x: number) => number, number, number, number][] = [
    ['a cubic', (x) => x ** 3 - 2, 0, 2, Math.cbrt(2)],
    ['a cosine', (x) => Math.cos(x) - x, 0, 1, 0.7390851332151607],
    ['a root of order 9', (x) => (x - 1) ** 9, 0, 3, 1],
    ['a step', (x) => (x < 0.3 ? -1 : 1), 0, 1, 0.3],
    ['a steep wall', (x) => Math.exp(500 * (x - 1)) - 1e-3, 0, 3, 1 + Math.log(1e-3) / 500],
    ['a root at an end', (x) => x, 0, 1, 0],
    ['reversed ends', (x) => x - 0.25, 1, 0, 0.25],
    ['a tiny root', (x) => x - 1e-9, -1, 1, 1e-9],
  ];
  it.each(functions)('finds %s in few calls', (_name, f, low, high, root) => {
    let calls = 0;
    const found = findRoot((x) => (calls++, f(x)), low, high);
    expect(Math.abs(found - root)).toBeLessThan(2e-12);
    expect(calls).toBeLessThan(120);
  });

  it('refuses equal signs, NaN and too few calls', () => {
    expect(refusal(() => findRoot((x) => x * x + 1, -1, 1))).toMatch(
      /^range findRoot: f must have different signs at low and high, got 2 at -1 and 2 at 1/,
    );
    expect(refusal(() => findRoot(() => NaN, -1, 1))).toMatch(/^range findRoot: f must not be NaN/);
    expect(refusal(() => findRoot((x) => x ** 3 - 2, 0, 2, { maxCalls: 4 }))).toMatch(
      /^convergence findRoot: f must be settled in 4 calls/,
    );
    expect(refusal(() => findRoot((x) => x, NaN, 1))).toMatch(/^range findRoot: low/);
    expect(refusal(() => findRoot((x) => x, -1, 1, { tolerance: NaN }))).toMatch(/^range findRoot: tolerance/);
  });
});

describe('goldenSection', () => {
  it('finds the bottom of a valley, also at an end, at a kink, at 0', () => {
    expect(goldenSection((x) => (x - 2) ** 2, 0, 5).x).toBeCloseTo(2, 7);
    expect(goldenSection((x) => x, 1, 5).x).toBe(1);
    expect(goldenSection((x) => Math.abs(x - 3), -10, 5).x).toBeCloseTo(3, 6);
    expect(Math.abs(goldenSection((x) => Math.abs(x), -10, 5).x)).toBeLessThan(1e-12);
    expect(refusal(() => goldenSection((x) => x, 1, 1))).toMatch(/^range goldenSection: high must be greater than 1, got 1/);
    expect(refusal(() => goldenSection(() => NaN, 0, 1))).toMatch(/^range goldenSection: f/);
  });
});

describe('integrate', () => {
  const integrals: [string, (x: number) => number, number, number, number][] = [
    ['a polynomial', (x) => x ** 5, 0, 2, 64 / 6],
    ['a normal density', (x) => Math.exp(-x * x), -Infinity, Infinity, Math.sqrt(Math.PI)],
    ['an exponential tail', (x) => Math.exp(-x), 3, Infinity, Math.exp(-3)],
    ['a left tail', (x) => Math.exp(x), -Infinity, 0, 1],
    ['a singular end', (x) => 1 / Math.sqrt(x), 0, 1, 2],
    ['a logarithm', (x) => Math.log(x), 0, 1, -1],
    ['a kink', (x) => Math.abs(x - 0.3), 0, 1, 0.29],
    ['a narrow peak', (x) => 1 / (1e-6 + (x - 0.4) ** 2), 0, 1, 1000 * (Math.atan(600) + Math.atan(400))],
    ['a wave', (x) => Math.cos(100 * x), 0, 1, Math.sin(100) / 100],
  ];
  it.each(integrals)('%s', (_name, f, low, high, wanted) => {
    expect(Math.abs(integrate(f, low, high) / wanted - 1)).toBeLessThan(1e-9);
  });

  it('refuses what diverges, is NaN, or has no interval', () => {
    expect(refusal(() => integrate((x) => 1 / x, 0, 1))).toMatch(/^convergence integrate: f/);
    expect(refusal(() => integrate(() => NaN, 0, 1))).toMatch(/^range integrate: f must not be NaN/);
    expect(refusal(() => integrate((x) => x, 1, 1))).toMatch(/^range integrate: high must be above low = 1, got 1/);
  });
});

describe('Gauss rules', () => {
  it('of many nodes still integrate polynomials and waves exactly', () => {
    const legendre = gaussLegendre(200);
    expect(legendre.nodes.reduce((sum, x, i) => sum + legendre.weights[i]! * Math.cos(50 * x), 0)).toBeCloseTo((2 * Math.sin(50)) / 50, 13);
    const hermite = gaussHermite(300);
    expect(hermite.nodes.reduce((sum, x, i) => sum + hermite.weights[i]! * x ** 10, 0) / 945).toBeCloseTo(1, 11);
    expect(refusal(() => gaussHermite(301))).toMatch(/^range gaussHermite: n must be at most 300/);
    expect(refusal(() => gaussLegendre(0))).toMatch(/^range gaussLegendre: n/);
  });
});

describe('fft', () => {
  it('refuses parts of different lengths and other arrays', () => {
    expect(refusal(() => fft(new Float64Array(3), new Float64Array(2)))).toMatch(/^shape fft: im must have the length 3 of re, got 2/);
    expect(refusal(() => inverseFft([1, 2] as unknown as Float64Array))).toMatch(/^dtype inverseFft: re/);
    expect(fft(new Float64Array(0)).re.length).toBe(0);
  });

  it('keeps energy for long transforms of prime length', () => {
    const x = rng(1).fillNormal(new Float64Array(10_007));
    const energy = ({ re, im }: ComplexArray) => re.reduce((sum, value, i) => sum + value * value + im[i]! * im[i]!, 0);
    expect(energy(fft(x)) / 10_007 / energy({ re: x, im: new Float64Array(10_007) })).toBeCloseTo(1, 12);
  });
});

describe('monotoneInterpolation', () => {
  it('never leaves the range of its neighbours', () => {
    const source = rng(5);
    const x = Array.from({ length: 20 }, (_, i) => i + source.uniform(0, 0.9));
    const y = x.map(() => source.normal());
    const curve = monotoneInterpolation(x, y);
    for (let i = 0; i < 19; i++)
      for (const t of [0.1, 0.4, 0.8]) {
        const value = curve(x[i]! + t * (x[i + 1]! - x[i]!));
        expect(value).toBeGreaterThanOrEqual(Math.min(y[i]!, y[i + 1]!) - 1e-12);
        expect(value).toBeLessThanOrEqual(Math.max(y[i]!, y[i + 1]!) + 1e-12);
      }
    expect([curve(-5), curve(100), curve(NaN)]).toEqual([y[0], y[19], NaN]);
    expect(refusal(() => monotoneInterpolation([0], [1]))).toMatch(/^shape monotoneInterpolation: y/);
    expect(refusal(() => monotoneInterpolation([0, 0], [1, 2]))).toMatch(/^range monotoneInterpolation: x must ascend strictly/);
    expect(refusal(() => monotoneInterpolation([0, 1], [1, NaN]))).toMatch(/^range/);
  });
});

const rosenbrock = (x: Float64Array) => {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [bend, rest] = [x[i + 1]! - x[i]! ** 2, 1 - x[i]!];
    value += 100 * bend ** 2 + rest ** 2;
    gradient[i]! += -400 * x[i]! * bend - 2 * rest;
    gradient[i + 1]! += 200 * bend;
  }
  return { value, gradient };
};

describe('minimizeLbfgs', () => {
  it('walks down the Rosenbrock valley in 2 and in 100 dimensions', () => {
    for (const n of [2, 100]) {
      const found = minimizeLbfgs(rosenbrock, new Float64Array(n).fill(-1.2));
      expect(found.converged).toBe(true);
      found.x.forEach((coordinate) => expect(coordinate).toBeCloseTo(1, 6));
      expect(found.steps).toBeLessThan(n === 2 ? 60 : 900);
    }
  });

  it('minimises an ill-conditioned bowl, and one with walls of NaN', () => {
    const bowl = minimizeLbfgs(
      (x) => ({ value: x.reduce((sum, v, i) => sum + 10 ** (i - 3) * v * v, 0), gradient: x.map((v, i) => 2 * 10 ** (i - 3) * v) }),
      new Float64Array(7).fill(1),
    );
    expect(bowl.value).toBeLessThan(1e-12);
    const barrier = minimizeLbfgs(([x]) => ({ value: x! - Math.log(x!), gradient: Float64Array.of(1 - 1 / x!) }), Float64Array.of(20));
    expect(barrier.x[0]).toBeCloseTo(1, 6);
  });

  it('says when the steps ran out, and when it starts at the minimum', () => {
    expect(minimizeLbfgs(rosenbrock, Float64Array.of(-1.2, 1), { maxSteps: 3 })).toMatchObject({ converged: false, steps: 3 });
    expect(minimizeLbfgs(rosenbrock, Float64Array.of(1, 1))).toMatchObject({ converged: true, steps: 0, value: 0 });
    expect(refusal(() => minimizeLbfgs(() => ({ value: NaN, gradient: new Float64Array(1) }), new Float64Array(1)))).toMatch(
      /^range minimizeLbfgs: f/,
    );
    expect(refusal(() => minimizeLbfgs(() => ({ value: 1, gradient: new Float64Array(3) }), new Float64Array(1)))).toMatch(
      /^shape minimizeLbfgs: f/,
    );
    expect(refusal(() => minimizeLbfgs(rosenbrock, new Float64Array(2), { memory: 0 }))).toMatch(/^range minimizeLbfgs: memory/);
  });
});

describe('minimizeNelderMead', () => {
  it('finds minima without gradients, also of what is not smooth or not finite everywhere', () => {
    const valley = minimizeNelderMead((x) => rosenbrock(x).value, Float64Array.of(-1.2, 1));
    expect(valley.converged).toBe(true);
    expectNear(valley.x, [1, 1], 1e-6);
    expectNear(minimizeNelderMead(([x, y]) => Math.abs(x! - 1) + Math.abs(y! + 2), Float64Array.of(0, 0)).x, [1, -2], 1e-6);
    expectNear(minimizeNelderMead(([x]) => x! - Math.log(x!), Float64Array.of(20), { initialStep: 0.5 }).x, [1], 1e-6);
    const bowl = minimizeNelderMead((x) => x.reduce((sum, v, i) => sum + (v - i) ** 2, 0), new Float64Array(6));
    expectNear(bowl.x, [0, 1, 2, 3, 4, 5], 1e-5);
  });

  it('refuses no coordinate and a function that is nowhere finite', () => {
    expect(refusal(() => minimizeNelderMead(() => 1, new Float64Array(0)))).toMatch(/^shape minimizeNelderMead: x0/);
    expect(refusal(() => minimizeNelderMead(() => NaN, new Float64Array(2)))).toMatch(/^range minimizeNelderMead: f/);
    expect(minimizeNelderMead((x) => rosenbrock(x).value, Float64Array.of(-1.2, 1), { maxCalls: 20 }).converged).toBe(false);
  });
});

describe('linearProgram', () => {
  it('refuses sizes that do not fit', () => {
    const atMost = { a: matrixFromRows([[1, 2]]), b: Float64Array.of(1) };
    expect(refusal(() => linearProgram(Float64Array.of(1), { atMost }))).toMatch(
      /^shape linearProgram: atMost.a must have 1 columns, got 2/,
    );
    expect(refusal(() => linearProgram(Float64Array.of(1, NaN), { atMost }))).toMatch(/^range linearProgram: c/);
    expect(refusal(() => linearProgram(Float64Array.of(1, 1), { atMost, free: [2] }))).toMatch(/^range linearProgram: free/);
  });
});
