/** @file The conformance rows of search through a network. */
import { rng } from '@surrogate/core';
import { mul, square, tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { disposed, tensorFunction, utility, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const phi = (x: Tensor) => mul(square(x), tensor1d([1, -1]));
const objective: optim.OutputObjective = {
  value: ([a, b]) => ({ value: -((a! - 0.5) ** 2) - (b! + 0.2) ** 2, gradient: Float64Array.of(-2 * (a! - 0.5), -2 * (b! + 0.2)) }),
  constraints: ([a]) => [a! - 0.45],
};
const search = (options: Partial<optim.AttackSearchOptions>, x0 = [0.1, 0.9]) =>
  optim.attackSearch(phi, objective, x0, { budget: 12, rng: rng(1), ...options });

/** The rows by name. */
export const attackRows: ConformanceTable = {
  directionalAttack: tensorFunction(optim.directionalAttack, {
    at: [[0.5, 2]],
    // A search is a constant to what is around it.
    order: 0,
    call: {
      cube: (x) => optim.directionalAttack(phi, x, [1, 0.5], { radius: 0.3 }),
      ball: (x) => optim.directionalAttack(phi, x, [1, 0.5], { radius: 0.3, norm: 'l2', steps: 3, min: 0, max: 2.1 }),
      nothing: (x) => optim.directionalAttack(phi, x, [1, 0.5], { radius: 0 }),
    },
    bad: {
      'dtype phi': () => optim.directionalAttack(3 as never, [1, 2], [1, 1], { radius: 1 }),
      'range radius': () => optim.directionalAttack(phi, [1, 2], [1, 1], { radius: -1 }),
      'range norm': () => optim.directionalAttack(phi, [1, 2], [1, 1], { radius: 1, norm: 'l1' as never }),
      'range steps': () => optim.directionalAttack(phi, [1, 2], [1, 1], { radius: 1, steps: 0 }),
      'shape x': () => optim.directionalAttack(phi, [[1, 2]], [1, 1], { radius: 1 }),
      'disposed direction': () => optim.directionalAttack(phi, [1, 2], disposed(), { radius: 1 }),
    },
  }),
  attackSearch: utility(optim.attackSearch, {
    call: { both: () => search({}), 'direct search': () => search({ radius: 0 }) },
    rtol: 1e-3,
    bad: {
      'dtype phi': () => optim.attackSearch(3 as never, objective, [1, 1], { budget: 1, rng: rng(0) }),
      'dtype objective.value': () => optim.attackSearch(phi, {} as never, [1, 1], { budget: 1, rng: rng(0) }),
      'range x0': [() => search({}, [1, 1]), () => search({}, [NaN, 1])],
      'range budget': () => search({ budget: 0 }),
      'dtype rng': () => search({ rng: 3 as never }),
      'range radius': () => search({ radius: -1 }),
      'range pollSize': () => search({ pollSize: -1 }),
      'range largest': () => search({ largest: 0 }),
      'range max': () => search({ min: 1, max: 0 }),
    },
  }),
};
