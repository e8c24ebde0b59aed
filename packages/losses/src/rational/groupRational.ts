/** @file Rational activations with learned coefficients, shared by groups of channels (Kolmogorov-Arnold Transformer, 2024). */
import {
  asTensor,
  checkInteger,
  checkOneOf,
  checkRank,
  checkRng,
  checkShape,
  fail,
  safeAbs,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { add, div, matMul, mul, reshape, slice, tensor2d, tidy, zeros, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { checkRational, rationalGain, rationalSwish, type Rational } from './record.js';

/** Options of {@link groupRational}. */
export interface GroupRationalOptions {
  /** How the denominator is kept from 0: 1 + Σ |b_j| |x|^j (A), or 1 + |Σ b_j x^j| (B). Default A. */
  version?: 'A' | 'B' | undefined;
}

/** The coefficients of a group each, `[G, count]`, or one row for all. */
function coefficientsOf(fn: string, argument: string, value: TensorLike, count: number): Tensor {
  const rows = asTensor(fn, argument, value);
  checkRank(fn, argument, rows.shape, 2);
  checkShape(fn, argument, rows.shape.slice(1), [count]);
  return rows;
}

/**
 * A rational activation: one function P / Q for each group of neighbouring channels, whose coefficients are learned.
 *
 * $$ R(x) = \frac{a_0 + a_1 x + \dots + a_5 x^5}{Q(x)}, \qquad Q_A = 1 + \sum_{j=1}^4 |b_j|\, |x|^j, \quad Q_B = 1 + \Big| \sum_{j=1}^4 b_j x^j \Big| $$
 *
 * Q is 1 or more, so that there is no pole. A is what the official kernel computes, B what the paper writes; coefficients of one are not those of the other.
 *
 * @param x float32 `[..., D]`, D a multiple of the number of groups.
 * @param numerator float32 `[G, 6]` or `[1, 6]`: a of each group, or of all.
 * @param denominator float32 `[G, 4]` or `[1, 4]`: b.
 * @param options the version.
 * @returns float32 of the shape of x.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Yang, Wang: Kolmogorov-Arnold Transformer, 2024. arXiv:2409.10594
 * @example
 * import { groupRational } from '@surrogate/losses';
 * await groupRational([1, -2], [[0, 1, 0.5, 0, 0, 0]], [[0.5, -0.25, 0, 0]]).data(); // [0.8571429, 0]
 */
export function groupRational(x: TensorLike, numerator: TensorLike, denominator: TensorLike, options: GroupRationalOptions = {}): Tensor {
  const fn = 'groupRational';
  const { version = 'A' } = options;
  checkOneOf(fn, 'version', version, ['A', 'B']);
  return tidy(() => {
    const input = asTensor(fn, 'x', x);
    if (input.rank === 0) fail('shape', fn, 'x', 'must have rank 1 or more, got a scalar');
    const [a, b] = [coefficientsOf(fn, 'numerator', numerator, 6), coefficientsOf(fn, 'denominator', denominator, 4)];
    const groups = b.shape[0] > 1 ? b.shape[0] : a.shape[0];
    if (a.shape[0] !== 1) checkShape(fn, 'numerator', a.shape, [groups, 6]);
    const width = input.shape.at(-1)!;
    if (width % groups !== 0) fail('shape', fn, 'x', `must have a multiple of ${groups} channels, got ${width}`);
    if (input.size === 0) return mul(input, 1);
    const grouped = reshape(input, [-1, groups, width / groups]);
    const of = (rows: Tensor, j: number): Tensor => reshape(slice(rows, [0, j], [-1, 1]), [1, -1, 1]);
    const horner = (rows: Tensor, count: number, at: Tensor): Tensor =>
      Array.from({ length: count - 1 }, (_, i) => count - 2 - i).reduce<Tensor>(
        (sum, j) => add(mul(sum, at), of(rows, j)),
        of(rows, count - 1),
      );
    const q =
      version === 'A' ? mul(horner(safeAbs(b), 4, safeAbs(grouped)), safeAbs(grouped)) : safeAbs(mul(horner(b, 4, grouped), grouped));
    return reshape(div(horner(a, 6, grouped), add(1, q)), input.shape);
  });
}

/** Options of {@link groupRationalLayer}. */
export interface GroupRationalLayerOptions {
  /** How many channels come in, a multiple of the groups. */
  inputs: number;
  /** How many go out. */
  outputs: number;
  /** How many groups of channels have a denominator of their own. Default 8. */
  groups?: number | undefined;
  /** Where the activation begins. Default {@link rationalSwish}. */
  activation?: Rational | undefined;
}

/** The weights of a {@link groupRationalLayer}, all float32. */
export interface GroupRationalParams {
  /** `[1, 6]`: a, shared by all groups. */
  readonly numerator: Tensor;
  /** `[G, 4]`: b of each group. */
  readonly denominator: Tensor;
  /** `[inputs, outputs]`. */
  readonly weights: Tensor;
  /** `[outputs]`. */
  readonly bias: Tensor;
}

/** A layer whose activation is learned. */
export interface GroupRationalLayer {
  /** Draws the first weights, under which the variance of what goes out is that of what comes in. */
  init(rng: Rng): GroupRationalParams;
  /** float32 `[B, outputs]` from `[B, inputs]`. */
  apply(params: GroupRationalParams, x: TensorLike): Tensor;
}

/**
 * A layer of a group-rational Kolmogorov-Arnold network (GR-KAN): a learned rational activation by groups, then a linear map.
 *
 * $$ y = R(x)\, W + c, \qquad W \sim \mathcal N(0, \alpha / \text{inputs}), \quad \alpha = 1 / \mathbb E[R(z)^2] $$
 *
 * The activation comes first. In the paper's transformer a block is two of these, which begin as the identity and as an activation. The official code draws W anew with standard deviation 0.02,
 * under which deep stacks fade; this one keeps the paper's.
 *
 * @param options the sizes, the groups, where the activation begins.
 * @returns `{ init, apply }`.
 * @throws SurrogateError `range`, `shape` where the channels do not divide into groups, `dtype`; of its functions also `disposed`.
 * @see Yang, Wang: Kolmogorov-Arnold Transformer, 2024. arXiv:2409.10594
 * @example
 * import { rng } from '@surrogate/core';
 * import { groupRationalLayer } from '@surrogate/losses';
 * const layer = groupRationalLayer({ inputs: 8, outputs: 3, groups: 2 });
 * layer.apply(layer.init(rng(0)), [[1, 2, 3, 4, 5, 6, 7, 8]]).shape; // [1, 3]
 */
export function groupRationalLayer(options: GroupRationalLayerOptions): GroupRationalLayer {
  const fn = 'groupRationalLayer';
  const { inputs, outputs, groups = 8, activation = rationalSwish } = options;
  checkInteger(fn, 'inputs', inputs, 1);
  checkInteger(fn, 'outputs', outputs, 1);
  checkInteger(fn, 'groups', groups, 1);
  if (inputs % groups !== 0) fail('shape', fn, 'inputs', `must be a multiple of ${groups} groups, got ${inputs}`);
  checkRational(fn, 'activation', activation);
  const { numerator, denominator, version } = activation;
  return {
    init(rng) {
      checkRng(fn, 'rng', rng);
      const spread = Math.sqrt(rationalGain(activation) / inputs);
      return {
        numerator: tensor2d([[...numerator]]),
        denominator: tensor2d(Array.from({ length: groups }, () => [...denominator])),
        weights: tensor2d(rng.fillNormal(new Float32Array(inputs * outputs), 0, spread), [inputs, outputs]),
        bias: zeros([outputs]),
      };
    },
    apply: (params, x) =>
      tidy(() => {
        const rows = asTensor(fn, 'x', x);
        checkRank(fn, 'x', rows.shape, 2);
        checkShape(fn, 'x', rows.shape.slice(1), [inputs]);
        const active = groupRational(rows, params.numerator, params.denominator, { version });
        return add(matMul(active as Tensor2D, params.weights as Tensor2D), params.bias);
      }),
  };
}
