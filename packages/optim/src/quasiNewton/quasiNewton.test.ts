import { chain, lbfgs, projectBox, scale, scaleByLbfgs, sgd, sharpnessAware, sophia, zoomLineSearch } from '@surrogate/optim';
import * as optim from '@surrogate/optim';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { add, clone, matMul, mean, mul, scalar, square, sub, sum, tanh, tensor, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { grad, step, treeDot, treeMap, type ByPath, type GradientTransformation, type StateTree } from '@surrogate/core';
import { expect, it } from 'vitest';
import { distance, flat, numbers, storedCases, type Stored } from '../problems.rows.js';

const quadratic = ({ w }: ByPath): Tensor => mul(sum(mul(square(w!), [1, 4, 0.25])), 0.5);
const rosenbrock = ({ x, y }: ByPath): Tensor => add(square(sub(1, x!)), mul(square(sub(y!, square(x!))), 100));

/** What is minimised, and from where; the network's data come with the oracle. */
const problems = ({ inputs, targets, b1, w1, w2 }: Readonly<Record<string, Tensor>>) => {
  const network = (p: ByPath) => mean(square(sub(matMul(tanh(add(matMul(inputs as Tensor2D, p['w1'] as Tensor2D), p['b1']!)) as Tensor2D, p['w2'] as Tensor2D), targets!))); // prettier-ignore
  return {
    quadratic: { loss: quadratic, start: (): ByPath => ({ w: tensor([1, -2, 0.5]) }) },
    rosenbrock: { loss: rosenbrock, start: (): ByPath => ({ x: scalar(-1.2), y: scalar(1) }) },
    network: { loss: network, start: (): ByPath => ({ b1: clone(b1!), w1: clone(w1!), w2: clone(w2!) }) },
  };
};

type Problem = ReturnType<typeof problems>['quadratic'];

function train(optimizer: GradientTransformation, steps: number, { loss, start }: Problem, told = false, slopes = grad(loss)) {
  let params = start();
  let state: StateTree = optimizer.init(params);
  for (let i = 0; i < steps; i++) {
    const grads = slopes(params);
    const extra = told && i % 10 === 0 ? { curvature: treeMap(grads, (g) => square(g)) } : {};
    ({ params, state } = step(optimizer, params, grads, state, extra));
  }
  return params;
}

const runs: Readonly<Record<string, (problem: Problem) => ByPath>> = {
  scaleByLbfgs: (problem) => train(chain(scaleByLbfgs({ memory: 3 }), scale(-0.01)), 8, problem),
  sophia: (problem) => train(sophia(0.05, { weightDecay: 0.1 }), 20, problem, true),
  sharpnessAware: (problem) => {
    const sharp = sharpnessAware(problem.loss, { rho: 0.05 });
    return train(sgd(5e-4), 20, problem, false, (params) => sharp(params).grads);
  },
};

oracle(
  'optim/solvers',
  ({ options, ...data }) =>
    Object.fromEntries(Object.entries(problems(data)).map(([name, problem]) => [name, runs[(options as { run: string }).run]!(problem)])),
  { rtol: 1e-5, atol: 2e-6, backends: ['cpu', 'wasm'] },
);

eachBackend(
  () => {
    const { source, cases } = storedCases('optim/lbfgs');
    it.each(cases.map(({ name, inputs, value }) => [name, inputs, value] as const))(
      `ends where ${source} does, to a thousandth of the way: lbfgs on %s`,
      async (name, inputs, end) => {
        const data = Object.fromEntries(Object.entries(inputs).map(([key, { data, shape }]) => [key, tensor(data, shape)]));
        const { network, ...others } = problems(data);
        const decayed = { ...network, loss: (p: ByPath) => add(network.loss(p), mul(0.05, treeDot(p, p))) };
        const { loss, start } = { ...others, decayed }[name as 'decayed'];
        const { params } = await lbfgs(loss, start(), { gradientTolerance: 1e-6, lossTolerance: 0 });
        const [from, here, there] = [await numbers(start()), await numbers(params), flat(end as unknown as Record<string, Stored>)];
        expect(distance(here, there) / distance(from, there)).toBeLessThan(1e-3);
      },
    );
  },
  { backends: ['cpu', 'wasm'] },
);

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
