/** @file The refusals that all losses over rows share. */
import type { TensorLike } from '@surrogate/core';
import { disposed, notNumbers, type BadCalls, type Call } from './row.js';
import type { LossCall, LossInputs, NotApplicable } from './rowLoss.js';

/** A loss as its refusals see it: its call, its inputs as plain arrays, and the names of its options that are numbers. */
export interface LossRefusals {
  readonly call: LossCall;
  readonly inputs: LossInputs;
  readonly not: NotApplicable;
  readonly numbers: readonly string[];
  /** Names as the errors give them, where they are not those of the inputs. */
  readonly names?: Readonly<Record<string, string>> | undefined;
}

/** Calls with one argument or option that is wrong. */
export function lossRefusals({ call, inputs, not, numbers, names = {} }: LossRefusals): BadCalls {
  const good = Object.fromEntries(Object.entries(inputs).map(([name, { rows }]) => [name, rows as TensorLike]));
  const withInput =
    (name: string, value: () => TensorLike): Call =>
    () =>
      call({ ...good, [name]: value() }, {});
  const withOptions =
    (options: object): Call =>
    () =>
      call(good, options);
  const count = Object.values(inputs)[0]!.rows.length;
  const ones = Array<number>(count + 1).fill(1);
  const refusals: Record<string, Call[]> = {};
  for (const [name, { kind }] of Object.entries(inputs)) {
    const argument = names[name] ?? name;
    refusals[`disposed ${argument}`] = [withInput(name, () => disposed(inputs[name]!.rows, kind === 'id' ? 'int32' : 'float32'))];
    refusals[`dtype ${argument}`] = [withInput(name, () => notNumbers), withInput(name, () => null as unknown as TensorLike)];
    // The first argument sets the shapes, so that another of too many rows is at fault itself.
    if (name !== Object.keys(inputs)[0])
      refusals[`shape ${argument}`] = [withInput(name, () => [...inputs[name]!.rows, inputs[name]!.rows[0]!] as TensorLike)];
  }
  if (not.mask === undefined) refusals['shape mask'] = [withOptions({ mask: ones })];
  if (not.weights === undefined) refusals['shape weights'] = [withOptions({ weights: ones })];
  if (not.reduction === undefined) refusals['range reduction'] = [withOptions({ reduction: 'average' })];
  for (const option of numbers) refusals[`range ${option}`] = [withOptions({ [option]: NaN }), withOptions({ [option]: 'three' })];
  return refusals;
}
