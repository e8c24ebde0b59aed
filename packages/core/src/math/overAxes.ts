/** @file What softmax and logSumExp stand on: both over several axes, which stay in place, and each the other's gradient. Over the last axis they are fused ops. */
import { add, cast, div, equal, exp, isFinite, max, mul, sub, sum, where, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '../gradients/tape.js';
import { defineOp } from '../ops/defineOp.js';
import { log } from './stable.js';

type OverAxes = (x: Tensor, axes: number[]) => Tensor;

/** x less its largest element over the axes, so that the exponentials neither overflow nor all vanish, and that element; a row without a finite one stays as it is. */
function centred(x: Tensor, axes: number[]): [centred: Tensor, shift: Tensor] {
  const top = max(x, axes, true);
  const shift = where(isFinite(top), top, zerosLike(top));
  return [sub(x, shift), shift];
}

/** The composite, or over the last axis alone the op of that name, whose kernels know rows. */
function overLastFused(name: string, composite: OverAxes): OverAxes {
  const op = defineOp<{ x: Tensor }, Record<never, never>>({
    name,
    composite: ({ x }) => composite(x, [x.rank - 1]),
    kernel: { residuals: 1, gradients: ['x'] },
  });
  return (x, axes) => (axes.length === 1 && axes[0] === x.rank - 1 && x.dtype === 'float32' ? op({ x }, {}) : composite(x, axes));
}

/** @internal log Σ e^x with the axes kept. */
export const logSumExpOver = overLastFused('SurrogateLogSumExp', (x, axes) =>
  differentiable(
    { x },
    (inputs) => {
      const [z, shift] = centred(inputs.x, axes);
      return add(log(sum(exp(z), axes, true)), shift);
    },
    (inputs, upstream) => ({ x: () => mul(upstream, weightsOver(inputs.x, axes)) }),
  ),
);

/** @internal e^x / Σ e^x over the axes; zeros where all are -Infinity. */
export const weightsOver: OverAxes = overLastFused('SurrogateSoftmax', (x, axes) =>
  differentiable(
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
  ),
);

/** @internal x - log Σ e^x, without the rounding of a large log Σ e^x; -Infinity where all are. */
export const logWeightsOver = overLastFused('SurrogateLogSoftmax', (x, axes) =>
  differentiable(
    { x },
    (inputs) => {
      const [z] = centred(inputs.x, axes);
      const total = sum(exp(z), axes, true);
      return sub(z, log(add(total, cast(equal(total, 0), 'float32'))));
    },
    (inputs, upstream) => ({ x: () => sub(upstream, mul(weightsOver(inputs.x, axes), sum(upstream, axes, true))) }),
  ),
);
