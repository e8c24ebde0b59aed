/** @file The conformance rows of gradient transformations, their state, and the adapters to tf.layers. */
import { mul, scalar, square, squaredDifference, tensor, variable } from '@tensorflow/tfjs-core';
import { disposed, transformation, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import * as core from '../index.js';

/** Gradient descent that counts its steps and remembers its last gradients. */
const descent = () =>
  core.defineTransformation('defineTransformation', {
    init: (params) => ({ count: 0, last: params }),
    update: (updates, { count }) => ({
      updates: Object.fromEntries(Object.entries(updates).map(([path, u]) => [path, mul(u, -0.1)])),
      state: { count: count + 1, last: updates },
    }),
  });

const params = (keep: Keep) => ({ w: keep(tensor([1, -2])), b: keep(scalar(0.5)) });
const other = (keep: Keep) => ({ w: keep(tensor([1, -2, 3])), b: keep(scalar(0.5)) });
const noTree = { w: 'three', b: 'four' } as never;

/** A step that owns what it is given. */
const stepped = () => {
  const own: Keep = (made) => made;
  const start = params(own);
  const grads = params(own);
  const after = core.step(descent(), start, grads, descent().init(start));
  core.disposeTree(grads);
  return after;
};

/** The rows by name. */
export const optimRows: ConformanceTable = {
  defineTransformation: transformation(core.defineTransformation, {
    make: { descent },
    descends: true,
    bad: {
      'dtype params': () => descent().init(noTree),
      'disposed params': () => descent().init({ w: disposed() }),
      'shape updates': (keep) => descent().update(other(keep), { count: 0, last: {} }, params(keep)),
      'disposed state': (keep) => {
        const state = descent().init(params(keep));
        core.disposeState(state);
        return descent().update(params(keep), state, params(keep));
      },
    },
  }),
  fuse: transformation(core.fuse, {
    make: {
      'without a kernel': () =>
        core.fuse(
          { kernel: 'SurrogateConformanceStep', prepare: (_params, _paths, state) => ({ columns: {}, attrs: {}, next: state }) },
          descent(),
        ),
    },
    bad: { 'dtype fused': () => core.fuse(3 as never, descent()) },
  }),
  applyUpdates: utility(core.applyUpdates, {
    call: (keep) => core.applyUpdates(params(keep), params(keep)),
    bad: {
      'dtype params': (keep) => core.applyUpdates(noTree, params(keep)),
      'shape updates': (keep) => core.applyUpdates(params(keep), other(keep)),
      'disposed updates': (keep) => core.applyUpdates(params(keep), { ...params(keep), w: disposed() }),
    },
  }),
  step: utility(core.step, {
    call: stepped,
    bad: {
      'dtype transformation': (keep) => core.step(3 as never, params(keep), params(keep), {}),
      'dtype params': (keep) => core.step(descent(), noTree, params(keep), { count: 0, last: {} }),
      'shape grads': (keep) => core.step(descent(), params(keep), other(keep), { count: 0, last: {} }),
      'disposed grads': (keep) => core.step(descent(), params(keep), { ...params(keep), w: disposed() }, { count: 0, last: {} }),
      'disposed state': (keep) => core.step(descent(), params(keep), params(keep), { last: disposed() } as never),
    },
  }),
  disposeState: utility(core.disposeState, {
    call: () => core.disposeState({ count: 3, m: [tensor([1])] }),
    bad: { 'dtype state': () => core.disposeState({ m: 'three' } as never) },
  }),
  saveState: utility(core.saveState, {
    call: {
      arrays: (keep) => core.saveState({ count: 3, m: keep(tensor([1, 2])) }),
      json: (keep) => core.saveState({ count: Infinity, m: keep(tensor([1, 2])) }, { json: true }),
    },
    bad: {
      'dtype state': () => core.saveState({ m: 'three' }),
      'disposed state': () => core.saveState({ m: disposed() }),
    },
  }),
  loadState: utility(core.loadState, {
    call: () => core.loadState({ count: 3, m: { $tensor: 'float32', shape: [2], values: new Float32Array([1, 2]) } }),
    bad: {
      'dtype saved': () => core.loadState('three' as never),
      'shape saved': () => core.loadState({ m: { $tensor: 'float32', shape: [3], values: new Float32Array([1, 2]) } }),
    },
  }),
  toTfLoss: utility(core.toTfLoss, {
    call: (keep) => core.toTfLoss(squaredDifference)(keep(tensor([1, 2])), keep(tensor([3, 5]))),
    bad: { 'dtype loss': () => core.toTfLoss(3 as never) },
  }),
  toTfOptimizer: utility(core.toTfOptimizer, {
    call: (keep) => {
      const x = keep(variable(keep(scalar(3))));
      const optimizer = core.toTfOptimizer(descent());
      optimizer.minimize(() => square(x), false, [x]);
      optimizer.dispose();
      return x.clone();
    },
    bad: { 'dtype transformation': () => core.toTfOptimizer(3 as never) },
  }),
};
