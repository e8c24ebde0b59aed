/** @file The conformance rows of reparametrisations. */
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { transformation, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import * as optim from '../index.js';

const values = (keep: Keep) => keep(tensor([[-1, 0.2], [0.5, 3]])); // prettier-ignore
const both = (rule: optim.Reparameterization) => (keep: Keep) => ({
  forward: rule.forward(values(keep)),
  inverse: rule.inverse(values(keep)),
});
const params = (keep: Keep): { w: Tensor; b: Tensor } => ({ w: values(keep), b: keep(tensor([1, -2])) });

/** The rows by name. */
export const reparameterizeRows: ConformanceTable = {
  weightCompander: utility(optim.weightCompander, {
    call: both(optim.weightCompander()),
    rtol: 1e-3,
    bad: { 'range a': () => optim.weightCompander({ a: 0 }), 'range b': () => optim.weightCompander({ b: NaN }) },
  }),
  learnedCompander: utility(optim.learnedCompander, {
    call: (keep) => {
      const made = optim.learnedCompander(params(keep));
      return { trained: made.params, seen: made.materialize(made.params) };
    },
    rtol: 1e-3,
    bad: {
      'range a': (keep) => optim.learnedCompander(params(keep), { a: 0 }),
      'range b': (keep) => optim.learnedCompander(params(keep), { b: -1 }),
    },
  }),
  powerprop: utility(optim.powerprop, { call: both(optim.powerprop(1.5)), bad: { 'range alpha': () => optim.powerprop(0.5) } }),
  reparameterize: utility(optim.reparameterize, {
    call: (keep) => {
      const made = optim.reparameterize(params(keep), optim.powerprop(2));
      return { trained: made.params, seen: made.materialize(made.params) };
    },
    bad: { 'dtype rule.forward': (keep) => optim.reparameterize(params(keep), {} as never) },
  }),
  scaleByPowerprop: transformation(optim.scaleByPowerprop, {
    make: { 'by default': () => optim.scaleByPowerprop(), 'no change': () => optim.scaleByPowerprop({ alpha: 1 }) },
    bad: { 'range alpha': () => optim.scaleByPowerprop({ alpha: 0.9 }), 'range floor': () => optim.scaleByPowerprop({ floor: -1 }) },
  }),
};
