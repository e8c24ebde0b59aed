/** @file The rig catches what it is there to catch: each faulty subject fails exactly the tests that it should. */
import {
  add,
  exp,
  keep,
  log,
  mul,
  scalar,
  square,
  squaredDifference,
  sub,
  sum,
  tensor,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import {
  classLossScope,
  defineTransformation,
  dotLast,
  fail,
  logSoftmax,
  lossScope,
  type ClassLossOptions,
  type GradientTransformation,
  type Labels,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import {
  classLoss,
  regressionLoss,
  schedule,
  statefulObjective,
  tableFaults,
  tensorFunction,
  transformation,
  utility,
  type Row,
} from '@surrogate/testing';
import { describe, expect, it } from 'vitest';

/** The titles of a row's tests that fail on cpu. */
async function failures(row: Row, name: string): Promise<string[]> {
  const tests: [string, () => void | Promise<void>][] = [];
  row.declare((title, run) => void tests.push([title, run]), name, 'cpu');
  const failed: string[] = [];
  for (const [title, run] of tests)
    try {
      await run();
    } catch {
      failed.push(title);
    }
  return failed;
}

const squared = (predictions: TensorLike, targets: TensorLike, options: LossOptions = {}) =>
  lossScope('squared', { predictions, targets }, options, ({ predictions, targets }) => squaredDifference(predictions, targets));

const crossEntropy = (logits: TensorLike, labels: Labels, options: ClassLossOptions = {}) =>
  classLossScope('crossEntropy', { logits, labels }, options, ({ logits, target }) => mul(-1, dotLast(target, logSoftmax(logits))));

describe('the table', () => {
  const namespace = { squared, limit: 3, kl: { f: (x: number) => x } };

  it('wants a row for each function and each record of functions, and no others', () => {
    expect(tableFaults(namespace, {})).toEqual(['kl is exported and has no row', 'squared is exported and has no row']);
    const kl = utility(namespace.kl, {});
    expect(tableFaults(namespace, { kl, squared: regressionLoss(squared) })).toEqual([]);
    expect(tableFaults(namespace, { kl, squared: kl, other: kl })).toEqual([
      'other has a row and is not exported',
      'the row of squared is about something else',
    ]);
  });
});

describe('the row of a loss over numbers', () => {
  it('accepts a right one', async () => expect(await failures(regressionLoss(squared), 'squared')).toEqual([]));

  it('catches one that sums where it should average', async () => {
    const wrong: typeof squared = (x, y, options = {}) => squared(x, y, { ...options, reduction: options.reduction ?? 'sum' });
    expect(await failures(regressionLoss(wrong), 'squared')).toContain('sums and averages the rows');
  });

  it('catches one that looks behind the mask', async () => {
    const wrong: typeof squared = (x, y, { mask, ...options } = {}) =>
      squared(x, y, mask === undefined ? options : { ...options, weights: mask });
    const looks: typeof squared = (x, y, options = {}) =>
      tidy(() => add(wrong(x, y, options), mul(0, squared(x, y, { reduction: 'sum' }))));
    expect(await failures(regressionLoss(looks), 'squared')).toContain('lets nothing through from behind the mask');
  });

  it('catches one that leaks', async () => {
    const kept: Tensor[] = [];
    const wrong: typeof squared = (x, y, options) => {
      kept.push(keep(scalar(0)));
      return squared(x, y, options);
    };
    const failed = await failures(regressionLoss(wrong), 'squared');
    kept.forEach((x) => x.dispose());
    expect(failed).toContain('leaves exactly its result behind');
  });

  it('catches an error in another name', async () =>
    expect(await failures(regressionLoss(squared), 'mse')).toEqual(
      expect.arrayContaining(['refuses shape mask', 'refuses disposed targets']),
    ));
});

describe('the row of a loss over classes', () => {
  it('accepts a right one', async () => expect(await failures(classLoss(crossEntropy), 'crossEntropy')).toEqual([]));

  it('catches one that forgets the ignored class', async () => {
    const wrong: typeof crossEntropy = (logits, labels, options = {}) =>
      crossEntropy(logits, labels, { ...options, ignoreIndex: undefined });
    expect(await failures(classLoss(wrong), 'crossEntropy')).toEqual(['leaves out the rows of the ignored class']);
  });

  it('catches one that overflows', async () => {
    const wrong: typeof crossEntropy = (logits, labels, options = {}) =>
      classLossScope('crossEntropy', { logits, labels }, options, ({ logits, target }) =>
        sub(log(sum(exp(logits), -1)), sum(mul(target, logits), -1)),
      );
    expect(await failures(classLoss(wrong), 'crossEntropy')).toEqual(expect.arrayContaining(['stays sane for a certain hit']));
  });
});

describe('the other rows', () => {
  it('catch a wrong gradient and a missing refusal', async () => {
    const cube = (x: TensorLike) => tidy(() => mul(square(x as Tensor), x as Tensor));
    const failed = await failures(tensorFunction(cube, { at: [[0.3, -1.2]], bad: { 'range x': () => cube([1]) } }), 'cube');
    expect(failed).toEqual(expect.arrayContaining(['refuses dtype ', 'refuses range x']));
    const kinked = (x: TensorLike) => tidy(() => mul(x as Tensor, zerosLike(x as Tensor)));
    expect(await failures(tensorFunction(kinked, { at: [[1]], extremes: [[Infinity]] as never }), 'kinked')).toContain(
      'stays sane at extremes',
    );
  });

  it('catch a schedule that remembers', async () => {
    const make = () => {
      let calls = 0;
      return () => ++calls / 1e4;
    };
    expect(await failures(schedule(make, { make: { plain: make } }), 'make')).toEqual(['gives a number at every step: plain']);
  });

  it('catch a transformation that climbs, and one that hands its arguments back', async () => {
    const descent = (rate: number) =>
      defineTransformation('descent', {
        init: () => ({ count: 0 }),
        update: (updates, { count }) => ({
          updates: Object.fromEntries(Object.entries(updates).map(([path, u]) => [path, mul(u, -rate)])),
          state: { count: count + 1 },
        }),
      }) as GradientTransformation;
    const row = { make: { plain: () => descent(0.1) }, descends: true };
    expect(await failures(transformation(descent, row), 'descent')).toEqual([]);
    const ascent = { make: { plain: () => descent(-0.1) }, descends: true };
    expect(await failures(transformation(descent, ascent), 'descent')).toEqual(['descends: plain']);
    const sharing = {
      make: {
        plain: (): GradientTransformation => ({ init: descent(1).init, update: (updates, state) => ({ updates, state }) as never }),
      },
    };
    expect(await failures(transformation(descent, sharing), 'descent')).toContain(
      'turns gradients into updates of the same tree, and a state into the next: plain',
    );
  });

  it('catch an objective that changes its state in place', async () => {
    const mean = {
      init: () => ({ center: scalar(0) as Tensor }),
      apply: ({ center }: { center: Tensor }, x: Tensor) =>
        tidy(() => ({ loss: squared(x, 0), state: { center: add(mul(center, 0.9), mul(0.1, x)) } })),
    };
    const row = { init: mean.init, variables: { x: 0.7 } };
    expect(await failures(statefulObjective(mean, { ...row, apply: (state, { x }) => mean.apply(state, x!) }), 'mean')).toEqual([]);
    const disposing = (state: { center: Tensor }, x: Tensor) => {
      const next = mean.apply(state, x);
      state.center.dispose();
      return next;
    };
    expect(await failures(statefulObjective(mean, { ...row, apply: (state, { x }) => disposing(state, x!) }), 'mean')).toContain(
      'gives a loss and the next state, and leaves its arguments alone',
    );
  });

  it('catch a refusal that leaves tensors behind', async () => {
    const kept: Tensor[] = [];
    const late = () => {
      kept.push(tensor([1]));
      return fail('range', 'late', 'x', 'must be more, got less');
    };
    const early = () => fail('range', 'early', 'x', 'must be more, got less');
    expect(await failures(utility(early, { bad: { 'range x': early } }), 'early')).toEqual([]);
    expect(await failures(utility(late, { bad: { 'range x': late } }), 'late')).toEqual(['refuses range x']);
    kept.forEach((x) => x.dispose());
  });
});
