/** @file The row of a gradient transformation or optimizer: it runs on a tree, owns what it returns, and its kernel does what its chain does. */
import { getBackend, getKernel } from '@tensorflow/tfjs-core';
import { loadState, saveState, type GradientTransformation, type UpdateExtra } from '@surrogate/core';
import { assert, expect } from 'vitest';
import type { Backend } from '../backends/startBackend.js';
import { expectClose, type Tolerance } from '../matchers/expectClose.js';
import { disposeResult, expectNoLeak } from '../matchers/expectNoLeak.js';
import { read } from '../values.js';
import type { BadCalls, Declare, Row } from './row.js';
import { bowl, gradientsAt, leavesOf, run, startParams, treeOf, type Tree } from './transformationRuns.js';
import { declareBad, expectSameOnCpu, numbersIn } from './utility.js';

/** What a row of a transformation may be told. */
export interface TransformationRow extends Tolerance {
  /** Makes transformations, by name; each call a fresh one. */
  make: Readonly<Record<string, () => GradientTransformation>>;
  /** What every update is told beside the gradients. */
  extra?: UpdateExtra | undefined;
  /** It is an optimizer: 200 steps on a bowl at least halve the distance to its bottom. Default false. */
  descends?: boolean | undefined;
  /** It draws random numbers: an update need not give the same twice. Default false. */
  draws?: boolean | undefined;
  /** Calls that must be refused. */
  bad?: BadCalls | undefined;
  /** Where it runs. Default everywhere. A row that leaves one out says why in `because`. */
  backends?: readonly Backend[] | undefined;
  /** Why something does not apply. */
  because?: string | undefined;
}

const shapesOf = async (value: unknown) => [...(await numbersIn(value)).keys()];

const sizeOf = async (tree: Tree) => Math.hypot(...(await Promise.all(leavesOf(tree).map(async (x) => (await read(x)).data))).flat());

function declareOne(it: Declare, title: string, make: () => GradientTransformation, row: TransformationRow, backend: Backend): void {
  const { extra, descends = false, draws = false } = row;

  it(`begins with a state of its own${title}`, async () => {
    const params = startParams();
    await expectNoLeak(() => make().init(params));
    disposeResult(params);
  });

  it(`turns gradients into updates of the same tree, and a state into the next${title}`, async () => {
    const [params, grads, t] = [startParams(), gradientsAt(0), make()];
    const before = t.init(params);
    await expectNoLeak(() => t.update(grads, before, params, extra));
    const updated = t.update(grads, before, params, extra);
    expect(await shapesOf(updated.updates)).toEqual(await shapesOf(params));
    expect(await shapesOf(updated.state)).toEqual(await shapesOf(before));
    if (!draws) {
      const again = t.update(grads, before, params, extra);
      expect([...(await numbersIn(again)).values()]).toEqual([...(await numbersIn(updated)).values()]);
      disposeResult(again);
    }
    disposeResult([params, grads, before, updated]);
  });

  if (backend === 'cpu')
    it(`stays finite where gradients are 0, tiny and huge${title}`, async () => {
      const [params, t] = [startParams(), make()];
      for (const size of [0, 1e-30, 1e10]) {
        const [before, grads] = [t.init(params), treeOf(() => size)];
        const updated = t.update(grads, before, params, extra);
        for (const x of leavesOf(updated.updates))
          assert((await read(x)).data.every(Number.isFinite), `not finite for gradients of ${size}`);
        disposeResult([before, grads, updated]);
      }
      disposeResult(params);
    });

  if (backend === 'cpu')
    it(`goes on exactly from a state that went through JSON${title}`, async () => {
      const [params, t] = [startParams(), make()];
      const [first, second] = [gradientsAt(0), gradientsAt(1)];
      const before = t.init(params);
      const { updates, state } = t.update(first, before, params, extra);
      const back = loadState(JSON.parse(JSON.stringify(await saveState(state as object, { json: true }))) as never);
      const [straight, resumed] = [t.update(second, state, params, extra), t.update(second, back, params, extra)];
      expect([...(await numbersIn(resumed)).entries()]).toEqual([...(await numbersIn(straight)).entries()]);
      disposeResult([params, first, second, before, updates, state, back, straight, resumed]);
    });

  it(`runs on${title}`, async () => {
    const steps = backend === 'cpu' ? 20 : 4;
    await expectNoLeak(() => run(make(), steps, gradientsAt, { extra }));
    if (backend !== 'cpu') await expectSameOnCpu(() => run(make(), steps, gradientsAt, { extra }), backend, row);
  });

  if (descends && backend === 'cpu')
    it(`descends${title}`, async () => {
      const [from, to] = [startParams(), run(make(), 200, bowl, { extra })];
      const [start, end] = [await sizeOf(from), await sizeOf(to)];
      disposeResult([from, to]);
      assert(end < start / 2, `200 steps on a bowl went from ${start} to ${end}`);
    });

  it(`does in its kernel, where there is one, what its chain does${title}`, async () => {
    const { fused } = make();
    if (fused === undefined || getKernel(fused.kernel, getBackend()) === undefined) return;
    const [kernel, chain] = [run(make(), 20, gradientsAt, { extra }), run(make(), 20, gradientsAt, { extra, chain: true })];
    for (const [i, x] of leavesOf(kernel).entries()) await expectClose(x, leavesOf(chain)[i]!, { rtol: 1e-6, atol: 1e-6 });
    disposeResult([kernel, chain]);
  });
}

/**
 * The row of a function that makes gradient transformations.
 *
 * @param fn the export.
 * @param row how it is called.
 */
export function transformation(fn: unknown, row: TransformationRow): Row {
  return {
    subject: fn,
    backends: row.backends,
    declare(it, name, backend) {
      for (const [title, make] of Object.entries(row.make)) declareOne(it, `: ${title}`, make, row, backend);
      if (backend === 'cpu') declareBad(it, name, row.bad ?? {});
    },
  };
}
