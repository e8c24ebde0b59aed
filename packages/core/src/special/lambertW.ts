/** @file The Lambert W function on tensors. */
import {
  add,
  div,
  equal,
  fill,
  greater,
  less,
  log as tfLog,
  logicalAnd,
  mul,
  neg,
  reciprocal,
  sqrt,
  sub,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';
import type { TensorLike } from '../inputs/tensors.js';
import { exp } from '../math/exp.js';
import { select } from '../math/select.js';
import { log1p } from '../math/stable.js';
import { polynomial, special } from './frame.js';

const constant = (x: Tensor, value: number): Tensor => fill(x.shape, value);

/** The series around the branch point -1/e in p = ±√(2(e x + 1)). */
const series = [-1, 1, -1 / 3, 11 / 72, -43 / 540, 769 / 17280, -221 / 8505, 680863 / 43545600, -1963 / 204120];

/** 1/e as the nearest float32 and the rest, so that x + 1/e does not round. */
const inverseE = [0.3678794503211975, -9.149755e-9] as const;

/** Newton's method on w + log w = log x. */
function byLogs(x: Tensor, start: Tensor, sign: 1 | -1): Tensor {
  const logX = tfLog(mul(x, sign));
  let w = start;
  for (let step = 0; step < 4; step++) w = sub(w, div(sub(add(w, tfLog(mul(w, sign))), logX), add(1, reciprocal(w))));
  return w;
}

/** Halley's method on w e^w = x. */
function byPowers(x: Tensor, start: Tensor): Tensor {
  let w = start;
  for (let step = 0; step < 4; step++) {
    const power = exp(w);
    const error = sub(mul(w, power), x);
    w = sub(w, div(error, sub(mul(power, add(w, 1)), div(mul(add(w, 2), error), add(mul(w, 2), 2)))));
  }
  return w;
}

function principal(x: Tensor, p: Tensor): Tensor {
  const large = greater(x, 3);
  const beyond = select(large, x, constant(x, 4));
  const logX = tfLog(beyond);
  const upper = byLogs(beyond, sub(logX, mul(0.8, tfLog(logX))), 1);
  const below = select(large, constant(x, 1), x);
  const bend = log1p(select(less(below, -0.2), constant(x, 0), below));
  const start = select(less(below, -0.2), polynomial(p, series), mul(bend, sub(1, div(log1p(bend), add(bend, 2)))));
  return select(large, upper, byPowers(below, start));
}

function lower(x: Tensor, p: Tensor): Tensor {
  const l1 = tfLog(neg(x));
  const l2 = tfLog(neg(l1));
  const start = select(less(x, -0.25), polynomial(neg(p), series), add(sub(l1, l2), div(l2, l1)));
  return byLogs(x, start, -1);
}

/**
 * The Lambert W function.
 *
 * $$ W e^W = x, \qquad W' = \frac{e^{-W}}{1 + W} $$
 *
 * @param x float32 of any shape, >= -1/e; below 0 for branch -1.
 * @param branch 0 for W >= -1, -1 for W <= -1. Default 0.
 * @returns float32 of the same shape; for branch -1 -Infinity at 0; NaN outside the domain. At the branch point -1/e the gradient is infinite.
 * @throws SurrogateError `dtype`, `disposed`, `range` for another branch.
 * @see Corless, Gonnet, Hare, Jeffrey, Knuth: On the Lambert W Function, 1996
 * @example
 * import { lambertW } from '@surrogate/core';
 * await lambertW([0, 1]).data(); // [0, 0.567143]
 */
export function lambertW(x: TensorLike, branch: 0 | -1 = 0): Tensor {
  if (branch !== 0 && branch !== -1) fail('range', 'lambertW', 'branch', `must be 0 or -1, got ${String(branch)}`);
  return special(
    'lambertW',
    x,
    (given) => {
      const distance = add(add(given, inverseE[0]), inverseE[1]);
      const below = less(distance, -2e-8);
      const inside = logicalAnd(greater(distance, 0), branch === 0 ? less(given, 3e38) : less(given, 0));
      const safe = select(inside, given, constant(given, -0.1));
      const p = sqrt(mul(2 * Math.E, select(inside, distance, constant(given, 0.2))));
      const near = less(p, 0.3);
      const away = select(near, constant(given, -0.1), safe);
      const far = branch === 0 ? principal(away, p) : lower(away, p);
      const value = select(near, polynomial(branch === 0 ? p : neg(p), series), far);
      const edge =
        branch === 0
          ? select(greater(given, 0), given, constant(given, -1))
          : select(equal(given, 0), constant(given, -Infinity), select(greater(given, 0), constant(given, NaN), constant(given, -1)));
      return select(below, constant(given, NaN), select(inside, value, edge));
    },
    (given) => {
      const w = lambertW(given, branch);
      return div(exp(neg(w)), add(w, 1));
    },
  );
}
