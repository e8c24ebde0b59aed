/** @file Many Sinkhorn rounds as one op, so that a kernel may do them in one call. */
import { add, concat, div, fill, slice, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { defineOp } from '@surrogate/core';
import { roundsOf, type Potentials, type Problem } from './problem.js';

/** What the rounds are told. */
type RoundsAttributes = {
  readonly epsilon: number;
  readonly penalty: number;
  /** The factor of a schedule that begins with the largest cost; 0 for none. */
  readonly annealing: number;
  /** How many rounds the schedule has behind it. */
  readonly first: number;
  /** How many rounds to do, 1 or more. */
  readonly iterations: number;
  /** Whether the last of them is at the final epsilon, however slow the schedule. */
  readonly settle: boolean;
};

const problemFrom = (
  inputs: Pick<Problem, 'cost' | 'a' | 'b'>,
  { epsilon, penalty, annealing }: Omit<RoundsAttributes, 'first' | 'iterations' | 'settle'>,
): Problem => ({
  ...inputs,
  epsilon,
  penalty,
  annealing: annealing === 0 ? undefined : annealing,
});

/** Both potentials, one after the other, `[N + M]`: each round makes the rows' from the columns', then the columns' from the rows'. */
const sinkhornRoundsOp = defineOp<{ cost: Tensor; a: Tensor; b: Tensor; g: Tensor }, RoundsAttributes>({
  name: 'SurrogateSinkhornRounds',
  composite: ({ g, ...masses }, attrs) => {
    const { first, iterations, settle } = attrs;
    const { round } = roundsOf(problemFrom(masses, attrs));
    let now: Potentials = { f: fill([masses.a.size], 0), g };
    for (let step = 0; step < iterations; step++) {
      const next = round(now, settle && step === iterations - 1 ? Infinity : first + step);
      if (step > 0) [now.f, now.g].forEach((x) => x.dispose());
      now = next;
    }
    return concat([now.f, now.g]);
  },
  kernel: { residuals: 0, gradients: [] },
});

/** The one potential `[N]` of a measure's transport to itself: each round goes half of the way, which converges fast. */
const sinkhornSelfRoundsOp = defineOp<{ cost: Tensor; a: Tensor }, { epsilon: number; penalty: number; iterations: number }>({
  name: 'SurrogateSinkhornSelfRounds',
  composite: ({ cost, a }, { epsilon, penalty, iterations }) => {
    const { rows } = roundsOf(problemFrom({ cost, a, b: a }, { epsilon, penalty, annealing: 0 }));
    let now: Tensor = fill([a.size], 0);
    for (let step = 0; step < iterations; step++) {
      const before = now;
      now = tidy(() => div(add(before, rows(before)), 2));
      before.dispose();
    }
    return now;
  },
  kernel: { residuals: 0, gradients: [] },
});

/** The potentials after some rounds, of which the schedule has `first` behind it; constants to gradients when called in a `noGrad`. */
export function sinkhornRounds(problem: Problem, { g }: Potentials, iterations: number, { first = 0, settle = false } = {}): Potentials {
  const { cost, a, b, epsilon, penalty, annealing = 0 } = problem;
  const both = sinkhornRoundsOp({ cost, a, b, g }, { epsilon, penalty, annealing, first, iterations, settle });
  return { f: slice(both, 0, a.size), g: slice(both, a.size, b.size) };
}

/** The potential of a measure's transport to itself. */
export const sinkhornSelfRounds = ({ cost, a, epsilon, penalty }: Problem, iterations: number): Tensor =>
  sinkhornSelfRoundsOp({ cost, a }, { epsilon, penalty, iterations });
