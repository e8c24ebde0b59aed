/** @file The contrastive loss of pairs whose temperatures are found by robust optimisation (Qiu et al. 2024). */
import {
  asTensor,
  checkAtLeast,
  checkRank,
  checkShape,
  logSumExp,
  lossScope,
  select,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  broadcastTo,
  cast,
  div,
  expandDims,
  eye,
  log,
  mul,
  notEqual,
  ones,
  sub,
  sum,
  tidy,
  transpose,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkBroadcast } from '../common/checks.js';

/** Options of {@link contrastiveTemperatureLoss}. */
export interface ContrastiveTemperatureOptions extends LossOptions {
  /** How far from uniform the worst distribution over the negatives may be, in nats, >= 0. Default 7. */
  rho?: number | undefined;
}

/** The temperatures of both sides of the pairs. */
export interface PairTemperatures {
  /** float32, > 0, broadcast to `[B]`: for each row against all columns. */
  readonly rows: TensorLike;
  /** float32, > 0, broadcast to `[B]`: for each column against all rows. */
  readonly columns: TensorLike;
}

const fn = 'contrastiveTemperatureLoss';

function spread(argument: string, given: TensorLike, count: number): Tensor {
  const x = asTensor(fn, argument, given);
  checkBroadcast(fn, argument, x, [count]);
  return broadcastTo(x, [count]);
}

/** τ (log mean over the negatives of exp(d / τ)) + ρ τ for each row. */
function side(similarities: Tensor, tau: Tensor, negatives: Tensor, rho: number): Tensor {
  const own = sum(mul(similarities, eye(tau.size)), -1, true);
  const count = sum(negatives, -1);
  const none = cast(notEqual(count, 0), 'float32');
  const excess = logSumExp(div(sub(similarities, own), expandDims(tau, -1)), { mask: negatives });
  // A row without negatives has nothing to be told from.
  const known = select(cast(none, 'bool'), excess, zerosLike(excess));
  return mul(none, mul(tau, add(sub(known, log(add(count, sub(1, none)))), rho)));
}

/**
 * The robust contrastive loss of matching pairs at given temperatures, in both directions, as it trains models of images and texts.
 *
 * $$ \ell_i = \tfrac12 \sum_{\text{rows, columns}} \tau_i \log \frac{1}{B - 1} \sum_{j \ne i} e^{(s_{ij} - s_{ii}) / \tau_i} + \rho\, \tau_i $$
 *
 * Differentiable by the similarities and by the temperatures. What the mask leaves out is nobody's negative.
 *
 * @param similarities float32 `[B, B]` of normalised embeddings; matches are on the diagonal.
 * @param temperatures of rows and columns, such as {@link tempNet} gives.
 * @param options ρ, and what every loss takes; a row is a pair.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the similarities are not square or temperatures do not broadcast, `range` when rho < 0.
 * @see Qiu, Guo, Xu, Zhao, Yang: To Cool or not to Cool? Temperature Network Meets Large Foundation Models via DRO, 2024. arXiv:2404.04575
 * @example
 * import { contrastiveTemperatureLoss } from '@surrogate/losses';
 * const pairs = [[1, 0], [0, 1]];
 * (await contrastiveTemperatureLoss(pairs, { rows: 0.5, columns: 0.5 }, { rho: 1 }).data())[0]; // -0.5
 */
export function contrastiveTemperatureLoss(
  similarities: TensorLike,
  temperatures: PairTemperatures,
  options: ContrastiveTemperatureOptions = {},
): Tensor {
  const { rho = 7, ...rest } = options;
  checkAtLeast(fn, 'rho', rho, 0);
  return tidy(() => {
    const s = asTensor(fn, 'similarities', similarities);
    checkRank(fn, 'similarities', s.shape, 2);
    const count = s.shape[0];
    checkShape(fn, 'similarities', s.shape, [count, count]);
    const rows = spread('temperatures', temperatures.rows, count);
    const columns = spread('temperatures', temperatures.columns, count);
    const alive = rest.mask === undefined ? ones([count]) : cast(notEqual(spread('mask', rest.mask, count), 0), 'float32');
    if (count === 0) return lossScope(fn, { losses: sum(s, -1) }, rest, (given) => given.losses);
    const both = mul(expandDims(alive, 1), expandDims(alive, 0));
    const shown = (x: Tensor, kept: Tensor) => select(cast(kept, 'bool'), x, zerosLike(x));
    const seen = shown(s, both);
    const negatives = mul(both, sub(1, eye(count)));
    // A pair that does not count may have no temperature either.
    const warm = (tau: Tensor) => add(shown(tau, alive), sub(1, alive));
    const losses = mul(0.5, add(side(seen, warm(rows), negatives, rho), side(transpose(seen), warm(columns), negatives, rho)));
    return lossScope(fn, { losses }, rest, (given) => given.losses);
  });
}
