import { add, mul, scalar, sum, tensor, tidy, variable, zeros, type Tensor } from '@tensorflow/tfjs-core';
import {
  disposeTree,
  grad,
  paramsOf,
  treeAdd,
  treeAxpy,
  treeClone,
  treeDot,
  treeFlatten,
  treeLeaves,
  treeMap,
  treeNorm,
  treeScale,
  treeSub,
  treeUnflatten,
  treeZerosLike,
  treeZip,
} from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak, expectSurrogateError } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';

interface Params {
  w: Tensor;
  layers: { w: Tensor; b: Tensor }[];
}

const params = (): Params => ({
  w: scalar(7),
  layers: [
    { w: tensor([[1, 2]]), b: tensor([3]) },
    { w: tensor([[4]]), b: tensor([5, 6]) },
  ],
});

eachBackend(() => {
  it('walks leaves by sorted keys and places', async () => {
    const tree = params();
    expect(treeLeaves(tree).map(({ path }) => path)).toEqual(['layers/0/b', 'layers/0/w', 'layers/1/b', 'layers/1/w', 'w']);
    const ten = treeLeaves(Array.from({ length: 11 }, () => tree.w)).map(({ path }) => path);
    expect(ten.slice(8)).toEqual(['8', '9', '10']);
    await expectClose(treeFlatten(tree), [3, 1, 2, 5, 6, 4, 7]);
    expect(treeLeaves(tree.w)[0]!.path).toBe('');
    disposeTree(tree);
  });

  it('keeps the form that it was given', async () => {
    const tree = params();
    const doubled = treeMap(tree, (x) => mul(x, 2));
    expect(Object.keys(doubled)).toEqual(['w', 'layers']);
    await expectClose(doubled.layers[1]!.b, [10, 12]);
    const back = treeUnflatten(treeFlatten(doubled), tree);
    for (const [i, { tensor: x, path }] of treeLeaves(back).entries()) {
      expect(path).toBe(treeLeaves(tree)[i]!.path);
      await expectClose(x, treeLeaves(doubled)[i]!.tensor);
    }
  });

  it('calculates as with one vector', async () => {
    const [a, b] = [params(), treeMap(params(), (x) => add(x, 1))];
    const [x, y] = [treeFlatten(a), treeFlatten(b)];
    await expectClose(treeDot(a, b), sum(mul(x, y)));
    await expectClose(treeNorm(a), Math.sqrt(140));
    await expectClose(treeFlatten(treeAdd(a, b)), add(x, y));
    await expectClose(treeFlatten(treeSub(b, a)), [1, 1, 1, 1, 1, 1, 1]);
    await expectClose(treeFlatten(treeScale(a, 2)), mul(x, 2));
    await expectClose(treeFlatten(treeAxpy(scalar(3), a, b)), add(y, mul(x, 3)));
    await expectClose(treeFlatten(treeZerosLike(a)), zeros([7]));
    await expectClose(treeFlatten(treeZip(a, b, mul)), mul(x, y));
    await expectClose(treeNorm({ a: tensor([3e30]), b: tensor([4e30]) }), 5e30, { rtol: 1e-4 });
    await expectClose(treeNorm([]), 0);
    await expectClose(grad((tree: Params) => treeNorm(tree))(treeZerosLike(a)).layers[1]!.b, [0, 0]);
  });

  it('gives results that belong to the caller', async () => {
    const tree = params();
    const constant = scalar(1);
    for (const body of [
      () => treeMap(tree, (x) => x),
      () => treeMap(tree, () => constant),
      () => treeMap(tree, (x) => add(mul(x, 2), 1)),
      () => treeZip(tree, tree, (_x, y) => y),
      () => treeClone(tree),
      () => treeFlatten({ only: constant }),
      () => treeUnflatten(tensor([1]), { only: constant }),
      () => treeNorm(tree),
    ])
      await expectNoLeak(() => tidy(() => body() as never));
    const twin = treeClone(tree);
    disposeTree(tree);
    disposeTree(tree);
    await expectClose(twin.w, 7);
    await expect(
      expectNoLeak(() =>
        treeMap(twin, (x) => {
          mul(x, 2);
          throw new Error('no');
        }),
      ),
    ).rejects.toThrow(/^no$/);
    disposeTree(twin);
    constant.dispose();
  });
});

describe('what is refused', () => {
  const tree = params();
  const other = { ...tree, layers: tree.layers.slice(1) };
  const wide = { ...tree, w: tensor([1, 2]) };
  const count = scalar(1, 'int32');
  const dead = { ...tree, w: scalar(1) };
  dead.w.dispose();
  it('is told with its place', async () => {
    await expectSurrogateError(() => treeAdd(tree, other), { code: 'shape', fn: 'treeAdd', argument: 'b' });
    expect(() => treeAdd(tree, other)).toThrow('treeAdd: b at layers/0/b must have the shape [1] of a, got [2]');
    expect(() => treeSub(other, tree)).toThrow('treeSub: b at layers/0/b must have the shape [2] of a, got [1]');
    expect(() => treeAdd({ ...tree }, { ...tree, more: scalar(1) } as Params)).toThrow('got one more at more');
    expect(() => treeDot({ ...tree, more: scalar(1) } as Params, tree)).toThrow('got none at more');
    await expectSurrogateError(() => treeZip(tree, wide, add), { code: 'shape', fn: 'treeZip', argument: 'b' });
    await expectSurrogateError(() => treeMap(dead, (x) => x), { code: 'disposed', fn: 'treeMap', argument: 'tree' });
    await expectSurrogateError(() => treeMap({ w: 3 } as never, (x) => x), { code: 'dtype', fn: 'treeMap', argument: 'tree' });
    await expectSurrogateError(() => treeMap({ w: new Float32Array(2) } as never, (x) => x), { code: 'dtype', argument: 'tree' });
    await expectSurrogateError(() => treeMap(tree, () => 3 as never), { code: 'dtype', argument: 'f' });
    await expectSurrogateError(() => treeScale(tree, NaN), { code: 'range', fn: 'treeScale', argument: 'factor' });
    await expectSurrogateError(() => treeScale(tree, wide.w), { code: 'shape', fn: 'treeScale', argument: 'factor' });
    await expectSurrogateError(() => treeAxpy(1, tree, other), { code: 'shape', fn: 'treeAxpy', argument: 'y' });
    await expectSurrogateError(() => treeUnflatten(wide.w, tree), { code: 'shape', fn: 'treeUnflatten', argument: 'vector' });
    await expectSurrogateError(() => treeNorm({ n: count }), { code: 'dtype', fn: 'treeNorm', argument: 'tree' });
  });

  it('tells a/b from a: { b }', () => {
    expect(treeLeaves({ 'a/b': tree.w, a: { b: tree.w }, 'x~y': tree.w } as never).map(({ path }) => path)).toEqual([
      'a/b',
      'a~1b',
      'x~0y',
    ]);
  });
});

describe('paramsOf', () => {
  const weight = (name: string, value: Tensor) => ({ name, read: () => value });
  it('nests the variables of a model by name', () => {
    const [kernel, bias] = [variable(zeros([2, 1])), variable(zeros([1]))];
    const tree = paramsOf({ trainableWeights: [weight('a/kernel', kernel), weight('a/bias', bias)] });
    expect(treeLeaves(tree).map(({ tensor: x }) => x)).toEqual([bias, kernel]);
    expect(() => paramsOf(null as never)).toThrow('paramsOf: model must be a tf.layers model, got null');
    expect(() => paramsOf({ trainableWeights: [weight('a', kernel), weight('a/b', bias)] })).toThrow('below another weight');
    expect(() => paramsOf({ trainableWeights: [weight('a', kernel), weight('a', bias)] })).toThrow('got a twice');
    kernel.dispose();
    expect(() => paramsOf({ trainableWeights: [weight('a', kernel)] })).toThrow('disposed');
    bias.dispose();
  });
});
