/** @file The conformance rows of boosted networks. */
import { rng } from '@surrogate/core';
import { matrixFromRows } from '@surrogate/core/host';
import { hostFunction, type ConformanceTable } from '@surrogate/testing';
import * as optim from '../index.js';

const x = matrixFromRows([[0, 1], [1, 0], [0.5, -1], [-1, 0.3]]); // prettier-ignore
const y = matrixFromRows([[1], [-1], [1], [-1]]); // prettier-ignore
const fit = (options: Partial<optim.BoostedNetworkOptions>, targets = y) =>
  optim.fitBoostedNetwork(x, targets, optim.squaredBoosting, { units: 2, subsample: 1, rng: rng(0), maxSteps: 10, ...options });
const task = (made: optim.BoostingTask) => {
  const scores = Float64Array.of(0.1, -0.2, 0.3, 0);
  return {
    call: () => [made.start(matrixFromRows([[1], [1], [1], [-1]])), made.residuals(y, scores), made.stepSize(y, scores, scores), made.loss(y, scores)], // prettier-ignore
  };
};
const network = fit({}).dense();

/** The rows by name. */
export const boostingRows: ConformanceTable = {
  squaredBoosting: hostFunction(optim.squaredBoosting, task(optim.squaredBoosting)),
  binaryBoosting: hostFunction(optim.binaryBoosting, task(optim.binaryBoosting)),
  multiclassBoosting: hostFunction(optim.multiclassBoosting, task(optim.multiclassBoosting)),
  fitBoostedNetwork: hostFunction(optim.fitBoostedNetwork, {
    call: () => fit({}).dense(1),
    bad: {
      'shape targets': () => fit({}, matrixFromRows([[1]])),
      'dtype task.residuals': () => optim.fitBoostedNetwork(x, y, {} as never, { rng: rng(0) }),
      'range units': () => fit({ units: -1 }),
      'range unitsPerStep': () => fit({ unitsPerStep: 0 }),
      'range rate': () => fit({ rate: 0 }),
      'range subsample': () => fit({ subsample: 0 }),
      'range l2': () => fit({ l2: -1 }),
      'range maxSteps': () => fit({ maxSteps: 0 }),
      'dtype rng': () => fit({ rng: 3 as never }),
      'range steps': () => fit({}).dense(-1),
    },
  }),
  denseScores: hostFunction(optim.denseScores, {
    call: () => optim.denseScores(network, x),
    bad: { 'shape x': () => optim.denseScores(network, y), 'dtype network': () => optim.denseScores(3 as never, x) },
  }),
};
