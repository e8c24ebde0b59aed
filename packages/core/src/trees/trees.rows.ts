/** @file The conformance rows of trees and of gradients on them. */
import { mul, scalar, square, sum, tensor, tidy, variable, type Tensor } from '@tensorflow/tfjs-core';
import { disposed, utility, type BadCalls, type ConformanceTable, type Keep } from '@surrogate/testing';
import * as core from '../index.js';

/** An interface, as users have them: no index signature. */
interface Params {
  readonly w: Tensor;
  readonly layers: readonly { readonly b: Tensor }[];
}

const params = (keep: Keep, shift = 0): Params => ({
  w: keep(
    tensor([
      [1 + shift, -2],
      [0.5, 3],
    ]),
  ),
  layers: [{ b: keep(tensor([0.3, 0.7 - shift])) }],
});
const other = (keep: Keep): Params => ({ w: keep(scalar(1)), layers: [] });
const dead = (keep: Keep): Params => ({ ...params(keep), w: disposed() });
const noTree = { w: 'three' } as unknown as Params;
const integers = (keep: Keep) => ({ w: keep(tensor([1, 2], [2], 'int32')) });

/** Refusals of what is no live tree. */
const notTrees = (argument: string, call: (tree: Params) => unknown): BadCalls => ({
  [`dtype ${argument}`]: () => call(noTree),
  [`disposed ${argument}`]: (keep: Keep) => call(dead(keep)),
});

/** Refusals of two trees that differ. */
const notAlike = (first: string, second: string, call: (a: Params, b: Params) => unknown): BadCalls => ({
  [`dtype ${first}`]: (keep: Keep) => call(noTree, params(keep)),
  [`dtype ${second}`]: (keep: Keep) => call(params(keep), noTree),
  [`disposed ${second}`]: (keep: Keep) => call(params(keep), dead(keep)),
  [`shape ${second}`]: (keep: Keep) => call(params(keep), other(keep)),
});

const loss = ({ w, layers }: Params) => tidy(() => sum(mul(mul(w, square(w)), layers[0]!.b)));

/** Refusals that all functions of derivatives share. */
const derivativeRefusals = (make: (f: (p: Params) => Tensor) => (p: Params, keep: Keep) => unknown): BadCalls => ({
  'dtype f': [() => make(3 as never), (keep) => make(() => 3 as never)(params(keep), keep)],
  'dtype params': (keep) => make(loss)(noTree, keep),
  'disposed params': (keep) => make(loss)(dead(keep), keep),
});

/** The rows by name. */
export const treeRows: ConformanceTable = {
  treeLeaves: utility(core.treeLeaves, {
    call: (keep) => core.treeLeaves(params(keep)).map(({ path, tensor: { size } }) => ({ length: path.length, size })),
    bad: notTrees('tree', core.treeLeaves),
  }),
  treeMap: utility(core.treeMap, {
    call: {
      squares: (keep) => core.treeMap(params(keep), square),
      'the leaves themselves': (keep) => core.treeMap(params(keep), (x) => x),
    },
    bad: { ...notTrees('tree', (tree) => core.treeMap(tree, square)), 'dtype f': (keep) => core.treeMap(params(keep), () => 3 as never) },
  }),
  treeZip: utility(core.treeZip, {
    call: (keep) => core.treeZip(params(keep), params(keep, 1), mul),
    bad: notAlike('a', 'b', (a, b) => core.treeZip(a, b, mul)),
  }),
  treeFlatten: utility(core.treeFlatten, {
    call: (keep) => core.treeFlatten(params(keep)),
    bad: notTrees('tree', core.treeFlatten),
  }),
  treeUnflatten: utility(core.treeUnflatten, {
    call: (keep) => core.treeUnflatten(keep(tensor([1, 2, 3, 4, 5, 6])), params(keep)),
    bad: {
      'dtype like': (keep) => core.treeUnflatten(keep(tensor([1])), noTree),
      'disposed like': (keep) => core.treeUnflatten(keep(tensor([1])), dead(keep)),
      'shape vector': (keep) => core.treeUnflatten(keep(tensor([1])), params(keep)),
      'dtype vector': (keep) => core.treeUnflatten('three' as never, params(keep)),
      'disposed vector': (keep) => core.treeUnflatten(disposed(), params(keep)),
    },
  }),
  treeNorm: utility(core.treeNorm, { call: (keep) => core.treeNorm(params(keep)), bad: notTrees('tree', core.treeNorm) }),
  treeDot: utility(core.treeDot, {
    call: (keep) => core.treeDot(params(keep), params(keep, 1)),
    bad: notAlike('a', 'b', core.treeDot),
  }),
  treeAdd: utility(core.treeAdd, {
    call: (keep) => core.treeAdd(params(keep), params(keep, 1)),
    bad: notAlike('a', 'b', core.treeAdd),
  }),
  treeSub: utility(core.treeSub, {
    call: (keep) => core.treeSub(params(keep), params(keep, 1)),
    bad: notAlike('a', 'b', core.treeSub),
  }),
  treeScale: utility(core.treeScale, {
    call: { number: (keep) => core.treeScale(params(keep), 3), scalar: (keep) => core.treeScale(params(keep), keep(scalar(3))) },
    bad: {
      ...notTrees('tree', (tree) => core.treeScale(tree, 3)),
      'dtype tree': (keep) => core.treeScale(integers(keep), 3),
      'range factor': (keep) => core.treeScale(params(keep), NaN),
      'shape factor': (keep) => core.treeScale(params(keep), keep(tensor([1, 2]))),
    },
  }),
  treeAxpy: utility(core.treeAxpy, {
    call: (keep) => core.treeAxpy(0.5, params(keep), params(keep, 1)),
    bad: {
      ...notAlike('x', 'y', (x, y) => core.treeAxpy(1, x, y)),
      'range a': (keep) => core.treeAxpy(Infinity, params(keep), params(keep)),
    },
  }),
  treeZerosLike: utility(core.treeZerosLike, {
    call: (keep) => core.treeZerosLike(params(keep)),
    bad: notTrees('tree', core.treeZerosLike),
  }),
  treeClone: utility(core.treeClone, { call: (keep) => core.treeClone(params(keep)), bad: notTrees('tree', core.treeClone) }),
  disposeTree: utility(core.disposeTree, {
    call: () => core.disposeTree(params((made) => made)),
    bad: { 'dtype tree': () => core.disposeTree(noTree) },
  }),
  paramsOf: utility(core.paramsOf, {
    call: (keep) => {
      // The tree holds the model's own tensors.
      const kernel = keep(variable(keep(tensor([1, 2]))));
      return core.treeClone(core.paramsOf({ trainableWeights: [{ name: 'dense/kernel', read: () => kernel }] }));
    },
    bad: {
      'dtype model': [
        () => core.paramsOf(3 as never),
        (keep) => core.paramsOf({ trainableWeights: [{ name: 'w', read: () => keep(scalar(1)) }] }),
      ],
      'shape model': (keep) => {
        const kernel = keep(variable(keep(scalar(1))));
        return core.paramsOf({ trainableWeights: ['w', 'w'].map((name) => ({ name, read: () => kernel })) });
      },
    },
  }),
  grad: utility(core.grad, {
    call: (keep) => core.grad(loss)(params(keep)),
    bad: {
      ...derivativeRefusals((f) => core.grad(f)),
      'shape f': (keep) => core.grad((p: Params) => square(p.w))(params(keep)),
    },
  }),
  valueAndGrad: utility(core.valueAndGrad, {
    call: {
      plain: (keep) => core.valueAndGrad(loss)(params(keep)),
      'with more': (keep) => core.valueAndGrad((p: Params) => [loss(p), { squares: square(p.w) }] as const, { hasAux: true })(params(keep)),
    },
    bad: {
      ...derivativeRefusals((f) => core.valueAndGrad(f)),
      'shape f': (keep) => core.valueAndGrad((p: Params) => square(p.w))(params(keep)),
    },
  }),
  hvp: utility(core.hvp, {
    call: (keep) => core.hvp(loss)(params(keep), params(keep, 1)),
    bad: {
      ...derivativeRefusals((f) => {
        const product = core.hvp(f);
        return (p, keep) => product(p, params(keep));
      }),
      'shape vector': (keep) => core.hvp(loss)(params(keep), other(keep)),
      'shape f': (keep) => core.hvp((p: Params) => square(p.w))(params(keep), params(keep)),
    },
  }),
  jvp: utility(core.jvp, {
    call: (keep) => core.jvp((p: Params) => square(p.w))(params(keep), params(keep, 1)),
    bad: {
      ...derivativeRefusals((f) => {
        const product = core.jvp(f);
        return (p, keep) => product(p, params(keep));
      }),
      'shape tangent': (keep) => core.jvp(loss)(params(keep), other(keep)),
    },
  }),
};
