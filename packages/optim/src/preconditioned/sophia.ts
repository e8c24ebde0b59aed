/** @file Sophia: steps divided by curvature, and clipped. */
import { div, mul, zerosLike } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  clip,
  defineTransformation,
  fail,
  maximum,
  treeLeaves,
  type ByPath,
  type GradientTransformation,
  type Scheduled,
  type UpdateExtra,
} from '@surrogate/core';
import { descent, type DecayOptions } from '../adaptive/descent.js';
import { checkDecay, valueAt } from '../schedules/scheduled.js';
import { mapByPath } from '../transforms/byPath.js';
import type { ChainState } from '../transforms/chain.js';
import { towards } from '../transforms/scaleByAdam.js';

/** Options of {@link sophia}. */
export interface SophiaOptions extends DecayOptions {
  /** Decay of the mean, in [0, 1). Default 0.965. */
  b1?: Scheduled | undefined;
  /** Decay of the mean curvature, in [0, 1). Default 0.99. */
  b2?: Scheduled | undefined;
  /** γ, > 0: the smaller, the more entries are clipped. Default 0.01. */
  gamma?: number | undefined;
  /** The least divisor, > 0. Default 1e-8. */
  eps?: number | undefined;
}

/** The mean of gradients and the mean of curvatures. */
type SophiaState = { count: number; m: ByPath; h: ByPath };

function curvatureOf({ curvature }: UpdateExtra): ByPath | undefined {
  if (curvature === undefined) return undefined;
  return Object.fromEntries(treeLeaves(curvature as ByPath).map(({ path, tensor }) => [path, tensor]));
}

function checkForm(updates: ByPath, seen: ByPath): void {
  for (const [path, { shape }] of Object.entries(updates)) {
    const got = seen[path]?.shape;
    if (got === undefined || got.join() !== shape.join())
      fail(
        'shape',
        'sophia',
        'extra.curvature',
        `must be of shape [${shape.join(', ')}] at ${path}, got ${got === undefined ? 'none' : `[${got.join(', ')}]`}`,
      );
  }
}

/**
 * The mean of gradients over that of the Hessian's diagonal, no entry larger than 1: Newton where the loss is curved, the sign elsewhere.
 *
 * $$ \theta_{t+1} = \theta_t - \eta_t \left( \operatorname{clip}\left( \frac{\hat m_t}{\max(\gamma h_t, \epsilon)}, \pm 1 \right) + \lambda \theta_t \right), \qquad h \leftarrow \beta_2 h + (1 - \beta_2) \hat H $$
 *
 * A new estimate of the diagonal comes with every tenth step or so: `step(optimizer, params, grads, state, { curvature })`, as {@link hessianDiagonalEstimate} makes it, or
 * {@link gaussNewtonDiagonal} from gradients of labels that were sampled from the model; it acts from the next step on. The weight decay λ is 1e-4 by default.
 *
 * @param learningRate η, >= 0, or a schedule. Default 1e-4.
 * @returns the transformation.
 * @throws SurrogateError `range`; its updates throw `shape` where the curvature is of another form.
 * @see Liu, Li, Hall, Liang, Ma: Sophia: A Scalable Stochastic Second-order Optimizer for Language Model Pre-training, 2023. arXiv:2305.14342
 * @example
 * import { sophia } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = sophia(0.1, { weightDecay: 0 });
 * const params = { w: tensor([1, 2]) };
 * const curvature = { w: tensor([1, 4]) };
 * await step(optimizer, params, { w: tensor([5, -5]) }, optimizer.init(params), { curvature }).params.w.data(); // [0.9, 2.1]
 */
export function sophia(
  learningRate: Scheduled = 1e-4,
  { b1 = 0.965, b2 = 0.99, gamma = 0.01, eps = 1e-8, weightDecay = 1e-4, mask }: SophiaOptions = {},
): GradientTransformation<ChainState> {
  checkDecay('sophia', 'b1', b1);
  checkDecay('sophia', 'b2', b2);
  checkAbove('sophia', 'gamma', gamma, 0);
  checkAbove('sophia', 'eps', eps, 0);
  const direction = defineTransformation<SophiaState>('sophia', {
    init: (params) => ({ count: 0, m: mapByPath(params, (x) => zerosLike(x)), h: mapByPath(params, (x) => zerosLike(x)) }),
    update(updates, { count, m, h }, _params, extra) {
      const beta1 = valueAt(b1, count);
      const next = mapByPath(updates, (g, path) => towards(m[path]!, g, beta1));
      const moved = mapByPath(next, (mean, path) =>
        clip(div(div(mean, 1 - beta1 ** (count + 1)), maximum(mul(h[path]!, gamma), eps)), -1, 1),
      );
      const seen = curvatureOf(extra);
      if (seen !== undefined) checkForm(updates, seen);
      const curved = seen === undefined ? h : mapByPath(h, (mean, path) => towards(mean, seen[path]!, valueAt(b2, count)));
      return { updates: moved, state: { count: count + 1, m: next, h: curved } };
    },
  });
  return descent('sophia', learningRate, direction, { weightDecay, mask });
}
