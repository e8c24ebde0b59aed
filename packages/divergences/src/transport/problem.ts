/** @file What entropic optimal transport solves: its rounds in log space, its dual value, and how far a pair of potentials is from solving it. */
import { abs, add, div, expandDims, fill, log, mul, neg, sub, sum, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkRank,
  checkShape,
  clip,
  exp,
  expm1,
  fail,
  logSumExp,
  max,
  maximum,
  noGrad,
  type TensorLike,
} from '@surrogate/core';

/** What all functions of entropic transport are told. */
export interface TransportOptions {
  /** float32 `[N]`, >= 0: the masses of the rows. Default 1/N each. */
  a?: TensorLike | undefined;
  /** float32 `[M]`, >= 0: the masses of the columns, of the same total unless the marginals are free. Default 1/M each. */
  b?: TensorLike | undefined;
  /** How much entropy weighs, > 0, in the units of the cost. Default 0.1. */
  epsilon?: number | undefined;
  /** What it costs to create or to destroy mass, > 0, in the units of the cost; Infinity forbids it. Default Infinity. */
  marginalPenalty?: number | undefined;
}

/** Options of the solvers that concern their way to the solution. */
export interface SolverOptions extends TransportOptions {
  /** Begins with the largest cost in place of epsilon and multiplies it by this each round until epsilon is reached, in (0, 1). Default no schedule. */
  annealing?: number | undefined;
  /** Where to begin: the potentials of a similar problem. Default zeros. */
  potentials?: Potentials | undefined;
}

/** Dual potentials: the prices of mass at the rows and at the columns. */
export interface Potentials {
  /** float32 `[N]`. */
  readonly f: Tensor;
  /** float32 `[M]`. */
  readonly g: Tensor;
}

/** A problem with everything checked. */
export interface Problem {
  readonly cost: Tensor;
  readonly a: Tensor;
  readonly b: Tensor;
  readonly epsilon: number;
  readonly penalty: number;
  readonly annealing: number | undefined;
}

/** Makes a problem of a user's arguments. Call it inside a tidy. */
export function problemOf(fn: string, cost: TensorLike, options: SolverOptions): Problem {
  const { epsilon = 0.1, marginalPenalty: penalty = Infinity, annealing } = options;
  checkAbove(fn, 'epsilon', epsilon, 0);
  if (penalty !== Infinity) checkAbove(fn, 'marginalPenalty', penalty, 0);
  if (annealing !== undefined && !(annealing > 0 && annealing < 1))
    fail('range', fn, 'annealing', `must be in (0, 1), got ${String(annealing)}`);
  const matrix = asTensor(fn, 'cost', cost);
  checkRank(fn, 'cost', matrix.shape, 2);
  if (matrix.size === 0) fail('shape', fn, 'cost', `must not be empty, got shape [${matrix.shape.join(', ')}]`);
  const masses = (argument: 'a' | 'b', size: number) => {
    const given = options[argument];
    if (given === undefined) return fill([size], 1 / size);
    const made = asTensor(fn, argument, given);
    checkShape(fn, argument, made.shape, [size]);
    return made;
  };
  const [n, m] = matrix.shape as [number, number];
  return { cost: matrix, a: masses('a', n), b: masses('b', m), epsilon, penalty, annealing };
}

/** The potentials that a user gave, or zeros. */
export function startOf(fn: string, { cost }: Problem, potentials: Potentials | undefined): Potentials {
  const [n, m] = cost.shape as [number, number];
  if (potentials === undefined) return { f: fill([n], 0), g: fill([m], 0) };
  const [f, g] = [asTensor(fn, 'potentials.f', potentials.f), asTensor(fn, 'potentials.g', potentials.g)];
  checkShape(fn, 'potentials.f', f.shape, [n]);
  checkShape(fn, 'potentials.g', g.shape, [m]);
  return { f, g };
}

/** A problem as the rounds read it: for a constant to gradients, with both orders of the costs. */
export interface Rounds {
  /** One round: the rows' potential from the columns', then the columns' from the rows'. */
  round(potentials: Potentials, step: number): Potentials;
  /** The rows' next potential, at the final epsilon. */
  rows(g: Tensor): Tensor;
  /** How far the rows' marginal is from what it should be, in mass: Σ a |e^((f - f')/ε) - 1|, where f' is what the next round would make of f. */
  error(potentials: Potentials): Tensor;
}

/** Prepares rounds; what it holds belongs to the tidy around it, or is kept by the caller. */
export function roundsOf({ cost, a, b, epsilon, penalty, annealing }: Problem): Rounds & { readonly held: readonly Tensor[] } {
  return noGrad(() => {
    const turned = transpose(cost);
    const [logA, logB] = [expandDims(log(a), 0), expandDims(log(b), 0)];
    const largest = annealing === undefined ? undefined : max(cost);
    const shrunk = (step: number) => (largest === undefined ? undefined : maximum(mul(largest, annealing! ** step), epsilon));
    const softMin = (costs: Tensor, logMasses: Tensor, prices: Tensor, temperature: Tensor | number) => {
      const paid = logSumExp(add(div(sub(expandDims(prices, 0), costs), temperature), logMasses));
      const free = penalty === Infinity ? -1 : div(-1, add(1, div(temperature, penalty)));
      return mul(mul(paid, temperature), free);
    };
    const rows = (g: Tensor, temperature: Tensor | number = epsilon) => noGrad(() => tidy(() => softMin(cost, logB, g, temperature)));
    const round = ({ g: before }: Potentials, step: number) =>
      noGrad(() =>
        tidy(() => {
          const temperature = shrunk(step) ?? epsilon;
          const f = rows(before, temperature);
          return { f, g: softMin(turned, logA, f, temperature) };
        }),
      );
    const error = ({ f, g }: Potentials) => noGrad(() => tidy(() => sum(mul(a, abs(expm1(div(sub(f, rows(g)), epsilon)))))));
    return { round, rows: (g) => rows(g), error, held: [turned, logA, logB, ...(largest === undefined ? [] : [largest])] };
  });
}

/** The plan of a pair of potentials. */
export function planOf({ cost, a, b, epsilon }: Problem, { f, g }: Potentials): Tensor {
  // Where there is no mass a price may be too low by any amount; times 0 it must stay a number.
  const surplus = clip(div(sub(add(expandDims(f, 1), expandDims(g, 0)), cost), epsilon), -Infinity, 80);
  return mul(mul(expandDims(a, 1), expandDims(b, 0)), exp(surplus));
}

/** The dual value: a lower bound of the transport cost for any potentials, and its gradients are those of the cost at the best ones, which count as constants. */
export function dualValue(problem: Problem, { f, g }: Potentials): Tensor {
  const { a, b, epsilon, penalty } = problem;
  const worth = (mass: Tensor, price: Tensor) =>
    sum(mul(mass, penalty === Infinity ? price : mul(-penalty, expm1(div(neg(price), penalty)))));
  const moved = sub(sum(planOf(problem, { f, g })), mul(sum(a), sum(b)));
  return sub(add(worth(a, f), worth(b, g)), mul(epsilon, moved));
}
