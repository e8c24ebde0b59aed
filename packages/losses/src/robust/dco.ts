/** @file Direct coverage optimisation (Chen et al. 2025): training for the chance that one of N samples is right. */
import {
  asTensor,
  checkInteger,
  differentiable,
  exp,
  fail,
  log1mExp,
  log1p,
  lossScope,
  minimum,
  oneMinusExp,
  pow,
  select,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, cast, div, less, mul, neg, onesLike, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link dcoLoss}. */
export interface DcoOptions extends LossOptions {
  /** How many samples will be drawn, >= 1; 1 is the negative log-likelihood. Default 16. */
  n?: number | undefined;
  /** float32 of the rows' shape: what each loss is divided by, the number of its tokens. Default 1. */
  lengths?: TensorLike | undefined;
}

/** Below this log-probability the loss is linear to the last digit of float32, and probabilities leave its range. */
const hopeless = -80;

const isHopeless = (logProbs: Tensor) => cast(less(logProbs, hopeless), 'bool');

/** p^a (1 - p)^b / (1 - (1 - p)^n), with probabilities kept in float32's range. */
function share(logProbs: Tensor, n: number, a: 1 | 2, b: number): Tensor {
  const lp = select(isHopeless(logProbs), mul(onesLike(logProbs), hopeless), minimum(logProbs, 0));
  const powers = mul(exp(mul(a, lp)), pow(oneMinusExp(lp), b));
  return div(powers, oneMinusExp(mul(n, log1mExp(lp))));
}

/** F, whose slope is written down, because at p = 1 that of the composite is 0 · Infinity. */
function factorOf(logProbs: Tensor, n: number): Tensor {
  if (n === 1) return onesLike(logProbs);
  return differentiable(
    { logProbs },
    ({ logProbs: lp }) => select(isHopeless(lp), onesLike(lp), mul(n, share(lp, n, 1, n - 1))),
    ({ logProbs: lp }, upstream) => ({
      logProbs: () => {
        const factor = factorOf(lp, n);
        return mul(upstream, sub(mul(factor, sub(1, factor)), mul(n * (n - 1), share(lp, n, 2, n - 2))));
      },
    }),
  );
}

function coverageLoss(logProbs: Tensor, n: number): Tensor {
  if (n === 1) return neg(logProbs);
  return differentiable(
    { logProbs },
    ({ logProbs: lp }) => {
      const near = neg(log1mExp(mul(n, log1mExp(select(isHopeless(lp), mul(onesLike(lp), hopeless), lp)))));
      return select(isHopeless(lp), neg(add(lp, Math.log(n))), near);
    },
    ({ logProbs: lp }, upstream) => ({ logProbs: () => neg(mul(upstream, factorOf(lp, n))) }),
  );
}

/**
 * The loss of pass@N: it stops raising the confidence in an answer that N samples will contain anyway.
 *
 * $$ \ell = -\log\left( 1 - (1 - p)^N \right), \qquad p = e^{\log p} $$
 *
 * @param logProbs float32, <= 0: the log-probability of each right answer as a whole, its tokens' summed.
 * @param options N, lengths, and what every loss takes.
 * @returns a scalar, or one loss a row with `reduction: 'none'`.
 * @throws SurrogateError `shape` when lengths have another shape, `range` when n is no positive integer.
 * @see Chen, Raventós, Cheng, Ganguli, Druckmann: Rethinking Fine-Tuning when Scaling Test-Time Compute: Limiting Confidence Improves Mathematical Reasoning, 2025. arXiv:2502.07154
 * @example
 * import { dcoLoss } from '@surrogate/losses';
 * (await dcoLoss([Math.log(0.5)], { n: 4 }).data())[0]; // 0.0645385
 */
export function dcoLoss(logProbs: TensorLike, options: DcoOptions = {}): Tensor {
  const { n = 16, lengths } = options;
  checkInteger('dcoLoss', 'n', n, 1);
  return lossScope(
    'dcoLoss',
    (lengths === undefined ? { logProbs } : { logProbs, lengths }) as Record<'logProbs' | 'lengths', TensorLike>,
    options,
    (rows: { logProbs: Tensor; lengths?: Tensor | undefined }) => {
      const loss = coverageLoss(rows.logProbs, n);
      return rows.lengths === undefined ? loss : div(loss, select(cast(less(rows.lengths, 1), 'bool'), onesLike(loss), rows.lengths));
    },
  );
}

/**
 * How much of the ordinary gradient {@link dcoLoss} leaves: 1 for answers that are hopelessly unlikely, 0 for those that N samples will contain.
 *
 * $$ F = \frac{N (1 - p)^{N - 1} p}{1 - (1 - p)^N}, \qquad \nabla \ell_N = F\, \nabla(-\log p) $$
 *
 * @param logProbs float32 of any shape, <= 0.
 * @param n how many samples will be drawn, >= 1.
 * @returns float32 of the same shape, in [0, 1].
 * @throws SurrogateError `range` when n is no positive integer, `dtype`, `disposed`.
 * @see Chen, Raventós, Cheng, Ganguli, Druckmann: Rethinking Fine-Tuning when Scaling Test-Time Compute: Limiting Confidence Improves Mathematical Reasoning, 2025. arXiv:2502.07154
 * @example
 * import { dcoFactor } from '@surrogate/losses';
 * (await dcoFactor([Math.log(0.5)], 4).data())[0]; // 0.2666667
 */
export function dcoFactor(logProbs: TensorLike, n: number): Tensor {
  checkInteger('dcoFactor', 'n', n, 1);
  return tidy(() => factorOf(asTensor('dcoFactor', 'logProbs', logProbs), n));
}

/**
 * The chance that at least one of N samples is right.
 *
 * $$ C = 1 - (1 - p)^N $$
 *
 * @param probs float32 of any shape, in [0, 1].
 * @param n how many samples are drawn, >= 1.
 * @returns float32 of the same shape.
 * @throws SurrogateError `range` when n is no positive integer, `dtype`, `disposed`.
 * @see Chen et al.: Evaluating Large Language Models Trained on Code, 2021. arXiv:2107.03374
 * @example
 * import { passAtN } from '@surrogate/losses';
 * await passAtN([0.5, 0.1], 4).data(); // [0.9375, 0.3439]
 */
export function passAtN(probs: TensorLike, n: number): Tensor {
  checkInteger('passAtN', 'n', n, 1);
  return tidy(() => oneMinusExp(mul(n, log1p(neg(asTensor('passAtN', 'probs', probs))))));
}

/**
 * The unbiased estimate of pass@k from n samples of which c are right.
 *
 * $$ 1 - \binom{n - c}{k} \bigg/ \binom{n}{k} $$
 *
 * @param n how many samples there are, >= 1.
 * @param right how many of them are right, 0 to n.
 * @param k how many would be drawn, 1 to n.
 * @returns the chance.
 * @throws SurrogateError `range`.
 * @see Chen et al.: Evaluating Large Language Models Trained on Code, 2021. arXiv:2107.03374
 * @example
 * import { passAtNUnbiased } from '@surrogate/losses';
 * passAtNUnbiased(5, 2, 2); // 0.7
 */
export function passAtNUnbiased(n: number, right: number, k: number): number {
  const fn = 'passAtNUnbiased';
  checkInteger(fn, 'n', n, 1);
  checkInteger(fn, 'right', right, 0);
  checkInteger(fn, 'k', k, 1);
  if (right > n) fail('range', fn, 'right', `must be at most n = ${n}, got ${right}`);
  if (k > n) fail('range', fn, 'k', `must be at most n = ${n}, got ${k}`);
  let allWrong = 1;
  for (let i = 0; i < k; i++) allWrong *= Math.max(n - right - i, 0) / (n - i);
  return 1 - allWrong;
}
