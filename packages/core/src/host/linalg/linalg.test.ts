import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../errors.js';
import { rng } from '../random/rng.js';
import { cholesky, choleskyLogDet, choleskySolve, solveTriangular } from './cholesky.js';
import { eigh, qr, svd } from './decompositions.js';
import { leastSquares, pinv, solveLinear } from './leastSquares.js';
import { identityMatrix, matMul, matrixFromRows, matrixToRows, transpose, type Matrix } from './matrix.js';
import { expm, kroneckerMultiply, kroneckerProduct, symmetricPower } from './matrixFunctions.js';

const hilbert = (n: number) => matrixFromRows(Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => 1 / (i + j + 1))));
const random = (rows: number, cols: number, seed = 1): Matrix => ({
  rows,
  cols,
  data: rng(seed).fillNormal(new Float64Array(rows * cols)),
});
const gram = (a: Matrix) => matMul(transpose(a), a);

/** The largest difference, relative to the largest number. */
function distance(a: Matrix | Float64Array, b: Matrix | Float64Array): number {
  const [x, y] = [a, b].map((part) => (part instanceof Float64Array ? part : part.data)) as [Float64Array, Float64Array];
  expect(x.length).toBe(y.length);
  let [largest, apart] = [Number.MIN_VALUE, 0];
  x.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(y[i]!));
    apart = Math.max(apart, Math.abs(value - y[i]!));
  });
  return apart / largest;
}

function refusal(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (isSurrogateError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

interface Inputs {
  a: number[][];
  b: number[] | number[][];
  exponent: number;
  factors: number[][][];
  x: number[];
}

type Numbers = number | number[] | number[][];

const vector = (values: unknown) => Float64Array.from(values as number[]);
const shaped = (values: Numbers) =>
  typeof values === 'number' ? Float64Array.of(values) : Array.isArray(values[0]) ? matrixFromRows(values as number[][]) : vector(values);

const computed: Record<string, (inputs: Inputs) => Matrix | Float64Array> = {
  cholesky: ({ a }) => cholesky(matrixFromRows(a)),
  choleskySolve: ({ a, b }) => choleskySolve(cholesky(matrixFromRows(a)), vector(b)),
  choleskyLogDet: ({ a }) => Float64Array.of(choleskyLogDet(cholesky(matrixFromRows(a)))),
  eigh: ({ a }) => eigh(matrixFromRows(a)).values,
  svd: ({ a }) => svd(matrixFromRows(a)).values,
  pinv: ({ a }) => pinv(matrixFromRows(a)),
  solveLinear: ({ a, b }) => solveLinear(matrixFromRows(a), matrixFromRows(b as number[][])),
  expm: ({ a }) => expm(matrixFromRows(a)),
  symmetricPower: ({ a, exponent }) => symmetricPower(matrixFromRows(a), exponent),
  kroneckerMultiply: ({ factors, x }) => kroneckerMultiply(factors.map(matrixFromRows), vector(x)),
  kroneckerProduct: ({ factors }) => kroneckerProduct(matrixFromRows(factors[0]!), matrixFromRows(factors[1]!)),
};

describe('agrees with NumPy and SciPy', () => {
  for (const { name, inputs, value } of hostCases<Inputs, Numbers | { x: number[]; rank: number }>('core/host_linalg'))
    it(name, () => {
      if (typeof value === 'object' && 'rank' in value) {
        const { x, rank } = leastSquares(matrixFromRows(inputs.a), vector(inputs.b));
        expect(rank).toBe(value.rank);
        expect(distance(x, vector(value.x))).toBeLessThan(1e-12);
        return;
      }
      const tolerance = name.endsWith('ill') ? 1e-8 : name.endsWith('hilbert') ? 1e-11 : 1e-12;
      expect(distance(computed[name.split(' ')[0]!]!(inputs), shaped(value))).toBeLessThan(tolerance);
    });
});

describe('cholesky', () => {
  it('factors matrices of odd and even sizes', () => {
    for (const n of [0, 1, 2, 3, 8, 9]) {
      const a = gram(random(n + 3, n));
      const l = cholesky(a);
      expect(distance(matMul(l, transpose(l)), a)).toBeLessThan(1e-14);
      expect(matrixToRows(l).every((row, i) => row.every((entry, j) => j <= i || entry === 0))).toBe(true);
    }
  });

  it('factors the 10 x 10 Hilbert matrix, whose condition is 1.6e13, and refuses the 14 x 14', () => {
    const l = cholesky(hilbert(10));
    expect(distance(matMul(l, transpose(l)), hilbert(10))).toBeLessThan(1e-15);
    expect(refusal(() => cholesky(hilbert(14)))).toMatch(/^range cholesky: a must be positive definite, got pivot/);
    expect(refusal(() => cholesky(hilbert(14), { jitter: 1e-10 }))).toBe('accepted');
  });

  it('refuses what is singular, indefinite, asymmetric, not square or not finite', () => {
    expect(refusal(() => cholesky(matrixFromRows([[1, 1], [1, 1]])))).toMatch(/pivot 0 at row 1/); // prettier-ignore
    expect(refusal(() => cholesky(matrixFromRows([[1, 2], [2, 1]])))).toMatch(/pivot -3 at row 1/); // prettier-ignore
    expect(refusal(() => cholesky(matrixFromRows([[1, 2], [0, 1]])))).toMatch(/must be symmetric/); // prettier-ignore
    expect(refusal(() => cholesky(matrixFromRows([[1, 2]])))).toMatch(/^shape cholesky: a must be square, got 1 x 2/);
    expect(refusal(() => cholesky(matrixFromRows([[NaN]])))).toMatch(/got NaN at \[0, 0\]/);
    expect(refusal(() => cholesky(identityMatrix(2), { jitter: -1 }))).toMatch(/^range cholesky: jitter/);
    expect(refusal(() => cholesky(null as unknown as Matrix))).toMatch(/^dtype cholesky: a must be a matrix/);
  });

  it('solves 500 x 500', () => {
    const a = gram(random(600, 500));
    const b = rng(2).fillNormal(new Float64Array(500));
    expect(distance(matMul(a, choleskySolve(cholesky(a), b)), b)).toBeLessThan(1e-10);
  });
});

describe('solveTriangular', () => {
  it('solves with each triangle, transposed or not, for vectors and matrices', () => {
    const full = random(7, 7, 4);
    for (const upper of [false, true])
      for (const transposed of [false, true]) {
        const t = {
          ...full,
          data: full.data.map((x, at) => ((upper ? at % 7 >= Math.floor(at / 7) : at % 7 <= Math.floor(at / 7)) ? x : 0)),
        };
        const x = random(7, 3, 5);
        const b = matMul(transposed ? transpose(t) : t, x);
        // The other triangle is there, to be left unread.
        expect(distance(solveTriangular(full, b, { upper, transposed }), x)).toBeLessThan(1e-10);
        const column = Float64Array.from({ length: 7 }, (_, i) => b.data[3 * i]!);
        const wanted = Float64Array.from({ length: 7 }, (_, i) => x.data[3 * i]!);
        expect(distance(solveTriangular(full, column, { upper, transposed }), wanted)).toBeLessThan(1e-10);
      }
  });

  it('refuses a 0 on the diagonal and sizes that do not fit', () => {
    expect(refusal(() => solveTriangular(matrixFromRows([[0]]), Float64Array.of(1)))).toMatch(/got one at row 0/);
    expect(refusal(() => solveTriangular(identityMatrix(2), Float64Array.of(1)))).toMatch(
      /^shape solveTriangular: b must have length 2, got 1/,
    );
    expect(refusal(() => solveTriangular(identityMatrix(2), identityMatrix(3)))).toMatch(/^shape solveTriangular: b must have 2 rows/);
  });
});

describe('eigh', () => {
  it('diagonalises, with orthonormal vectors in ascending order, also where values repeat', () => {
    for (const a of [gram(random(5, 30)), identityMatrix(4), hilbert(10), matMul(random(6, 2), transpose(random(6, 2)))]) {
      const { values, vectors } = eigh(a);
      const n = a.rows;
      expect(distance(gram(vectors), identityMatrix(n))).toBeLessThan(1e-13);
      const scaled = { ...vectors, data: vectors.data.map((entry, i) => entry * values[i % n]!) };
      expect(distance(matMul(scaled, transpose(vectors)), a)).toBeLessThan(1e-13);
      expect(Array.from(values)).toEqual(Array.from(values).sort((x, y) => x - y));
    }
  });

  it('takes matrices of any scale', () => {
    const a = gram(random(6, 5));
    const { values } = eigh(a);
    for (const scale of [1e-250, 1e-150, 1e150, 1e250]) {
      const scaled = eigh({ ...a, data: a.data.map((entry) => entry * scale) }).values;
      expect(distance(scaled.map((value) => value / scale), values)).toBeLessThan(1e-13); // prettier-ignore
    }
  });

  it('takes no matrix and a 500 x 500 one', () => {
    expect(eigh(identityMatrix(0)).values.length).toBe(0);
    const a = gram(random(500, 500));
    const { values } = eigh(a);
    let trace = 0;
    for (let i = 0; i < 500; i++) trace += a.data[501 * i]!;
    expect(values.reduce((sum, value) => sum + value, 0) / trace).toBeCloseTo(1, 12);
  });

  it('refuses what is not symmetric or not finite', () => {
    expect(refusal(() => eigh(matrixFromRows([[1, 2], [3, 1]])))).toMatch(/must be symmetric, got 3 at \[1, 0\] and 2 at \[0, 1\]/); // prettier-ignore
    expect(refusal(() => eigh(matrixFromRows([[Infinity]])))).toMatch(/^range eigh: a must hold finite numbers/);
  });
});

describe('svd and qr', () => {
  it('give back the matrix, whatever its shape and rank', () => {
    for (const a of [random(6, 4), random(4, 6), random(5, 5), matMul(random(6, 2), random(2, 4)), hilbert(10), identityMatrix(3, 0)]) {
      const { u, values, v } = svd(a);
      const scaled = { ...u, data: u.data.map((entry, i) => entry * values[i % u.cols]!) };
      expect(distance(matMul(scaled, transpose(v)), a)).toBeLessThan(1e-13);
      expect([u.rows, u.cols, v.rows, v.cols]).toEqual([a.rows, values.length, a.cols, values.length]);
      if (a.rows < a.cols) continue;
      const { q, r } = qr(a);
      expect(distance(matMul(q, r), a)).toBeLessThan(1e-14);
      expect(distance(gram(q), identityMatrix(a.cols))).toBeLessThan(1e-14);
      expect(matrixToRows(r).every((row, i) => row[i]! >= 0 && row.every((entry, j) => j >= i || entry === 0))).toBe(true);
    }
  });

  it('find the rank', () => {
    const { values } = svd(matMul(random(6, 2), random(2, 4)));
    expect(values.filter((value) => value > 1e-12 * values[0]!).length).toBe(2);
    expect(svd(identityMatrix(0)).values.length).toBe(0);
    expect(refusal(() => qr(random(2, 3)))).toMatch(/^shape qr: a must have at least as many rows as columns, got 2 x 3/);
  });
});

describe('solveLinear, expm, symmetricPower', () => {
  it('refuses a singular system', () => {
    expect(refusal(() => solveLinear(matrixFromRows([[1, 2], [2, 4]]), Float64Array.of(1, 2)))).toMatch(/must not be singular/); // prettier-ignore
    expect(refusal(() => solveLinear(identityMatrix(2, 0), identityMatrix(2)))).toMatch(/must not be singular/);
  });

  it('expm of a rotation generator is the rotation, also far round', () => {
    const angle = 500;
    const turned = expm(matrixFromRows([[0, -angle], [angle, 0]])); // prettier-ignore
    expect(Math.abs(turned.data[0]! - Math.cos(angle))).toBeLessThan(1e-11);
    expect(Math.abs(turned.data[2]! - Math.sin(angle))).toBeLessThan(1e-11);
    expect(refusal(() => expm(identityMatrix(1, 1e5)))).toMatch(/^range expm: a must have a largest column sum/);
  });

  it('powers add up; a singular matrix has the power of its range', () => {
    const a = gram(random(8, 5));
    const root = symmetricPower(a, 1 / 3);
    expect(distance(matMul(root, matMul(root, root)), a)).toBeLessThan(1e-12);
    const flat = matMul(random(5, 2), transpose(random(5, 2)));
    expect(distance(symmetricPower(flat, -1, { rcond: 1e-12 }), pinv(flat, { rcond: 1e-12 }))).toBeLessThan(1e-10);
    expect(distance(symmetricPower(identityMatrix(2, 3), -1, { ridge: 1 }), identityMatrix(2, 0.25))).toBeLessThan(1e-15);
    expect(refusal(() => symmetricPower(identityMatrix(2, -1), 0.5))).toMatch(/must be positive semidefinite/);
  });
});

describe('matrix products', () => {
  it('of any sizes agree with the sums that define them', () => {
    for (const [m, k, n] of [
      [3, 5, 4],
      [1, 1, 1],
      [4, 8, 3],
      [2, 0, 2],
    ] as const) {
      // prettier-ignore
      const [a, b] = [random(m, k, 8), random(k, n, 9)];
      const product = matrixToRows(matMul(a, b));
      const [left, right] = [matrixToRows(a), matrixToRows(b)];
      product.forEach((row, i) =>
        row.forEach((entry, j) =>
          expect(entry).toBeCloseTo(
            left[i]!.reduce((sum, x, at) => sum + x * right[at]![j]!, 0),
            12,
          ),
        ),
      );
    }
    expect(refusal(() => matMul(random(2, 3), random(2, 3)))).toMatch(/^shape matMul: b must have 3 rows/);
    expect(refusal(() => matMul(random(2, 3), new Float64Array(2)))).toMatch(/^shape matMul: b must have length 3/);
    expect(refusal(() => matrixFromRows([[1], [1, 2]]))).toMatch(/^shape matrixFromRows: rows/);
    expect(refusal(() => kroneckerMultiply([identityMatrix(2)], new Float64Array(3)))).toMatch(
      /^shape kroneckerMultiply: x must have length 2/,
    );
  });
});
