/** @file P2: an output layer for losses of the spherical family trains at a cost that the number of classes does not change. */
import type { Rng } from '@surrogate/core';
import { sphericalHead, sphericalHeadStep, sphericalZ, type SphericalHead } from '@surrogate/losses';
import { claim } from '../claim.js';

const loss = sphericalZ();
const settings = { learningRate: 0.01, loss };

/** Counts how often numbers of the layer are read or written; a method of an array counts as all of its numbers. */
function counted(head: SphericalHead): { head: SphericalHead; touched: () => number } {
  let touches = 0;
  const watch = (array: Float64Array) =>
    new Proxy(array, {
      get(target, key) {
        if (typeof key === 'string' && /^\d/.test(key)) touches++;
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== 'function') return value;
        touches += target.length;
        return (value as (...args: unknown[]) => unknown).bind(target);
      },
      set(target, key, value) {
        touches++;
        return Reflect.set(target, key, value);
      },
    });
  const parts = Object.entries(head).map(([name, part]: [string, unknown]) => [name, part instanceof Float64Array ? watch(part) : part]);
  return { head: Object.fromEntries(parts) as SphericalHead, touched: () => touches };
}

/** The same step on the weights themselves; gives how many it touched. */
function denseStep(weights: Float64Array, h: Float64Array, label: number): number {
  const d = h.length;
  const classes = weights.length / d;
  const outputs = new Float64Array(classes);
  let [sum, squares] = [0, 0];
  for (let k = 0; k < classes; k++) {
    for (let i = 0; i < d; i++) outputs[k]! += weights[k * d + i]! * h[i]!;
    sum += outputs[k]!;
    squares += outputs[k]! ** 2;
  }
  const { slopes } = loss.ofSums({ label: outputs[label]!, sum, squares }, classes);
  for (let k = 0; k < classes; k++) {
    const slope = slopes.sum + 2 * slopes.squares * outputs[k]! + (k === label ? slopes.label : 0);
    for (let i = 0; i < d; i++) weights[k * d + i]! -= settings.learningRate * slope * h[i]!;
  }
  return 3 * weights.length;
}

/** Milliseconds of a call, the least of several. */
function fastest(times: number, call: () => void): number {
  let least = Infinity;
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    call();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}

/** Steps, on examples drawn alike for both forms. */
function examples(rng: Rng, width: number, classes: number, count: number) {
  return Array.from({ length: count }, () => ({ h: rng.fillNormal(new Float64Array(width)), label: rng.integer(0, classes) }));
}

export default claim({
  paper: 2,
  says: 'A gradient step of the Z-loss on an output layer costs the same for a hundred thousand classes as for a thousand, and is the step on all weights.',
  params: { width: 32, few: 1000, many: 100000, steps: 60 },
  quick: { width: 8, few: 50, many: 400, steps: 10 },
  seeds: [0, 1, 2],
  run({ params, rng, progress, say }) {
    const { width, few, many, steps } = params;
    const measure = (classes: number) => {
      const weights = rng.fillNormal(new Float64Array(classes * width), 0, 0.1);
      const batch = examples(rng, width, classes, steps);
      const head = sphericalHead(weights, width);
      const watched = counted(head);
      sphericalHeadStep(watched.head, batch[0]!.h, batch[0]!.label, settings);
      const dense = denseStep(weights, batch[0]!.h, batch[0]!.label);
      const ofHead = fastest(5, () => batch.forEach(({ h, label }) => sphericalHeadStep(head, h, label, settings))) / steps;
      const few10 = batch.slice(0, 10);
      const ofAll = fastest(2, () => few10.forEach(({ h, label }) => denseStep(weights, h, label))) / few10.length;
      say(`${classes} classes: ${ofHead.toFixed(4)} ms a step of the head, ${ofAll.toFixed(4)} ms a step on all weights`);
      return { touched: watched.touched(), dense };
    };
    const small = measure(few);
    progress(0.4);
    const large = measure(many);
    const table = {
      kind: 'table' as const,
      title: 'Numbers that one step of gradient descent reads or writes',
      columns: ['classes', 'spherical head', 'all weights'],
      rows: [
        [few, small.touched, small.dense],
        [many, large.touched, large.dense],
      ],
    };
    return Promise.resolve({
      metrics: { growth: large.touched / small.touched, touched: large.touched },
      baseline: { growth: large.dense / small.dense, touched: large.dense },
      sections: [table],
    });
  },
  /** The specification: no number of classes appears in the cost of a step, while the step on all weights grows as they do. */
  shown: ({ metrics, baseline }) => metrics.growth < 1.05 && baseline.growth > 50 && metrics.touched < 0.01 * baseline.touched,
});
