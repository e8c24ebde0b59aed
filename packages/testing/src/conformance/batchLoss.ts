/** @file The row of a loss over a record of rows: `fn({ chosen, rejected, ... }, options)`, as preference losses are. */
import { type Tensor } from '@tensorflow/tfjs-core';
import type { GradientCheckOptions } from '../gradients/checkGradient.js';
import type { Tolerance } from '../matchers/expectClose.js';
import { lossRefusals } from './lossErrors.js';
import { tensorOf, type BadCalls, type Nested, type Row } from './row.js';
import { assertSane, declareRowLoss, evaluate, type LossCall, type LossInput, type LossInputs, type NotApplicable } from './rowLoss.js';
import { declareBad } from './utility.js';

/** What a row of a loss over a record may be told. */
export interface BatchLossRow<B extends object, O extends object> extends Tolerance {
  /** The rows by field, all of one length; a field is `{ rows, kind }`, or plain rows for a differentiable one. */
  batch: { readonly [field in keyof B & string]?: readonly Nested[] | LossInput };
  /** Options of every call. */
  options?: O | undefined;
  /** The names of options that are numbers: NaN and strings must be refused. */
  numbers?: readonly (keyof O & string)[] | undefined;
  /** How gradients are checked. */
  gradient?: GradientCheckOptions | undefined;
  /** More calls that must be refused. */
  bad?: BadCalls | undefined;
  /** Replacements of some fields at which value and gradient must be sane. */
  extremes?: readonly { readonly [field in keyof B & string]?: readonly Nested[] }[] | undefined;
  /** What does not apply, and why. */
  not?: NotApplicable | undefined;
}

/**
 * The row of a loss over a record of rows.
 *
 * @param fn `(batch, options) => loss`.
 * @param row its batch, options and what does not apply.
 */
export function batchLoss<B extends object, O extends object>(fn: (batch: B, options?: O) => Tensor, row: BatchLossRow<B, O>): Row {
  const { options, numbers = [], gradient = {}, bad = {}, extremes = [], not = {} } = row;
  const inputs = Object.fromEntries(
    Object.entries(row.batch).map(([field, given]) => [field, Array.isArray(given) ? { rows: given, kind: 'variable' } : given]),
  ) as LossInputs;
  const call: LossCall = (batch, more) => fn(batch as B, { ...options, ...more } as O);
  return {
    subject: fn,
    declare(it, name, backend) {
      declareRowLoss(it, { inputs, call, not, tolerance: row, gradient }, backend);

      if (not.extremes === undefined && extremes.length > 0)
        it('stays sane at extremes', async () => {
          for (const replaced of extremes) {
            const all: LossInputs = {
              ...inputs,
              ...Object.fromEntries(
                Object.entries(replaced).map(([field, rows]) => [field, { ...inputs[field]!, rows: rows as Nested[] }]),
              ),
            };
            const tensors = Object.fromEntries(
              Object.entries(all).map(([field, { rows, kind }]) => [field, tensorOf(rows, kind === 'id' ? 'int32' : 'float32')]),
            );
            const by = not.gradient === undefined ? Object.keys(all).filter((field) => all[field]!.kind === 'variable') : [];
            const result = await evaluate(call, tensors, by, {}).finally(() => Object.values(tensors).forEach((x) => x.dispose()));
            assertSane(result, `for ${JSON.stringify(replaced)}`);
          }
        });

      if (backend === 'cpu') declareBad(it, name, { ...lossRefusals({ call, inputs, not, numbers }), ...bad });
    },
  };
}

/** Log-probabilities of four pairs of responses, under the policy and the reference. */
export const pairBatch = {
  chosen: [-3.1, -5.2, -2.7, -4.4],
  rejected: [-4.2, -4.9, -3.3, -6.1],
  refChosen: [-3.6, -5.0, -3.1, -4.2],
  refRejected: [-4.0, -5.3, -3.2, -5.5],
} as const;
