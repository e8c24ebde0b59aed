/** @file Runs of gradient transformations on a small tree: with their chain, and with their kernel. */
import { add, clone, engine, scalar, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import type { GradientTransformation, StateTree, UpdateExtra } from '@surrogate/core';
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

/** The paths of a tree's tensors. */
const paths = ['layers/0/b', 'layers/0/w', 'scale'];

const mapTrees = (f: (x: Tensor, y: Tensor) => Tensor, a: Tree, b: Tree): Tree => ({
  layers: a.layers.map((layer, i) => ({ b: f(layer.b, b.layers[i]!.b), w: f(layer.w, b.layers[i]!.w) })),
  scale: f(a.scale, b.scale),
});

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
export const bowl = (_step: number, params: Tree): Tree => mapTrees((x) => clone(x), params, params);

/** The parameters after so many steps of the chain; they are the caller's. */
export function runChain(
  transformation: GradientTransformation,
  steps: number,
  gradients: (step: number, params: Tree) => Tree,
  extra?: UpdateExtra,
): Tree {
  let params = startParams();
  let state: StateTree = transformation.init(params);
  for (let step = 0; step < steps; step++) {
    const grads = gradients(step, params);
    const updated = transformation.update(grads, state, params, extra);
    const next = tidy(() => mapTrees((x, y) => add(x, y), params, updated.updates));
    disposeResult([grads, params, state, updated.updates]);
    params = next;
    state = updated.state;
  }
  disposeResult(state);
  return params;
}

/** The parameters after so many steps of the kernel that the current backend has; they are the caller's. */
export function runKernel(transformation: GradientTransformation, steps: number, gradients: (step: number) => Tree): Tree {
  const { kernel, prepare } = transformation.fused!;
  const params = startParams();
  let state: StateTree = transformation.init(params);
  const numbered = (role: string, tensors: readonly Tensor[]) => Object.fromEntries(tensors.map((x, i) => [`${role}${i}`, x]));
  for (let step = 0; step < steps; step++) {
    const grads = gradients(step);
    const { columns, attrs, next } = prepare(leavesOf(params), paths, state);
    const roles = Object.entries({ param: leavesOf(params), grad: leavesOf(grads), ...columns });
    engine().runKernel(kernel, Object.assign({}, ...roles.map(([role, tensors]) => numbered(role, tensors))), attrs);
    disposeResult(grads);
    state = next;
  }
  disposeResult(state);
  return params;
}
