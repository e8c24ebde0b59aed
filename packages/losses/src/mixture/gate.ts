/** @file The sparse gate of a mixture of experts (Nguyen et al. 2024), and the likelihood of Gaussian experts under it. */
import {
  asTensor,
  checkRank,
  checkShape,
  detach,
  exp,
  fail,
  logSoftmax,
  logSumExp,
  lossScope,
  select,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  cast,
  concat,
  equal,
  expandDims,
  fill,
  greater,
  less,
  logicalAnd,
  logicalOr,
  matMul,
  mul,
  neg,
  reshape,
  slice,
  square,
  sub,
  sum,
  tensor1d,
  tidy,
  zerosLike,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { checkTopK } from './record.js';

/** Options of {@link topKSoftmaxGate}. */
export interface TopKGateOptions {
  /** How many experts are active, in [1, k]. */
  topK: number;
  /** float32 `[k]`, added to the scores of the active experts; which ones are active does not depend on it. Default 0. */
  bias?: TensorLike | undefined;
}

/** What a gate decides. */
export interface TopKGate {
  /** float32 `[..., k]`: the logarithms of the weights, -Infinity where an expert is not active. */
  readonly logWeights: Tensor;
  /** float32 `[..., k]`: 1 where an expert is active, 0 elsewhere; a constant. */
  readonly mask: Tensor;
}

/** 1 at the largest topK scores of each row; among equal ones the lower index wins. */
function activeAt(scores: Tensor, topK: number): Tensor {
  const k = scores.shape.at(-1)!;
  const fixed = detach(scores);
  const [own, other] = [expandDims(fixed, -1), expandDims(fixed, -2)];
  const index = tensor1d(Float32Array.from({ length: k }, (_, i) => i));
  const earlier = less(reshape(index, [1, k]), reshape(index, [k, 1]));
  const beaten = logicalOr(greater(other, own), logicalAnd(equal(other, own), earlier));
  return less(sum(cast(beaten, 'float32'), -1), topK - 0.5);
}

function gateOf(fn: string, scores: TensorLike, { topK, bias = 0 }: TopKGateOptions): TopKGate {
  const v = asTensor(fn, 'scores', scores);
  if (v.rank === 0) fail('shape', fn, 'scores', 'must have rank 1 or more, got a scalar');
  const k = v.shape.at(-1)!;
  checkTopK(fn, topK, k);
  const added = asTensor(fn, 'bias', bias);
  if (bias !== 0) checkShape(fn, 'bias', added.shape, [k]);
  const active = activeAt(v, topK);
  return { logWeights: logSoftmax(select(active, add(v, added), fill(v.shape, -Infinity))), mask: cast(active, 'float32') };
}

/**
 * The gate of a sparse mixture of experts: the experts with the largest scores are active, and a softmax of these weighs them.
 *
 * $$ \pi = \operatorname{softmax}_{i \in T}(v_i + \beta_{0i}), \qquad T = \text{the } K \text{ largest of } v $$
 *
 * Which experts are active is a constant to gradients; of equal scores the one with the lower index is.
 *
 * @param scores float32 `[..., k]`, v.
 * @param options K and the bias β₀.
 * @returns the logarithms of the weights, and which experts are active.
 * @throws SurrogateError `range` for K outside [1, k], `shape`, `dtype`, `disposed`.
 * @see Nguyen, Akbarian, Yan, Ho: Statistical Perspective of Top-K Sparse Softmax Gating Mixture of Experts, 2024. arXiv:2309.13850
 * @example
 * import { topKSoftmaxGate } from '@surrogate/losses';
 * import { exp } from '@surrogate/core';
 * const { logWeights } = topKSoftmaxGate([2, 1, -1, 0.5], { topK: 2, bias: [0, 0.5, 3, 0] });
 * await exp(logWeights).data(); // [0.6224593, 0.3775407, 0, 0]
 */
export function topKSoftmaxGate(scores: TensorLike, options: TopKGateOptions): TopKGate {
  return tidy(() => ({ ...gateOf('topKSoftmaxGate', scores, options) }));
}

/** The parameters of Gaussian experts and their gate, float32. */
export interface GaussianExperts {
  /** `[d, k]`: the gate's slopes β₁. */
  readonly gateWeights: TensorLike;
  /** `[k]`: the gate's biases β₀. */
  readonly gateBias: TensorLike;
  /** `[d, k]`: the experts' slopes a. */
  readonly slopes: TensorLike;
  /** `[k]`: the experts' offsets b. */
  readonly offsets: TensorLike;
  /** `[k]`: log σ, the logarithms of the experts' standard deviations. */
  readonly logStds: TensorLike;
}

/** Options of {@link gaussianMoeNll}. */
export interface GaussianMoeOptions extends LossOptions {
  /** How many experts are active, in [1, k]. Default all. */
  topK?: number | undefined;
}

/**
 * Negative log-likelihood of a mixture of linear Gaussian experts under a sparse softmax gate.
 *
 * $$ \ell = -\log \sum_{i \in T(x)} \pi_i(x)\, \mathcal N(y;\ a_i^\top x + b_i,\ \sigma_i^2), \qquad \pi \text{ as in `topKSoftmaxGate` with } v_i = \beta_{1i}^\top x $$
 *
 * @param params the gate and the experts.
 * @param x float32 `[B, d]`.
 * @param y float32 `[B]`.
 * @param options K, weights, mask, reduction.
 * @returns a scalar, in nats, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `range` for K outside [1, k], `shape`, `dtype`, `disposed`.
 * @see Nguyen, Akbarian, Yan, Ho: Statistical Perspective of Top-K Sparse Softmax Gating Mixture of Experts, 2024. arXiv:2309.13850
 * @example
 * import { gaussianMoeNll } from '@surrogate/losses';
 * const experts = { gateWeights: [[1.5, 0]], gateBias: [0.3, 0], slopes: [[2, -1]], offsets: [1, -2], logStds: [-0.6931472, -0.2231436] };
 * (await gaussianMoeNll(experts, [[0.5]], [1.2]).data())[0]; // 1.805832
 */
export function gaussianMoeNll(params: GaussianExperts, x: TensorLike, y: TensorLike, options: GaussianMoeOptions = {}): Tensor {
  const fn = 'gaussianMoeNll';
  return tidy(() => {
    const inputs = asTensor(fn, 'x', x);
    checkRank(fn, 'x', inputs.shape, 2);
    const [n, d] = inputs.shape as [number, number];
    const responses = asTensor(fn, 'y', y);
    checkShape(fn, 'y', responses.shape, [n]);
    const gateWeights = asTensor(fn, 'gateWeights', params.gateWeights);
    checkRank(fn, 'gateWeights', gateWeights.shape, 2);
    const k = gateWeights.shape[1]!;
    checkShape(fn, 'gateWeights', gateWeights.shape, [d, k]);
    const part = (name: keyof GaussianExperts, shape: readonly number[]) => {
      const tensor = asTensor(fn, name, params[name]);
      checkShape(fn, name, tensor.shape, shape);
      return tensor;
    };
    const [bias, slopes] = [part('gateBias', [k]), part('slopes', [d, k])];
    const [offsets, logStds] = [part('offsets', [k]), part('logStds', [k])];
    const { topK = k } = options;
    checkTopK(fn, topK, k);
    return lossScope(
      fn,
      { examples: concat([inputs, expandDims(responses, -1)], 1) },
      options,
      ({ examples }) => {
        const [rows, wanted] = [slice(examples, [0, 0], [n, d]) as Tensor2D, slice(examples, [0, d], [n, 1])];
        const { logWeights, mask } = gateOf(fn, matMul(rows, gateWeights as Tensor2D), { topK, bias });
        const off = mul(sub(wanted, add(matMul(rows, slopes as Tensor2D), offsets)), exp(neg(logStds)));
        const logNormal = sub(mul(-0.5, square(off)), add(logStds, 0.5 * Math.log(2 * Math.PI)));
        const active = greater(mask, 0);
        return neg(logSumExp(select(active, add(select(active, logWeights, zerosLike(mask)), logNormal), fill(mask.shape, -Infinity))));
      },
      1,
    );
  });
}
