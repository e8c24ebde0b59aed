/** @file Here transport and its kernels meet: they do what rounds of tensor operations do. */
import '@surrogate/wasm';
import { sinkhorn, sinkhornDivergence, sinkhornUntil, type SinkhornOptions } from '@surrogate/divergences';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import { getKernel, grad, tensor, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

const numbers = (length: number, seed: number) => Float32Array.from({ length }, (_, i) => Math.abs(Math.sin((i + 1) * seed * 12.9898) * 3));
const costs = (n: number, m: number) => tensor(numbers(n * m, 1), [n, m]);

beforeAll(() => startBackend('cpu'));
afterAll(() => startBackend('cpu'));

/** The same on cpu, where there is no kernel, and on wasm. */
async function expectAgreement(run: () => Tensor, tolerance: object): Promise<void> {
  const values: number[][] = [];
  for (const backend of ['cpu', 'wasm'] as const) {
    await startBackend(backend);
    values.push([...(await run().data())]);
  }
  await expectClose(tensor(values[1]!), values[0]!, tolerance);
}

const options: Record<string, (n: number, m: number) => SinkhornOptions> = {
  plain: () => ({ epsilon: 0.1, iterations: 20 }),
  'free, on a schedule': () => ({ epsilon: 0.05, marginalPenalty: 1, annealing: 0.7, iterations: 9 }),
  'weighted, some without mass': (n, m) => ({
    a: Float32Array.from({ length: n }, (_, i) => (i % 3) / n),
    b: Float32Array.from({ length: m }, (_, i) => ((i + 1) % 3) / m),
    epsilon: 0.2,
    iterations: 5,
  }),
};

for (const [name, of] of Object.entries(options))
  it.each([
    [1, 1],
    [3, 5],
    [17, 66],
    [130, 7],
    [2, 100_001],
  ])(`agrees on [%i, %i], ${name}`, async (n, m) => {
    if (name.startsWith('weighted') && n < 3) return;
    await expectAgreement(() => sinkhorn(costs(n, m), of(n, m)), { rtol: 1e-4, atol: 1e-5 });
    if (m < 1000) await expectAgreement(() => grad((c: Tensor) => sinkhorn(c, of(n, m)))(costs(n, m)), { rtol: 1e-3, atol: 1e-5 });
  });

it('agrees where costs are huge or infinite', () =>
  expectAgreement(
    () => sinkhorn(tensor([[0, Infinity, 1e30], [1e30, 0, 2], [Infinity, 1e4, 0]]), { epsilon: 1, iterations: 10 }), // prettier-ignore
    { rtol: 1e-4, atol: 1e-5 },
  ));

it('agrees on divergences, runs in its kernel, and leaves nothing behind', async () => {
  const [x, y] = [numbers(40, 2), numbers(24, 3)];
  const divergence = () => sinkhornDivergence(tensor(x, [20, 2]), tensor(y, [12, 2]), { epsilon: 0.3, iterations: 30 });
  await expectAgreement(divergence, { rtol: 1e-3, atol: 1e-4 });
  await startBackend('wasm');
  expect(getKernel('SurrogateSinkhornRounds', 'wasm')).toBeDefined();
  const cost = costs(4, 5);
  await expectNoLeak(() => sinkhorn(cost));
  await expectNoLeak(() => sinkhornUntil(cost));
  const before = [...(await sinkhorn(cost).data())];
  zeros([40_000_000]).dispose();
  await expectClose(sinkhorn(cost), before[0]!, { rtol: 0, atol: 0 });
});
