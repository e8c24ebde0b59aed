import {
  accumulate,
  adam,
  addNoise,
  applyIfFinite,
  cautious,
  injectHyperparams,
  lookahead,
  masked,
  muon,
  parameterEma,
  partition,
  reduceOnPlateau,
  scale,
  sgd,
  shampoo,
  sharpnessAware,
  soap,
  warmupStableDecay,
} from '@surrogate/optim';
import { rng, step, type GradientTransformation, type StateTree } from '@surrogate/core';
import { eachBackend, expectClose, read } from '@surrogate/testing';
import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const gradients = [
  [0.1, -0.2, 0.3],
  [0.4, 0.5, -0.6],
  [-0.7, 0.8, 0.9],
];

/** The parameters after one step a gradient, from [1, -2, 0.5]. */
function run(transformation: GradientTransformation, fed: readonly number[][]): Tensor {
  let params = { w: tensor([1, -2, 0.5]) };
  let state: StateTree = transformation.init(params);
  for (const g of fed) ({ params, state } = step(transformation, params, { w: tensor(g) }, state));
  return params.w;
}

eachBackend(() => {
  it('goes half of the way that the fast steps went', async () => {
    // Worked out by hand: two steps of SGD, half of the way back, and again.
    await expectClose(run(lookahead(sgd(0.1), { every: 2 }), [...gradients, gradients[0]!]), [1.005, -2.045, 0.455]);
  });

  it('is one large batch where it collects small ones', async () => {
    const mean = gradients[0]!.map((_g, i) => gradients.reduce((sum, g) => sum + g[i]!, 0) / gradients.length);
    await expectClose(run(accumulate(adam(0.1), 3), [...gradients, ...gradients]), run(adam(0.1), [mean, mean]));
  });

  it('takes the loss for what it says: the scale falls when it has been no better for as long as patience lasts', () => {
    // The specification's worked example.
    const plateau = reduceOnPlateau({ factor: 0.5, patience: 2 });
    const params = { w: tensor([1]) };
    let state = plateau.init(params);
    const scales = [1, 0.9, 0.9, 0.95, 0.9, 0.9, 0.9].map((loss) => (state = plateau.update(params, state, params, { loss }).state).scale);
    expect(scales).toEqual([1, 1, 1, 0.5, 0.5, 0.25, 0.25]);
  });

  it('leaves a step with NaN out, but not for ever, and counts', async () => {
    const optimizer = applyIfFinite(adam(0.1), { maxErrors: 2 });
    let params = { w: tensor([1, 2]) };
    let state = optimizer.init(params);
    const take = (g: number[]) => ({ params, state } = step(optimizer, params, { w: tensor(g) }, state));
    take([NaN, 1]);
    take([Infinity, 1]);
    await expectClose(params.w, [1, 2]);
    await expectClose(state.total, 2);
    take([1, 1]);
    await expectClose(state.inRow, 0);
    expect((await read(params.w)).data.every((x, i) => x < [1, 2][i]!)).toBe(true);
    for (let i = 0; i < 3; i++) take([NaN, 1]);
    expect((await read(params.w)).data[0]).toBeNaN();
  });

  it('masks out what points uphill', async () => {
    // The specification's worked example: u = [.5, -.2, .3], g = [.1, .4, -.2] gives [1.5, 0, 0].
    const given = { init: () => ({}), update: () => ({ updates: { w: tensor([-0.5, 0.2, -0.3]) }, state: {} }) } as never;
    const { updates } = cautious(given).update({ w: tensor([0.1, 0.4, -0.2]) }, { inner: {} }, { w: tensor([0, 0, 0]) });
    await expectClose(updates.w, [-1.5, 0, 0]);
  });

  it('follows hyper-parameters that are set from outside', async () => {
    const optimizer = injectHyperparams(({ rate }) => sgd(rate), { rate: 0.1 });
    let params = { w: tensor([1]) };
    let state = optimizer.init(params);
    ({ params, state } = step(optimizer, params, { w: tensor([1]) }, state));
    state.values.rate = 0.5;
    params = step(optimizer, params, { w: tensor([1]) }, state).params;
    await expectClose(params.w, [0.4]);
  });

  it('gives each part its own parameters, and none to what a mask leaves out', async () => {
    const params = { a: tensor([1]), b: tensor([1]) };
    const split = partition({ one: adam(0.1), other: sgd(1) }, (path) => (path === 'a' ? 'one' : 'other'));
    const state = split.init(params);
    expect(Object.keys((state['one'] as unknown as { m: object }[])[0]!.m)).toEqual(['a']);
    const { updates } = split.update({ a: tensor([3]), b: tensor([3]) }, state, params);
    await expectClose(updates.a, [-0.1]);
    await expectClose(updates.b, [-3]);
    const some = masked(scale(0), (path) => path === 'a');
    await expectClose(some.update({ a: tensor([3]), b: tensor([3]) }, some.init(params), params).updates.b, [3]);
  });

  it('averages parameters evenly where the decay says so', async () => {
    const swa = parameterEma((t) => t / (t + 1), { debias: false });
    const values = [1, 4, 7];
    let state = swa.init({ w: tensor([0]) });
    for (const value of values) state = swa.follow({ w: tensor([value]) }, state);
    await expectClose(swa.average({ w: tensor([0]) }, state).w, [4]);
  });

  it('adds noise of the variance that it says', async () => {
    const noisy = addNoise({ rng: rng(3), eta: 4, gamma: 1 });
    const w = tensor(new Float32Array(4000));
    const first = noisy.update({ w }, noisy.init({ w }), { w });
    const second = noisy.update({ w }, first.state, { w });
    for (const [updates, variance] of [
      [first.updates, 4],
      [second.updates, 2],
    ] as const) {
      const { data } = await read(updates.w);
      const measured = data.reduce((total, x) => total + x * x, 0) / data.length;
      expect(Math.abs(measured / variance - 1)).toBeLessThan(0.1);
    }
  });

  it('takes gradients at the worst place nearby', async () => {
    // The specification's figures: three steps of SGD from [1, -2, 0.5] on half the sum of H w², H = [1, 4, 1/4], ρ = 0.05.
    const sharp = sharpnessAware(({ w }: { w: Tensor }) => mul(sum(mul(square(w), [1, 4, 0.25])), 0.5));
    let params = { w: tensor([1, -2, 0.5]) };
    let state: StateTree = sgd(0.1).init(params);
    for (let i = 0; i < 3; i++) ({ params, state } = step(sgd(0.1), params, sharp(params).grads, state));
    await expectClose(params.w, [0.7262485, -0.3938987, 0.4633287]);
  });
});

const matrix = [1, -2, 0.5, 0.3, 0.7, -1.2];
const slopes = [
  [0.1, -0.2, 0.3, 0.4, 0.5, -0.6],
  [-0.7, 0.8, 0.9, 1, -1.1, 0.2],
  [0.3, -0.4, 0.5, -0.6, 0.7, 0.8],
];

/** A matrix after one step a gradient. */
function replay(transformation: GradientTransformation): Tensor {
  let params = { w: tensor(matrix, [2, 3]) };
  let state: StateTree = transformation.init(params);
  for (const g of slopes) ({ params, state } = step(transformation, params, { w: tensor(g, [2, 3]) }, state));
  return params.w;
}

eachBackend(
  () => {
    it('preconditions as the specification computed', async () => {
      const plain = { momentum: 0, graft: false, every: 1 } as const;
      await expectClose(replay(shampoo(0.1, plain)), [0.9282298, -1.9982536, 0.3155938, 0.1943183, 0.6682569, -1.2309648]);
      // The decay is taken of the parameters before the step, not after it: a difference of the learning rate times the decay times the step.
      for (const [every, end] of [
        [10, [1.1407889, -2.1021625, 0.3136074, 0.2792653, 0.8923373, -1.4024959]],
        [1, [1.1741817, -2.0850842, 0.3070607, 0.2620689, 0.8467142, -1.3663757]],
      ] as const)
        await expectClose(replay(soap(0.1, { weightDecay: 0.01, every })), [...end], { atol: 3e-4 });
      await expectClose(
        replay(muon(0.1, { weightDecay: 0.1, consistentRms: 0.2 })),
        [0.9504597, -1.9215959, 0.417423, 0.257455, 0.6499079, -1.1776452],
        { rtol: 1e-4 },
      );
    });
  },
  { backends: ['cpu', 'wasm'] },
);

it('falls by a root where a plateau ends so', async () => {
  const schedule = warmupStableDecay(1, { steps: 100, warmup: 0.1, decay: 0.2, shape: 'oneMinusSqrt' });
  await expectClose([5, 50, 90, 100].map(schedule), [0.5, 1, 1 - Math.sqrt(0.5), 0]);
});
