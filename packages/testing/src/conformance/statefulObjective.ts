/** @file The row of an objective with a state: `{ init(...), apply(state, inputs): { loss, state } }`. */
import { grads, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { GradientCheckOptions } from '../gradients/checkGradient.js';
import type { Tolerance } from '../matchers/expectClose.js';
import { disposeResult, expectNoLeak } from '../matchers/expectNoLeak.js';
import { checkDerivatives } from './derivatives.js';
import { keeping, tensorOf, type BadCalls, type Keep, type Nested, type Row } from './row.js';
import { declareBad, expectSameOnCpu, numbersIn } from './utility.js';

/** What `apply` returns. */
interface Applied<S> {
  readonly loss: Tensor;
  readonly state: S;
}

/** What a row of a stateful objective may be told. */
export interface StatefulObjectiveRow<S> extends Tolerance {
  /** A first state; what it takes is made within, and kept. */
  init: (keep: Keep) => S;
  /** One step, given the differentiable inputs by name; what else it takes is made within, as arrays or kept. */
  apply: (state: S, inputs: Readonly<Record<string, Tensor>>, keep: Keep) => Applied<S>;
  /** The differentiable inputs by name, where the loss is smooth; none for an objective without gradients. */
  variables?: Readonly<Record<string, Nested>> | undefined;
  /** The highest derivative that is checked. Default 2. */
  order?: 0 | 1 | 2 | undefined;
  /** How gradients are checked. */
  gradient?: GradientCheckOptions | undefined;
  /** It draws random numbers: a step need not give the same twice. Default false. */
  draws?: boolean | undefined;
  /** Calls that must be refused. */
  bad?: BadCalls | undefined;
}

/**
 * The row of a function that makes a stateful objective, or of the objective itself.
 *
 * @param subject the export.
 * @param row how it begins and how it is applied.
 */
export function statefulObjective<S>(subject: unknown, row: StatefulObjectiveRow<S>): Row {
  const { init, apply, variables = {}, order = 2, gradient = {}, draws = false, bad = {} } = row;
  const names = Object.keys(variables);
  const at = Object.values(variables);
  const named = (xs: readonly Tensor[]) => Object.fromEntries(names.map((name, i) => [name, xs[i]!]));
  const inputs = (keep: Keep) => named(at.map((x) => keep(tensorOf(x))));
  /** The loss of a first step as a function of the variables, inside a tidy. */
  const loss = (...xs: Tensor[]) => {
    const keep: Keep = (made) => made;
    return apply(init(keep), named(xs), keep).loss;
  };
  return {
    subject,
    declare(it, name, backend) {
      it('begins with a state of its own', () => expectNoLeak(() => keeping(init)));

      it('gives a loss and the next state, and leaves its arguments alone', () =>
        keeping(async (keep) => {
          const state = init(keep);
          const given = inputs(keep);
          await expectNoLeak(() => keeping((own) => apply(state, given, own)));
          const step = apply(state, given, keep);
          expect([...(await numbersIn(step.state)).keys()]).toEqual([...(await numbersIn(state)).keys()]);
          expect([...(await numbersIn(step.loss)).values()].flat().some(Number.isNaN)).toBe(false);
          if (!draws) {
            const again = apply(state, given, keep);
            expect([...(await numbersIn(again)).values()]).toEqual([...(await numbersIn(step)).values()]);
            disposeResult(again);
          }
          disposeResult([step, state]);
        }));

      it('goes on from state to state', async () => {
        const steps = (keep: Keep) => {
          let state = init(keep);
          for (let step = 0; ; step++) {
            const next = apply(state, inputs(keep), keep);
            disposeResult(state);
            if (step === 2) return next;
            disposeResult(next.loss);
            state = next.state;
          }
        };
        await expectNoLeak(() => keeping(steps));
        if (backend !== 'cpu') await expectSameOnCpu(steps, backend, row);
      });

      if (names.length > 0 && order > 0)
        it('has the gradient that differences give', async () => {
          await checkDerivatives(loss, at, { order, ...gradient }, backend, row);
          await expectNoLeak(() => tidy(() => grads((...xs: Tensor[]) => sum(loss(...xs)))(at.map((x) => tensorOf(x)))));
        });

      if (backend === 'cpu') declareBad(it, name, bad);
    },
  };
}
