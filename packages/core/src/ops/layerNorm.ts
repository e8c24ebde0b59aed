/** @file Layer normalisation as one op, with and without centring. */
import { add, div, mean, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { defineOp } from './defineOp.js';

/** What layer normalisation is told. */
export type LayerNormAttributes = {
  /** Added to the variance, > 0. */
  readonly eps: number;
  /** Take the mean away first; without it, it is the mean square that becomes 1. */
  readonly centred: boolean;
};

/**
 * Layer normalisation over the last axis, as a fused op.
 *
 * $$ y = \gamma \frac{x - \mu}{\sqrt{\sigma^2 + \epsilon}} + \beta, \qquad \text{or without centring } y = \gamma \frac{x}{\sqrt{\overline{x^2} + \epsilon}} + \beta $$
 *
 * @param inputs `x` float32 `[..., D]`; `gain` γ and `offset` β, float32 `[D]`.
 * @param attrs ε, and whether to centre.
 * @returns float32 of x's shape.
 * @see Ba, Kiros, Hinton: Layer Normalization, 2016. arXiv:1607.06450
 * @example
 * import { layerNormOp } from '@surrogate/core';
 * import { ones, tensor, zeros } from '@tensorflow/tfjs-core';
 * const y = layerNormOp({ x: tensor([[1, 3]]), gain: ones([2]), offset: zeros([2]) }, { eps: 1e-5, centred: true });
 * await y.data(); // [-0.999995, 0.999995]
 */
export const layerNormOp = defineOp<{ x: Tensor; gain: Tensor; offset: Tensor }, LayerNormAttributes>({
  name: 'SurrogateLayerNorm',
  composite: ({ x, gain, offset }, { eps, centred }) => {
    const apart = centred ? sub(x, mean(x, -1, true)) : x;
    const scale = sqrt(add(mean(square(apart), -1, true), eps));
    return add(mul(div(apart, scale), gain), offset);
  },
  kernel: { residuals: 1, gradients: ['x', 'gain', 'offset'] },
});
