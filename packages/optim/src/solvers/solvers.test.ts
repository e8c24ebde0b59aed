import { disposeTree, loadState, rng, saveState, type GradientTransformation, type StateTree } from '@surrogate/core';
import {
  chain,
  adam,
  adamw,
  addNoise,
  lion,
  lbfgs,
  minimize,
  muon,
  prodigy,
  reduceOnPlateau,
  scheduleFree,
  sgd,
  soap,
  adafactor,
} from '@surrogate/optim';
import { eachBackend, expectClose, expectNoLeak, expectSurrogateError } from '@surrogate/testing';
import { matMul, mean, square, sub, sum, tensor, variable, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

type Params = { layers: { w: Tensor }[]; b: Tensor };

const start = (): Params => ({ layers: [{ w: tensor([1, -2, 0.5, 0.3, 0.7, -1.2], [2, 3]) }], b: tensor([0.1, 0.2, 0.3]) });
const inputs = [1, 2, -1, 0.5, 0.3, -2];

/** A loss that differs from step to step, as batches do. */
const loss = ({ layers, b }: Params, step: number): Tensor =>
  mean(square(sub(matMul(tensor(inputs, [3, 2]), layers[0]!.w as never), sub(step % 3, b))));

const optimizers: Readonly<Record<string, () => GradientTransformation>> = {
  adamw: () => adamw(0.05, { weightDecay: 0.1 }),
  'momentum and a plateau': () => chain(sgd(0.05, { momentum: 0.9 }), reduceOnPlateau({ patience: 2 })),
  lion: () => lion(0.02),
  muon: () => muon(0.05),
  adafactor: () => adafactor(0.05, { factorFrom: 2, momentum: 0.9 }),
  prodigy: () => prodigy(1, { start: 0.05 }),
  'schedule-free': () => scheduleFree(sgd(0.1), 0.1),
  soap: () => soap(0.05, { every: 3 }),
  noise: () => chain(addNoise({ rng: rng(5) }), adam(0.05)),
};

const trained = (make: () => GradientTransformation, steps: number, from?: { params: Params; state: StateTree; step: number }) =>
  minimize(loss, from?.params ?? start(), make(), { steps, resume: from && { state: from.state, step: from.step } });

const bits = async ({ params, state }: { params: Params; state: StateTree }) =>
  JSON.stringify(await saveState({ params, state }, { json: true }));

eachBackend(
  () => {
    it.each(Object.entries(optimizers))('goes on bit by bit from a checkpoint that went through JSON: %s', async (_name, make) => {
      const straight = await trained(make, 9);
      const early = await trained(make, 4);
      const text = JSON.stringify(await saveState({ params: early.params, state: early.state, step: early.steps }, { json: true }));
      const back = loadState<{ params: StateTree; state: StateTree; step: number }>(JSON.parse(text) as never);
      const late = await trained(make, 5, back as never);
      expect(await bits(late)).toBe(await bits(straight));
      expect(late.steps).toBe(9);
    });
  },
  { backends: ['cpu', 'wasm'] },
);

eachBackend(() => {
  describe('minimize', () => {
    const bowl = ({ w }: { w: Tensor }) => sum(square(sub(w, [1, 2])));

    it('does what a loop of steps does, and tells of each', async () => {
      const told: number[] = [];
      const {
        params,
        loss: last,
        aborted,
      } = await minimize(bowl, { w: tensor([3, 0]) }, sgd(0.25), {
        steps: 2,
        onStep: ({ step: count, loss: value }) => void told.push(count, value),
      });
      // Half of the way at each step.
      await expectClose(params.w, [1.5, 1.5]);
      await expectClose(told, [1, 8, 2, 2]);
      expect([last, aborted]).toEqual([2, false]);
    });

    it('stops when it is told to, with what there is', async () => {
      const controller = new AbortController();
      const { params, steps, aborted } = await minimize(bowl, { w: tensor([3, 0]) }, sgd(0.25), {
        steps: 100,
        signal: controller.signal,
        onStep: ({ step: count }) => count === 2 && controller.abort(),
      });
      await expectClose(params.w, [1.5, 1.5]);
      expect([steps, aborted]).toEqual([2, true]);
    });

    it('leaves the parameters that it was given, or assigns them where they are variables', async () => {
      const given = { w: tensor([3, 0]) };
      await minimize(bowl, given, adam(0.1), { steps: 3 });
      await expectClose(given.w, [3, 0]);
      const model = { w: variable(tensor([3, 0])) };
      const { params } = await minimize(bowl, model, sgd(0.25), { steps: 1 });
      expect(params.w).toBe(model.w);
      await expectClose(model.w, [2, 1]);
      model.w.dispose();
    });

    it('leaves nothing behind when a loss or a callback throws', async () => {
      const given = { w: tensor([3, 0]) };
      const failing = () => {
        throw new Error('no more');
      };
      await expectNoLeak(async () => {
        await expect(minimize(bowl, given, adam(0.1), { steps: 3, onStep: failing })).rejects.toThrow('no more');
        await expect(minimize(failing, given, adam(0.1), { steps: 3 })).rejects.toThrow('no more');
        await expectSurrogateError(() => minimize(() => given.w, given, adam(0.1), { steps: 1 }), { code: 'shape' });
      });
      given.w.dispose();
    });
  });

  it('tells an optimizer that looks at it the loss', async () => {
    const flat = { w: tensor([0, 0]) };
    const optimizer = chain(sgd(1), reduceOnPlateau({ patience: 1, factor: 0.5 }));
    const { state } = await minimize(({ w }) => sum(sub(w, w)), flat, optimizer, { steps: 3 });
    expect((state[1] as { scale: number }).scale).toBe(0.25);
  });

  it('disposes a whole training by two calls', async () => {
    await expectNoLeak(async () => {
      const from = start();
      const { params, state } = await minimize(loss, from, adam(0.1), { steps: 2 });
      disposeTree(params);
      state.dispose();
      disposeTree(from);
    });
  });

  it('stops lbfgs when it is aborted, and where the loss throws leaves nothing behind', async () => {
    const given = { w: tensor([-1.2, 1]) };
    const controller = new AbortController();
    const stopped = await lbfgs(({ w }) => sum(square(square(w))), given, { signal: controller.signal, onStep: () => controller.abort() });
    expect([stopped.steps, stopped.converged]).toEqual([1, false]);
    disposeTree(stopped.params);
    let calls = 0;
    const breaks = ({ w }: { w: Tensor }) => {
      if (++calls > 3) throw new Error('no more');
      return sum(square(square(w)));
    };
    await expectNoLeak(async () => {
      calls = 0;
      await expect(lbfgs(breaks, given)).rejects.toThrow('no more');
    });
  });
});
