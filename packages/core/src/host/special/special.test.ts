import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import * as host from '../index.js';

type Special = (...args: number[]) => number;

/** What the docstrings promise: the largest relative error, and an absolute error that is enough beside zeros. */
const promised: Record<string, { f: Special; relative: number; absolute?: number }> = {
  lgamma: { f: host.lgamma, relative: 3e-14 },
  'lgamma below 0': { f: host.lgamma, relative: 1e-15, absolute: 2.3e-16 },
  digamma: { f: host.digamma, relative: 3e-16 },
  'digamma below 0': { f: host.digamma, relative: 6e-14, absolute: 1e-14 },
  trigamma: { f: host.trigamma, relative: 5e-16 },
  erf: { f: host.erf, relative: 3e-16 },
  erfc: { f: host.erfc, relative: 3e-16 },
  erfcx: { f: host.erfcx, relative: 3e-14 },
  erfinv: { f: host.erfinv, relative: 4e-16 },
  erfcinv: { f: host.erfcinv, relative: 1e-13 },
  normalCdf: { f: host.normalCdf, relative: 2e-13 },
  logNormalCdf: { f: host.logNormalCdf, relative: 2e-13 },
  normalQuantile: { f: host.normalQuantile, relative: 1e-13 },
  normalQuantileLog: { f: host.normalQuantileLog, relative: 1e-15 },
  gammaP: { f: host.gammaP, relative: 1e-12 },
  gammaQ: { f: host.gammaQ, relative: 1e-12 },
  logGammaP: { f: host.logGammaP, relative: 1e-12 },
  logGammaQ: { f: host.logGammaQ, relative: 1e-12 },
  gammaQuantile: { f: host.gammaQuantile, relative: 1e-12 },
  betaI: { f: host.betaI, relative: 2e-13 },
  studentTCdf: { f: host.studentTCdf, relative: 1e-13 },
  logNoncentralChiSquareCdf: { f: host.logNoncentralChiSquareCdf, relative: 1e-11 },
  lambertW: { f: (x = NaN) => host.lambertW(x), relative: 4e-15 },
  'lambertW branch -1': { f: (x = NaN) => host.lambertW(x, -1), relative: 4e-15 },
  wrightOmega: { f: host.wrightOmega, relative: 1e-15 },
  besselRatio: { f: host.besselRatio, relative: 1e-14 },
};

describe('special functions', () => {
  const cases = hostCases<{ arguments: number[][] }, number[]>('core/host_special');

  it('all have an oracle', () => expect(cases.map((c) => c.name).sort()).toEqual(Object.keys(promised).sort()));

  for (const { name, inputs, value } of cases)
    it(`${name} is as exact as it says`, () => {
      const { f, relative, absolute = 0 } = promised[name]!;
      inputs.arguments.forEach((args, i) => {
        const error = Math.abs(f(...args) - value[i]!);
        expect(error, `${name}(${args.join(', ')})`).toBeLessThanOrEqual(Math.max(absolute, relative * Math.abs(value[i]!)));
      });
    });
});

describe('at the edges', () => {
  const edges: [string, number, number][] = [
    ['lgamma(0)', host.lgamma(0), Infinity],
    ['lgamma(-3)', host.lgamma(-3), Infinity],
    ['lgamma(1)', host.lgamma(1), 0],
    ['lgamma(2)', host.lgamma(2), 0],
    ['lgamma(Infinity)', host.lgamma(Infinity), Infinity],
    ['digamma(0)', host.digamma(0), -Infinity],
    ['digamma(-2)', host.digamma(-2), NaN],
    ['digamma(Infinity)', host.digamma(Infinity), Infinity],
    ['trigamma(0)', host.trigamma(0), Infinity],
    ['trigamma(-4)', host.trigamma(-4), Infinity],
    ['trigamma(Infinity)', host.trigamma(Infinity), 0],
    ['erf(Infinity)', host.erf(Infinity), 1],
    ['erfc(-Infinity)', host.erfc(-Infinity), 2],
    ['erfc(40)', host.erfc(40), 0],
    ['erfcx(-30)', host.erfcx(-30), Infinity],
    ['erfinv(1)', host.erfinv(1), Infinity],
    ['erfinv(-1)', host.erfinv(-1), -Infinity],
    ['erfinv(0)', host.erfinv(0), 0],
    ['erfinv(1.1)', host.erfinv(1.1), NaN],
    ['erfcinv(0)', host.erfcinv(0), Infinity],
    ['erfcinv(2)', host.erfcinv(2), -Infinity],
    ['normalCdf(-Infinity)', host.normalCdf(-Infinity), 0],
    ['logNormalCdf(-Infinity)', host.logNormalCdf(-Infinity), -Infinity],
    ['logNormalCdf(Infinity)', host.logNormalCdf(Infinity), 0],
    ['normalQuantile(0)', host.normalQuantile(0), -Infinity],
    ['normalQuantile(0.5)', host.normalQuantile(0.5), 0],
    ['normalQuantile(1)', host.normalQuantile(1), Infinity],
    ['normalQuantile(-0.1)', host.normalQuantile(-0.1), NaN],
    ['normalQuantileLog(0)', host.normalQuantileLog(0), Infinity],
    ['normalQuantileLog(-Infinity)', host.normalQuantileLog(-Infinity), -Infinity],
    ['normalQuantileLog(1)', host.normalQuantileLog(1), NaN],
    ['gammaP(2, 0)', host.gammaP(2, 0), 0],
    ['gammaQ(2, 0)', host.gammaQ(2, 0), 1],
    ['gammaP(2, Infinity)', host.gammaP(2, Infinity), 1],
    ['gammaQ(2, Infinity)', host.gammaQ(2, Infinity), 0],
    ['gammaP(0, 1)', host.gammaP(0, 1), 1],
    ['gammaP(Infinity, 1)', host.gammaP(Infinity, 1), 0],
    ['gammaP(-1, 1)', host.gammaP(-1, 1), NaN],
    ['gammaP(1, -1)', host.gammaP(1, -1), NaN],
    ['logGammaP(2, 0)', host.logGammaP(2, 0), -Infinity],
    ['logGammaQ(2, 0)', host.logGammaQ(2, 0), 0],
    ['gammaQuantile(0, 3)', host.gammaQuantile(0, 3), 0],
    ['gammaQuantile(1, 3)', host.gammaQuantile(1, 3), Infinity],
    ['gammaQuantile(0.5, -3)', host.gammaQuantile(0.5, -3), NaN],
    ['chiSquareQuantile(0, 3)', host.chiSquareQuantile(0, 3), 0],
    ['betaI(0, 2, 3)', host.betaI(0, 2, 3), 0],
    ['betaI(1, 2, 3)', host.betaI(1, 2, 3), 1],
    ['betaI(2, 2, 3)', host.betaI(2, 2, 3), NaN],
    ['studentTCdf(0, 3)', host.studentTCdf(0, 3), 0.5],
    ['studentTCdf(-Infinity, 3)', host.studentTCdf(-Infinity, 3), 0],
    ['studentTCdf(Infinity, 3)', host.studentTCdf(Infinity, 3), 1],
    ['studentTCdf(1, -3)', host.studentTCdf(1, -3), NaN],
    ['logNoncentralChiSquareCdf(0, 3, 1)', host.logNoncentralChiSquareCdf(0, 3, 1), -Infinity],
    ['logNoncentralChiSquareCdf(-1, 3, 1)', host.logNoncentralChiSquareCdf(-1, 3, 1), NaN],
    ['logNoncentralChiSquareCdf(2, 3, 0)', host.logNoncentralChiSquareCdf(2, 3, 0), host.logGammaP(1.5, 1)],
    ['lambertW(0)', host.lambertW(0), 0],
    ['lambertW(Infinity)', host.lambertW(Infinity), Infinity],
    ['lambertW(-1 / e)', host.lambertW(-1 / Math.E), -1],
    ['lambertW(-1)', host.lambertW(-1), NaN],
    ['lambertW(0, -1)', host.lambertW(0, -1), -Infinity],
    ['lambertW(1, -1)', host.lambertW(1, -1), NaN],
    ['wrightOmega(-Infinity)', host.wrightOmega(-Infinity), 0],
    ['wrightOmega(Infinity)', host.wrightOmega(Infinity), Infinity],
    ['besselRatio(1, 0)', host.besselRatio(1, 0), 0],
    ['besselRatio(1, -1)', host.besselRatio(1, -1), NaN],
  ];

  it.each(edges)('%s is %s', (_name, got, wanted) => expect(got === wanted || (Number.isNaN(got) && Number.isNaN(wanted))).toBe(true));

  it('NaN gives NaN', () => {
    for (const [name, { f }] of Object.entries(promised)) expect(f(NaN, 1, 1), name).toBeNaN();
  });
});

it('each quantile undoes its cdf', () => {
  for (const p of [1e-12, 0.01, 0.3, 0.5, 0.9, 0.999]) {
    expect(host.normalCdf(host.normalQuantile(p)) / p).toBeCloseTo(1, 12);
    expect(host.logNormalCdf(host.normalQuantileLog(Math.log(p))) / Math.log(p)).toBeCloseTo(1, 12);
    for (const shape of [0.05, 0.5, 1, 7, 3000]) expect(host.gammaP(shape, host.gammaQuantile(p, shape)) / p).toBeCloseTo(1, 10);
    expect(host.gammaP(2.5, host.chiSquareQuantile(p, 5) / 2) / p).toBeCloseTo(1, 11);
  }
});
