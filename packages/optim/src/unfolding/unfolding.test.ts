import { matrixFromRows } from '@surrogate/core/host';
import { eachBackend, expectClose, oracle, read } from '@surrogate/testing';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { trainUnfolded } from './trainUnfolded.js';
import { unfoldedIht, unfoldedIsta, type UnfoldedSolver } from './unfolded.js';

interface Stored {
  readonly solver: string;
  readonly lambda: number;
  readonly a: number[][];
}
const solverOf = ({ solver, lambda, a }: Stored, layers: number): UnfoldedSolver =>
  (solver === 'iht' ? unfoldedIht : unfoldedIsta)(matrixFromRows(a), { lambda, layers });

oracle('optim/unfolding', ({ steps, y, options }) => {
  const solver = solverOf(options as never, 3);
  return solver.trainable(solver.apply({ steps: steps as Tensor }, y as Tensor), y as Tensor);
});

// Doubles' worth of layers: too many to dispatch on every backend.
oracle(
  'optim/lasso',
  ({ y, options }) => {
    const solver = solverOf(options as never, 2500);
    return solver.apply(solver.init(), y as Tensor);
  },
  { backends: ['cpu'], rtol: 1e-3, atol: 1e-4 },
);

eachBackend(
  () => {
    const a = matrixFromRows([[1, 0.5, -0.2, 0.1], [-0.3, 0.8, 0.6, 0]]); // prettier-ignore
    const y = [[1, 0.5]];

    it('never raises the objective with the safe step', async () => {
      for (const solver of [unfoldedIsta(a, { lambda: 0.1, layers: 5 }), unfoldedIht(a, { lambda: 0.1, layers: 5 })]) {
        const params = solver.init();
        let before = Infinity;
        for (let layers = 1; layers <= 5; layers++) {
          const [value] = (await read(solver.objective(solver.apply(params, y, { layers }), y))).data;
          expect(value!).toBeLessThanOrEqual(before + 1e-6);
          before = value!;
        }
      }
    });

    it('goes on from where it was', async () => {
      const solver = unfoldedIsta(a, { lambda: 0.1, layers: 4 });
      const params = solver.init();
      const half = solver.apply(params, y, { layers: 2 });
      await expectClose(solver.apply(params, y, { layers: 2, start: half }), solver.apply(params, y));
    });

    it('keeps the largest few', async () => {
      const solver = unfoldedIht(a, { lambda: 0.1, layers: 1, keep: 1 });
      const found = (await read(solver.apply(solver.init(), y))).data;
      expect(Array.from(found, (v) => v !== 0)).toEqual([false, true, false, false]);
    });

    it.each([1, 3])('learns step sizes that lower what they are trained on, of %i layers', async (layers) => {
      const solver = unfoldedIsta(a, { lambda: 0.05, layers });
      const measured = async (params: { steps: Tensor }) => (await read(solver.objective(solver.apply(params, y), y))).data[0]!;
      const told: number[] = [];
      const trained = await trainUnfolded(solver, () => ({ measurements: y }), { stepsPerLayer: 10, onStep: ({ layers }) => told.push(layers) }); // prettier-ignore
      expect(await measured(trained)).toBeLessThan(await measured(solver.init()));
      expect(told).toEqual([1, 2, 3].slice(0, layers).flatMap((layer) => new Array(10).fill(layer)));
    });
  },
  { backends: ['cpu'] },
);
