import { l2Normalize, randomNormal, rng } from '@surrogate/core';
import { eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { add, matMul, mul, slice, squeeze, sum, tensor, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import {
  maxSlicedWasserstein,
  sinkhorn,
  sinkhornDivergence,
  sinkhornUntil,
  slicedWasserstein,
  transportPlan,
  wasserstein1d,
} from '../index.js';

const many = { iterations: 160 };
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
// So many rounds take long on webgpu, which the table of all exports compares with cpu.
oracle('divergences/entropicTransport', (c) => calls[c.call as string]!(c), { rtol: 2e-3, atol: 2e-5, backends: ['cpu', 'wasm'] });

const value = async (made: Tensor) => (await made.data<'float32'>())[0]!;
const x = [0, 1, 3];
const y = [0.5, 2];
const cost = x.map((p) => y.map((q) => (p - q) ** 2));
const masses = { a: [0.5, 0.3, 0.2], b: [0.6, 0.4] };

eachBackend(() => {
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
});

// The backends are compared by the table of all exports, and by the oracle.
eachBackend(
  () => {
    it('is without its bias what was derived elsewhere, as are its plan and what single points pay', async () => {
      const [rows, columns] = [x, y].map((points) => points.map((at) => [at]));
      for (const [epsilon, expected] of [
        [1, 0.3158569279],
        [0.1, 0.5130742659],
        [0.01, 0.5463072508],
      ] as const)
        // prettier-ignore
        await expectClose(sinkhornDivergence(rows!, columns!, { ...masses, epsilon, iterations: 300, annealing: 0.8 }), expected, { rtol: 1e-3 });
      const { potentials, ...rest } = await sinkhornUntil(cost, { ...masses, epsilon: 1 });
      const plan = transportPlan(cost, potentials, { ...masses, epsilon: 1 });
      await expectClose(plan, [0.4694883638, 0.0305116362, 0.1301325699, 0.1698674301, 0.0003790662, 0.1996209338], { atol: 1e-5 });
      [rest.value, potentials.f, potentials.g, plan].forEach((part) => part.dispose());
      const one = { epsilon: 0.5, a: [1], b: [2], marginalPenalty: 1 };
      await expectClose(sinkhorn([[0.3]], one), 0.6392000022, { rtol: 1e-4 });
      for (const [epsilon, expected] of [[1, 0.379885493], [0.5, 0.2831095848]] as const) // prettier-ignore
      await expectClose(sinkhorn([[0, 1], [1, 0]], { epsilon }), expected, { rtol: 1e-5 }); // prettier-ignore
      const free = { epsilon: 0.5, a: masses.a, b: [0.9, 0.6], marginalPenalty: 1 };
      await expectClose(sinkhornDivergence(rows!, columns!, free), 0.4157773424, { rtol: 1e-3 });
      await expectClose(sinkhorn(cost, { ...free, marginalPenalty: 10 }), 1.450160945, { rtol: 1e-3 });
      await expectClose(sinkhornDivergence(rows!, columns!, { ...free, marginalPenalty: 10 }), 0.9995905571, { rtol: 1e-3 });
      await expectClose(sinkhorn(cost, free), 0.8426432277, { rtol: 1e-3 });
    });

    it('gives the numbers that were derived elsewhere', async () => {
      for (const [epsilon, expected] of [
        [1, 0.9938742385],
        [0.1, 0.5982057417],
        [0.01, 0.5548205742],
      ] as const)
        // prettier-ignore
        await expectClose(sinkhorn(cost, { ...masses, epsilon, iterations: 300, annealing: 0.8 }), expected, { rtol: 1e-3 });
      await expectClose(wasserstein1d([0, 1, 3], [0, 2.5], { xWeights: [0.5, 0.25, 0.25], yWeights: [0.6, 0.4] }), 0.45, { rtol: 1e-4 });
      const weighted = { xWeights: [0.5, 0.25, 0.25], yWeights: [0.6, 0.4], p: 2 };
      await expectClose(wasserstein1d([0, 1, 3], [0, 2.5], weighted), Math.sqrt(0.5), { rtol: 1e-4 });
      for (const p of [1, 2]) await expectClose(wasserstein1d([0, 1, 3], [5, 6, 8], { p }), 5, { rtol: 1e-5 });
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

    it('slices are mean and maximum of the distances along their directions', async () => {
      const [one, two] = [randomNormal(rng(3), [12, 3]), randomNormal(rng(4), [9, 3])];
      const along = async (points: Tensor, i: number) =>
        tidy(() => squeeze(slice(matMul(points, transpose(l2Normalize(randomNormal(rng(5), [6, 3])))), [0, i], [-1, 1]))).data<'float32'>();
      const line = async (i: number) => value(wasserstein1d(await along(one, i), await along(two, i), { p: 2 }));
      const each = await Promise.all([0, 1, 2, 3, 4, 5].map(line));
      const options = { projections: 6 };
      await expectClose(maxSlicedWasserstein(one, two, { ...options, rng: rng(5) }), Math.max(...each), { rtol: 1e-4 });
      const squares = each.reduce((total, d) => total + d * d, 0) / 6;
      await expectClose(slicedWasserstein(one, two, { ...options, rng: rng(5) }), Math.sqrt(squares), { rtol: 1e-4 });
      const moved = tidy(() => add(one, tensor([3, -4, 0])));
      const most = await value(maxSlicedWasserstein(one, moved, { rng: rng(6), projections: 1000 }));
      expect(most).toBeLessThanOrEqual(5 * (1 + 1e-5));
      expect(most).toBeGreaterThan(4.9);
    });

    it('takes points without mass, and masses that do not count', async () => {
      const options = { epsilon: 0.3, a: [...masses.a, 0], b: masses.b };
      await expectClose(sinkhorn([...cost, [900, 900]], options), await value(sinkhorn(cost, { ...options, a: masses.a })), { rtol: 1e-5 });
      await expectClose(wasserstein1d([0, 1, 3, 100], y, { xWeights: [1, 1, 1, 0] }), await value(wasserstein1d(x, y)), { rtol: 1e-5 });
      await expectClose(wasserstein1d(x, mul(tensor(x), 1), { p: 2 }), 0, { atol: 0 });
    });
  },
  { backends: ['cpu'] },
);
