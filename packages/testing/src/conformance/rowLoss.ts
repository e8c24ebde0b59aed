/** @file What every loss over rows promises, whatever its inputs are: the rows of one batch, a reduction, weights and a mask. */
import { grads, sum, tensor, tidy, type DataType, type Tensor } from '@tensorflow/tfjs-core';
import type { TensorLike } from '@surrogate/core';
import { assert, expect } from 'vitest';
import type { GradientCheckOptions } from '../gradients/checkGradient.js';
import { expectClose, type Tolerance } from '../matchers/expectClose.js';
import { expectNoLeak } from '../matchers/expectNoLeak.js';
import { read } from '../values.js';
import { tensorOf, type Declare, type Nested } from './row.js';
import type { Backend } from '../backends/startBackend.js';
import { checkDerivatives, linked } from './derivatives.js';
import { expectSameOnCpu } from './utility.js';

/** Checks that a row may leave out, each with its reason. */
type LossCheck = 'gradient' | 'secondOrder' | 'mask' | 'weights' | 'reduction' | 'batch' | 'empty' | 'extremes' | 'ties' | 'hostArrays';

/** A reason for each check that does not apply. */
export type NotApplicable = { readonly [check in LossCheck]?: string };

/** One argument: its rows, and whether it is differentiable numbers, given numbers, or ids. */
export interface LossInput {
  readonly rows: readonly Nested[];
  readonly kind: 'variable' | 'number' | 'id';
}

/** Arguments by name, all with as many rows. */
export type LossInputs = Readonly<Record<string, LossInput>>;

/** What the engine calls. */
export type LossCall = (inputs: Readonly<Record<string, TensorLike>>, options: object) => Tensor;

/** How a loss is described to the engine. */
export interface RowLoss {
  readonly inputs: LossInputs;
  readonly call: LossCall;
  readonly not: NotApplicable;
  readonly tolerance: Tolerance;
  readonly gradient: GradientCheckOptions;
}

const dtypes: Readonly<Record<LossInput['kind'], DataType>> = { variable: 'float32', number: 'float32', id: 'int32' };

const mapRows = (inputs: LossInputs, change: (rows: readonly Nested[]) => readonly Nested[]): LossInputs =>
  Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, { ...input, rows: change(input.rows) }]));

const fillNested = (value: Nested, filler: number): Nested =>
  typeof value === 'number' ? filler : value.map((part) => fillNested(part, filler));

const tensorsOf = (inputs: LossInputs): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(inputs).map(([name, { rows, kind }]) => [name, tensorOf(rows, dtypes[kind])]));

const variables = (inputs: LossInputs) => Object.keys(inputs).filter((name) => inputs[name]!.kind === 'variable');

/** @internal The value and the gradients by all differentiable inputs, on the host. */
export async function evaluate(call: LossCall, inputs: Readonly<Record<string, Tensor>>, by: readonly string[], options: object) {
  const [value, ...gradients] = tidy(() => {
    const f = (...xs: Tensor[]) => call({ ...inputs, ...Object.fromEntries(by.map((name, i) => [name, xs[i]!])) }, options);
    const at = by.map((name) => inputs[name]!);
    return [f(...at), ...(by.length === 0 ? [] : grads((...xs: Tensor[]) => linked(sum(f(...xs)), xs))(at))];
  });
  const result = { value: (await read(value)).data, gradients: await Promise.all(gradients.map(async (g) => (await read(g)).data)) };
  [value, ...gradients].forEach((x) => x.dispose());
  return result;
}

async function evaluateRows({ call, not }: RowLoss, inputs: LossInputs, options: object) {
  const tensors = tensorsOf(inputs);
  const by = not.gradient === undefined ? variables(inputs) : [];
  return evaluate(call, tensors, by, options).finally(() => Object.values(tensors).forEach((x) => x.dispose()));
}

/** @internal Values may be infinite where that is the loss's meaning, never NaN; gradients are finite. */
export function assertSane({ value, gradients }: { value: number[]; gradients: number[][] }, what: string): void {
  assert(!value.some(Number.isNaN), `the value is NaN ${what}`);
  gradients.forEach((g, i) => assert(g.every(Number.isFinite), `the gradient by input ${i} is [${g.join(', ')}] ${what}`));
}

const sumOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Declares the tests that every loss over rows shares. */
export function declareRowLoss(it: Declare, loss: RowLoss, backend: Backend): void {
  const { inputs, call, not, tolerance: given, gradient } = loss;
  const tolerance = { rtol: 1e-4, atol: 2e-5, ...given };
  const names = Object.keys(inputs);
  const count = inputs[names[0]!]!.rows.length;
  const last = count - 1;
  const close = async (actual: Awaited<ReturnType<typeof evaluateRows>>, expected: Awaited<ReturnType<typeof evaluateRows>>) => {
    await expectClose(actual.value, expected.value, tolerance);
    for (const [i, g] of actual.gradients.entries()) await expectClose(g, expected.gradients[i]!, tolerance);
  };
  const split = not.reduction === undefined ? { reduction: 'none' } : {};
  // What a formula does with rows and arrays it does on every backend; on webgpu, where each call costs a hundred times as much, that the whole batch is cpu's says the same.
  const cheap = backend !== 'webgpu';

  if (not.gradient === undefined)
    it(`has the gradient that differences give${not.secondOrder === undefined ? ', and their second' : ''}`, async () => {
      const by = variables(inputs);
      const f = (...xs: Tensor[]) => call({ ...tensorsOf(inputs), ...Object.fromEntries(by.map((name, i) => [name, xs[i]!])) }, split);
      const order = not.secondOrder === undefined ? 2 : 1;
      const at = by.map((name) => inputs[name]!.rows);
      await checkDerivatives(f, at, { order, ...gradient }, backend, tolerance);
    });

  if (not.mask === undefined)
    it('lets nothing through from behind the mask', async () => {
      const mask = tensor([...Array<number>(last).fill(1), 0]);
      const hidden: LossInputs = Object.fromEntries(
        names.map((name) => {
          const { rows, kind } = inputs[name]!;
          return [name, { kind, rows: rows.map((row, i) => (i === last && kind !== 'id' ? fillNested(row, NaN) : row)) }];
        }),
      );
      const masked = await evaluateRows(loss, hidden, { mask });
      const without = await evaluateRows(
        loss,
        mapRows(inputs, (rows) => rows.slice(0, last)),
        {},
      );
      mask.dispose();
      await close(masked, {
        value: without.value,
        gradients: without.gradients.map((g, i) => [...g, ...Array<number>(masked.gradients[i]!.length - g.length).fill(0)]),
      });
    });

  if (cheap && not.weights === undefined)
    it('counts a row of weight 2 twice', async () => {
      const weights = tensor([2, ...Array<number>(last).fill(1)]);
      const weighted = await evaluateRows(loss, inputs, { weights });
      weights.dispose();
      const twice = await evaluateRows(
        { ...loss, not: { ...not, gradient: 'values only' } },
        mapRows(inputs, (rows) => [rows[0]!, ...rows]),
        {},
      );
      await expectClose(weighted.value, twice.value, tolerance);
    });

  if (not.weights === undefined)
    it('is 0 with gradient 0 where nothing has weight', async () => {
      const weights = tensor(Array<number>(count).fill(0));
      const { value, gradients } = await evaluateRows(loss, inputs, { weights });
      weights.dispose();
      expect(value.map(Math.abs)).toEqual([0]);
      for (const g of gradients) expect(g.every((x) => x === 0)).toBe(true);
    });

  if (cheap && not.reduction === undefined)
    it('sums and averages the rows', async () => {
      const plain = { ...loss, not: { ...not, gradient: 'values only' } };
      const none = (await evaluateRows(plain, inputs, { reduction: 'none' })).value;
      await expectClose((await evaluateRows(plain, inputs, { reduction: 'sum' })).value, [sumOf(none)], tolerance);
      const rows = none.length;
      await expectClose((await evaluateRows(plain, inputs, {})).value, [sumOf(none) / rows], tolerance);
    });

  if (cheap && not.batch === undefined && not.reduction === undefined)
    it('gives each row what it gives it alone', async () => {
      const together = await evaluateRows(loss, inputs, { reduction: 'none' });
      const alone: Awaited<ReturnType<typeof evaluateRows>>[] = [];
      for (let i = 0; i < count; i++)
        alone.push(
          await evaluateRows(
            loss,
            mapRows(inputs, (rows) => [rows[i]!]),
            { reduction: 'none' },
          ),
        );
      await close(together, {
        value: alone.flatMap(({ value }) => value),
        gradients: together.gradients.map((_, k) => alone.flatMap(({ gradients }) => gradients[k]!)),
      });
    });

  if (not.empty === undefined)
    it('is 0 for an empty batch', async () => {
      const tensors = Object.fromEntries(
        names.map((name) => {
          const like = tensorOf(inputs[name]!.rows);
          const shape = [0, ...like.shape.slice(1)];
          like.dispose();
          return [name, tensor([], shape, dtypes[inputs[name]!.kind])];
        }),
      );
      const by = not.gradient === undefined ? variables(inputs) : [];
      const { value } = await evaluate(call, tensors, by, {}).finally(() => Object.values(tensors).forEach((x) => x.dispose()));
      expect(value.map(Math.abs)).toEqual([0]);
    });

  if (cheap && not.hostArrays === undefined)
    it('takes plain arrays', async () => {
      const arrays = Object.fromEntries(names.map((name) => [name, inputs[name]!.rows as TensorLike]));
      const plain = await evaluate(call, arrays as Record<string, Tensor>, [], {});
      const { value } = await evaluateRows({ ...loss, not: { ...not, gradient: 'values only' } }, inputs, {});
      await expectClose(plain.value, value, tolerance);
    });

  it('leaves exactly its result behind', async () => {
    const tensors = tensorsOf(inputs);
    const by = not.gradient === undefined ? variables(inputs) : [];
    await expectNoLeak(() => call(tensors, {}));
    if (cheap && by.length > 0)
      await expectNoLeak(() =>
        grads((...xs: Tensor[]) => call({ ...tensors, ...Object.fromEntries(by.map((name, i) => [name, xs[i]!])) }, {}))(
          by.map((name) => tensors[name]!),
        ),
      ).catch((error: Error) => {
        error.message = `under a gradient: ${error.message}`;
        throw error;
      });
    if (backend !== 'cpu')
      await expectSameOnCpu(
        (keep) => call(Object.fromEntries(Object.entries(tensorsOf(inputs)).map(([name, x]) => [name, keep(x)])), split),
        backend,
        tolerance,
      );
    Object.values(tensors).forEach((x) => x.dispose());
  });
}
