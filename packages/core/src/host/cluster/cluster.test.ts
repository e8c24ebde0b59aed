import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../errors.js';
import { matrixFromRows, matrixToRows, type Matrix } from '../linalg/matrix.js';
import { rng } from '../random/rng.js';
import { adjustedRandIndex, clusteringAccuracy, normalizedMutualInformation } from './agreement.js';
import { assign } from './assign.js';
import { gaussianMixture } from './gaussianMixture.js';
import { kMeans } from './kMeans.js';
import { nearestNeighbors, neighborGraph } from './neighbors.js';

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
  costs: number[][];
  a: number[];
  b: number[];
  points: number[][];
  k: number;
  covariance: 'full';
}

/** The cost of a matching in which no column serves two rows. */
function costOf(costs: number[][]): number {
  const columns = Array.from(assign(matrixFromRows(costs)));
  const used = columns.filter((column) => column >= 0);
  expect(new Set(used).size).toBe(Math.min(costs.length, costs[0]!.length));
  return columns.reduce((sum, column, row) => (column < 0 ? sum : sum + costs[row]![column]!), 0);
}

const checks: Record<string, (inputs: Inputs, value: never) => void> = {
  assign: ({ costs }, value: number) => expect(costOf(costs)).toBeCloseTo(value, 12),
  adjustedRandIndex: ({ a, b }, value: number) => expect(adjustedRandIndex(a, b)).toBeCloseTo(value, 13),
  normalizedMutualInformation: ({ a, b }, value: number) => expect(normalizedMutualInformation(a, b)).toBeCloseTo(value, 13),
  kMeans: ({ points, k }, value: number) => expect(kMeans(matrixFromRows(points), k, rng(1)).inertia).toBeCloseTo(value, 9),
  gaussianMixture: ({ points, k, covariance }, value: { logLikelihood: number; weights: number[]; means: number[][] }) => {
    const found = gaussianMixture(matrixFromRows(points), k, rng(1), { covariance, tolerance: 1e-12, maxSteps: 1000 });
    expect(found.converged).toBe(true);
    expect(found.logLikelihood).toBeCloseTo(value.logLikelihood, 5);
    const means = matrixToRows(found.means);
    const order = means.map((_, i) => i).sort((i, j) => means[i]![0]! + 10 * means[i]![1]! - means[j]![0]! - 10 * means[j]![1]!);
    order.forEach((i, place) => {
      expect(found.weights[i]).toBeCloseTo(value.weights[place]!, 3);
      means[i]!.forEach((coordinate, j) => expect(coordinate).toBeCloseTo(value.means[place]![j]!, 3));
    });
  },
  nearestNeighbors: ({ points, k }, value: { indices: number[][]; distances: number[][] }) => {
    const { indices, distances } = nearestNeighbors(matrixFromRows(points), k);
    expect(Array.from(indices)).toEqual(value.indices.flat());
    value.distances.flat().forEach((distance, i) => expect(distances.data[i]).toBeCloseTo(distance, 13));
  },
};

describe('agrees with scikit-learn and SciPy', () => {
  for (const { name, inputs, value } of hostCases<Inputs, never>('core/host_cluster'))
    it(name, () => checks[name.split(' ')[0]!]!(inputs, value));
});

describe('kMeans', () => {
  it('gives each of k distinct points its own cluster, and survives equal points', () => {
    expect(kMeans(matrixFromRows([[0], [1], [5]]), 3, rng(0)).inertia).toBe(0);
    const equal = kMeans(matrixFromRows([[1], [1], [1]]), 2, rng(0));
    expect(equal.inertia).toBe(0);
    expect(equal.centers.data).toEqual(Float64Array.of(1, 1));
  });

  it('labels each point with the nearest centre, whatever the start', () => {
    const points: Matrix = { rows: 200, cols: 3, data: rng(4).fillNormal(new Float64Array(600)) };
    const { centers, labels, inertia } = kMeans(points, 5, rng(1), { restarts: 1 });
    const [rows, places] = [matrixToRows(points), matrixToRows(centers)];
    let sum = 0;
    rows.forEach((row, i) => {
      const squares = places.map((place) => place.reduce((total, c, j) => total + (c - row[j]!) ** 2, 0));
      expect(squares[labels[i]!]).toBe(Math.min(...squares));
      sum += Math.min(...squares);
    });
    expect(inertia).toBeCloseTo(sum, 9);
  });

  it('refuses bad numbers of clusters, and what is not finite', () => {
    expect(refusal(() => kMeans(matrixFromRows([[1]]), 2, rng(0)))).toMatch(/^range kMeans: k must be at most the 1 points, got 2/);
    expect(refusal(() => kMeans(matrixFromRows([[1]]), 0, rng(0)))).toMatch(/^range kMeans: k/);
    expect(refusal(() => kMeans(matrixFromRows([[NaN]]), 1, rng(0)))).toMatch(/^range kMeans: points/);
    expect(refusal(() => kMeans(matrixFromRows([[1]]), 1, 3 as never))).toMatch(/^dtype kMeans: rng/);
    expect(refusal(() => kMeans(matrixFromRows([[1]]), 1, rng(0), { restarts: 0 }))).toMatch(/^range kMeans: restarts/);
  });
});

describe('gaussianMixture', () => {
  it('never lowers the likelihood, and keeps equal points apart from a collapse', () => {
    const points: Matrix = { rows: 60, cols: 2, data: rng(4).fillNormal(new Float64Array(120)) };
    let before = -Infinity;
    for (const maxSteps of [1, 2, 4, 8, 16]) {
      const { logLikelihood } = gaussianMixture(points, 3, rng(2), { maxSteps, tolerance: 1e-15 });
      expect(logLikelihood).toBeGreaterThanOrEqual(before - 1e-9);
      before = logLikelihood;
    }
    const equal = gaussianMixture(matrixFromRows([[1], [1], [1], [2]]), 3, rng(0));
    expect(Number.isFinite(equal.logLikelihood)).toBe(true);
    expect(equal.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it('refuses bad options', () => {
    const points = matrixFromRows([[1], [2]]);
    expect(refusal(() => gaussianMixture(points, 3, rng(0)))).toMatch(/^range gaussianMixture: k/);
    expect(refusal(() => gaussianMixture(points, 1, rng(0), { ridge: 0 }))).toMatch(/^range gaussianMixture: ridge/);
    expect(refusal(() => gaussianMixture(points, 1, rng(0), { covariance: 'tied' as never }))).toMatch(
      /^range gaussianMixture: covariance/,
    );
  });
});

describe('agreement', () => {
  it('does not care what labels are called', () => {
    const a = [0, 0, 1, 2, 2, 2];
    const renamed = a.map((label) => [7, -3, 0.5][label]!);
    expect(adjustedRandIndex(a, renamed)).toBe(1);
    expect(normalizedMutualInformation(a, renamed)).toBeCloseTo(1, 13);
    expect(clusteringAccuracy(a, renamed)).toBe(1);
  });

  it('is defined for nothing, and refuses different lengths and NaN', () => {
    expect([adjustedRandIndex([], []), normalizedMutualInformation([], []), clusteringAccuracy([], [])]).toEqual([1, 1, 1]);
    expect(clusteringAccuracy([0, 0, 0, 1], [0, 1, 2, 2])).toBe(0.5);
    expect(refusal(() => adjustedRandIndex([1], [1, 2]))).toMatch(/^shape adjustedRandIndex: b must have the length 1 of a, got 2/);
    expect(refusal(() => clusteringAccuracy([NaN], [1]))).toMatch(/^range clusteringAccuracy: labels must hold labels, got NaN at \[0\]/);
  });
});

describe('assign', () => {
  it('beats or equals every permutation', () => {
    const source = rng(3);
    const costs = Array.from({ length: 5 }, () => Array.from({ length: 5 }, () => source.normal()));
    const least = costOf(costs);
    for (let trial = 0; trial < 500; trial++) {
      const order = source.permutation(5);
      expect(least).toBeLessThanOrEqual(costs.reduce((sum, row, i) => sum + row[order[i]!]!, 0) + 1e-12);
    }
    expect(refusal(() => assign(matrixFromRows([[Infinity]])))).toMatch(/^range assign: costs/);
  });

  it('matches 300 x 300', () => {
    const costs: Matrix = { rows: 300, cols: 300, data: rng(1).fillUniform(new Float64Array(90_000)) };
    expect(new Set(assign(costs)).size).toBe(300);
  });
});

describe('neighborGraph', () => {
  it('joins neighbours of one side, or of both', () => {
    const points = matrixFromRows([[0], [1], [5]]);
    expect(matrixToRows(neighborGraph(points, 1, { mutual: true }))).toEqual([[0, 1, 0], [1, 0, 0], [0, 0, 0]]); // prettier-ignore
    expect(refusal(() => neighborGraph(points, 3))).toMatch(/^range neighborGraph: k must be less than the 3 points, got 3/);
    expect(refusal(() => neighborGraph(points, 1, { mutual: 1 as never }))).toMatch(/^dtype neighborGraph: mutual/);
    expect(refusal(() => nearestNeighbors(points, 0))).toMatch(/^range nearestNeighbors: k/);
  });
});
