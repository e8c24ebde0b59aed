/** @file A monitor: how large the gradients were, step by step. */
import { abs, add, pad, reshape, scalar, sum, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, checkOneOf, defineTransformation, treeNorm, type GradientTransformation } from '@surrogate/core';

/** The state of {@link trackGradientNorm}: `norms` float32 `[steps]`, 0 where no step was yet. */
export type GradientNormState = { count: number; norms: Tensor };

/** Options of {@link trackGradientNorm}. */
export interface TrackGradientNormOptions {
  /** 2: the Euclidean norm, for SGD. 1: the sum of absolute values, for Adam. Default 2. */
  order?: 1 | 2 | undefined;
}

/**
 * Lets gradients pass and remembers the norm of each step, which `refinedSchedule` reads after the run.
 *
 * $$ G_t = \lVert g_t \rVert_p $$
 *
 * @param steps how many norms there is room for, >= 1; later ones are not kept.
 * @returns the transformation; read `await state.norms.data()`, in a chain that of its place in the state.
 * @throws SurrogateError `range`.
 * @see Defazio, Cutkosky, Mehta, Mishchenko: When, Why and How Much?, 2023. arXiv:2310.07831
 * @example
 * import { trackGradientNorm } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [monitor, w] = [trackGradientNorm(2), tensor([3, 4])];
 * await monitor.update({ w }, monitor.init({ w }), { w }).state.norms.data(); // [5, 0]
 */
export function trackGradientNorm(steps: number, { order = 2 }: TrackGradientNormOptions = {}): GradientTransformation<GradientNormState> {
  checkInteger('trackGradientNorm', 'steps', steps, 1);
  checkOneOf('trackGradientNorm', 'order', String(order) as '1' | '2', ['1', '2']);
  return defineTransformation<GradientNormState>('trackGradientNorm', {
    init: () => ({ count: 0, norms: zeros([steps]) }),
    update(updates, { count, norms }) {
      if (count >= steps) return { updates, state: { count: count + 1, norms } };
      const absolute = (): Tensor => Object.values(updates).reduce<Tensor>((total, g) => add(total, sum(abs(g))), scalar(0));
      const size = order === 2 ? treeNorm(updates) : absolute();
      const here = pad(reshape(size, [1]), [[count, steps - count - 1]]);
      return { updates, state: { count: count + 1, norms: add(norms, here) } };
    },
  });
}
