/** @file The conformance rows of agreement between explanations. */
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import { primarySecondaryAgreement } from '../index.js';

/** The rows by name. */
export const agreementRows: ConformanceTable = {
  primarySecondaryAgreement: hostFunction(primarySecondaryAgreement, {
    call: () => primarySecondaryAgreement([0.5, 0.3, 0.2], [0.4, 0.1, 0.5], 2),
    bad: {
      'shape b': () => primarySecondaryAgreement([1, 2], [1], 1),
      'range a': () => primarySecondaryAgreement([1, NaN], [1, 2], 1),
      'range b': () => primarySecondaryAgreement([1, 2], [1, Infinity], 1),
      'range k': [0, 3, 1.5].map((k) => () => primarySecondaryAgreement([1, 2], [1, 2], k)),
    },
  }),
};
