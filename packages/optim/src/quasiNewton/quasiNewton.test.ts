import { chain, lbfgs, projectBox, scale, scaleByLbfgs, sgd, sharpnessAware, sophia, zoomLineSearch } from '@surrogate/optim';
import * as optim from '@surrogate/optim';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { add, mul, scalar, square, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { grad, step, type ByPath, type GradientTransformation, type StateTree, type UpdateExtra } from '@surrogate/core';
import { expect, it } from 'vitest';

const curvature = [1, 4, 0.25];
const quadratic = ({ w }: ByPath): Tensor => mul(sum(mul(square(w!), curvature)), 0.5);
const rosenbrock = ({ x, y }: ByPath): Tensor => add(square(sub(1, x!)), mul(square(sub(y!, square(x!))), 100));
const start = (): ByPath => ({ w: tensor([1, -2, 0.5]) });

function train(
  optimizer: GradientTransformation,
  steps: number,
  slopes: (params: ByPath, i: number) => ByPath,
  extra: (i: number) => UpdateExtra = () => ({}),
) {
  let params = start();
  let state: StateTree = optimizer.init(params);
  for (let i = 0; i < steps; i++) ({ params, state } = step(optimizer, params, slopes(params, i), state, extra(i)));
  return params;
}

const sharp = sharpnessAware(quadratic, { rho: 0.05 });
const runs: Readonly<Record<string, () => Promise<ByPath>>> = {
  scaleByLbfgs: async () => train(chain(scaleByLbfgs({ memory: 3 }), scale(-0.5)), 8, grad(quadratic)),
  'lbfgs on a quadratic': async () => (await lbfgs(quadratic, start())).params,
  'lbfgs on Rosenbrock': async () => (await lbfgs(rosenbrock, { x: scalar(-1.2), y: scalar(1) })).params,
  sophia: async () =>
    train(sophia(0.05, { weightDecay: 0.1 }), 20, grad(quadratic), (i) => (i % 10 === 0 ? { curvature: { w: tensor(curvature) } } : {})),
  sharpnessAware: async () => train(sgd(0.05), 20, (params) => sharp(params).grads),
};

oracle('optim/solvers', ({ options }) => runs[(options as { run: string }).run]!(), { rtol: 1e-5, atol: 1e-3, backends: ['cpu'] });

oracle('optim/projections', ({ b, w, normalB, normalW, options }) => {
  const { fn, args } = options as { fn: string; args: (number | string)[] };
  const project = (optim as unknown as Record<string, (...args: unknown[]) => ByPath>)[fn]!;
  return project({ b, w }, ...args.map((arg) => (arg === 'normal' ? { b: normalB, w: normalW } : arg)));
});

eachBackend(() => {
  it('finds the bottom of a valley in few steps', async () => {
    const { params, converged, steps, loss } = await lbfgs(rosenbrock, { x: scalar(-1.2), y: scalar(1) });
    await expectClose(params.x, 1, { atol: 1e-3 });
    expect(converged).toBe(true);
    expect(steps).toBeLessThan(60);
    expect(loss).toBeLessThan(1e-6);
  });

  it('searches a line until the strong Wolfe conditions hold, from too short and too long a guess', async () => {
    // A function with flat tails: from both sides the search must turn.
    const along = async (x: number) => ({ value: -x / (x * x + 2), slope: (x * x - 2) / (x * x + 2) ** 2 });
    const at = await along(0);
    for (const guess of [1e-3, 1e-1, 10, 1000]) {
      const { step: size, value, slope, satisfied } = await zoomLineSearch(along, at, { start: guess, curvature: 0.1, sufficient: 1e-3 });
      expect(satisfied).toBe(true);
      expect(value).toBeLessThanOrEqual(1e-3 * size * at.slope);
      expect(Math.abs(slope)).toBeLessThanOrEqual(0.1 * Math.abs(at.slope));
    }
  });

  it('projects onto what it has projected onto already without moving', async () => {
    const once = projectBox({ w: tensor([-3, 0.5, 2]) }, 0, 1);
    await expectClose(projectBox(once, 0, 1).w, once.w);
  });
});
