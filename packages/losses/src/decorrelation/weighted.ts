/** @file Decorrelation under weights (L2R-GNN, 2023): how dependent variables still are when examples count differently. */
import {
  asTensor,
  checkBoolean,
  checkInteger,
  checkOneOf,
  checkRank,
  checkRng,
  checkShape,
  fail,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  concat,
  cos,
  div,
  expandDims,
  matMul,
  mean,
  mul,
  reshape,
  square,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Random features of single variables: u_f(a) = √2 cos(w_f a + b_f), and a itself where that is asked for. */
export interface RandomFourier {
  /** w, `[F]`. */
  readonly frequencies: ArrayLike<number>;
  /** b, `[F]`, in [0, 2π). */
  readonly phases: ArrayLike<number>;
  /** Whether a itself is a feature, too, by which linear dependence is seen exactly. */
  readonly identity: boolean;
}

/** Options of {@link randomFourier}. */
export interface RandomFourierOptions {
  /** How many cosines, >= 0. Default 5. */
  features?: number | undefined;
  /** Whether the variable itself is a feature, too. Default false. */
  identity?: boolean | undefined;
}

/**
 * Draws random Fourier features of single variables.
 *
 * $$ u_f(a) = \sqrt 2 \cos(w_f a + b_f), \qquad w_f \sim \mathcal N(0, 1), \quad b_f \sim \mathcal U(0, 2\pi) $$
 *
 * @param rng what draws; it moves on.
 * @param options how many.
 * @returns the frequencies and phases.
 * @throws SurrogateError `range` where there would be no feature at all, `dtype`.
 * @see Rahimi, Recht: Random Features for Large-Scale Kernel Machines, 2007
 * @example
 * import { rng } from '@surrogate/core';
 * import { randomFourier } from '@surrogate/losses';
 * randomFourier(rng(0), { features: 3 }).phases.length; // 3
 */
export function randomFourier(rng: Rng, options: RandomFourierOptions = {}): RandomFourier {
  const fn = 'randomFourier';
  const { features = 5, identity = false } = options;
  checkRng(fn, 'rng', rng);
  checkBoolean(fn, 'identity', identity);
  checkInteger(fn, 'features', features, identity ? 0 : 1);
  return {
    frequencies: rng.fillNormal(new Float32Array(features), 0, 1),
    phases: rng.fillUniform(new Float32Array(features), 0, 2 * Math.PI),
    identity,
  };
}

/** Options of {@link weightedDecorrelation}. */
export interface DecorrelationOptions {
  /** float32 `[d, d]`, symmetric: which pairs of variables count, 1 or 0; from `stabilityClusters`. Default all. */
  mask?: TensorLike | undefined;
  /** What is seen of a variable. Default the variable itself. */
  features?: RandomFourier | undefined;
  /** Covariances under weights that sum to 1 (normalized), or, as the paper writes it, covariances of features times weights, which sum to n (paper). Default normalized. */
  form?: 'normalized' | 'paper' | undefined;
}

/** The features of each variable, `[n, d F]`, those of one variable side by side. */
function featuresOf(z: Tensor, { frequencies, phases, identity }: RandomFourier): Tensor2D {
  const [n, d] = z.shape as [number, number];
  const column = expandDims(z, -1);
  const count = frequencies.length;
  const waves =
    count === 0
      ? []
      : [mul(Math.SQRT2, cos(add(mul(column, tensor1d(Float32Array.from(frequencies))), tensor1d(Float32Array.from(phases)))))];
  const all = identity ? [column, ...waves] : waves;
  return reshape(all.length === 1 ? all[0]! : concat(all, -1), [n, d * (count + Number(identity))]);
}

const itself: RandomFourier = { frequencies: [], phases: [], identity: true };

/** The objective of tensors that fit each other. */
export function decorrelationOf(
  z: Tensor,
  w: Tensor,
  mask: Tensor | undefined,
  features: RandomFourier,
  form: 'normalized' | 'paper',
): Tensor {
  const [n, d] = z.shape as [number, number];
  const u = featuresOf(z, features);
  const weights = reshape(w, [n, 1]);
  const width = u.shape[1] / d;
  const weighed = mul<Tensor2D>(u, weights);
  let covariance: Tensor;
  if (form === 'normalized') {
    const center = sum<Tensor2D>(weighed, 0, true);
    covariance = sub(matMul(u, weighed, true, false), matMul(center, center, true, false));
  } else {
    const off = sub<Tensor2D>(weighed, mean(weighed, 0, true));
    covariance = div(matMul(off, off, true, false), n - 1);
  }
  const pairs = sum(reshape(square(covariance), [d, width, d, width]), [1, 3]);
  const own = tensor2d(
    Float32Array.from({ length: d * d }, (_, at) => Number(at % (d + 1) !== 0)),
    [d, d],
  );
  return div(sum(mul(pairs, mask === undefined ? own : mul(own, mask))), 2);
}

/** Variables of examples, `[n, d]`, and which of their pairs count. */
export function checkVariables(
  fn: string,
  z: TensorLike,
  mask: TensorLike | undefined,
): { readonly x: Tensor; readonly pairs: Tensor | undefined } {
  const x = asTensor(fn, 'z', z);
  checkRank(fn, 'z', x.shape, 2);
  if (x.size === 0) fail('shape', fn, 'z', `must not be empty, got [${x.shape.join(', ')}]`);
  if (mask === undefined) return { x, pairs: undefined };
  const pairs = asTensor(fn, 'mask', mask);
  checkShape(fn, 'mask', pairs.shape, [x.shape[1]!, x.shape[1]!]);
  return { x, pairs };
}

/**
 * How dependent variables are under weights of the examples: the squared covariances of their features, over the pairs that count.
 *
 * $$ \sum_{i < j} M_{ij} \lVert \Sigma_{ij} \rVert_F^2, \qquad \Sigma_{ij} = \sum_n w_n\, u(z_{ni})\, u(z_{nj})^\top - m_i m_j^\top, \quad m = \sum_n w_n\, u(z_n) $$
 *
 * In the form of the paper Σ is the sample covariance of w_n u(z_n).
 *
 * @param z float32 `[n, d]`: d variables of n examples, standardised.
 * @param weights float32 `[n]`, which sum to 1, or to n in the form of the paper.
 * @param options the pairs, the features, the form.
 * @returns a scalar, >= 0.
 * @throws SurrogateError `shape`, `range` for another form, `dtype`, `disposed`.
 * @see Chen, Xiao, Kuang, Liu, et al.: Learning to Reweight for Graph Neural Network, 2023. arXiv:2312.12475
 * @example
 * import { weightedDecorrelation } from '@surrogate/losses';
 * const z = [[0, 1], [1, 0], [1, 1], [0, 0]];
 * (await weightedDecorrelation(z, [0.1, 0.1, 0.4, 0.4]).data())[0]; // 0.0225
 */
export function weightedDecorrelation(z: TensorLike, weights: TensorLike, options: DecorrelationOptions = {}): Tensor {
  const fn = 'weightedDecorrelation';
  const { mask, features = itself, form = 'normalized' } = options;
  checkOneOf(fn, 'form', form, ['normalized', 'paper']);
  checkFeatures(fn, features);
  return tidy(() => {
    const { x, pairs } = checkVariables(fn, z, mask);
    if (form === 'paper' && x.shape[0] < 2) fail('shape', fn, 'z', 'must have two rows or more in the form of the paper, got 1');
    const w = asTensor(fn, 'weights', weights);
    checkShape(fn, 'weights', w.shape, x.shape.slice(0, 1));
    return decorrelationOf(x, w, pairs, features, form);
  });
}

/** Refuses what are no features. */
export function checkFeatures(fn: string, features: RandomFourier): void {
  if (typeof features?.frequencies !== 'object' || typeof features.phases !== 'object')
    fail('dtype', fn, 'features', `must be { frequencies, phases, identity }, got ${typeof features}`);
  checkShape(fn, 'features.phases', [features.phases.length], [features.frequencies.length]);
  if (features.frequencies.length === 0 && !features.identity) fail('shape', fn, 'features', 'must have one feature or more, got none');
}
