/** @file Smooth adversarial comp-sum losses (Mao, Mohri, Zhong 2023): the loss on clean inputs, and how far an adversary can move the margins. */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkRank,
  checkShape,
  classLossScope,
  dotLast,
  fail,
  logSoftmax,
  pgdMaximize,
  safeSqrt,
  type ClassLossOptions,
  type Labels,
  type PgdOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, div, expandDims, mul, square, sub, sum, Tensor, tidy } from '@tensorflow/tfjs-core';
import { compSum } from './compSum.js';

/** Options of {@link smoothAdversarialLoss}. */
export interface SmoothAdversarialOptions extends Omit<ClassLossOptions, 'axis'> {
  /** The adversary's ball and how it searches: `pgdMaximize`'s options. Start at random: at the centre the search has no slope to follow. */
  attack: PgdOptions;
  /** The member of the comp-sum family, >= 0. Default 1. */
  tau?: number | undefined;
  /** What margins are divided by, > 0. Default 1. */
  rho?: number | undefined;
  /** How much the moved margins count, >= 0. The theory asks for √(K - 1) / ρ or more. Default 1. */
  nu?: number | undefined;
}

/** Keeps the slope of the norm finite where nothing moves. */
const leastSquare = 1e-12;

/** ‖D(x') - D(x)‖₂ over the margins D_k = z_y - z_k. */
function movedMargins(before: Tensor, after: Tensor, target: Tensor): Tensor {
  const move = sub(after, before);
  const margins = sub(expandDims(dotLast(target, move), -1), move);
  return safeSqrt(add(sum(square(margins), -1), leastSquare));
}

/**
 * Smooth adversarial comp-sum loss of a model: consistent for the adversarial zero-one loss, as the loss of the worst input is not.
 *
 * $$ \ell = \Phi_\tau\left( \sum_{k \ne y} e^{-D_k(x) / \rho} \right) + \nu \max_{\lVert x' - x \rVert \le \varepsilon} \lVert D(x') - D(x) \rVert_2, \qquad D_k(x) = z_y(x) - z_k(x) $$
 *
 * The adversary's x' is a constant to gradients; those flow through both D(x') and D(x).
 *
 * @param model logits `[B, K]` of inputs `[B, ...]`, row by row.
 * @param inputs float32 `[B, ...]`.
 * @param labels int32 class ids `[B]`, or one-hot labels `[B, K]`.
 * @param options the attack, τ, ρ and ν, and what every loss over classes takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `range` for options outside their range, `dtype` when the model is no function, `shape` when its logits are no `[B, K]` or labels fit neither form.
 * @see Mao, Mohri, Zhong: Cross-Entropy Loss Functions: Theoretical Analysis and Applications, 2023. arXiv:2304.07288
 * @example
 * import { rng } from '@surrogate/core';
 * import { smoothAdversarialLoss } from '@surrogate/losses';
 * import { matMul, tensor2d } from '@tensorflow/tfjs-core';
 * const model = (x) => matMul(x, tensor2d([[1, -1]]));
 * const loss = smoothAdversarialLoss(model, [[1]], [0], { attack: { eps: 0.5, rng: rng(0) } });
 * (await loss.data())[0]; // 1.126928
 */
export function smoothAdversarialLoss(
  model: (inputs: Tensor) => Tensor,
  inputs: TensorLike,
  labels: Labels,
  options: SmoothAdversarialOptions,
): Tensor {
  const fn = 'smoothAdversarialLoss';
  const { attack, tau = 1, rho = 1, nu = 1, ...rest } = options;
  if (typeof model !== 'function') fail('dtype', fn, 'model', `must be a function, got ${typeof model}`);
  checkAtLeast(fn, 'tau', tau, 0);
  checkAbove(fn, 'rho', rho, 0);
  checkAtLeast(fn, 'nu', nu, 0);
  return tidy(() => {
    const x = asTensor(fn, 'inputs', inputs);
    checkRank(fn, 'inputs', x.shape, 1, 6);
    const clean = model(x);
    if (!(clean instanceof Tensor)) fail('dtype', fn, 'model', `must return a tensor, got ${typeof clean}`);
    checkShape(fn, 'model', clean.shape, [x.shape[0], null]);
    return classLossScope(fn, { logits: clean, labels }, rest, ({ logits, target }) => {
      const surrogate = dotLast(target, compSum(logSoftmax(div(logits, rho)), tau));
      if (nu === 0) return surrogate;
      const worst = pgdMaximize((moved) => movedMargins(logits, model(moved), target), x, attack);
      return add(surrogate, mul(nu, movedMargins(logits, model(worst), target)));
    });
  });
}
