/** @file Models without a normaliser: noise-contrastive estimation, and the likelihood with the normaliser estimated from noise. */
import {
  asTensor,
  checkAbove,
  checkBetween,
  checkShape,
  detach,
  exp,
  fail,
  logAddExp,
  logSumExp,
  noGrad,
  select,
  softplus,
  type TensorLike,
} from '@surrogate/core';
import { add, less, mean, mul, neg, reshape, scalar, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** What the model and the noise say of one batch of data, and of one of noise. */
export interface NceBatch {
  /** float32 `[n]`: the model's unnormalised log-density at the data. */
  readonly logModelData: TensorLike;
  /** float32 `[n]`: the noise's log-density at the data. */
  readonly logNoiseData: TensorLike;
  /** float32 `[m]`: the model's unnormalised log-density at the noise. */
  readonly logModelNoise: TensorLike;
  /** float32 `[m]`: the noise's log-density at the noise. */
  readonly logNoiseNoise: TensorLike;
}

/** Options of {@link nceLoss}. */
export interface NceOptions {
  /** A float32 scalar: log Z, which may be learned. Default 0, for a model that normalises itself. */
  logNormalizer?: TensorLike | undefined;
  /** How many noise samples stand against one of the data, > 0. Default 1. */
  ratio?: number | undefined;
}

/** What {@link meco} and {@link unnormalizedNll} take. */
export interface UnnormalizedBatch {
  /** float32 `[n]`: the model's unnormalised log-density at the data. */
  readonly logModelData: TensorLike;
  /** float32 `[m]`: the same at noise. */
  readonly logModelNoise: TensorLike;
  /** float32 `[m]`: the noise's log-density there. */
  readonly logNoise: TensorLike;
}

/** Options of {@link meco}. */
export interface MecoOptions {
  /** How much of the running normaliser each step replaces, in (0, 1]. Default 0.1. */
  gamma?: number | undefined;
}

/** What {@link meco} remembers: tensors that belong to whoever holds the state. */
export interface MecoState {
  /** A float32 scalar: the logarithm of the running normaliser; -Infinity before the first step. */
  readonly logNormalizer: Tensor;
  /** A float32 scalar: how many noise samples counted in the last step, of m; where that is near 1, the noise misses the model. */
  readonly effectiveSamples: Tensor;
}

/** What a step of {@link meco} gives. */
export interface MecoStep {
  /** A scalar whose gradient is the objective's, and whose value means nothing: report `-mean(logModelData) + state.logNormalizer`. */
  readonly loss: Tensor;
  /** The state of the next step. */
  readonly state: MecoState;
}

function flat(fn: string, argument: string, value: TensorLike, size?: number): Tensor {
  const given = asTensor(fn, argument, value);
  if (given.size === 0) fail('shape', fn, argument, 'must not be empty, got 0 elements');
  if (size !== undefined) checkShape(fn, argument, [given.size], [size]);
  return reshape(given, [given.size]);
}

function read(fn: string, { logModelData, logModelNoise, logNoise }: UnnormalizedBatch) {
  const data = flat(fn, 'logModelData', logModelData);
  const noise = flat(fn, 'logModelNoise', logModelNoise);
  return { data, noise, logRatio: sub(noise, flat(fn, 'logNoise', logNoise, noise.size)) };
}

/**
 * Noise-contrastive estimation: tells data from noise by the ratio of the model to the noise.
 *
 * $$ \ell = \mathbb{E}_x[\operatorname{softplus}(-h(x))] + \nu\, \mathbb{E}_z[\operatorname{softplus}(h(z))], \qquad h = \log \tilde p - \log Z - \log q - \log \nu $$
 *
 * @param batch log-densities at data and noise.
 * @param options log Z, and the ratio ν.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` for an empty batch or vectors of unequal length, `range`, `dtype`, `disposed`.
 * @see Gutmann, Hyvärinen: Noise-contrastive estimation: A new estimation principle for unnormalized statistical models, 2010
 * @example
 * import { nceLoss } from '@surrogate/losses';
 * const half = -0.6931472;
 * (await nceLoss({ logModelData: [half], logNoiseData: [half], logModelNoise: [half], logNoiseNoise: [half] }).data())[0]; // 1.3862944
 */
export function nceLoss(batch: NceBatch, { logNormalizer = 0, ratio = 1 }: NceOptions = {}): Tensor {
  const fn = 'nceLoss';
  checkAbove(fn, 'ratio', ratio, 0);
  return tidy(() => {
    const c = asTensor(fn, 'logNormalizer', logNormalizer);
    checkShape(fn, 'logNormalizer', c.shape, []);
    const data = flat(fn, 'logModelData', batch.logModelData);
    const noise = flat(fn, 'logModelNoise', batch.logModelNoise);
    const shift = add(c, Math.log(ratio));
    const atData = sub(sub(data, flat(fn, 'logNoiseData', batch.logNoiseData, data.size)), shift);
    const atNoise = sub(sub(noise, flat(fn, 'logNoiseNoise', batch.logNoiseNoise, noise.size)), shift);
    return add(mean(softplus(neg(atData))), mul(ratio, mean(softplus(atNoise))));
  });
}

/**
 * The negative log-likelihood of a model without a normaliser, with the normaliser estimated from one batch of noise: biased, by the logarithm of a mean.
 *
 * $$ -\mathbb{E}_x[\log \tilde p(x)] + \log \mathbb{E}_{z \sim q}\left[\frac{\tilde p(z)}{q(z)}\right] $$
 *
 * @param batch log-densities at data and noise.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` for an empty batch or vectors of unequal length, `dtype`, `disposed`.
 * @see Jiang, Qin, Wu, Chen, Yang, Zhang: Learning Unnormalized Statistical Models via Compositional Optimization, 2023. arXiv:2306.07485
 * @example
 * import { unnormalizedNll } from '@surrogate/losses';
 * (await unnormalizedNll({ logModelData: [-0.125, -1.125], logModelNoise: [1, 2], logNoise: [0, 1] }).data())[0]; // 1.625
 */
export function unnormalizedNll(batch: UnnormalizedBatch): Tensor {
  return tidy(() => {
    const { data, noise, logRatio } = read('unnormalizedNll', batch);
    return sub(logSumExp(logRatio), add(mean(data), Math.log(noise.size)));
  });
}

/**
 * Maximum likelihood without a normaliser, by compositional optimisation: the normaliser under the logarithm is a running mean over steps, so that small batches of noise leave little bias and gradients do not vanish where the noise is far from the data.
 *
 * $$ u \leftarrow (1 - \gamma) u + \gamma\, \frac1m \sum_j \frac{\tilde p(z_j)}{q(z_j)}, \qquad \nabla \ell = -\mathbb{E}_x[\nabla \log \tilde p(x)] + \frac1m \sum_j \frac{\tilde p(z_j)}{q(z_j)\, u} \nabla \log \tilde p(z_j) $$
 *
 * All in logarithms, so that nothing overflows. The paper steps along a running mean of gradients, as momentum does: chain a `trace`, or use Adam. At γ = 1 its gradient is {@link unnormalizedNll}'s.
 *
 * @param options γ.
 * @returns `init()`, and `apply(state, { logModelData, logModelNoise, logNoise })`.
 * @throws SurrogateError `range` for a gamma outside (0, 1]; `apply` throws `shape` for an empty batch or vectors of unequal length, `dtype`, `disposed`.
 * @see Jiang, Qin, Wu, Chen, Yang, Zhang: Learning Unnormalized Statistical Models via Compositional Optimization, 2023. arXiv:2306.07485
 * @example
 * import { meco } from '@surrogate/losses';
 * const objective = meco();
 * const { state } = objective.apply(objective.init(), { logModelData: [-1], logModelNoise: [1, 2], logNoise: [0, 1] });
 * (await state.logNormalizer.data())[0]; // 1
 */
export function meco({ gamma = 0.1 }: MecoOptions = {}) {
  const fn = 'meco';
  checkBetween(fn, 'gamma', gamma, Number.MIN_VALUE, 1, true);
  return {
    /** The state before the first step. */
    init: (): MecoState => ({ logNormalizer: scalar(-Infinity), effectiveSamples: scalar(0) }),
    /** One step: the loss to differentiate, and the next state. */
    apply(state: MecoState, batch: UnnormalizedBatch): MecoStep {
      const [loss, logNormalizer, effectiveSamples] = tidy(() => {
        const { data, noise, logRatio } = read(fn, batch);
        const [next, weights, effective] = noGrad(() => {
          const l = detach(logRatio);
          const total = logSumExp(l);
          const estimate = sub(total, Math.log(noise.size));
          return [running(state.logNormalizer, estimate, gamma), l, exp(sub(mul(2, total), logSumExp(mul(2, l))))] as const;
        });
        const w = noGrad(() => exp(sub(weights, add(next, Math.log(noise.size)))));
        return [sub(sum(mul(w, noise)), mean(data)), next, effective] as [Tensor, Tensor, Tensor];
      });
      return { loss, state: { logNormalizer, effectiveSamples } };
    },
  };
}

/** log((1 - γ) e^u + γ e^estimate); the estimate itself where there is no u yet. */
function running(u: Tensor, estimate: Tensor, gamma: number): Tensor {
  if (gamma === 1) return estimate.clone();
  const mixed = logAddExp(add(u, Math.log1p(-gamma)), add(estimate, Math.log(gamma)));
  const first = less(u, -1e30);
  return select(first, estimate, mixed);
}
