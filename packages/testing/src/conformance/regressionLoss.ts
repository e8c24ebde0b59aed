/** @file The row of a loss over numbers: `fn(predictions, targets, options)`, also of one over vectors. */
import type { TensorLike } from '@surrogate/core';
import { type Tensor } from '@tensorflow/tfjs-core';
import { checkGradient, type GradientCheckOptions } from '../gradients/checkGradient.js';
import type { Tolerance } from '../matchers/expectClose.js';
import { lossRefusals } from './lossErrors.js';
import { tensorOf, type BadCalls, type Nested, type Row } from './row.js';
import { assertSane, declareRowLoss, evaluate, type LossCall, type LossInputs, type NotApplicable } from './rowLoss.js';
import { declareBad } from './utility.js';

/** What a row of a regression loss may be told. */
export interface RegressionLossRow<O extends object> extends Tolerance {
  /** Options of every call. */
  options?: O | undefined;
  /** The names of options that are numbers: NaN and strings must be refused. */
  numbers?: readonly (keyof O & string)[] | undefined;
  /** Rows instead of the usual numbers: vectors for losses over vectors, probabilities, positive numbers. */
  predictions?: readonly Nested[] | undefined;
  targets?: readonly Nested[] | undefined;
  /** The names of the two arguments. Default `predictions` and `targets`. */
  names?: readonly [string, string] | undefined;
  /** How gradients are checked. */
  gradient?: GradientCheckOptions | undefined;
  /** More calls that must be refused. */
  bad?: BadCalls | undefined;
  /** Predictions at which value and gradient must be sane, the targets being the usual ones. Default ±1e4 and the targets themselves. */
  extremes?: readonly (readonly Nested[])[] | undefined;
  /** What does not apply, and why. */
  not?: NotApplicable | undefined;
}

const usualPredictions = [0.3, -1.2, 2.1, 0.7];
const usualTargets = [1.1, -0.4, -0.5, 0.2];

const fillNested = (value: Nested, filler: number): Nested =>
  typeof value === 'number' ? filler : value.map((part) => fillNested(part, filler));

/**
 * The row of a loss over numbers or vectors.
 *
 * @param fn `(predictions, targets, options) => loss`.
 * @param row its inputs, options and what does not apply.
 */
export function regressionLoss<O extends object>(
  fn: (predictions: TensorLike, targets: TensorLike, options?: O) => Tensor,
  row: RegressionLossRow<O> = {},
): Row {
  const {
    options,
    numbers = [],
    predictions = usualPredictions,
    targets = usualTargets,
    names = ['predictions', 'targets'],
    gradient = {},
    bad = {},
    not = {},
  } = row;
  const [first, second] = names;
  const call: LossCall = (inputs, more) => fn(inputs[first]!, inputs[second]!, { ...options, ...more } as O);
  const inputs: LossInputs = { [first]: { rows: predictions, kind: 'variable' }, [second]: { rows: targets, kind: 'number' } };
  const ends = row.extremes ?? [predictions.map((x) => fillNested(x, 1e4)), predictions.map((x) => fillNested(x, -1e4)), targets];
  return {
    subject: fn,
    declare(it, name, backend) {
      declareRowLoss(it, { inputs, call, not, tolerance: row, gradient }, backend);

      if (not.ties === undefined && not.gradient === undefined && backend === 'cpu')
        it('has a gradient between the one-sided ones where predictions hit their targets', () =>
          checkGradient((x) => call({ [first]: x, [second]: targets }, {}), [targets], {
            ...gradient,
            ties: true,
          }));

      if (not.extremes === undefined)
        it('stays sane at extremes', async () => {
          for (const rows of ends) {
            const tensors = { [first]: tensorOf(rows), [second]: tensorOf(targets) };
            const by = not.gradient === undefined ? [first] : [];
            const result = await evaluate(call, tensors, by, {}).finally(() => Object.values(tensors).forEach((x) => x.dispose()));
            assertSane(result, `for [${JSON.stringify(rows)}]`);
          }
        });

      if (backend === 'cpu') declareBad(it, name, { ...lossRefusals({ call, inputs, not, numbers }), ...bad });
    },
  };
}
