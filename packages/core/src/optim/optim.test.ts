import {
  add,
  clone,
  fill,
  getBackend,
  mul,
  registerKernel,
  scalar,
  sqrt,
  square,
  sub,
  tensor,
  tidy,
  unregisterKernel,
  variable,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import {
  applyUpdates,
  defineTransformation,
  disposeState,
  disposeTree,
  fuse,
  loadState,
  saveState,
  step,
  treeClone,
  type ByPath,
  type GradientTransformation,
  type StateTree,
} from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak, expectSurrogateError, read } from '@surrogate/testing';
import { afterEach, describe, expect, it } from 'vitest';

interface Params {
  w: Tensor;
  layers: { b: Tensor }[];
}

const mapPaths = (tensors: ByPath, f: (x: Tensor, path: string) => Tensor): ByPath =>
  Object.fromEntries(Object.entries(tensors).map(([path, x]) => [path, f(x, path)]));

/** A heavy ball, in so many words. */
const heavyBall = defineTransformation<{ count: number; momentum: ByPath }>('heavyBall', {
  init: (params) => ({ count: 0, momentum: mapPaths(params, zerosLike) }),
  update: (updates, { count, momentum }) => {
    const next = mapPaths(updates, (g, path) => add(mul(momentum[path]!, 0.9), g));
    return { updates: mapPaths(next, (m) => mul(m, -0.1)), state: { count: count + 1, momentum: next } };
  },
});

const params = (): Params => ({ w: tensor([1, -2]), layers: [{ b: tensor([[0.5]]) }] });
const slopes = ({ w, layers }: Params): Params => ({ w: mul(w, 2), layers: layers.map(({ b }) => ({ b: square(b) })) });

/** The same ball as a kernel: in place, on whatever backend, by overwriting what a tensor's data holds. */
const kernel = 'SurrogateTestHeavyBall';
const fusedBall: GradientTransformation<{ count: number; momentum: ByPath }> = fuse(
  {
    kernel,
    prepare: (_params, paths, { count, momentum }) => ({
      columns: { m: paths.map((path) => momentum[path]!) },
      attrs: { rate: paths.map(() => 0.1) },
      next: { count: count + 1, momentum },
    }),
  },
  heavyBall,
);

function registerBall(): void {
  registerKernel({
    kernelName: kernel,
    backendName: 'cpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const valuesOf = (name: string) =>
        (backend as { data: { get(id: object): { values: Float32Array } } }).data.get(inputs[name]!.dataId).values;
      for (let i = 0; inputs[`param${i}`] !== undefined; i++) {
        const [p, g, m] = [valuesOf(`param${i}`), valuesOf(`grad${i}`), valuesOf(`m${i}`)];
        const rate = (attrs!['rate'] as unknown as number[])[i]!;
        p.forEach((_value, j) => {
          m[j] = 0.9 * m[j]! + g[j]!;
          p[j]! -= rate * m[j];
        });
      }
      return [];
    },
  });
}

function train(
  transformation: GradientTransformation,
  from: Params,
  state: StateTree,
  steps: number,
): { params: Params; state: StateTree } {
  let current = { params: from, state };
  for (let i = 0; i < steps; i++) {
    const grads = slopes(current.params);
    current = step(transformation, current.params, grads, current.state);
    disposeTree(grads);
  }
  return current;
}

eachBackend(() => {
  it('steps as the formula says, and leaves nothing behind', async () => {
    const run = () => {
      const start = params();
      return train(heavyBall, start, heavyBall.init(start), 3);
    };
    await expectNoLeak(run);
    let [w, m] = [1, 0];
    for (let i = 0; i < 3; i++) {
      m = 0.9 * m + 2 * w;
      w -= 0.1 * m;
    }
    const end = run();
    await expectClose(end.params.w, [w, -2 * w]);
    expect((end.state as { count: number }).count).toBe(3);
  });

  it('adds updates to new parameters', async () => {
    const start = params();
    await expectNoLeak(() => applyUpdates(start, start));
    await expectClose(applyUpdates(start, slopes(start)).w, [3, -6]);
  });

  it('assigns to variables', async () => {
    const model = { w: variable(tensor([1, -2])) };
    const { params: moved } = step(heavyBall, model, { w: tensor([1, 1]) }, heavyBall.init(model));
    expect(moved.w).toBe(model.w);
    await expectClose(model.w, [0.9, -2.1]);
    model.w.dispose();
  });

  it('continues bit by bit from what was saved', async () => {
    const start = params();
    const early = train(heavyBall, start, heavyBall.init(start), 2);
    for (const json of [false, true]) {
      const saved = await saveState(early, { json });
      const back = loadState<{ params: StateTree; state: StateTree }>(json ? JSON.parse(JSON.stringify(saved)) : saved);
      expect(Object.keys(back)).toEqual(['params', 'state']);
      const again = train(heavyBall, back.params as unknown as Params, back.state, 3);
      const straight = train(heavyBall, treeClone(early.params), loadState(await saveState(early.state as object)), 3);
      expect((await read(again.params.w)).data).toEqual((await read(straight.params.w)).data);
      disposeTree(again.params);
      disposeTree(straight.params);
      disposeState([again.state, straight.state]);
    }
    const odd = {
      n: [NaN, -Infinity, -0, 1 / 3],
      flag: true,
      none: null,
      mask: tensor([1, 0], [2], 'bool'),
      ids: tensor([7], [1], 'int32'),
    };
    const back = loadState<typeof odd>(JSON.parse(JSON.stringify(await saveState(odd, { json: true }))));
    expect([back.n, back.flag, back.none, back.mask.dtype, back.ids.dtype]).toEqual([odd.n, true, null, 'bool', 'int32']);
    await expectClose(back.mask, [1, 0]);
  });

  it('disposes a state by one call', async () => {
    const start = params();
    await expectNoLeak(() => {
      disposeState(heavyBall.init(start));
      const grads = slopes(start);
      const { state, params: moved } = step(heavyBall, treeClone(start), grads, heavyBall.init(start));
      state.dispose();
      expect(state.momentum['w']!.isDisposed).toBe(true);
      expect(Object.keys(state)).toEqual(['count', 'momentum']);
      disposeTree(moved);
      disposeTree(grads);
      {
        using saved = loadState<{ w: Tensor }>({ w: { $tensor: 'float32', shape: [1], values: new Float32Array(1) } });
        expect(Object.keys(saved)).toEqual(['w']);
      }
    });
  });

  it('owns what rules hand on', async () => {
    const same = defineTransformation<{ last: ByPath; twin: ByPath }>('same', {
      init: (given) => ({ last: given, twin: given }),
      update: (updates) => ({ updates, state: { last: updates, twin: updates } }),
    });
    const start = params();
    await expectNoLeak(() => same.init(start));
    const state = same.init(start);
    await expectNoLeak(() => same.update(start, state, start));
    await expectNoLeak(() => train(same, params(), same.init(start), 2));
  });
});

describe('a fused step', () => {
  afterEach(() => unregisterKernel(kernel, 'cpu'));

  it('does in place what the chain does', async () => {
    const [start, twin] = [params(), params()];
    const chained = train(fusedBall, twin, fusedBall.init(twin), 4);
    registerBall();
    const state = fusedBall.init(start);
    const momentum = state.momentum['w']!;
    const end = train(fusedBall, start, state, 4);
    expect(end.params.w).toBe(start.w);
    expect((end.state as typeof state).momentum['w']).toBe(momentum);
    expect((end.state as typeof state).count).toBe(4);
    await expectClose(end.params.w, chained.params.w);
    await expectClose(end.params.layers[0]!.b, chained.params.layers[0]!.b);
  });

  it('keeps models of one form apart that take turns, and gradients that change', async () => {
    const optimizer = fusedBall;
    const start = () => [{ w: tensor([1, -2]) }, { w: tensor([3, 5]) }, { w: tensor([7]) }] as const;
    const grads = [tensor([1, 1]), tensor([2, -1]), tensor([4])] as const;
    const turns = async () => {
      const models = start().map((model) => ({ params: model, state: optimizer.init(model) }));
      for (const times of [1, -3])
        for (const [i, { params: w, state }] of models.entries()) models[i] = step(optimizer, w, { w: mul(grads[i]!, times) }, state);
      return Promise.all(models.map(async ({ params: { w } }) => [...(await w.data())]));
    };
    const chained = await turns();
    registerBall();
    const fused = await turns();
    for (const [i, values] of fused.entries()) await expectClose(values, chained[i]!);
    expect(fused[0]).not.toEqual(fused[1]);
  });

  it('never changes what others look at', async () => {
    registerBall();
    const start = params();
    const reference = treeClone(start);
    const state = fusedBall.init(start);
    const checkpoint = loadState<typeof state>(await saveState(state));
    const shared = { count: 0, momentum: mapPaths(state.momentum, clone) };
    const tied = { a: start.w, b: start.w };
    const model = { w: variable(start.w) };
    const both = step(fusedBall, tied, treeClone(tied), fusedBall.init(tied));
    await expectClose(both.params.a, [0.9, -1.8]);
    await expectClose(both.params.b, [0.9, -1.8]);
    await expectClose(reference.w, [1, -2]);
    await expectClose(model.w, [1, -2]);
    const moved = step(fusedBall, model, { w: reference.w }, { count: 0, momentum: { w: zerosLike(model.w) } });
    expect(moved.params.w).toBe(model.w);
    await expectClose(model.w, [0.9, -1.8]);
    await expectClose(reference.w, [1, -2]);
    const end = step(fusedBall, treeClone(reference), reference, shared);
    await expectClose(end.params.w, [0.9, -1.8]);
    await expectClose(state.momentum['w']!, [0, 0]);
    expect(checkpoint.count).toBe(0);
    await expectNoLeak(() => {
      const [mine, own] = [treeClone(reference), fusedBall.init(reference)];
      return step(fusedBall, mine, reference, own);
    });
  });

  it('lets what comes before it run as ordinary ops', async () => {
    registerBall();
    const { kernel: name, prepare } = fusedBall.fused!;
    const clipped: typeof fusedBall = {
      ...fusedBall,
      fused: {
        kernel: name,
        prepare,
        first: (updates, state) => ({ updates: tidy(() => ({ ...updates, w: sqrt((updates as unknown as Params).w) })), state }),
      },
    };
    const start = { w: tensor([1, 1]) };
    const grads = { w: tensor([4, 9]) };
    await expectClose(step(clipped, start, grads, clipped.init(start)).params.w, [0.8, 0.7]);
    await expectNoLeak(() => {
      const mine = { w: fill([2], 1) };
      return step(clipped, mine, grads, clipped.init(mine));
    });
  });
});

describe('what is refused', () => {
  const start = params();
  const state = heavyBall.init(start);
  const narrow = { ...start, w: tensor([1]) };
  const integers = { w: tensor([1], [1], 'int32') };
  it('leaves params and state as they were', async () => {
    await expectSurrogateError(() => step({} as never, start, start, state), { code: 'dtype', fn: 'step', argument: 'transformation' });
    await expectSurrogateError(() => step(heavyBall, start, narrow, state), { code: 'shape', fn: 'step', argument: 'grads' });
    await expectSurrogateError(() => step(heavyBall, integers, integers, state), { code: 'dtype', fn: 'step', argument: 'params' });
    await expectSurrogateError(() => heavyBall.update(narrow, state, start), { code: 'shape', fn: 'heavyBall', argument: 'updates' });
    await expectSurrogateError(() => applyUpdates(start, narrow), { code: 'shape', fn: 'applyUpdates', argument: 'updates' });
    await expectSurrogateError(() => fuse({} as never, heavyBall), { code: 'dtype', fn: 'fuse', argument: 'fused' });
    await expectSurrogateError(() => disposeState({ f: () => 0 } as never), { code: 'dtype', fn: 'disposeState', argument: 'state' });
    await expectSurrogateError(() => loadState('x' as never), { code: 'dtype', fn: 'loadState', argument: 'saved' });
    await expectSurrogateError(() => loadState({ w: { $tensor: 'float32', shape: [2], values: new Float32Array(1) } }), {
      code: 'shape',
      argument: 'saved',
    });
    await expectSurrogateError(() => loadState({ w: { $tensor: 'float16' as never, shape: [], values: '' } }), {
      code: 'dtype',
      argument: 'saved',
    });
    await expectSurrogateError(() => saveState({ f: () => 0 }), { code: 'dtype', fn: 'saveState', argument: 'state' });
    await expectClose(start.w, [1, -2]);
    await expectClose(state.momentum['w']!, [0, 0]);
    const dead = heavyBall.init(start);
    disposeState(dead);
    await expectSurrogateError(() => step(heavyBall, start, start, dead), { code: 'disposed', fn: 'step', argument: 'state' });
    await expectSurrogateError(() => saveState(dead), { code: 'disposed', fn: 'saveState', argument: 'state' });
    const throwing = defineTransformation('throwing', {
      init: () => ({}),
      update: (updates) => {
        sub(updates['w']!, scalar(1));
        throw new Error('no');
      },
    });
    await expect(expectNoLeak(() => step(throwing, start, start, {}))).rejects.toThrow(/^no$/);
    expect([start.w.isDisposed, getBackend()]).toEqual([false, 'cpu']);
  });
});
