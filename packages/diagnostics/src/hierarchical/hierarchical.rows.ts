/** @file The rows of hierarchical targets. */
import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as diagnostics from '../index.js';

const notRandom = 3 as never;
const link = (z: number) => z;
const task = (more: object = {}, random: unknown = rng(1)) =>
  diagnostics.hierarchicalPolynomialTask({ inputs: 2, link, ...more }, random as never);
const data = task().draw(12, rng(2));
const fit = (more: object = {}, random: unknown = rng(1), train: unknown = data) =>
  diagnostics.layerwiseThreeLayer(train as typeof data, { width: 2, ...more }, random as never);
const odd = matrixFromRows([[1]]);

/** The rows by name. */
export const hierarchicalRows: ConformanceTable = {
  hierarchicalPolynomialTask: hostFunction(diagnostics.hierarchicalPolynomialTask, {
    call: { 'degree 1': () => task({ degree: 1 }).draw(3, rng(1)), 'degree 2': () => task({ inputs: 3 }).draw(3, rng(1)) },
    bad: {
      'range inputs': () => task({ inputs: 0 }),
      'range degree': [0, 3, NaN].map((degree) => () => task({ degree })),
      'dtype link': [() => task({ link: null }), () => task({ link: 3 })],
      'dtype rng': [() => task({}, notRandom), () => task().draw(1, notRandom)],
      'shape x': () => task().feature(odd),
      'dtype x': () => task().feature([[1]] as never),
      'range rows': () => task().draw(0, rng(1)),
    },
  }),
  layerwiseThreeLayer: hostFunction(diagnostics.layerwiseThreeLayer, {
    call: {
      'degree 1': () => fit({ degree: 1 }).predict(data.x),
      'degree 2': () => fit({ decays: [0.1] }).predict(data.x),
      'of one target': () => fit({}, rng(1), { x: data.x, y: new Float64Array(12) }).predict(data.x),
    },
    bad: {
      'dtype data': () => fit({}, rng(1), null),
      'shape data.x': () => fit({}, rng(1), { x: matrixFromRows([[1], [2], [3]]), y: new Float64Array(3) }),
      'shape data.y': () => fit({}, rng(1), { x: data.x, y: new Float64Array(1) }),
      'range degree': () => fit({ degree: 3 }),
      'range width': () => fit({ width: -1 }),
      'shape decays': [[], 3].map((decays) => () => fit({ decays })),
      'range decays[1]': () => fit({ decays: [1, 0] }),
      'range outerDecay': () => fit({ outerDecay: 0 }),
      'dtype rng': () => fit({}, notRandom),
      'shape x': () => fit().predict(odd),
    },
  }),
};
