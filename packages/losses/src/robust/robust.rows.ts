/** @file The conformance rows of what is remembered or learned about robust weights. */
import { rng } from '@surrogate/core';
import { statefulObjective, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const aldr = losses.adaptiveLdr({ examples: 5, lambda0: 2, normalize: 'none' });
const logits = [
  [0.4, -1.3, 1.1],
  [2.2, 0.3, -0.6],
];
const batch = { logits, labels: [0, 2], ids: [3, 1] };
const net = losses.tempNet({ inputs: 3, hidden: 4, dropout: 0.25 });

/** The rows by name. */
export const robustRows: ConformanceTable = {
  adaptiveLdr: statefulObjective(losses.adaptiveLdr, {
    init: () => aldr.init(),
    apply: (state, { logits: z }) => aldr.apply(state, { ...batch, logits: z! }),
    variables: { logits },
    // No gradient flows through lambda, so that differences see another function; the oracle of aldrLoss holds it.
    order: 0,
    bad: {
      'range examples': () => losses.adaptiveLdr({ examples: 0 }),
      'range lambda0': () => losses.adaptiveLdr({ examples: 1, lambda0: NaN }),
      'range alpha': () => losses.adaptiveLdr({ examples: 1, alpha: 1 }),
      'range margin': () => losses.adaptiveLdr({ examples: 1, margin: NaN }),
      'range normalize': () => losses.adaptiveLdr({ examples: 1, normalize: 'max' as 'none' }),
      'range ids': (keep) => aldr.apply({ lambdas: keep(aldr.init().lambdas) }, { ...batch, ids: [3, 5] }),
      'shape ids': (keep) => aldr.apply({ lambdas: keep(aldr.init().lambdas) }, { ...batch, ids: [3] }),
      'shape logits': (keep) => aldr.apply({ lambdas: keep(aldr.init().lambdas) }, { ...batch, logits: [1, 2] }),
      'range labels': (keep) => aldr.apply({ lambdas: keep(aldr.init().lambdas) }, { ...batch, labels: [0, 3] }),
    },
  }),
  tempNet: utility(losses.tempNet, {
    call: {
      params: () => net.init(rng(1)),
      temperatures: (keep) => {
        const params = net.init(rng(1));
        Object.values(params).forEach(keep);
        return net.apply(params, logits);
      },
      'temperatures in training': (keep) => {
        const params = net.init(rng(1));
        Object.values(params).forEach(keep);
        return net.apply(params, logits, { rng: rng(2) });
      },
    },
    bad: {
      'range inputs': () => losses.tempNet({ inputs: 0 }),
      'range hidden': () => losses.tempNet({ inputs: 1, hidden: 0.5 }),
      'range min': () => losses.tempNet({ inputs: 1, min: 0 }),
      'range max': () => losses.tempNet({ inputs: 1, min: 2, max: 1 }),
      'range dropout': [() => losses.tempNet({ inputs: 1, dropout: 1 }), () => losses.tempNet({ inputs: 1, dropout: NaN })],
      'dtype rng': () => net.init(3 as never),
      'shape rows': (keep) => {
        const params = net.init(rng(1));
        Object.values(params).forEach(keep);
        return net.apply(params, [1, 2]);
      },
    },
  }),
  contrastiveTemperatureLoss: tensorFunction(losses.contrastiveTemperatureLoss, {
    at: [
      [
        [0.9, 0.2, -0.1],
        [0.1, 0.7, 0.3],
        [-0.4, 0.2, 0.5],
      ],
      [0.5, 0.7, 1.1],
    ],
    call: {
      mean: (s, tau) => losses.contrastiveTemperatureLoss(s, { rows: tau, columns: 0.6 }, { rho: 0.4 }),
      masked: (s, tau) => losses.contrastiveTemperatureLoss(s, { rows: 0.6, columns: tau }, { mask: [1, 0, 1], reduction: 'none' }),
    },
    extremes: [
      [
        [
          [1e4, -1e4, 0],
          [0, 1e4, 0],
          [1, 1, 1],
        ],
        [0.5, 0.7, 1.1],
      ],
    ],
    bad: {
      'shape similarities': [
        () => losses.contrastiveTemperatureLoss([[1, 2]], { rows: 1, columns: 1 }),
        () => losses.contrastiveTemperatureLoss([1], { rows: 1, columns: 1 }),
      ],
      'shape temperatures': () => losses.contrastiveTemperatureLoss([[1]], { rows: [1, 2], columns: 1 }),
      'shape mask': () => losses.contrastiveTemperatureLoss([[1]], { rows: 1, columns: 1 }, { mask: [1, 1] }),
      'range rho': () => losses.contrastiveTemperatureLoss([[1]], { rows: 1, columns: 1 }, { rho: -1 }),
      'range reduction': () => losses.contrastiveTemperatureLoss([[1]], { rows: 1, columns: 1 }, { reduction: 'average' as 'mean' }),
    },
  }),
};
