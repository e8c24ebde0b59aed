/** @file The rows of lazy and rich training. */
import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { mul, tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as diagnostics from '../index.js';

const kernel = matrixFromRows([[2, 1], [1, 2]]); // prettier-ignore
const y = Float64Array.of(1, -1);
const student = (more: object = {}) => diagnostics.polynomialStudent({ inputs: 2, width: 2, ...more });
const odd = matrixFromRows([[1]]);
const lazy = (keep: Keep, more: { model?: unknown; alpha?: number } = {}) =>
  diagnostics.lazyScale(
    (more.model === undefined ? ({ w }: { w: Tensor }, x: Tensor) => mul(w, x) : more.model) as (
      params: { w: Tensor },
      x: Tensor,
    ) => Tensor,
    { w: keep(tensor([1, 2])) },
    more.alpha ?? 3,
  );

/** The rows by name. */
export const lazyRows: ConformanceTable = {
  kernelTargetAlignment: hostFunction(diagnostics.kernelTargetAlignment, {
    call: {
      centered: () => diagnostics.kernelTargetAlignment(kernel, y),
      'of nothing': () => diagnostics.kernelTargetAlignment(kernel, new Float64Array(2)),
    },
    bad: {
      'shape kernel': () => diagnostics.kernelTargetAlignment(matrixFromRows([[1, 2]]), y),
      'dtype kernel': () => diagnostics.kernelTargetAlignment([[1]] as never, y),
      'shape y': () => diagnostics.kernelTargetAlignment(kernel, Float64Array.of(1)),
      'dtype center': () => diagnostics.kernelTargetAlignment(kernel, y, { center: 1 as never }),
    },
  }),
  grokkingDelay: hostFunction(diagnostics.grokkingDelay, {
    call: () => diagnostics.grokkingDelay([1, 0.001], [1, 0.01]),
    bad: {
      'shape test': [[1], []].map((train) => () => diagnostics.grokkingDelay(train, [])),
      'range trainFraction': [0, 1].map((trainFraction) => () => diagnostics.grokkingDelay([1], [1], { trainFraction })),
      'range testFraction': [NaN, 2].map((testFraction) => () => diagnostics.grokkingDelay([1], [1], { testFraction })),
    },
  }),
  lazyScale: utility(diagnostics.lazyScale, {
    call: (keep) => {
      const { apply, dispose } = lazy(keep);
      const out = apply({ w: keep(tensor([2, 4])) }, keep(tensor([1, 3])));
      dispose();
      return out;
    },
    bad: { 'dtype model': (keep) => lazy(keep, { model: null }), 'range alpha': (keep) => lazy(keep, { alpha: 0 }) },
  }),
  polynomialStudent: hostFunction(diagnostics.polynomialStudent, {
    call: () => student().outputs(student().init(rng(1)), kernel),
    bad: {
      'range inputs': () => student({ inputs: 0 }),
      'range width': () => student({ width: 0.5 }),
      'range alpha': () => student({ alpha: 0 }),
      'range epsilon': () => student({ epsilon: NaN }),
      'dtype rng': () => student().init(3 as never),
      'shape weights': () => student().outputs(odd, kernel),
      'shape x': () => student().kernel(kernel, odd),
      'shape y': () => student().lossAndGradient(kernel, kernel, Float64Array.of(1)),
    },
  }),
  polynomialTestLossTerms: hostFunction(diagnostics.polynomialTestLossTerms, {
    call: () => diagnostics.polynomialTestLossTerms(kernel, y),
    bad: {
      'dtype weights': () => diagnostics.polynomialTestLossTerms([[1]] as never, y),
      'shape weights': () => diagnostics.polynomialTestLossTerms({ rows: 0, cols: 2, data: new Float64Array(0) }, y),
      'shape beta': () => diagnostics.polynomialTestLossTerms(kernel, Float64Array.of(1)),
      'range alpha': () => diagnostics.polynomialTestLossTerms(kernel, y, { alpha: 0 }),
      'range epsilon': () => diagnostics.polynomialTestLossTerms(kernel, y, { epsilon: Infinity }),
    },
  }),
};
