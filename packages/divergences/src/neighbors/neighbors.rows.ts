/** @file The conformance rows of estimates by nearest neighbours. */
import { tensorFunction, type ConformanceTable } from '@surrogate/testing';
import { nearestNeighborEntropy, nearestNeighborInformation, nearestNeighborKl } from '../index.js';

const x = [[0.4, -1.3], [2.2, 0.3], [0.9, 1.1], [-0.7, 0.2]]; // prettier-ignore
const y = [[0.1, 0.8], [-1.2, 0.5], [1.9, -0.4]]; // prettier-ignore
const z = [[0.3], [1.4], [0.8], [-0.9]]; // prettier-ignore
/** Three points in one place, and one far away. */
const together = [[1, 1], [1, 1], [1, 1], [1e4, -1e4]]; // prettier-ignore
const tooMany = [0, 1.5, 4];

/** The rows by name. */
export const neighborRows: ConformanceTable = {
  nearestNeighborKl: tensorFunction(nearestNeighborKl, {
    at: [x, y],
    call: (a, b) => nearestNeighborKl(a, b, { k: 2 }),
    // A longer step changes who is near.
    gradient: { eps: 0.01 },
    extremes: [[together, together]],
    bad: {
      'shape x': () => nearestNeighborKl([1, 2], y),
      'shape y': () => nearestNeighborKl(x, [[1]]),
      'range k': tooMany.map((k) => () => nearestNeighborKl(x, y, { k })),
    },
  }),
  nearestNeighborEntropy: tensorFunction(nearestNeighborEntropy, {
    at: [x],
    gradient: { eps: 0.01 },
    extremes: [[together]],
    bad: {
      'shape x': () => nearestNeighborEntropy([1, 2]),
      'range k': tooMany.map((k) => () => nearestNeighborEntropy(x, { k })),
    },
  }),
  nearestNeighborInformation: tensorFunction(nearestNeighborInformation, {
    at: [x, z],
    call: (a, b) => nearestNeighborInformation(a, b, { k: 1 }),
    // It counts, which has no derivative.
    order: 0,
    extremes: [[together, z]],
    bad: {
      'shape x': () => nearestNeighborInformation([1, 2], z),
      'shape y': () => nearestNeighborInformation(x, z.slice(1)),
      'range k': tooMany.map((k) => () => nearestNeighborInformation(x, z, { k })),
    },
  }),
};
