/** @file Derivatives in a row: against differences on cpu, against cpu's on the other backends, where differences would cost minutes and prove the same. */
import { add, grads, mul, sum, tensor, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import type { Backend } from '../backends/startBackend.js';
import { checkGradient, type GradientCheckOptions } from '../gradients/checkGradient.js';
import { direction, uniforms } from '../gradients/directions.js';
import type { Tolerance } from '../matchers/expectClose.js';
import { tensorOf, type Nested } from './row.js';
import { expectSameOnCpu } from './utility.js';

type F = (...inputs: Tensor[]) => Tensor;

/** The sum of a result, weighted so that no two elements count alike. */
const projected = (y: Tensor) => sum(mul(y, tensor(direction(y.size, uniforms(11)), y.shape)));

/** @internal A result that depends on all inputs: tfjs throws where it does not. */
export const linked = (y: Tensor, inputs: readonly Tensor[]) =>
  // Backends fail on products of nothing.
  inputs.reduce<Tensor>((total, x) => (x.size === 0 ? total : add(total, sum(mul(x, zeros(x.shape))))), y);

/** The gradients, and the Hessian times a direction. */
function derivatives(f: F, at: readonly Nested[], order: 1 | 2): Tensor[] {
  return tidy(() => {
    const inputs = at.map((x) => tensorOf(x));
    const along = inputs.map((x) => tensor(direction(x.size, uniforms(5)), x.shape));
    const slopes = (...xs: Tensor[]) => grads((...ys: Tensor[]) => linked(projected(f(...ys)), ys))(xs);
    const first = slopes(...inputs);
    if (order === 1) return first;
    const turned = grads((...xs: Tensor[]) =>
      linked(
        slopes(...xs)
          .map((g, i) => sum(mul(g, along[i]!)))
          .reduce((a, b) => add(a, b)),
        xs,
      ),
    )(inputs);
    return [...first, ...turned];
  });
}

/**
 * Passes where derivatives are right: on cpu they agree with differences, elsewhere with cpu's.
 *
 * @param f a function of float32 tensors.
 * @param at where it is smooth.
 * @param options as for `checkGradient`; order 0 passes.
 * @param backend the current one.
 * @param tolerance how far the backends may differ.
 */
export async function checkDerivatives(
  f: F,
  at: readonly Nested[],
  options: Omit<GradientCheckOptions, 'order'> & { readonly order?: 0 | 1 | 2 | undefined },
  backend: Backend,
  tolerance: Tolerance,
): Promise<void> {
  const { order = 1, ...rest } = options;
  if (order === 0) return;
  if (backend === 'cpu') return checkGradient(f, at, { ...rest, order });
  await expectSameOnCpu(() => derivatives(f, at, order), backend, { rtol: 1e-3, atol: 1e-4, ...tolerance });
}
