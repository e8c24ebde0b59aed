/** @file The light Schrödinger bridge: entropic transport between two samples with a mixture of Gaussians for its potential, learned without simulation. */
import { add, div, expandDims, log, matMul, mean, mul, square, sub, sum, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkInteger,
  checkRank,
  checkRng,
  checkShape,
  exp,
  fail,
  gatherNd,
  logSoftmax,
  logSumExp,
  type Rng,
  type TensorLike,
} from '@surrogate/core';

/** What a bridge learns: the potential Σ_k α_k N(r_k, ε S_k), a tree for an optimizer. */
export interface LightBridge {
  /** float32 `[K]`: ε log α_k, so that a small ε does not make the weights move faster than the rest. */
  readonly weights: Tensor;
  /** float32 `[K, D]`: r_k. */
  readonly centers: Tensor;
  /** float32 `[K, D]`: the logarithms of the diagonals S_k. */
  readonly logScales: Tensor;
}

/** Options of everything that is asked of a bridge; training and use must agree on them. */
export interface LightBridgeOptions {
  /** ε, how far the bridge wanders, > 0, in the units of the squared distance. Default 1. */
  epsilon?: number | undefined;
}

/** Options of {@link initLightBridge}. */
export interface InitLightBridgeOptions {
  /** K, how many Gaussians. Default 10. */
  components?: number | undefined;
  /** The diagonals S_k to begin with, > 0. Default 0.1. */
  scale?: number | undefined;
}

/** Where mass at each x goes: a mixture of Gaussians. */
export interface LightBridgePlan {
  /** float32 `[N, K]`, normalised. */
  readonly logWeights: Tensor;
  /** float32 `[N, K, D]`. */
  readonly means: Tensor;
  /** float32 `[K, D]`, the same for every x. */
  readonly variances: Tensor;
}

interface Parts {
  readonly logWeights: Tensor;
  readonly centers: Tensor;
  readonly scales: Tensor;
  readonly logScales: Tensor;
  readonly epsilon: number;
}

function partsOf(fn: string, bridge: LightBridge, { epsilon = 1 }: LightBridgeOptions): Parts {
  checkAbove(fn, 'epsilon', epsilon, 0);
  if (typeof bridge !== 'object' || bridge === null)
    fail('dtype', fn, 'bridge', `must be a bridge of initLightBridge, got ${bridge === null ? 'null' : typeof bridge}`);
  const centers = asTensor(fn, 'bridge.centers', bridge.centers);
  checkRank(fn, 'bridge.centers', centers.shape, 2);
  const logScales = asTensor(fn, 'bridge.logScales', bridge.logScales);
  checkShape(fn, 'bridge.logScales', logScales.shape, centers.shape);
  const weights = asTensor(fn, 'bridge.weights', bridge.weights);
  checkShape(fn, 'bridge.weights', weights.shape, [centers.shape[0]]);
  return { logWeights: div(weights, epsilon), centers, scales: exp(logScales), logScales, epsilon };
}

function pointsOf(fn: string, argument: string, value: TensorLike, { centers }: Parts): Tensor {
  const given = asTensor(fn, argument, value);
  checkShape(fn, argument, given.shape, [null, centers.shape[1]!]);
  return given;
}

const product = (x: Tensor, components: Tensor): Tensor => matMul(x as never, components as never, false, true);

/** log α_k + (xᵀ S_k x + 2 r_kᵀ x) / 2ε, `[N, K]`: what each component makes of x. */
const pull = (x: Tensor, { logWeights, centers, scales, epsilon }: Parts): Tensor =>
  add(logWeights, add(div(product(square(x), scales), 2 * epsilon), div(product(x, centers), epsilon)));

/** log Σ_k α_k N(y; r_k, ε S_k), `[N]`. */
function logPotential(y: Tensor, { logWeights, centers, scales, logScales, epsilon }: Parts): Tensor {
  const cost = sum(div(square(sub(expandDims(y, 1), centers)), mul(scales, epsilon)), -1);
  const volume = add(sum(logScales, -1), centers.shape[1]! * Math.log(2 * Math.PI * epsilon));
  return logSumExp(sub(logWeights, mul(0.5, add(cost, volume))));
}

/**
 * A bridge to begin with: its Gaussians stand at points of the target.
 *
 * @param rng the generator; it moves on.
 * @param targets float32 `[N, D]`, points of the target distribution.
 * @returns the parameters; they belong to the caller.
 * @throws SurrogateError `shape` unless the targets are a matrix with a row, `range` for no component or a scale that is not positive, `dtype`, `disposed`.
 * @see Korotin, Gushchin, Burnaev: Light Schrödinger Bridge, 2023. arXiv:2310.01174
 * @example
 * import { rng } from '@surrogate/core';
 * import { initLightBridge } from '@surrogate/divergences';
 * initLightBridge(rng(0), [[0, 1], [2, 3]], { components: 4 }).centers.shape; // [4, 2]
 */
export function initLightBridge(rng: Rng, targets: TensorLike, { components = 10, scale = 0.1 }: InitLightBridgeOptions = {}): LightBridge {
  const fn = 'initLightBridge';
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'components', components, 1);
  checkAbove(fn, 'scale', scale, 0);
  return tidy(() => {
    const given = asTensor(fn, 'targets', targets);
    checkRank(fn, 'targets', given.shape, 2);
    const [rows, dimensions] = given.shape as [number, number];
    if (rows === 0) fail('shape', fn, 'targets', 'must have a row, got none');
    const chosen = Array.from({ length: components }, () => [rng.integer(0, rows)]);
    const logScales = add(zeros([components, dimensions]), Math.log(scale));
    return { weights: zeros([components]), centers: gatherNd(given, chosen), logScales };
  });
}

/**
 * The loss of the light Schrödinger bridge: the Kullback-Leibler divergence of the true entropic plan from the bridge's, up to a constant. It needs samples of both ends, not pairs, and no simulation.
 *
 * $$ \mathbb{E}_{x_0} \log c(x_0) - \mathbb{E}_{x_1} \log v(x_1), \qquad v(y) = \sum_k \alpha_k \mathcal N(y; r_k, \varepsilon S_k), \quad c(x) = \sum_k \alpha_k \exp\frac{x^\top S_k x + 2 r_k^\top x}{2 \varepsilon} $$
 *
 * @param bridge the parameters, of {@link initLightBridge}.
 * @param x0 float32 `[N, D]`, points of the source.
 * @param x1 float32 `[M, D]`, points of the target.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` unless points and parameters fit, `range` for an epsilon that is not positive, `dtype`, `disposed`.
 * @see Korotin, Gushchin, Burnaev: Light Schrödinger Bridge, 2023. arXiv:2310.01174
 * @example
 * import { lightBridgeLoss } from '@surrogate/divergences';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const bridge = { weights: tensor([0]), centers: tensor([[0]]), logScales: tensor([[0]]) };
 * (await lightBridgeLoss(bridge, [[1]], [[0]]).data())[0]; // 1.418939
 */
export function lightBridgeLoss(bridge: LightBridge, x0: TensorLike, x1: TensorLike, options: LightBridgeOptions = {}): Tensor {
  const fn = 'lightBridgeLoss';
  return tidy(() => {
    const parts = partsOf(fn, bridge, options);
    const [from, to] = [pointsOf(fn, 'x0', x0, parts), pointsOf(fn, 'x1', x1, parts)];
    return sub(mean(logSumExp(pull(from, parts))), mean(logPotential(to, parts)));
  });
}

function planOf(x: Tensor, parts: Parts): LightBridgePlan {
  const { centers, scales, epsilon } = parts;
  return {
    logWeights: logSoftmax(pull(x, parts)),
    means: add(centers, mul(expandDims(x, 1), scales)),
    variances: mul(scales, epsilon),
  };
}

/**
 * Where a bridge takes each point: a mixture of Gaussians.
 *
 * $$ \pi(y \mid x) = \sum_k w_k(x)\, \mathcal N(y; r_k + S_k x, \varepsilon S_k), \qquad w(x) = \operatorname{softmax}_k\left(\log \alpha_k + \frac{x^\top S_k x + 2 r_k^\top x}{2 \varepsilon}\right) $$
 *
 * @param bridge the parameters.
 * @param x0 float32 `[N, D]`, points of the source.
 * @returns the logarithms of the weights, the means and the variances.
 * @throws SurrogateError `shape` unless points and parameters fit, `range` for an epsilon that is not positive, `dtype`, `disposed`.
 * @see Korotin, Gushchin, Burnaev: Light Schrödinger Bridge, 2023. arXiv:2310.01174
 * @example
 * import { lightBridgePlan } from '@surrogate/divergences';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const bridge = { weights: tensor([0]), centers: tensor([[3]]), logScales: tensor([[0]]) };
 * await lightBridgePlan(bridge, [[1]]).means.data(); // [4]
 */
export function lightBridgePlan(bridge: LightBridge, x0: TensorLike, options: LightBridgeOptions = {}): LightBridgePlan {
  return tidy(() => {
    const parts = partsOf('lightBridgePlan', bridge, options);
    return planOf(pointsOf('lightBridgePlan', 'x0', x0, parts), parts) as never;
  });
}

/**
 * The log-density of a bridge's plan: how likely it is that a point goes to another.
 *
 * $$ \log \pi(y \mid x) = \frac{x^\top y}{\varepsilon} + \log v(y) - \log c(x) $$
 *
 * @param bridge the parameters.
 * @param x0 float32 `[N, D]`, points of the source.
 * @param x1 float32 `[N, D]`, where they go.
 * @returns float32 `[N]`, in nats.
 * @throws SurrogateError `shape` unless points and parameters fit, `range` for an epsilon that is not positive, `dtype`, `disposed`.
 * @see Korotin, Gushchin, Burnaev: Light Schrödinger Bridge, 2023. arXiv:2310.01174
 * @example
 * import { lightBridgeLogProb } from '@surrogate/divergences';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const bridge = { weights: tensor([0]), centers: tensor([[3]]), logScales: tensor([[0]]) };
 * await lightBridgeLogProb(bridge, [[1]], [[4]]).data(); // [-0.918939]
 */
export function lightBridgeLogProb(bridge: LightBridge, x0: TensorLike, x1: TensorLike, options: LightBridgeOptions = {}): Tensor {
  const fn = 'lightBridgeLogProb';
  return tidy(() => {
    const parts = partsOf(fn, bridge, options);
    const [from, to] = [pointsOf(fn, 'x0', x0, parts), pointsOf(fn, 'x1', x1, parts)];
    checkShape(fn, 'x1', to.shape, from.shape);
    // As a mixture, whose terms do not grow as x·y/ε does.
    const { logWeights, means, variances } = planOf(from, parts);
    const cost = sum(add(div(square(sub(expandDims(to, 1), means)), variances), log(mul(variances, 2 * Math.PI))), -1);
    return logSumExp(sub(logWeights, mul(0.5, cost)));
  });
}

/**
 * The drift of the bridge as a diffusion: where a point that is underway at a time is heading.
 *
 * $$ dX = g(X, t)\, dt + \sqrt\varepsilon\, dW, \qquad g(x, t) = \frac{\mathbb{E}[X_1 \mid X_t = x] - x}{1 - t} $$
 *
 * @param bridge the parameters.
 * @param x float32 `[N, D]`, where the points are.
 * @param t when, in [0, 1).
 * @returns float32 `[N, D]`.
 * @throws SurrogateError `shape` unless points and parameters fit, `range` for an epsilon that is not positive and a time outside [0, 1), `dtype`, `disposed`.
 * @see Korotin, Gushchin, Burnaev: Light Schrödinger Bridge, 2023. arXiv:2310.01174
 * @example
 * import { lightBridgeDrift } from '@surrogate/divergences';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const bridge = { weights: tensor([0]), centers: tensor([[3]]), logScales: tensor([[0]]) };
 * await lightBridgeDrift(bridge, [[1]], 0).data(); // [3]
 */
export function lightBridgeDrift(bridge: LightBridge, x: TensorLike, t: number, options: LightBridgeOptions = {}): Tensor {
  const fn = 'lightBridgeDrift';
  if (!(t >= 0 && t < 1)) fail('range', fn, 't', `must be in [0, 1), got ${String(t)}`);
  return tidy(() => {
    const parts = partsOf(fn, bridge, options);
    return drift(pointsOf(fn, 'x', x, parts), t, parts);
  });
}

/** Given x at t, the end is a mixture again: each component's Gaussian times that of the way that is left. */
function drift(x: Tensor, t: number, { logWeights, centers, scales, logScales, epsilon }: Parts): Tensor {
  // Per component, dimension by dimension: A = t/(1 - t) + 1/S and c = x/(1 - t) + r/S, both times 1/ε.
  const precision = add(t / (1 - t), div(1, scales));
  const force = add(expandDims(div(x, 1 - t), 1), div(centers, scales));
  const spread = add(logScales, add(log(precision), div(square(centers), mul(scales, epsilon))));
  const gain = div(square(force), mul(precision, epsilon));
  const shares = exp(logSoftmax(add(logWeights, mul(0.5, sum(sub(gain, spread), -1)))));
  const ends = sum(mul(expandDims(shares, -1), div(force, precision)), 1);
  return div(sub(ends, x), 1 - t);
}

/** @internal What sampling shares: the parts, the source points. */
export function readBridge(fn: string, bridge: LightBridge, x0: TensorLike, options: LightBridgeOptions) {
  const parts = partsOf(fn, bridge, options);
  const from = pointsOf(fn, 'x0', x0, parts);
  return { from, epsilon: parts.epsilon, plan: () => planOf(from, parts), drift: (x: Tensor, t: number) => drift(x, t, parts) };
}
