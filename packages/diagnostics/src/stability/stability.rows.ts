/** @file The conformance rows of what shows softmax collapse, and of the filter by rare words. */
import { hostFunction, utility, type ConformanceTable } from '@surrogate/testing';
import { tensor } from '@tensorflow/tfjs-core';
import * as diagnostics from '../index.js';

/** The rows by name. */
export const stabilityRows: ConformanceTable = {
  softmaxCollapseRate: utility(diagnostics.softmaxCollapseRate, {
    call: {
      'the mean': (keep) => diagnostics.softmaxCollapseRate(keep(tensor([[20, 0, 1], [1, 2, 3]])), [0, 2]), // prettier-ignore
      'masked, one a row': (keep) =>
        diagnostics.softmaxCollapseRate(keep(tensor([[20, 0], [NaN, Infinity]])), [[1, 0], [0, 1]], { mask: [1, 0], reduction: 'none' }), // prettier-ignore
    },
    bad: {
      'range labels': () => diagnostics.softmaxCollapseRate([[1, 2]], [2]),
      'shape labels': () => diagnostics.softmaxCollapseRate([[1, 2]], [1, 1]),
    },
  }),
  nlmAlignment: utility(diagnostics.nlmAlignment, {
    call: (keep) => diagnostics.nlmAlignment({ w: keep(tensor([1, -2])) }, { w: keep(tensor([3, 1])) }),
  }),
  tfidfFilter: hostFunction(diagnostics.tfidfFilter, {
    call: {
      words: () => diagnostics.tfidfFilter(['a', 'b'], [['a'], ['b', 'c'], []], 2),
      'token ids, none known': () => diagnostics.tfidfFilter([7], [[1, 2]], 5),
    },
    bad: {
      'dtype query': () => diagnostics.tfidfFilter('a b' as never, [], 1),
      'dtype documents[0]': () => diagnostics.tfidfFilter(['a'], ['a' as never], 1),
      'range count': () => diagnostics.tfidfFilter(['a'], [['a']], 0),
    },
  }),
};
