/** @file Comp-sum losses (Mao, Mohri, Zhong 2023): the family of cross-entropy, generalized cross-entropy and mean absolute error. */
import {
  checkAtLeast,
  checkBetween,
  checkInteger,
  classLossScope,
  dotLast,
  logSoftmax,
  minimum,
  oneMinusExp,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import { mul, neg, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link compSumLoss}. */
export interface CompSumOptions extends ClassLossOptions {
  /** The member, >= 0: 0 sum-exponential, 1 cross-entropy, between 1 and 2 generalized cross-entropy, 2 mean absolute error. Default 1. */
  tau?: number | undefined;
}

/** Options of {@link generalizedCrossEntropy}. */
export interface GeneralizedCrossEntropyOptions extends ClassLossOptions {
  /** From cross-entropy (0) to the mean absolute error (1), in [0, 1]. Default 0.7. */
  q?: number | undefined;
}

/** Near 1 the member is cross-entropy to float32's last digit. */
const nearOne = 1e-6;
/** Where exponentials are cut off, so that float32 holds them and their slopes. */
const largestExponent = 60;

/** @internal Φτ(1/p - 1) of log-probabilities, element by element. */
export function compSum(logProbs: Tensor, tau: number): Tensor {
  const t = tau - 1;
  if (Math.abs(t) < nearOne) return neg(logProbs);
  const exponent = mul(t, logProbs);
  return mul(1 / t, oneMinusExp(t < 0 ? minimum(exponent, largestExponent) : exponent));
}

const rowsOf = (fn: string, logits: TensorLike, labels: Labels, options: ClassLossOptions, tau: number) =>
  classLossScope(fn, { logits, labels }, options, (rows) => dotLast(rows.target, compSum(logSoftmax(rows.logits), tau)));

/**
 * Comp-sum loss: one parameter leads from the sum-exponential loss through cross-entropy to the mean absolute error.
 *
 * $$ \ell(z, y) = \Phi_\tau\left( \sum_{k \ne y} e^{z_k - z_y} \right) = \frac{1 - p_y^{\tau - 1}}{\tau - 1}, \qquad \Phi_\tau(u) = \frac{(1 + u)^{1 - \tau} - 1}{1 - \tau}, \quad p = \operatorname{softmax}(z) $$
 *
 * At τ = 1 this is cross-entropy. Soft labels weigh the losses of their classes. For τ < 1 the loss is cut off at e^60.
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options τ, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or tau < 0.
 * @see Mao, Mohri, Zhong: Cross-Entropy Loss Functions: Theoretical Analysis and Applications, 2023. arXiv:2304.07288
 * @example
 * import { compSumLoss } from '@surrogate/losses';
 * (await compSumLoss([[2, 1, 0]], [0], { tau: 1.7 }).data())[0]; // 0.354614
 */
export function compSumLoss(logits: TensorLike, labels: Labels, options: CompSumOptions = {}): Tensor {
  const { tau = 1 } = options;
  checkAtLeast('compSumLoss', 'tau', tau, 0);
  return rowsOf('compSumLoss', logits, labels, options, tau);
}

/**
 * Generalized cross-entropy: between cross-entropy, which learns fast, and the mean absolute error, which noisy labels do not mislead.
 *
 * $$ \ell(z, y) = \frac{1 - p_y^q}{q}, \qquad p = \operatorname{softmax}(z) $$
 *
 * @param logits float32 `[..., K]`, unnormalised.
 * @param labels int32 class ids `[...]`, or one-hot / soft labels of the logits' shape.
 * @param options q, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` when an id is outside [0, K) or q outside [0, 1].
 * @see Zhang, Sabuncu: Generalized Cross Entropy Loss for Training Deep Neural Networks with Noisy Labels, 2018. arXiv:1805.07836
 * @example
 * import { generalizedCrossEntropy } from '@surrogate/losses';
 * (await generalizedCrossEntropy([[0, 0]], [0], { q: 1 }).data())[0]; // 0.5
 */
export function generalizedCrossEntropy(logits: TensorLike, labels: Labels, options: GeneralizedCrossEntropyOptions = {}): Tensor {
  const { q = 0.7 } = options;
  checkBetween('generalizedCrossEntropy', 'q', q, 0, 1, true);
  return rowsOf('generalizedCrossEntropy', logits, labels, options, 1 + q);
}

/** Which member a bound is about. */
export interface CompSumMember {
  /** The member of the family, >= 0. Default 1. */
  tau?: number | undefined;
  /** How many classes there are, >= 2. Default 2. */
  classes?: number | undefined;
}

function checkMember(fn: string, { tau = 1, classes = 2 }: CompSumMember): Required<{ tau: number; classes: number }> {
  checkAtLeast(fn, 'tau', tau, 0);
  checkInteger(fn, 'classes', classes, 2);
  return { tau, classes };
}

const xLogX = (x: number) => (x === 0 ? 0 : x * Math.log(x));

function transform(b: number, tau: number, n: number): number {
  if (tau >= 2) return b / ((tau - 1) * n ** (tau - 1));
  if (Math.abs(tau - 1) < nearOne) return (xLogX(1 + b) + xLogX(1 - b)) / 2;
  const s = 2 - tau;
  // ((1 + b)^(1/s) + (1 - b)^(1/s)) / 2 to the power s, in logarithms, because 1/s is huge near tau = 2.
  const high = Math.log1p(b) / s;
  const low = Math.log1p(-b) / s;
  const mean = s * (high + Math.log1p(Math.exp(low - high)) - Math.LN2);
  return tau < 1 ? (2 ** (1 - tau) / (1 - tau)) * -Math.expm1(mean) : Math.expm1(mean) / ((tau - 1) * n ** (tau - 1));
}

/**
 * How much excess comp-sum loss an excess 0-1 error of β costs at least: the transform T of the consistency bound.
 *
 * $$ \mathcal T_1(\beta) = \tfrac12 \left( (1 + \beta) \log(1 + \beta) + (1 - \beta) \log(1 - \beta) \right) $$
 *
 * and likewise for the other members.
 *
 * @param beta the excess error, in [0, 1].
 * @param member τ and the number of classes.
 * @returns the least excess loss.
 * @throws SurrogateError `range`.
 * @see Mao, Mohri, Zhong: Cross-Entropy Loss Functions: Theoretical Analysis and Applications, 2023. arXiv:2304.07288
 * @example
 * import { hConsistencyTransform } from '@surrogate/losses';
 * hConsistencyTransform(0.5, { tau: 0 }); // 0.1339746
 */
export function hConsistencyTransform(beta: number, member: CompSumMember = {}): number {
  checkBetween('hConsistencyTransform', 'beta', beta, 0, 1, true);
  const { tau, classes } = checkMember('hConsistencyTransform', member);
  return transform(beta, tau, classes);
}

/**
 * The largest excess 0-1 error that a given excess comp-sum loss allows: the inverse of {@link hConsistencyTransform}.
 *
 * $$ \Gamma_\tau(t) = \mathcal T_\tau^{-1}(t), \qquad \Gamma_1(t) \le \sqrt{2 t} $$
 *
 * @param surrogateRegret the excess loss t, >= 0.
 * @param member τ and the number of classes.
 * @returns the bound, in [0, 1].
 * @throws SurrogateError `range`.
 * @see Mao, Mohri, Zhong: Cross-Entropy Loss Functions: Theoretical Analysis and Applications, 2023. arXiv:2304.07288
 * @example
 * import { hConsistencyBound } from '@surrogate/losses';
 * hConsistencyBound(0.1); // 0.4395893
 */
export function hConsistencyBound(surrogateRegret: number, member: CompSumMember = {}): number {
  checkAtLeast('hConsistencyBound', 'surrogateRegret', surrogateRegret, 0);
  const { tau, classes } = checkMember('hConsistencyBound', member);
  let [low, high] = [0, 1];
  if (surrogateRegret >= transform(1, tau, classes)) return 1;
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (transform(middle, tau, classes) < surrogateRegret) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
