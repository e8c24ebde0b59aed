/** @file What an online learner lost beyond what it is compared with. */
import { vectorOf } from '../host/vectors.js';

/**
 * The regret of each round and all before it.
 *
 * $$ R_T = \sum_{t \le T} \big( f_t(x_t) - f_t(u_t) \big) $$
 *
 * Against one fixed point this is the static regret, against the best point of each round the dynamic one.
 *
 * @param losses f(x) of each round.
 * @param comparator f(u) of each round, as many.
 * @returns one number a round; the last is the regret.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Zinkevich: Online Convex Programming and Generalized Infinitesimal Gradient Ascent, 2003
 * @example
 * import { cumulativeRegret } from '@surrogate/optim';
 * cumulativeRegret([1, 3, 2], [1, 1, 0]); // [0, 2, 4]
 */
export function cumulativeRegret(losses: ArrayLike<number>, comparator: ArrayLike<number>): Float64Array {
  const own = vectorOf('cumulativeRegret', 'losses', losses);
  const other = vectorOf('cumulativeRegret', 'comparator', comparator, own.length);
  let total = 0;
  return own.map((loss, t) => (total += loss - other[t]!));
}
