/** @file The Z-loss (de Brébisson, Vincent 2016): classification that sees neither shift nor scale of the logits. */
import {
  checkAbove,
  checkFinite,
  classLossScope,
  dotLast,
  safeSqrt,
  softplus,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, div, mean, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link zLoss}. */
export interface ZLossOptions extends ClassLossOptions {
  /** How fast the loss bends, a > 0; towards infinity it is a hinge. Default 2. */
  sharpness?: number | undefined;
  /** Where it bends, b: how many standard deviations the label should stand out; well below √(K - 1). Default 2. */
  location?: number | undefined;
  /** Added to the variance of the logits, > 0. Default 1e-6. */
  eps?: number | undefined;
}

/**
 * Z-loss: by how many standard deviations the label's logit stands out of the row, through a softplus.
 *
 * $$ \ell(z, y) = \frac1a \operatorname{softplus}\left( a\, (b - \hat z_y) \right), \qquad \hat z = \frac{z - \bar z}{\sqrt{\operatorname{var}(z) + \varepsilon}} $$
 *
 * @param logits float32 `[..., K]`, finite.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options a, b, ε, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids or options outside their range.
 * @see de Brébisson, Vincent: The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family, 2016. arXiv:1604.08859
 * @example
 * import { zLoss } from '@surrogate/losses';
 * (await zLoss([[2, 1, 0]], [0], { sharpness: 1, location: 1 }).data())[0]; // 0.587076
 */
export function zLoss(logits: TensorLike, labels: Labels, options: ZLossOptions = {}): Tensor {
  const fn = 'zLoss';
  const { sharpness: a = 2, location: b = 2, eps = 1e-6 } = options;
  checkAbove(fn, 'sharpness', a, 0);
  checkFinite(fn, 'location', b);
  checkAbove(fn, 'eps', eps, 0);
  return classLossScope(fn, { logits, labels }, options, ({ logits: z, target }) => {
    const centred = sub(z, mean(z, -1, true));
    const deviation = safeSqrt(add(mean(square(centred), -1), eps));
    return mul(1 / a, softplus(mul(a, sub(b, div(dotLast(target, centred), deviation)))));
  });
}
