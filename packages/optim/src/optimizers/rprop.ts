/** @file Rprop: step sizes from the signs of gradients alone. */
import { fill, greater, less, mul, zerosLike } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, clip, fail, select, sign, type GradientTransformation } from '@surrogate/core';
import { chain, type ChainState } from '../transforms/chain.js';
import { leafwise } from '../transforms/leafwise.js';
import { scale } from '../transforms/scale.js';

/** Options of {@link rprop}. */
export interface RpropOptions {
  /** What a step size shrinks by where a gradient's sign turns, in (0, 1). Default 0.5. */
  shrink?: number | undefined;
  /** What it grows by where the sign stays, > 1. Default 1.2. */
  grow?: number | undefined;
  /** The smallest step, > 0. Default 1e-6. */
  least?: number | undefined;
  /** The largest step, at least the smallest. Default 50. */
  most?: number | undefined;
}

/**
 * Resilient propagation: each entry has a step size of its own, which grows while its gradient keeps its sign and shrinks when that turns; for full batches.
 *
 * $$ \theta_{t+1} = \theta_t - \delta_t \operatorname{sign} g_t, \qquad \delta_t = \begin{cases} \min(\eta^+ \delta_{t-1}, \delta_{\max}) & g_t g_{t-1} > 0 \\ \max(\eta^- \delta_{t-1}, \delta_{\min}) & g_t g_{t-1} < 0 \end{cases} $$
 *
 * Where the sign turned, no step is taken, and the next one counts as a first.
 *
 * @param start δ₀, > 0. Default 1e-2.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Riedmiller, Braun: A Direct Adaptive Method for Faster Backpropagation Learning: The RPROP Algorithm, 1993.
 * @example
 * import { rprop } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = rprop(0.1);
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([5, -0.5]) }, optimizer.init(params)).params.w.data(); // [0.9, 2.1]
 */
export function rprop(
  start = 1e-2,
  { shrink = 0.5, grow = 1.2, least = 1e-6, most = 50 }: RpropOptions = {},
): GradientTransformation<ChainState> {
  checkAbove('rprop', 'start', start, 0);
  if (!(shrink > 0 && shrink < 1)) fail('range', 'rprop', 'shrink', `must be in (0, 1), got ${shrink}`);
  checkAbove('rprop', 'grow', grow, 1);
  checkAbove('rprop', 'least', least, 0);
  checkAtLeast('rprop', 'most', most, least);
  const direction = leafwise('rprop', { size: (x) => fill(x.shape, start), last: zerosLike }, (g, { size, last }) => {
    const slope = sign(g);
    const agreement = mul(slope, last);
    const [stays, turned] = [greater(agreement, 0), less(agreement, 0)];
    const next = select(stays, clip(mul(size, grow), least, most), select(turned, clip(mul(size, shrink), least, most), size));
    const remembered = select(turned, zerosLike(g), slope);
    return [mul(next, remembered), { size: next, last: remembered }];
  });
  return chain(direction, scale(-1));
}
