/** @file The conformance rows of the light Schrödinger bridge. */
import { rng, type TensorLike } from '@surrogate/core';
import { tensorFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import * as divergences from '../index.js';
import type { LightBridge } from '../index.js';

const { initLightBridge, lightBridgeDrift, lightBridgeLogProb, lightBridgeLoss, lightBridgePlan, sampleLightBridge } = divergences;
const { simulateLightBridge } = divergences;

const weights = [0.2, -0.4, 0.1];
const centers = [[0.4, -1.3], [2.2, 0.3], [0.9, 1.1]]; // prettier-ignore
const logScales = [[0.1, -0.8], [-0.2, 0.5], [0.6, -0.4]]; // prettier-ignore
const x0 = [[0.1, 0.8], [-1.2, 0.5]]; // prettier-ignore
const x1 = [[1.3, 1.9], [0.6, -0.4]]; // prettier-ignore
const far = [[1e4, 0], [0, -1e3]]; // prettier-ignore
const notPositive = [0, -1, NaN];

const of = (w: TensorLike, c: TensorLike, s: TensorLike) => ({ weights: w, centers: c, logScales: s }) as LightBridge;
const plain = of(weights, centers, logScales);
const kept = (keep: Keep): LightBridge => ({
  weights: keep(tensor(weights)),
  centers: keep(tensor(centers)),
  logScales: keep(tensor(logScales)),
});

/** What every function of a bridge refuses. */
const refusals = (call: (bridge: LightBridge, x: TensorLike, options: { epsilon?: number }) => unknown) => ({
  'dtype bridge': [() => call(null as never, x0, {}), () => call(3 as never, x0, {})],
  'shape bridge.centers': () => call(of(weights, [1, 2], logScales), x0, {}),
  'shape bridge.logScales': () => call(of(weights, centers, [[1]]), x0, {}),
  'shape bridge.weights': () => call(of([1], centers, logScales), x0, {}),
  'shape x0': () => call(plain, [[1]], {}),
  'range epsilon': notPositive.map((epsilon) => () => call(plain, x0, { epsilon })),
});

/** The rows by name. */
export const bridgeRows: ConformanceTable = {
  initLightBridge: utility(initLightBridge, {
    call: () => initLightBridge(rng(1), x1, { components: 4, scale: 0.5 }),
    bad: {
      'dtype rng': () => initLightBridge(3 as never, x1),
      'shape targets': [() => initLightBridge(rng(1), [1]), (keep) => initLightBridge(rng(1), keep(tensor([], [0, 2])))],
      'range components': () => initLightBridge(rng(1), x1, { components: 0 }),
      'range scale': notPositive.map((scale) => () => initLightBridge(rng(1), x1, { scale })),
    },
  }),
  lightBridgeLoss: tensorFunction(lightBridgeLoss, {
    at: [weights, centers, logScales, x0, x1],
    call: {
      plain: (w, c, s, a, b) => lightBridgeLoss(of(w, c, s), a, b),
      'small epsilon': (w, c, s, a, b) => lightBridgeLoss(of(w, c, s), a, b, { epsilon: 0.6 }),
    },
    extremes: [[weights, centers, logScales, far, far]],
    bad: {
      ...refusals((bridge, x, options) => lightBridgeLoss(bridge, x, x1, options)),
      'shape x1': () => lightBridgeLoss(plain, x0, [[1]]),
    },
  }),
  lightBridgeLogProb: tensorFunction(lightBridgeLogProb, {
    at: [weights, centers, logScales, x0, x1],
    call: (w, c, s, a, b) => lightBridgeLogProb(of(w, c, s), a, b, { epsilon: 0.8 }),
    extremes: [[weights, centers, logScales, far, x1]],
    bad: {
      ...refusals((bridge, x, options) => lightBridgeLogProb(bridge, x, x1, options)),
      'shape x1': [() => lightBridgeLogProb(plain, x0, [[1]]), () => lightBridgeLogProb(plain, x0, [[1, 2]])],
    },
  }),
  lightBridgeDrift: tensorFunction(lightBridgeDrift, {
    at: [weights, centers, logScales, x0],
    call: { early: (w, c, s, x) => lightBridgeDrift(of(w, c, s), x, 0), late: (w, c, s, x) => lightBridgeDrift(of(w, c, s), x, 0.7, { epsilon: 0.8 }) }, // prettier-ignore
    extremes: [[weights, centers, logScales, far]],
    bad: {
      ...Object.fromEntries(
        Object.entries(refusals((bridge, x, options) => lightBridgeDrift(bridge, x, 0.5, options))).map(([what, calls]) => [
          what.replace('x0', 'x'),
          calls,
        ]),
      ),
      'range t': [-0.1, 1, NaN].map((t) => () => lightBridgeDrift(plain, x0, t)),
    },
  }),
  lightBridgePlan: utility(lightBridgePlan, {
    call: (keep) => lightBridgePlan(kept(keep), x0, { epsilon: 0.7 }),
    bad: refusals((bridge, x, options) => lightBridgePlan(bridge, x, options)),
  }),
  sampleLightBridge: utility(sampleLightBridge, {
    call: {
      'at the end': (keep): Tensor => sampleLightBridge(rng(1), kept(keep), x0),
      underway: (keep) => sampleLightBridge(rng(1), kept(keep), x0, { time: 0.4, epsilon: 0.5 }),
    },
    bad: {
      ...refusals((bridge, x, options) => sampleLightBridge(rng(1), bridge, x, options)),
      'dtype rng': () => sampleLightBridge(3 as never, plain, x0),
      'range time': [-0.1, 1.1, NaN].map((time) => () => sampleLightBridge(rng(1), plain, x0, { time })),
    },
  }),
  simulateLightBridge: utility(simulateLightBridge, {
    call: (keep) => simulateLightBridge(rng(1), kept(keep), x0, { steps: 4 }),
    bad: {
      ...refusals((bridge, x, options) => simulateLightBridge(rng(1), bridge, x, options)),
      'dtype rng': () => simulateLightBridge(3 as never, plain, x0),
      'range steps': () => simulateLightBridge(rng(1), plain, x0, { steps: 0 }),
    },
  }),
};
