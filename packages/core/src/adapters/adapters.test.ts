import {
  add,
  mean,
  memory,
  mul,
  scalar,
  square,
  squaredDifference,
  sub,
  sum,
  tensor,
  tidy,
  variable,
  zerosLike,
  type Scalar,
  type Tensor,
} from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {
  classLossScope,
  defineTransformation,
  dotLast,
  grad,
  logSoftmax,
  paramsOf,
  step,
  toTfLoss,
  toTfOptimizer,
  treeLeaves,
  type ByPath,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak, expectSurrogateError, read } from '@surrogate/testing';
import { expect, it } from 'vitest';

const mapPaths = (tensors: ByPath, f: (x: Tensor, path: string) => Tensor): ByPath =>
  Object.fromEntries(Object.entries(tensors).map(([path, x]) => [path, f(x, path)]));

const heavyBall = (rate: number) =>
  defineTransformation<{ count: number; momentum: ByPath }>('heavyBall', {
    init: (params) => ({ count: 0, momentum: mapPaths(params, zerosLike) }),
    update: (updates, { count, momentum }) => {
      const next = mapPaths(updates, (g, path) => add(mul(momentum[path]!, 0.9), g));
      return { updates: mapPaths(next, (m) => mul(m, -rate)), state: { count: count + 1, momentum: next } };
    },
  });

const crossEntropy = (logits: TensorLike, labels: Labels) =>
  classLossScope('crossEntropy', { logits, labels }, {}, (row) => mul(dotLast(row.target, logSoftmax(row.logits)), -1));

const inputs = [
  [1, 0.5],
  [0.2, 1],
  [-1, -0.3],
  [-0.4, -1],
];

const model = () => {
  const made = layers.sequential({
    layers: [
      layers.layers.dense({
        units: 4,
        activation: 'tanh',
        inputShape: [2],
        kernelInitializer: layers.initializers.glorotNormal({ seed: 1 }),
      }),
      layers.layers.dense({ units: 2, kernelInitializer: layers.initializers.glorotNormal({ seed: 2 }) }),
    ],
  });
  return made;
};

eachBackend(
  () => {
    it('trains a model of tf.layers', async () => {
      const net = model();
      const optimizer = toTfOptimizer(heavyBall(0.1));
      net.compile({ optimizer, loss: toTfLoss(crossEntropy) });
      const [x, y] = [
        tensor(inputs),
        tensor([
          [1, 0],
          [1, 0],
          [0, 1],
          [0, 1],
        ]),
      ];
      const first = await net.trainOnBatch(x, y);
      const before = memory().numTensors;
      const { history } = await net.fit(x, y, { epochs: 20, verbose: 0 });
      expect(memory().numTensors).toBe(before);
      expect(history['loss']!.at(-1)).toBeLessThan((first as number) / 2);
      expect(optimizer.iterations).toBe(21);
      optimizer.dispose();
      net.dispose();
    });

    it('takes the steps that step takes, and goes on from what was saved', async () => {
      const [a, b, c] = [variable(tensor([1, -2])), variable(tensor([1, -2])), variable(tensor([1, -2]))];
      const optimizer = toTfOptimizer(heavyBall(0.1));
      let state = heavyBall(0.1).init({ b });
      for (let i = 0; i < 3; i++) {
        optimizer.minimize(() => sum<Scalar>(square(a)), false, [a])?.dispose();
        const grads = grad((p: { b: Tensor }) => sum(square(p.b)))({ b });
        ({ state } = step(heavyBall(0.1), { b }, grads, state));
        grads.b.dispose();
      }
      await expectClose(a, b);
      const saved = await optimizer.getWeights();
      expect(saved.map(({ name }) => name)).toEqual(['iter', 'count', `momentum/${a.name}`]);
      c.assign(a.clone());
      const other = toTfOptimizer(heavyBall(0.1));
      await other.setWeights(saved.map(({ name, tensor: x }) => ({ name: name.replace(a.name, c.name), tensor: x })));
      for (const [x, which] of [[a, optimizer] as const, [c, other] as const]) which.minimize(() => sum<Scalar>(square(x)), false, [x]);
      expect((await read(c)).data).toEqual((await read(a)).data);
      expect(other.iterations).toBe(4);
    });

    it('sees the parameters of a model as a tree', async () => {
      const net = model();
      const params = paramsOf(net);
      expect(treeLeaves(params as never).map(({ path }) => path.replace(/_.*\//, '/'))).toEqual([
        'dense/bias',
        'dense/kernel',
        'dense/bias',
        'dense/kernel',
      ]);
      const [x, y] = [tensor(inputs), tensor([0, 0, 1, 1], [4], 'int32')];
      const loss = () => tidy(() => crossEntropy(net.apply(x) as Tensor, y));
      const optimizer = heavyBall(0.2);
      let state = optimizer.init(params as never);
      const before = (await loss().data())[0]!;
      for (let i = 0; i < 20; i++) {
        const grads = grad(loss as (p: never) => Tensor)(params as never);
        ({ state } = step(optimizer, params as never, grads, state));
        treeLeaves(grads).forEach(({ tensor: g }) => g.dispose());
      }
      expect((await loss().data())[0]!).toBeLessThan(before / 2);
      net.dispose();
    });
  },
  // tf.layers is the same everywhere; the slower backends add nothing but time.
  { backends: ['cpu', 'wasm'] },
);

it('turns the arguments of a loss', async () => {
  const loss = toTfLoss((predictions, targets) => mean(sub(mul(predictions, 2), targets)));
  await expectClose(loss(tensor([1]), tensor([5])), 9);
});

it('refuses what is no loss, no transformation, and variables that come later', async () => {
  await expectSurrogateError(() => toTfLoss(3 as never), { code: 'dtype', fn: 'toTfLoss', argument: 'loss' });
  await expectSurrogateError(() => toTfOptimizer({} as never), { code: 'dtype', fn: 'toTfOptimizer', argument: 'transformation' });
  const [a, b] = [variable(scalar(1)), variable(scalar(2))];
  const optimizer = toTfOptimizer(heavyBall(0.1));
  optimizer.minimize(() => squaredDifference<Scalar>(a, 3), false, [a]);
  const g = scalar(1);
  await expectSurrogateError(() => optimizer.applyGradients({ [b.name]: g }), {
    code: 'shape',
    fn: 'toTfOptimizer',
    argument: 'gradients',
  });
  await expectNoLeak(() => optimizer.applyGradients({ [a.name]: g }));
  optimizer.dispose();
});
