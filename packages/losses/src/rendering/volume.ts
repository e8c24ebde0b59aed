/** @file Volume rendering: how much of what a camera sees comes from each sample along a ray. */
import { asTensor, checkAbove, checkBoolean, checkShape, cumprod, cumsum, exp, fail, oneMinusExp, type TensorLike } from '@surrogate/core';
import { add, concat, div, expandDims, fill, mul, neg, slice, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link densityRenderWeights}. */
export interface DensityRenderOptions {
  /** How far the last sample reaches, > 0, in the units of the depths. Default 1e10: what is not stopped before is stopped there, if there is any density. */
  lastSpacing?: number | undefined;
}

/** Options of {@link renderRays}. */
export interface RenderOptions {
  /** Whether to divide by the sum of the weights (plus 1e-8), as a depth wants it where rays leave the scene. Default false. */
  normalize?: boolean | undefined;
}

function samplesOf(fn: string, argument: string, value: TensorLike): Tensor {
  const x = asTensor(fn, argument, value);
  if (x.rank === 0 || x.shape.at(-1) === 0)
    fail('shape', fn, argument, `must be [..., S] with a sample or more, got [${x.shape.join(', ')}]`);
  return x;
}

/** The distances from each sample to the next. */
function spacings(depths: Tensor, last: number): Tensor {
  const end = fill([...depths.shape.slice(0, -1), 1], last);
  const count = depths.shape.at(-1)!;
  if (count === 1) return end;
  const size = [...depths.shape.slice(0, -1), count - 1];
  const from = (start: number) => slice(depths, [...size.slice(1).map(() => 0), start], size);
  return concat([sub(from(1), from(0)), end], -1);
}

/**
 * How much of what a ray brings comes from each sample, where a density says what it meets: the light that the samples before let through, times what this one stops.
 *
 * $$ w_i = \left(1 - e^{-\rho_i \delta_i}\right) \exp\Big(-\sum_{j < i} \rho_j \delta_j\Big), \qquad \delta_i = z_{i + 1} - z_i $$
 *
 * Near a surface that a ray passes without meeting it, the density of a blurred surface stops part of the ray; {@link occupancyRenderWeights} has no such blur.
 *
 * @param density float32 `[..., S]`, >= 0, in one over the units of the depths, as {@link laplaceDensity} gives it.
 * @param depths float32 of the same shape, ascending along the last axis.
 * @param options how far the last sample reaches.
 * @returns float32 of the same shape, >= 0; each ray's weights sum to at most 1.
 * @throws SurrogateError `shape` where the two differ or there is no sample, `range`, `dtype`, `disposed`.
 * @see Mildenhall, Srinivasan, Tancik, Barron, Ramamoorthi, Ng: NeRF: Representing Scenes as Neural Radiance Fields for View Synthesis, 2020. arXiv:2003.08934
 * @example
 * import { densityRenderWeights } from '@surrogate/losses';
 * await densityRenderWeights([Math.LN2, Math.LN2, 1], [1, 2, 3]).data(); // [0.5, 0.25, 0.25]
 */
export function densityRenderWeights(density: TensorLike, depths: TensorLike, { lastSpacing = 1e10 }: DensityRenderOptions = {}): Tensor {
  const fn = 'densityRenderWeights';
  checkAbove(fn, 'lastSpacing', lastSpacing, 0);
  return tidy(() => {
    const rho = samplesOf(fn, 'density', density);
    const z = asTensor(fn, 'depths', depths);
    checkShape(fn, 'depths', z.shape, rho.shape);
    const thickness = mul(rho, spacings(z, lastSpacing));
    return mul(oneMinusExp(neg(thickness)), exp(neg(cumsum(thickness, { exclusive: true }))));
  });
}

/**
 * How much of what a ray brings comes from each sample, where an occupancy says what each stops: the share that the samples before leave, times its own.
 *
 * $$ w_i = o_i \prod_{j < i} (1 - o_j) $$
 *
 * The gradient is exact where a sample is fully occupied; code that takes exp of sums of log(1 - o + 1e-10) agrees to about 1e-10.
 *
 * @param occupancy float32 `[..., S]`, from 0 to 1; of a network's output o often sigmoid(-10 o), which is negative outside.
 * @returns float32 of the same shape, >= 0; each ray's weights sum to at most 1.
 * @throws SurrogateError `shape` where there is no sample, `dtype`, `disposed`.
 * @see Lyu, Dai, Li, Yan, Lin, Peng, Qi: Learning a Room with the Occ-SDF Hybrid, 2023. arXiv:2303.09152
 * @example
 * import { occupancyRenderWeights } from '@surrogate/losses';
 * await occupancyRenderWeights([0.5, 0.5, 1]).data(); // [0.5, 0.25, 0.25]
 */
export function occupancyRenderWeights(occupancy: TensorLike): Tensor {
  return tidy(() => {
    const o = samplesOf('occupancyRenderWeights', 'occupancy', occupancy);
    return mul(o, cumprod(sub(1, o), { exclusive: true }));
  });
}

/**
 * What rays bring: the mean of the samples' colours, features or depths by their weights.
 *
 * $$ C = \sum_i w_i c_i \qquad \left(\frac{\sum_i w_i c_i}{\sum_i w_i + 10^{-8}} \text{ normalised}\right) $$
 *
 * A dark colour has next to no gradient by the weights, for a ray that brings nothing is dark as well. Rendered features that are decoded once, C = decode(Σ w f), have one: add both losses, for features near 0 are blind in turn.
 *
 * @param weights float32 `[..., S]`, of {@link densityRenderWeights} or {@link occupancyRenderWeights}.
 * @param values float32 `[..., S]`, one number a sample, or `[..., S, F]`.
 * @param options whether to normalise.
 * @returns float32 `[...]` or `[..., F]`.
 * @throws SurrogateError `shape` where the values do not belong to the weights, `dtype`, `disposed`.
 * @see Lyu, Dai, Li, Yan, Lin, Peng, Qi: Learning a Room with the Occ-SDF Hybrid, 2023. arXiv:2303.09152
 * @example
 * import { renderRays } from '@surrogate/losses';
 * await renderRays([[0.25, 0.25]], [[1, 3]], { normalize: true }).data(); // [2]
 */
export function renderRays(weights: TensorLike, values: TensorLike, { normalize = false }: RenderOptions = {}): Tensor {
  const fn = 'renderRays';
  checkBoolean(fn, 'normalize', normalize);
  return tidy(() => {
    const w = samplesOf(fn, 'weights', weights);
    const v = asTensor(fn, 'values', values);
    const featured = v.rank === w.rank + 1;
    checkShape(fn, 'values', v.shape, featured ? [...w.shape, null] : w.shape);
    const shares = normalize ? div(w, add(sum(w, -1, true), 1e-8)) : w;
    return sum(mul(featured ? expandDims(shares, -1) : shares, v), w.rank - 1);
  });
}
