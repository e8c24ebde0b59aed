/** @file What softmax and logSumExp stand on: both over several axes, which stay in place, and each the other's gradient. */
import { add, cast, div, equal, exp, isFinite, max, mul, sub, sum, where, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { log } from './stable.js';

/** x less its largest element over the axes, so that the exponentials neither overflow nor all vanish, and that element; a row without a finite one stays as it is. */
function centred(x: Tensor, axes: number[]): [centred: Tensor, shift: Tensor] {
  const top = max(x, axes, true);
  const shift = where(isFinite(top), top, zerosLike(top));
  return [sub(x, shift), shift];
}

/** @internal log Σ e^x with the axes kept. */
export function logSumExpOver(x: Tensor, axes: number[]): Tensor {
  return differentiable(
    { x },
    (inputs) => {
      const [z, shift] = centred(inputs.x, axes);
      return add(log(sum(exp(z), axes, true)), shift);
    },
    (inputs, upstream) => ({ x: () => mul(upstream, weightsOver(inputs.x, axes)) }),
  );
}

/** @internal e^x / Σ e^x over the axes; zeros where all are -Infinity. */
export function weightsOver(x: Tensor, axes: number[]): Tensor {
  return differentiable(
    { x },
    (inputs) => {
      const powers = exp(centred(inputs.x, axes)[0]);
      const total = sum(powers, axes, true);
      return div(powers, add(total, cast(equal(total, 0), 'float32')));
    },
    (inputs, upstream) => ({
      x: () => {
        const p = weightsOver(inputs.x, axes);
        return mul(p, sub(upstream, sum(mul(p, upstream), axes, true)));
      },
    }),
  );
}

/** @internal x - log Σ e^x, without the rounding of a large log Σ e^x; -Infinity where all are. */
export function logWeightsOver(x: Tensor, axes: number[]): Tensor {
  return differentiable(
    { x },
    (inputs) => {
      const [z] = centred(inputs.x, axes);
      const total = sum(exp(z), axes, true);
      return sub(z, log(add(total, cast(equal(total, 0), 'float32'))));
    },
    (inputs, upstream) => ({ x: () => sub(upstream, mul(weightsOver(inputs.x, axes), sum(upstream, axes, true))) }),
  );
}
