/** @file The conformance rows of volume rendering. */
import { tensorFunction, type ConformanceTable } from '@surrogate/testing';
import * as losses from '../index.js';

const { densityRenderWeights, laplaceDensity, occupancyRenderWeights, renderRays } = losses;

const density = [[0.4, 1.3, 2.2], [0.3, 0.9, 1.1]]; // prettier-ignore
const depths = [[1, 1.4, 2], [0.5, 1.2, 1.5]]; // prettier-ignore
const occupancy = [[0.1, 0.6, 0.3], [0.4, 0.8, 0.2]]; // prettier-ignore

/** The rows by name. */
export const renderingRows: ConformanceTable = {
  laplaceDensity: tensorFunction(laplaceDensity, {
    at: [[-0.1, 0.05, 0.2], 0.1],
    call: (sdf, beta) => laplaceDensity(sdf, beta),
    extremes: [[[-1e4, 1e4, 0], 0.1], [[-1, 1, 0], 0]], // prettier-ignore
    bad: {
      'shape beta': () => laplaceDensity([1], [0.1]),
      'range betaFloor': [-1, NaN].map((betaFloor) => () => laplaceDensity([1], 0.1, { betaFloor })),
    },
  }),
  densityRenderWeights: tensorFunction(densityRenderWeights, {
    at: [density, depths],
    call: (rho, z) => densityRenderWeights(rho, z, { lastSpacing: 0.7 }),
    extremes: [[[[1e4, 0, 1e4], [0, 0, 0]], depths]], // prettier-ignore
    bad: {
      'shape density': [() => densityRenderWeights(1, 1), () => densityRenderWeights([], [])],
      'shape depths': () => densityRenderWeights(density, [1, 2, 3]),
      'range lastSpacing': [0, NaN].map((lastSpacing) => () => densityRenderWeights([1], [1], { lastSpacing })),
    },
  }),
  occupancyRenderWeights: tensorFunction(occupancyRenderWeights, {
    at: [occupancy],
    call: (o) => occupancyRenderWeights(o),
    extremes: [[[[0, 1, 0], [1, 1, 1]]]], // prettier-ignore
    bad: { 'shape occupancy': () => occupancyRenderWeights(0.5) },
  }),
  renderRays: tensorFunction(renderRays, {
    at: [occupancy, depths],
    call: { plain: (w, v) => renderRays(w, v), normalized: (w, v) => renderRays(w, v, { normalize: true }) },
    extremes: [[[[0, 0, 0], [1, 0, 0]], depths]], // prettier-ignore
    bad: {
      'shape weights': () => renderRays(1, 1),
      'shape values': () => renderRays(occupancy, [1, 2, 3]),
      'dtype normalize': () => renderRays(occupancy, depths, { normalize: 1 as never }),
    },
  }),
};
