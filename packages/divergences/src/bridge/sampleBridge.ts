/** @file Draws from a light Schrödinger bridge: where points are at a time, and whole paths. */
import { add, expandDims, mul, range, stack, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkBetween,
  checkInteger,
  checkRng,
  gatherNd,
  noGrad,
  randomCategorical,
  randomNormal,
  safeSqrt,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { readBridge, type LightBridge, type LightBridgeOptions, type LightBridgePlan } from './lightBridge.js';

/** Options of {@link sampleLightBridge}. */
export interface SampleLightBridgeOptions extends LightBridgeOptions {
  /** When, in [0, 1]. Default 1: where the points end. */
  time?: number | undefined;
}

/** Options of {@link simulateLightBridge}. */
export interface SimulateLightBridgeOptions extends LightBridgeOptions {
  /** How many steps of Euler's and Maruyama's. Default 50. */
  steps?: number | undefined;
}

/** One end for each point. */
function ends(rng: Rng, { logWeights, means, variances }: LightBridgePlan): Tensor {
  const [rows, , dimensions] = means.shape as [number, number, number];
  const chosen = randomCategorical(rng, logWeights);
  const mean = gatherNd(means, stack([range(0, rows, 1, 'int32'), chosen], -1));
  const spread = safeSqrt(gatherNd(variances, expandDims(chosen, -1)));
  return add(mean, mul(spread, randomNormal(rng, [rows, dimensions])));
}

/**
 * Draws where a bridge has taken each point at a time, exactly: an end of the plan, and a Brownian bridge between.
 *
 * $$ x_t = t\, x_1 + (1 - t)\, x_0 + \sqrt{\varepsilon t (1 - t)}\, \xi, \qquad x_1 \sim \pi(\cdot \mid x_0) $$
 *
 * Nothing is recorded for differentiation.
 *
 * @param rng the generator; it moves on.
 * @param bridge the parameters.
 * @param x0 float32 `[N, D]`, where the points start.
 * @returns float32 `[N, D]`.
 * @throws SurrogateError `shape` unless points and parameters fit, `range` for an epsilon that is not positive and a time outside [0, 1], `dtype`, `disposed`.
 * @see Korotin, Gushchin, Burnaev: Light Schrödinger Bridge, 2023. arXiv:2310.01174
 * @example
 * import { rng } from '@surrogate/core';
 * import { sampleLightBridge } from '@surrogate/divergences';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const bridge = { weights: tensor([0]), centers: tensor([[3]]), logScales: tensor([[0]]) };
 * sampleLightBridge(rng(0), bridge, [[1], [2]]).shape; // [2, 1]
 */
export function sampleLightBridge(rng: Rng, bridge: LightBridge, x0: TensorLike, options: SampleLightBridgeOptions = {}): Tensor {
  const fn = 'sampleLightBridge';
  const { time = 1 } = options;
  checkRng(fn, 'rng', rng);
  checkBetween(fn, 'time', time, 0, 1, true);
  return tidy(() =>
    noGrad(() => {
      const { from, epsilon, plan } = readBridge(fn, bridge, x0, options);
      const arrived = ends(rng, plan());
      const noise = mul(randomNormal(rng, from.shape), Math.sqrt(epsilon * time * (1 - time)));
      return add(add(mul(arrived, time), mul(from, 1 - time)), noise);
    }),
  );
}

/**
 * Simulates the paths of a bridge by its drift.
 *
 * $$ x_{i + 1} = x_i + \frac{g(x_i, t_i)}{n} + \sqrt{\frac{\varepsilon}{n}}\, \xi_i, \qquad t_i = \frac{i}{n} $$
 *
 * Nothing is recorded for differentiation.
 *
 * @param rng the generator; it moves on.
 * @param bridge the parameters.
 * @param x0 float32 `[N, D]`, where the points start.
 * @returns float32 `[N, steps + 1, D]`, the start among them.
 * @throws SurrogateError `shape` unless points and parameters fit, `range` for an epsilon that is not positive and no step, `dtype`, `disposed`.
 * @see Korotin, Gushchin, Burnaev: Light Schrödinger Bridge, 2023. arXiv:2310.01174
 * @example
 * import { rng } from '@surrogate/core';
 * import { simulateLightBridge } from '@surrogate/divergences';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const bridge = { weights: tensor([0]), centers: tensor([[3]]), logScales: tensor([[0]]) };
 * simulateLightBridge(rng(0), bridge, [[1], [2]], { steps: 10 }).shape; // [2, 11, 1]
 */
export function simulateLightBridge(rng: Rng, bridge: LightBridge, x0: TensorLike, options: SimulateLightBridgeOptions = {}): Tensor {
  const fn = 'simulateLightBridge';
  const { steps = 50 } = options;
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'steps', steps, 1);
  return tidy(() =>
    noGrad(() => {
      const { from, epsilon, drift } = readBridge(fn, bridge, x0, options);
      const path = [from];
      for (let step = 0; step < steps; step++) {
        const noise = mul(randomNormal(rng, from.shape), Math.sqrt(epsilon / steps));
        path.push(tidy(() => add(add(path[step]!, mul(drift(path[step]!, step / steps), 1 / steps)), noise)));
      }
      return stack(path, 1);
    }),
  );
}
