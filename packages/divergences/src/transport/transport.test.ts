import { randomNormal, rng } from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { add, mul, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { sinkhorn, sinkhornDivergence, sinkhornUntil, slicedWasserstein, transportPlan, wasserstein1d } from '../index.js';

const many = { iterations: 400 };
const calls: Record<string, (c: OracleCase) => Tensor> = {
  line: ({ x, y, xWeights, yWeights, options }) =>
    wasserstein1d(x as Tensor, y as Tensor, {
      ...(options as object),
      xWeights: xWeights as Tensor | undefined,
      yWeights: yWeights as Tensor | undefined,
    }),
  sinkhorn: ({ cost, a, b, options }) => sinkhorn(cost as Tensor, { ...many, a: a as Tensor, b: b as Tensor, ...(options as object) }),
  divergence: ({ x, y, a, b, options }) =>
    sinkhornDivergence(x as Tensor, y as Tensor, { ...many, a: a as Tensor, b: b as Tensor, ...(options as object) }),
};
oracle('divergences/transport', (c) => calls[c.call as string]!(c), { rtol: 2e-3, atol: 2e-5 });

const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;
const x = [0, 1, 3];
const y = [0.5, 2];
const cost = x.map((p) => y.map((q) => (p - q) ** 2));
const masses = { a: [0.5, 0.3, 0.2], b: [0.6, 0.4] };

eachBackend(() => {
  it('gives the numbers that were derived elsewhere', async () => {
    for (const [epsilon, expected] of [
      [1, 0.9938742385],
      [0.1, 0.5982057417],
      [0.01, 0.5548205742],
    ] as const)
      // prettier-ignore
      await expectClose(sinkhorn(cost, { ...masses, epsilon, iterations: 300, annealing: 0.8 }), expected, { rtol: 1e-3 });
    const free = { epsilon: 0.5, a: masses.a, b: [0.9, 0.6], marginalPenalty: 1 };
    await expectClose(sinkhorn(cost, free), 0.8426432277, { rtol: 1e-3 });
    await expectClose(wasserstein1d([0, 1, 3], [0, 2.5], { xWeights: [0.5, 0.25, 0.25], yWeights: [0.6, 0.4] }), 0.45, { rtol: 1e-4 });
  });

  it('says how far it got, and hands its potentials on', async () => {
    const options = { ...masses, epsilon: 0.3 };
    const solution = await sinkhornUntil(cost, { ...options, tolerance: 1e-5 });
    expect(solution.converged).toBe(true);
    expect(solution.error).toBeLessThanOrEqual(1e-5);
    await expectClose(sinkhorn(cost, { ...options, iterations: 0, potentials: solution.potentials }), await value(solution.value));
    const plan = transportPlan(cost, solution.potentials, options);
    await expectClose(sum(plan, 1), masses.a, { atol: 2e-5 });
    await expectClose(sum(plan, 0), masses.b, { atol: 2e-5 });
    const stopped = await sinkhornUntil(cost, { ...options, epsilon: 0.001, maxIterations: 3 });
    expect(stopped).toMatchObject({ converged: false, iterations: 3 });
    expect(stopped.error).toBeGreaterThan(1e-5);
    for (const made of [solution, stopped]) [made.value, made.potentials.f, made.potentials.g].forEach((part) => part.dispose());
    plan.dispose();
  });

  it('leaves exactly its result behind, also when it refuses', async () => {
    await expectNoLeak(() => sinkhornUntil(cost, { ...masses, annealing: 0.5 }));
    await expectNoLeak(() => sinkhornUntil(cost, { a: [1] }).catch(() => undefined));
  });

  it('is 0 for a sample and itself, and the squared shift for one that was moved', async () => {
    const points = randomNormal(rng(1), [30, 2]);
    await expectClose(sinkhornDivergence(points, points), 0, { atol: 2e-5 });
    const moved = tidy(() => add(points, tensor([3, -4])));
    await expectClose(sinkhornDivergence(points, moved, { epsilon: 1 }), 25, { rtol: 2e-3 });
    // On the line in d dimensions the squared shift's share is 1/d.
    const sliced = await value(slicedWasserstein(points, moved, { rng: rng(2), projections: 2000 }));
    expect(sliced ** 2).toBeGreaterThan(11.5);
    expect(sliced ** 2).toBeLessThan(13.5);
  });

  it('takes points without mass, and masses that do not count', async () => {
    const options = { epsilon: 0.3, a: [...masses.a, 0], b: masses.b };
    await expectClose(sinkhorn([...cost, [900, 900]], options), await value(sinkhorn(cost, { ...options, a: masses.a })), { rtol: 1e-5 });
    await expectClose(wasserstein1d([0, 1, 3, 100], y, { xWeights: [1, 1, 1, 0] }), await value(wasserstein1d(x, y)), { rtol: 1e-5 });
    await expectClose(wasserstein1d(x, mul(tensor(x), 1), { p: 2 }), 0, { atol: 0 });
  });
});
