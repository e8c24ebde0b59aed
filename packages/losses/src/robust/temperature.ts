/** @file Temperatures by robust optimisation (Qiu et al. 2024): each example's softmax is as sharp as its worst label distribution allows. */
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkInteger,
  classLossScope,
  detach,
  fail,
  noGrad,
  select,
  softmax,
  xLogY,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { add, broadcastTo, cast, div, expandDims, fill, greater, mul, reshape, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkBroadcast } from '../common/checks.js';
import { crossEntropyRows } from '../common/crossEntropyRows.js';

/** Options of {@link robustTemperatureLoss}. */
export interface RobustTemperatureOptions extends ClassLossOptions {
  /** How far from uniform the worst label distribution may be, in nats, >= 0 and below log K. Default half of log K. */
  rho?: number | undefined;
}

/** Options of {@link optimalTemperature}. */
export interface OptimalTemperatureOptions {
  /** How far from uniform the worst label distribution may be, in nats, >= 0 and below log K. Default half of log K. */
  rho?: number | undefined;
  /** The least temperature, > 0. Default 0.05. */
  min?: number | undefined;
  /** The largest temperature, > min. Default 10. */
  max?: number | undefined;
  /** Bisections, >= 1. Default 40. */
  iterations?: number | undefined;
}

/**
 * The robust loss of logits at given temperatures: minimised over the temperature it is the worst case over label distributions within ρ nats of uniform.
 *
 * $$ \ell(z, y, \tau) = \tau \operatorname{CE}(z / \tau, y) + \tau (\rho - \log K) $$
 *
 * Differentiable by the logits and by the temperatures.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param temperatures float32, > 0, broadcast to the rows `[...]`.
 * @param options ρ, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form or temperatures do not broadcast, `range` for ids or a rho that is negative.
 * @see Qiu, Guo, Xu, Zhao, Yang: To Cool or not to Cool? Temperature Network Meets Large Foundation Models via DRO, 2024. arXiv:2404.04575
 * @example
 * import { robustTemperatureLoss } from '@surrogate/losses';
 * (await robustTemperatureLoss([[2, 1, 0]], [0], 0.5, { rho: 0.2 }).data())[0]; // -0.3778403
 */
export function robustTemperatureLoss(
  logits: TensorLike,
  labels: Labels,
  temperatures: TensorLike,
  options: RobustTemperatureOptions = {},
): Tensor {
  const fn = 'robustTemperatureLoss';
  const { rho } = options;
  if (rho !== undefined) checkAtLeast(fn, 'rho', rho, 0);
  return tidy(() => {
    const given = asTensor(fn, 'temperatures', temperatures);
    return classLossScope(fn, { logits, labels }, options, (rows) => {
      const shape = rows.logits.shape.slice(0, -1);
      checkBroadcast(fn, 'temperatures', given, shape);
      const tau: Tensor = broadcastTo(given, shape);
      const logK = Math.log(rows.logits.shape.at(-1)!);
      return mul(tau, add(crossEntropyRows(rows, div(rows.logits, expandDims(tau, -1))), (rho ?? logK / 2) - logK));
    });
  });
}

/**
 * The temperature at which {@link robustTemperatureLoss} is least: where softmax(z / τ) is ρ nats from uniform, whatever the label.
 *
 * $$ \tau^\ast: \quad \operatorname{KL}\left( \operatorname{softmax}(z / \tau^\ast) \Vert u \right) = \rho, \qquad \tau_{\min} \le \tau^\ast \le \tau_{\max} $$
 *
 * @param logits float32 `[..., K]`.
 * @param options ρ, the range of temperatures, and the number of bisections.
 * @returns float32 `[...]`, a constant to gradients.
 * @throws SurrogateError `shape` for a scalar, `range`, `dtype`, `disposed`.
 * @see Qiu, Guo, Xu, Zhao, Yang: To Cool or not to Cool? Temperature Network Meets Large Foundation Models via DRO, 2024. arXiv:2404.04575
 * @example
 * import { optimalTemperature } from '@surrogate/losses';
 * (await optimalTemperature([[2, 1, 0]], { rho: 0.2 }).data())[0]; // 1.1895948
 */
export function optimalTemperature(logits: TensorLike, options: OptimalTemperatureOptions = {}): Tensor {
  const fn = 'optimalTemperature';
  const { rho, min = 0.05, max = 10, iterations = 40 } = options;
  if (rho !== undefined) checkAtLeast(fn, 'rho', rho, 0);
  checkAbove(fn, 'min', min, 0);
  checkAbove(fn, 'max', max, min);
  checkInteger(fn, 'iterations', iterations, 1);
  return tidy(() => {
    const given = asTensor(fn, 'logits', logits);
    if (given.rank === 0) fail('shape', fn, 'logits', 'must have rank 1 or more, got a scalar');
    const classes = given.shape.at(-1)!;
    const wanted = rho ?? Math.log(classes) / 2;
    return noGrad(() => {
      const z = detach(given);
      let low: Tensor = fill([...z.shape.slice(0, -1), 1], min);
      let high: Tensor = fill(low.shape, max);
      for (let i = 0; i < iterations && z.size > 0; i++) {
        const middle = mul(0.5, add(low, high));
        const p = softmax(div(z, middle));
        // The divergence falls with the temperature.
        const cold = cast(greater(sum(xLogY(p, mul(classes, p)), -1, true), wanted), 'bool');
        low = select(cold, middle, low);
        high = select(cold, high, middle);
      }
      return reshape(mul(0.5, add(low, high)), z.shape.slice(0, -1));
    });
  });
}
