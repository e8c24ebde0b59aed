/** @file The row of a loss over classes: `fn(logits, labels, options)`. */
import type { Labels, TensorLike } from '@surrogate/core';
import { grad, tensor, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { checkGradient, type GradientCheckOptions } from '../gradients/checkGradient.js';
import { expectClose, type Tolerance } from '../matchers/expectClose.js';
import { read } from '../values.js';
import { lossRefusals } from './lossErrors.js';
import { checkDerivatives } from './derivatives.js';
import { disposed, tensorOf, type BadCalls, type Nested, type Row } from './row.js';
import { assertSane, declareRowLoss, evaluate, type LossCall, type LossInputs, type NotApplicable } from './rowLoss.js';
import { declareBad } from './utility.js';

/** Checks of class losses alone that may be left out. */
type ClassCheck = 'softLabels' | 'axis' | 'ignoreIndex' | 'classWeights' | 'oneClass';

/** What a row of a class loss may be told. */
export interface ClassLossRow<O extends object> extends Tolerance {
  /** Options of every call. */
  options?: O | undefined;
  /** The names of options that are numbers: NaN and strings must be refused. */
  numbers?: readonly (keyof O & string)[] | undefined;
  /** Logits `[rows][classes]` and class ids instead of the usual ones. */
  logits?: readonly (readonly number[])[] | undefined;
  labels?: readonly number[] | undefined;
  /** How gradients are checked. */
  gradient?: GradientCheckOptions | undefined;
  /** More calls that must be refused. */
  bad?: BadCalls | undefined;
  /** What does not apply, and why. */
  not?: (NotApplicable & { readonly [check in ClassCheck]?: string }) | undefined;
}

const usualLogits = [
  [0.4, -1.3, 1.1],
  [2.2, 0.3, -0.6],
  [-0.7, 0.9, 0.1],
  [0.2, -0.4, -1.8],
];
const usualLabels = [0, 2, 1, 1];
const softRows = [
  [0.2, 0.5, 0.3],
  [1, 0, 0],
  [0.6, 0.4, 0],
  [0.1, 0.1, 0.8],
];

/** Logits at the ends of float32's patience; the labels stay those of the rows. */
const extremes: Readonly<Record<string, (classes: number, label: number) => number[]>> = {
  'a certain hit': (classes, label) => Array.from({ length: classes }, (_, k) => (k === label ? 1e4 : -1e4)),
  'a certain miss': (classes, label) => Array.from({ length: classes }, (_, k) => (k === label ? -1e4 : 1e4)),
  'classes ruled out by -Infinity': (classes, label) =>
    Array.from({ length: classes }, (_, k) => (k === label || k === (label + 1) % classes ? 0.5 : -Infinity)),
  'all alike': (classes) => Array<number>(classes).fill(1e4),
};

/**
 * The row of a loss over classes.
 *
 * @param fn `(logits, labels, options) => loss`.
 * @param row its options and what does not apply.
 */
export function classLoss<O extends object>(
  fn: (logits: TensorLike, labels: Labels, options?: O) => Tensor,
  row: ClassLossRow<O> = {},
): Row {
  const { options, numbers = [], logits = usualLogits, labels = usualLabels, gradient = {}, bad = {}, not = {} } = row;
  const call: LossCall = (inputs, more) => fn(inputs['logits']!, inputs['labels']!, { ...options, ...more } as O);
  const inputs: LossInputs = { logits: { rows: logits, kind: 'variable' }, labels: { rows: labels, kind: 'id' } };
  const classes = logits[0]!.length;
  const tolerance = { rtol: 1e-4, atol: 2e-5, ...row };
  const value = async (z: TensorLike, y: Labels, more: object) => {
    const loss = call({ logits: z, labels: y }, more);
    return read(loss).finally(() => loss.dispose());
  };

  const declare: Row['declare'] = (it, name, backend) => {
    declareRowLoss(it, { inputs, call, not, tolerance: row, gradient }, backend);
    // As for rows: how labels are written is read by the same code on every backend, and a call on webgpu is dear.
    const cheap = backend !== 'webgpu';

    if (cheap && not.softLabels === undefined)
      it('takes ids, one-hot and soft labels', async () => {
        const oneHot = labels.map((label) => Array.from({ length: classes }, (_, k) => Number(k === label)));
        await expectClose((await value(logits, oneHot, {})).data, (await value(logits, labels, {})).data, tolerance);
        if (classes !== 3) return;
        const order = not.gradient !== undefined ? 0 : not.secondOrder === undefined ? 2 : 1;
        const soft = (z: Tensor) => call({ logits: z, labels: softRows.slice(0, logits.length) }, {});
        await checkDerivatives(soft, [logits], { order, ...gradient }, backend, tolerance);
      });

    if (not.ties === undefined && not.gradient === undefined && backend === 'cpu')
      it('has a gradient between the one-sided ones where logits tie', () =>
        checkGradient((z) => call({ logits: z, labels }, {}), [logits.map((z) => z.map(() => 0.5))], { ...gradient, ties: true }));

    if (cheap && not.axis === undefined)
      it('reads the classes from any axis', async () => {
        const columns = tidy(() => transpose(tensorOf(logits)));
        const turned = await value(columns, labels, { axis: 0 });
        columns.dispose();
        await expectClose(turned.data, (await value(logits, labels, {})).data, tolerance);
      });

    if (not.ignoreIndex === undefined)
      it('leaves out the rows of the ignored class', async () => {
        const z = tensor([...logits.slice(0, -1).flat(), ...Array<number>(classes).fill(NaN)], [logits.length, classes]);
        const ignoring = { ignoreIndex: -100 };
        const ids = [...labels.slice(0, -1), -100];
        const loss = await value(z, ids, ignoring);
        await expectClose(loss.data, (await value(logits.slice(0, -1), labels.slice(0, -1), {})).data, tolerance);
        if (not.gradient === undefined) {
          const slope = grad((x: Tensor) => call({ logits: x, labels: ids }, ignoring))(z);
          const { data } = await read(slope);
          slope.dispose();
          expect(data.every(Number.isFinite) && data.slice(-classes).every((g) => g === 0)).toBe(true);
        }
        z.dispose();
      });

    if (cheap && not.classWeights === undefined)
      it('weighs rows by their class', async () => {
        const classWeights = Array.from({ length: classes }, (_, k) => 1 + k);
        const weights = labels.map((label) => classWeights[label]!);
        await expectClose((await value(logits, labels, { classWeights })).data, (await value(logits, labels, { weights })).data, tolerance);
      });

    if (not.extremes === undefined)
      for (const [what, make] of Object.entries(extremes))
        it(`stays sane for ${what}`, async () => {
          const z = tensorOf(labels.map((label) => make(classes, label)));
          const y = tensorOf(labels, 'int32');
          const by = not.gradient === undefined ? ['logits'] : [];
          const result = await evaluate(call, { logits: z, labels: y }, by, {}).finally(() => [z, y].forEach((x) => x.dispose()));
          assertSane(result, `for ${what}`);
        });

    if (not.oneClass === undefined)
      it('takes one class, and one row', async () => {
        const [z, y] = [tensorOf([[0.3]]), tensorOf([0], 'int32')];
        const by = not.gradient === undefined ? ['logits'] : [];
        assertSane(
          await evaluate(call, { logits: z, labels: y }, by, {}).finally(() => [z, y].forEach((x) => x.dispose())),
          'for one class',
        );
      });

    const refuse = (z: Nested | Tensor, y: Nested | Tensor, more: object = {}) => call({ logits: z, labels: y }, more);
    if (backend === 'cpu')
      declareBad(it, name, {
        ...lossRefusals({ call, inputs, not, numbers }),
        'shape logits': [() => refuse(1, 0)],
        'dtype labels': [
          () =>
            refuse(
              logits,
              labels.map(() => 0.5),
            ),
          (keep) => refuse(logits, keep(tensor([...labels]))),
          () => refuse(logits, 'three' as unknown as Nested),
        ],
        'range labels': [
          () =>
            refuse(
              logits,
              labels.map(() => classes),
            ),
          () =>
            refuse(
              logits,
              labels.map(() => -1),
            ),
        ],
        'disposed labels': () => refuse(logits, disposed(labels, 'int32')),
        ...(not.classWeights === undefined
          ? { 'shape classWeights': () => refuse(logits, labels, { classWeights: Array<number>(classes + 1).fill(1) }) }
          : {}),
        ...(not.axis === undefined
          ? { 'range axis': [() => refuse(logits, labels, { axis: 5 }), () => refuse(logits, labels, { axis: NaN })] }
          : {}),
        ...bad,
      });
  };
  return { subject: fn, declare };
}
