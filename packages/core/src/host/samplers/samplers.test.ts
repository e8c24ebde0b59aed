import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../errors.js';
import { cholesky } from '../linalg/cholesky.js';
import { matMul, matrixFromRows, transpose } from '../linalg/matrix.js';
import { rng, type Rng } from '../random/rng.js';
import { lgamma } from '../special/gamma.js';
import { gammaP, gammaQ } from '../special/incompleteGamma.js';
import { normalCdf } from '../special/normal.js';
import { betaI, chiSquareQuantile, studentTCdf } from '../special/quantiles.js';
import { aliasTable, sampleAlias } from './aliasTable.js';
import { sampleExponential, sampleLaplace, sampleStudentT } from './continuous.js';
import { sampleGeometric, samplePoisson, sampleRademacher } from './discrete.js';
import { sampleBeta, sampleChiSquare, sampleDirichlet, sampleGamma, sampleInverseGamma } from './gamma.js';
import { sampleMultivariateNormal, sampleSphere } from './vectors.js';

const count = 20_000;
/** Kolmogorov and Smirnov's distance that a right sampler exceeds once in 1000 seeds. */
const critical = 1.95 / Math.sqrt(count);

function distance(draw: (source: Rng) => number, cdf: (x: number) => number, seed = 1): number {
  const source = rng(seed);
  const sorted = Float64Array.from({ length: count }, () => draw(source)).sort();
  return sorted.reduce((most, x, i) => Math.max(most, Math.abs(cdf(x) - i / count), Math.abs(cdf(x) - (i + 1) / count)), 0);
}

/** Pearson's statistic over the classes, those of expected count below 10 taken together, and what a right sampler exceeds once in 1000 seeds. */
function misfit(draw: (source: Rng) => number, probability: (k: number) => number, from = 0): { statistic: number; critical: number } {
  const source = rng(2);
  const counts = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    const k = draw(source);
    counts.set(k, (counts.get(k) ?? 0) + 1);
  }
  let [statistic, classes, rest, restSeen] = [0, 0, 1, count];
  for (let k = from; k < from + 2000; k++) {
    const p = probability(k);
    if (p * count < 10) continue;
    const seen = counts.get(k) ?? 0;
    statistic += (seen - p * count) ** 2 / (p * count);
    classes++;
    rest -= p;
    restSeen -= seen;
  }
  if (rest * count >= 1) statistic += (restSeen - rest * count) ** 2 / (rest * count);
  return { statistic, critical: chiSquareQuantile(0.999, Math.max(1, classes - (rest * count >= 1 ? 0 : 1))) };
}

const continuous: [string, (source: Rng) => number, (x: number) => number][] = [
  ...[0.05, 0.5, 1, 2.5, 40, 1e6].map((shape): [string, (s: Rng) => number, (x: number) => number] => [
    `sampleGamma of shape ${shape}`,
    (s) => sampleGamma(s, shape, 2),
    (x) => gammaP(shape, x / 2),
  ]),
  ['sampleInverseGamma', (s) => sampleInverseGamma(s, 3, 2), (x) => gammaQ(3, 2 / x)],
  ['sampleChiSquare', (s) => sampleChiSquare(s, 3), (x) => gammaP(1.5, x / 2)],
  ['sampleBeta', (s) => sampleBeta(s, 2, 5), (x) => betaI(x, 2, 5)],
  ['sampleBeta near its corners', (s) => sampleBeta(s, 0.1, 0.2), (x) => betaI(x, 0.1, 0.2)],
  ['sampleDirichlet, one share', (s) => sampleDirichlet(s, [1, 2, 3])[1]!, (x) => betaI(x, 2, 4)],
  ['sampleExponential', (s) => sampleExponential(s, 4), (x) => -Math.expm1(-4 * x)],
  ['sampleLaplace', (s) => sampleLaplace(s, 1, 2), (x) => (x < 1 ? 0.5 * Math.exp((x - 1) / 2) : 1 - 0.5 * Math.exp((1 - x) / 2))],
  ['sampleStudentT', (s) => sampleStudentT(s, 4), (x) => studentTCdf(x, 4)],
  ['sampleStudentT of 1 degree, the Cauchy distribution', (s) => sampleStudentT(s, 1), (x) => 0.5 + Math.atan(x) / Math.PI],
  ['sampleSphere, one coordinate', (s) => sampleSphere(s, 3)[1]!, (x) => (x + 1) / 2],
  ['Rng.normal', (s) => s.normal(), normalCdf],
  ['Rng.gumbel', (s) => s.gumbel(), (x) => Math.exp(-Math.exp(-x))],
  ['Rng.uniform', (s) => s.uniform(), (x) => x],
];

describe('draws are distributed as they should be', () => {
  it.each(continuous)('%s', (_name, draw, cdf) => expect(distance(draw, cdf)).toBeLessThan(critical));

  it('and the test would notice if they were not', () => {
    expect(distance((s) => sampleGamma(s, 2), (x) => gammaP(2.06, x))).toBeGreaterThan(critical); // prettier-ignore
    expect(distance((s) => s.normal() * 1.08, normalCdf)).toBeGreaterThan(critical);
    const wrong = misfit((s) => samplePoisson(s, 20), poisson(20.2));
    expect(wrong.statistic).toBeGreaterThan(wrong.critical);
  });
});

function poisson(mean: number) {
  return (k: number) => Math.exp(k * Math.log(mean) - mean - lgamma(k + 1));
}

describe('counts are distributed as they should be', () => {
  const discrete: [string, (source: Rng) => number, (k: number) => number, number][] = [
    ...[0.3, 4.5, 10, 20, 300].map((mean): [string, (s: Rng) => number, (k: number) => number, number] => [
      `samplePoisson of mean ${mean}`,
      (s) => samplePoisson(s, mean),
      poisson(mean),
      0,
    ]),
    ['sampleGeometric', (s) => sampleGeometric(s, 0.2), (k) => 0.2 * 0.8 ** (k - 1), 1],
    ['sampleGeometric near 1', (s) => sampleGeometric(s, 0.99), (k) => 0.99 * 0.01 ** (k - 1), 1],
    ['sampleRademacher', (s) => sampleRademacher(s), (k) => (Math.abs(k) === 1 ? 0.5 : 0), -1],
    ['sampleAlias', (s) => sampleAlias(s, table), (k) => [0.05, 0, 0.2, 0.25, 0.5][k] ?? 0, 0],
  ];
  const table = aliasTable([1, 0, 4, 5, 10]);

  it.each(discrete)('%s', (_name, draw, probability, from) => {
    const { statistic, critical: bound } = misfit(draw, probability, from);
    expect(statistic).toBeLessThan(bound);
  });
});

describe('at the edges', () => {
  it('samplers give what their limits say', () => {
    expect(samplePoisson(rng(0), 0)).toBe(0);
    expect(sampleGeometric(rng(0), 1)).toBe(1);
    expect(Math.abs(samplePoisson(rng(0), 1e12) / 1e12 - 1)).toBeLessThan(1e-5);
    expect(sampleGamma(rng(0), 1e-5)).toBe(0);
    expect(sampleDirichlet(rng(0), [1e-6, 1e-6]).reduce((sum, p) => sum + p)).toBe(1);
    expect([0, 1]).toContain(sampleBeta(rng(0), 1e-6, 1e-6));
    expect(Math.abs(sampleSphere(rng(0), 1)[0]!)).toBe(1);
  });

  it('a class of weight 0 is never drawn, whatever the scale of the others', () => {
    for (const weights of [
      [0, 1e-300, 0],
      [0, 1e300, 1e300],
      [1, 0, 1 / 3, 0, 1 / 7, 0],
    ]) {
      // prettier-ignore
      const { keep, alias } = aliasTable(weights);
      weights.forEach((weight, i) => {
        if (weight === 0) expect([keep[i], weights[alias[i]!]! > 0]).toEqual([0, true]);
      });
    }
  });

  it('a multivariate normal has its mean and covariance', () => {
    const covariance = matrixFromRows([[2, 1, 0], [1, 3, -1], [0, -1, 1]]); // prettier-ignore
    const [source, factor, mean] = [rng(3), cholesky(covariance), Float64Array.of(1, -2, 3)];
    const data = new Float64Array(3 * count);
    for (let i = 0; i < count; i++) data.set(sampleMultivariateNormal(source, mean, factor).map((x, j) => x - mean[j]!), 3 * i); // prettier-ignore
    const rows = { rows: count, cols: 3, data };
    const found = matMul(transpose(rows), rows);
    found.data.forEach((sum, i) => expect(Math.abs(sum / count - covariance.data[i]!)).toBeLessThan(0.12));
    for (let j = 0; j < 3; j++)
      expect(Math.abs(data.filter((_, i) => i % 3 === j).reduce((sum, x) => sum + x, 0) / count)).toBeLessThan(0.05);
  });

  const bad: [RegExp, () => unknown][] = [
    [/^range sampleGamma: shape must be greater than 0, got 0/, () => sampleGamma(rng(0), 0)],
    [/^range sampleGamma: scale/, () => sampleGamma(rng(0), 1, NaN)],
    [/^dtype sampleGamma: rng must be a generator/, () => sampleGamma(3 as unknown as Rng, 1)],
    [/^range sampleInverseGamma: shape/, () => sampleInverseGamma(rng(0), -1)],
    [/^range sampleChiSquare: df/, () => sampleChiSquare(rng(0), 0)],
    [/^range sampleBeta: b/, () => sampleBeta(rng(0), 1, Infinity)],
    [/^range sampleDirichlet: concentration\[1\]/, () => sampleDirichlet(rng(0), [1, 0])],
    [/^shape sampleDirichlet: concentration/, () => sampleDirichlet(rng(0), [])],
    [/^range sampleExponential: rate/, () => sampleExponential(rng(0), 0)],
    [/^range sampleLaplace: scale/, () => sampleLaplace(rng(0), 0, 0)],
    [/^range sampleStudentT: df/, () => sampleStudentT(rng(0), NaN)],
    [/^range samplePoisson: mean/, () => samplePoisson(rng(0), -1)],
    [/^range sampleGeometric: prob/, () => sampleGeometric(rng(0), 0)],
    [/^range sampleGeometric: prob must be at most 1/, () => sampleGeometric(rng(0), 1.5)],
    [/^dtype sampleRademacher: rng/, () => sampleRademacher(null as unknown as Rng)],
    [/^range aliasTable: weights must be finite and at least 0, got -1 at \[1\]/, () => aliasTable([1, -1])],
    [/^range aliasTable: weights must hold a positive/, () => aliasTable([])],
    [/^shape sampleMultivariateNormal: mean/, () => sampleMultivariateNormal(rng(0), new Float64Array(2), matrixFromRows([[1]]))],
    [/^range sampleSphere: dimension/, () => sampleSphere(rng(0), 0)],
  ];

  it.each(bad)('refuses: %s', (message, body) => {
    let caught: unknown;
    try {
      body();
    } catch (error) {
      caught = error;
    }
    expect(isSurrogateError(caught) && `${caught.code} ${caught.message}`).toMatch(message);
  });
});
