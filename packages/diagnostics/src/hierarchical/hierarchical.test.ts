import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { oracle } from '@surrogate/testing';
import { tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { hierarchicalPolynomialTask, layerwiseThreeLayer } from '../index.js';

const moments = (values: Float64Array) => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
};

describe('hierarchical targets', () => {
  it.each([
    { inputs: 3, degree: 1 },
    { inputs: 4, degree: 2 },
    { inputs: 5, degree: 2 },
  ])('have a feature of mean 0 and variance 1: %o', ({ inputs, degree }) => {
    const task = hierarchicalPolynomialTask({ inputs, degree, link: (z) => 2 * z }, rng(1));
    const { x, y } = task.draw(20000, rng(2));
    const feature = task.feature(x);
    const { mean, variance } = moments(feature);
    expect(Math.abs(mean)).toBeLessThan(0.04);
    expect(Math.abs(variance - 1)).toBeLessThan(0.06);
    expect(y[7]).toBe(2 * feature[7]!);
  });
});

describe('a network of three layers', () => {
  oracle(
    'diagnostics/hierarchical',
    (c) => {
      const data = { x: matrixFromRows(c.x as number[][]), y: Float64Array.from(c.y as number[]) };
      const { feature, predict, decay, agreement } = layerwiseThreeLayer(data, { width: 0, ...(c.options as object) }, rng(1));
      const probes = matrixFromRows(c.probes as number[][]);
      return { feature: tensor(Array.from(feature(probes))), out: tensor(Array.from(predict(probes))), decay, agreement };
    },
    { backends: ['cpu'] },
  );

  it.each([1, 2])('finds a polynomial of degree %i exactly, where the target is one', (degree) => {
    const task = hierarchicalPolynomialTask({ inputs: 4, degree, link: (z) => z }, rng(3));
    const train = task.draw(80, rng(4));
    const fit = layerwiseThreeLayer(train, { degree, width: 8, decays: [1e-10], outerDecay: 1e-10 }, rng(5));
    expect(fit.agreement).toBeCloseTo(1, 6);
    const truth = task.feature(task.draw(2, rng(6)).x);
    const z = fit.feature(task.draw(2, rng(6)).x);
    const [first, second] = [task.feature(train.x), fit.feature(train.x)];
    const slope = (second[1]! - second[0]!) / (first[1]! - first[0]!);
    expect(z[1]! - z[0]!).toBeCloseTo(slope * (truth[1]! - truth[0]!), 6);
    const half = { ...train.x, rows: 40, data: train.x.data.slice(160) };
    fit.predict(half).forEach((value, i) => expect(value).toBeCloseTo(train.y[40 + i]!, 4));
  });

  it('learns what is done with the polynomial', () => {
    const task = hierarchicalPolynomialTask({ inputs: 4, degree: 1, link: (z) => z + Math.abs(z) }, rng(3));
    const train = task.draw(1000, rng(4));
    const { x, y } = task.draw(200, rng(6));
    const errors = [0, 32].map((width) => {
      const said = layerwiseThreeLayer(train, { degree: 1, width }, rng(5)).predict(x);
      return moments(said.map((value, i) => value - y[i]!)).variance;
    });
    expect(errors[1]).toBeLessThan(0.2 * errors[0]!);
  });
});
