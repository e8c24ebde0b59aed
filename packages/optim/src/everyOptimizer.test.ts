/** @file What holds of an optimizer whichever it is: masks, accumulated batches, schedules from outside, checkpoints. */
import {
  disposeTree,
  loadState,
  saveState,
  step,
  treeAdd,
  treeLeaves,
  treeScale,
  type GradientTransformation,
  type StateTree,
} from '@surrogate/core';
import { eachBackend, expectClose, read } from '@surrogate/testing';
import { tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as optim from './index.js';

type Rate = number | ((step: number) => number);

const optimizers: Readonly<Record<string, (rate: Rate) => GradientTransformation>> = {
  acprop: (rate) => optim.acprop(rate),
  adabelief: (rate) => optim.adabelief(rate),
  adadelta: (rate) => optim.adadelta(rate),
  adafactor: (rate) => optim.adafactor(rate, { factorFrom: 2, momentum: 0.9 }),
  adagrad: (rate) => optim.adagrad(rate),
  adam: (rate) => optim.adam(rate),
  adamax: (rate) => optim.adamax(rate),
  adamw: (rate) => optim.adamw(rate, { weightDecay: 0.1 }),
  adan: (rate) => optim.adan(rate),
  ademamix: (rate) => optim.ademamix(rate),
  adopt: (rate) => optim.adopt(rate),
  amsgrad: (rate) => optim.amsgrad(rate),
  dAdaptAdamW: (rate) => optim.dAdaptAdamW(rate, { start: 0.1 }),
  dog: (rate) => optim.dog(rate, { start: 0.1 }),
  dowg: (rate) => optim.dowg(rate, { start: 0.1 }),
  fromage: (rate) => optim.fromage(rate),
  galore: (rate) => optim.galore(rate, { rank: 1, every: 2 }),
  lamb: (rate) => optim.lamb(rate),
  lars: (rate) => optim.lars(rate),
  lion: (rate) => optim.lion(rate),
  madgrad: (rate) => optim.madgrad(rate),
  muon: (rate) => optim.muon(rate),
  nadamw: (rate) => optim.nadamw(rate),
  novograd: (rate) => optim.novograd(rate),
  optimisticSgd: (rate) => optim.optimisticSgd(rate),
  prodigy: (rate) => optim.prodigy(rate, { start: 0.1 }),
  radam: (rate) => optim.radam(rate),
  rmsprop: (rate) => optim.rmsprop(rate, { momentum: 0.9 }),
  sgd: (rate) => optim.sgd(rate, { momentum: 0.9, nesterov: true }),
  shampoo: (rate) => optim.shampoo(rate, { every: 2 }),
  signSgd: (rate) => optim.signSgd(rate),
  signum: (rate) => optim.signum(rate),
  simplifiedAdemamix: (rate) => optim.simplifiedAdemamix(rate),
  sm3: (rate) => optim.sm3(rate),
  soap: (rate) => optim.soap(rate, { every: 2 }),
  sophia: (rate) => optim.sophia(rate),
  yogi: (rate) => optim.yogi(rate),
};

/** Those that have no learning rate, or whose step is no multiple of it. */
const others: Readonly<Record<string, () => GradientTransformation>> = {
  cocob: () => optim.cocob({ alpha: 10 }),
  mechanize: () => optim.mechanize(optim.sgd(1), { start: 0.1 }),
  momo: () => optim.momo(0.1, { adaptLeast: true }),
  momoAdam: () => optim.momoAdam(0.1),
  polyakSgd: () => optim.polyakSgd({ most: 0.1 }),
  rprop: () => optim.rprop(0.01),
  scaleByLbfgs: () => optim.chain(optim.scaleByLbfgs({ memory: 2 }), optim.scale(-0.01)),
  scheduleFree: () => optim.scheduleFree(optim.adamw(0.05, { b1: 0 }), 0.05),
};

const all: readonly (readonly [string, () => GradientTransformation])[] = [
  ...Object.entries(optimizers).map(([name, make]) => [name, () => make(0.05)] as const),
  ...Object.entries(others),
];

type Params = { frozen: Tensor; w: Tensor };
const start = (): Params => ({ frozen: tensor([0.5, -1]), w: tensor([1, -2, 0.5, 0.3, 0.7, -1.2], [2, 3]) });
const signs = [3, -5, 2, 7, -4, 1, 6, -2];
/** The gradients of one step: no two alike, of both signs. */
const gradients = (at: number): Params => {
  const values = signs.map((sign, i) => (sign * (1 + ((at * 3 + i) % 4))) / 10);
  return { frozen: tensor(values.slice(6)), w: tensor(values.slice(0, 6), [2, 3]) };
};

/** Parameters and state after the gradients of some steps. */
function run(optimizer: GradientTransformation, steps: readonly number[], from?: { params: Params; state: StateTree }) {
  let { params, state } = from ?? { params: start(), state: optimizer.init(start()) };
  for (const at of steps) {
    const grads = gradients(at);
    ({ params, state } = step(optimizer, params, grads, state, { loss: 1 }));
    disposeTree(grads);
  }
  return { params, state };
}

const numbers = async (params: Params) =>
  (await Promise.all(treeLeaves(params).map(async ({ tensor }) => (await read(tensor)).data))).flat();

eachBackend(
  () => {
    it.each(all)('goes on bit by bit from a checkpoint: %s', async (_name, make) => {
      const straight = run(make(), [0, 1, 2, 3]);
      const early = run(make(), [0, 1]);
      const saved = JSON.stringify(await saveState({ params: early.params, state: early.state }, { json: true }));
      const back = loadState<{ params: Params; state: StateTree }>(JSON.parse(saved) as never);
      expect(await numbers(run(make(), [2, 3], back).params)).toEqual(await numbers(straight.params));
    });
  },
  { backends: ['cpu', 'wasm'] },
);

eachBackend(
  () => {
    it.each(all)('moves what a mask leaves, as if it were alone, and nothing else: %s', async (_name, make) => {
      const masked = optim.partition({ trained: make(), still: optim.scale(0) }, (path) => (path === 'w' ? 'trained' : 'still'));
      const { params } = run(masked, [0, 1, 2]);
      await expectClose(params.frozen, start().frozen);
      let alone: { params: { w: Tensor }; state: StateTree } = { params: { w: start().w }, state: make().init({ w: start().w }) };
      const single = make();
      for (const at of [0, 1, 2]) alone = step(single, alone.params, { w: gradients(at).w }, alone.state, { loss: 1 });
      await expectClose(params.w, alone.params.w);
      expect(await numbers(params)).not.toEqual(await numbers(start()));
    });

    it.each(all)('takes with the mean of small batches the step of the large one: %s', async (_name, make) => {
      const collected = run(optim.accumulate(make(), 2), [0, 1, 2, 3]).params;
      let large = { params: start(), state: make().init(start()) };
      const single = make();
      for (const at of [0, 2]) {
        const mean = tidy(() => {
          const [a, b] = [gradients(at), gradients(at + 1)];
          return treeScale(treeAdd(a, b), 0.5);
        });
        large = step(single, large.params, mean, large.state, { loss: 1 });
      }
      await expectClose(collected.w, large.params.w, { rtol: 1e-4, atol: 1e-5 });
    });

    it.each(Object.entries(optimizers))('reads a schedule at each step, and a rate that is set from outside: %s', async (_name, make) => {
      const rates = [0.05, 0.02, 0.1];
      const scheduled = run(
        make((at) => rates[at]!),
        [0, 1, 2],
      );
      const injected = optim.injectHyperparams(({ rate }) => make(rate), { rate: rates[0]! });
      let { params, state } = { params: start(), state: injected.init(start()) };
      for (const [at, rate] of rates.entries()) {
        state.values['rate'] = rate;
        ({ params, state } = step(injected, params, gradients(at), state, { loss: 1 }));
      }
      expect(await numbers(params)).toEqual(await numbers(scheduled.params));
      expect(await numbers(params)).not.toEqual(await numbers(run(make(0.05), [0, 1, 2]).params));
    });
  },
  { backends: ['cpu'] },
);
