/** @file Runs of gradient transformations on a small tree. */
import { clone, scalar, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { step, type GradientTransformation, type StateTree, type UpdateExtra } from '@surrogate/core';
import { uniforms } from '../gradients/directions.js';
import { disposeResult } from '../matchers/expectNoLeak.js';

/** A tree with a matrix, a vector and a scalar. */
export type Tree = {
  layers: { b: Tensor; w: Tensor }[];
  scale: Tensor;
};

/** A tree of numbers drawn one after the other. */
export const treeOf = (next: () => number): Tree => ({
  layers: [{ b: tensor(Array.from({ length: 3 }, next)), w: tensor(Array.from({ length: 6 }, next), [2, 3]) }],
  scale: scalar(next()),
});

/** The tensors of a tree, in the order of their paths. */
export const leavesOf = ({ layers, scale }: Tree): Tensor[] => [...layers.flatMap(({ b, w }) => [b, w]), scale];

/** Where every run begins: numbers in [-1, 1]. */
export function startParams(): Tree {
  const next = uniforms(3);
  return treeOf(() => 2 * next() - 1);
}

/** Gradients as training gives them: others at each step, of both signs and several sizes. */
export function gradientsAt(step: number): Tree {
  const next = uniforms(100 + step);
  return treeOf(() => (2 * next() - 1) * 10 ** (2 * next() - 1));
}

/** The gradients of half the squared distance from 0. */
export const bowl = (_step: number, { layers, scale }: Tree): Tree => ({
  layers: layers.map(({ b, w }) => ({ b: clone(b), w: clone(w) })),
  scale: clone(scale),
});

/** The parameters after so many steps; they are the caller's. With `chain` the kernel that a transformation may name is left aside. */
export function run(
  transformation: GradientTransformation,
  steps: number,
  gradients: (step: number, params: Tree) => Tree,
  { extra, chain = false }: { readonly extra?: UpdateExtra | undefined; readonly chain?: boolean } = {},
): Tree {
  const { init, update } = transformation;
  const taken: GradientTransformation = chain ? { init, update } : transformation;
  let params = startParams();
  let state: StateTree = taken.init(params);
  for (let count = 0; count < steps; count++) {
    const grads = gradients(count, params);
    ({ params, state } = step(taken, params, grads, state, extra));
    disposeResult(grads);
  }
  disposeResult(state);
  return params;
}
