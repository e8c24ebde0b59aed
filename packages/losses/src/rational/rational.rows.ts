/** @file The conformance rows of rational activations. */
import { rng } from '@surrogate/core';
import { hostFunction, tensorFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import * as losses from '../index.js';

const { groupRational, groupRationalLayer, rationalGain, rationalGelu, rationalSwish } = losses;

const x = [[0.4, -1.3, 1.1, 2.2], [0.3, -0.6, -0.7, 0.9]]; // prettier-ignore
const a = [[0.1, 1, 0.5, -0.2, 0.1, 0.05]]; // prettier-ignore
const b = [[0.5, -0.25, 0.3, 0.1], [0.2, 0.4, -0.1, 0.3]]; // prettier-ignore
const layer = groupRationalLayer({ inputs: 4, outputs: 2, groups: 2 });
const applied = (keep: Keep, rows: unknown) => {
  const params = layer.init(rng(1));
  Object.values(params).forEach(keep);
  return layer.apply(params, rows as never);
};
const at = (record: losses.Rational) =>
  utility(record, { call: () => groupRational([-1, 0.5], [[...record.numerator]], [[...record.denominator]], record) });

/** The rows by name. */
export const rationalRows: ConformanceTable = {
  rationalIdentity: at(losses.rationalIdentity),
  rationalSwish: at(rationalSwish),
  rationalGelu: at(rationalGelu),
  rationalGeluA: at(losses.rationalGeluA),
  rationalGain: hostFunction(rationalGain, {
    call: () => rationalGain(rationalGelu),
    bad: {
      'dtype activation': () => rationalGain('swish' as never),
      'shape activation.numerator': () => rationalGain({ ...rationalSwish, numerator: [1] }),
      'range activation.denominator': () => rationalGain({ ...rationalSwish, denominator: [1, NaN, 0, 0] }),
      'range activation.version': () => rationalGain({ ...rationalSwish, version: 'C' as 'A' }),
      'range nodes': [0, 301].map((nodes) => () => rationalGain(rationalSwish, nodes)),
    },
  }),
  groupRational: tensorFunction(groupRational, {
    at: [x, a, b],
    call: {
      A: (rows, p, q) => groupRational(rows, p, q),
      B: (rows, p, q) => groupRational(rows, p, q, { version: 'B' }),
    },
    extremes: [[[[1e4, -1e4, 0, 1]], a, b]],
    bad: {
      'range version': () => groupRational(x, a, b, { version: 'C' as 'A' }),
      'shape x': [() => groupRational(1, a, b), () => groupRational([1, 2, 3], a, b)],
      'shape numerator': [
        () => groupRational(x, a[0]!, b),
        () => groupRational(x, [[1]], b),
        () => groupRational(x, [a[0]!, a[0]!, a[0]!], b),
      ],
      'shape denominator': () => groupRational(x, a, [[1, 2, 3]]),
    },
  }),
  groupRationalLayer: utility(groupRationalLayer, {
    call: { params: () => layer.init(rng(1)), outputs: (keep) => applied(keep, x) },
    bad: {
      'range inputs': () => groupRationalLayer({ inputs: 0, outputs: 1 }),
      'range outputs': () => groupRationalLayer({ inputs: 8, outputs: NaN }),
      'range groups': () => groupRationalLayer({ inputs: 8, outputs: 1, groups: 0 }),
      'shape inputs': () => groupRationalLayer({ inputs: 9, outputs: 1 }),
      'dtype activation': () => groupRationalLayer({ inputs: 8, outputs: 1, activation: 'gelu' as never }),
      'dtype rng': () => layer.init(3 as never),
      'shape x': (keep) => applied(keep, [[1, 2]]),
    },
  }),
};
