/** @file Divergences and mutual information from the scores of a critic. */
import { add, log, mean, mul, neg, scalar, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  checkAbove,
  checkBetween,
  checkOneOf,
  detach,
  exp,
  fail,
  logAddExp,
  logSigmoid,
  logSoftmax,
  noGrad,
  type TensorLike,
} from '@surrogate/core';
import type { FDivergence } from '../f/record.js';
import { diagonalMean, flat, logMeanExp, pairwise } from './scores.js';

/** Options of {@link variationalBound}. */
export interface VariationalOptions {
  /** What scores are: estimates of log(p/q), which serve every divergence alike, or free outputs that the record's `activation` maps to critics, as in f-GAN. Default logRatio. */
  parametrisation?: 'logRatio' | 'activation' | undefined;
}

/** Options of {@link infoNceBound}. */
export interface InfoNceOptions {
  /** What scores are divided by, > 0. Default 1. */
  temperature?: number | undefined;
}

/** Options of {@link mine}. */
export interface MineOptions {
  /** How much of the running mean each step keeps, in [0, 1). Default 0.99. */
  decay?: number | undefined;
}

/** What {@link mine} remembers: tensors that belong to whoever holds the state. */
export interface MineState {
  /** A float32 scalar: the logarithm of the weighted sum of past means of e^score. */
  readonly logSum: Tensor;
  /** A float32 scalar: the sum of those weights. */
  readonly weight: Tensor;
}

/** Scores of one batch: under the joint distribution, and under the product of its margins. */
export interface MineInputs {
  /** float32 of any shape. */
  readonly scoresP: TensorLike;
  /** float32 of any shape. */
  readonly scoresQ: TensorLike;
}

/**
 * The variational lower bound of an f-divergence from the scores of a critic on samples of both distributions; it is tight where the scores are log(p/q).
 *
 * $$ D_f(P \Vert Q) \ge \mathbb{E}_P[T] - \mathbb{E}_Q[f^*(T)] $$
 *
 * With `kl` and log-ratios it is the bound of Nguyen, Wainwright and Jordan.
 *
 * @param scoresP float32, the critic on samples of P.
 * @param scoresQ float32, the critic on samples of Q.
 * @param divergence which one, as a record.
 * @returns a float32 scalar, to be made large by the critic.
 * @throws SurrogateError `shape` for no samples, `range` for another parametrisation, and for `activation` where the record has no closed conjugate, `dtype`, `disposed`.
 * @see Nowozin, Cseke, Tomioka: f-GAN, 2016. arXiv:1606.00709
 * @example
 * import { kl, variationalBound } from '@surrogate/divergences';
 * (await variationalBound([1, 2], [0, 0], kl).data())[0]; // 1.5
 */
export function variationalBound(
  scoresP: TensorLike,
  scoresQ: TensorLike,
  divergence: FDivergence,
  { parametrisation = 'logRatio' }: VariationalOptions = {},
): Tensor {
  const fn = 'variationalBound';
  checkOneOf(fn, 'parametrisation', parametrisation, ['logRatio', 'activation']);
  if (parametrisation === 'activation' && (divergence.activation === undefined || divergence.conjugate === undefined))
    fail('range', fn, 'divergence', `must have an activation and a conjugate, got ${divergence.name}: use log-ratios`);
  return tidy(() => {
    const [p, q] = [flat(fn, 'scoresP', scoresP), flat(fn, 'scoresQ', scoresQ)];
    if (parametrisation === 'logRatio') return sub(mean(divergence.slope(p)), mean(divergence.conjugateOfSlope(q)));
    return sub(mean(divergence.activation!(p)), mean(divergence.conjugate!(divergence.activation!(q))));
  });
}

/**
 * Donsker's and Varadhan's lower bound of KL(P‖Q), never below the f-divergence's with the same critic. On batches it is biased, by the logarithm of a mean.
 *
 * $$ \mathbb{E}_P[T] - \log \mathbb{E}_Q[e^T] $$
 *
 * @param scoresP float32, the critic on samples of P.
 * @param scoresQ float32, the critic on samples of Q.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` for no samples, `dtype`, `disposed`.
 * @see Donsker, Varadhan: Asymptotic evaluation of certain Markov process expectations for large time IV, 1983
 * @example
 * import { donskerVaradhan } from '@surrogate/divergences';
 * (await donskerVaradhan([1, 2], [0, 0]).data())[0]; // 1.5
 */
export function donskerVaradhan(scoresP: TensorLike, scoresQ: TensorLike): Tensor {
  return tidy(() => sub(mean(flat('donskerVaradhan', 'scoresP', scoresP)), logMeanExp(flat('donskerVaradhan', 'scoresQ', scoresQ))));
}

/**
 * The lower bound of KL(P‖Q) of Nguyen, Wainwright and Jordan, unbiased on batches; tight where the scores are 1 + log(p/q).
 *
 * $$ \mathbb{E}_P[T] - \mathbb{E}_Q[e^{T - 1}] $$
 *
 * @param scoresP float32, the critic on samples of P.
 * @param scoresQ float32, the critic on samples of Q.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` for no samples, `dtype`, `disposed`.
 * @see Nguyen, Wainwright, Jordan: Estimating divergence functionals and the likelihood ratio by convex risk minimization, 2010. arXiv:0809.0853
 * @example
 * import { nwj } from '@surrogate/divergences';
 * (await nwj([1, 2], [1, 1]).data())[0]; // 0.5
 */
export function nwj(scoresP: TensorLike, scoresQ: TensorLike): Tensor {
  return tidy(() => sub(mean(flat('nwj', 'scoresP', scoresP)), mean(exp(sub(flat('nwj', 'scoresQ', scoresQ), 1)))));
}

/**
 * The objective of a GAN's critic, whose scores are logits: where they are log(p/q) it is 2 JS(P‖Q) - 2 log 2. Over pairs that belong together and pairs that do not it trains critics of mutual information.
 *
 * $$ \mathbb{E}_P[\log \sigma(u)] + \mathbb{E}_Q[\log \sigma(-u)] $$
 *
 * @param scoresP float32, the critic on samples of P.
 * @param scoresQ float32, the critic on samples of Q.
 * @returns a float32 scalar, at most 0, to be made large by the critic.
 * @throws SurrogateError `shape` for no samples, `dtype`, `disposed`.
 * @see Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville, Bengio: Generative Adversarial Networks, 2014. arXiv:1406.2661
 * @example
 * import { ganObjective } from '@surrogate/divergences';
 * (await ganObjective([0], [0]).data())[0]; // -1.386294
 */
export function ganObjective(scoresP: TensorLike, scoresQ: TensorLike): Tensor {
  return tidy(() => {
    const [p, q] = [flat('ganObjective', 'scoresP', scoresP), flat('ganObjective', 'scoresQ', scoresQ)];
    return add(mean(logSigmoid(p)), mean(logSigmoid(neg(q))));
  });
}

/**
 * The InfoNCE lower bound of mutual information, at most log B.
 *
 * $$ \log B + \frac1B \sum_i \log \frac{e^{s_{ii}}}{\sum_j e^{s_{ij}}} $$
 *
 * @param scores float32 `[B, B]`: what the critic says of x_i with y_j; the pairs that belong together are on the diagonal.
 * @returns a float32 scalar, in nats.
 * @throws SurrogateError `shape` unless scores are square and not empty, `range` for a temperature of 0 or less, `dtype`, `disposed`.
 * @see van den Oord, Li, Vinyals: Representation Learning with Contrastive Predictive Coding, 2018. arXiv:1807.03748
 * @example
 * import { infoNceBound } from '@surrogate/divergences';
 * (await infoNceBound([[100, 0], [0, 100]]).data())[0]; // 0.693147
 */
export function infoNceBound(scores: TensorLike, { temperature = 1 }: InfoNceOptions = {}): Tensor {
  const fn = 'infoNceBound';
  checkAbove(fn, 'temperature', temperature, 0);
  return tidy(() => {
    const given = pairwise(fn, 'scores', scores);
    return add(diagonalMean(logSoftmax(given, { temperature })), Math.log(given.shape[0]));
  });
}

/**
 * Mutual information neural estimation: the loss whose gradient is Donsker's and Varadhan's without the bias of a batch, by a running mean of e^score. Report {@link donskerVaradhan}, not the loss.
 *
 * $$ -\mathbb{E}_P[T] + \mathbb{E}_Q\left[e^{T} / \operatorname{sg}(\bar m)\right], \qquad \bar m \leftarrow \text{running mean of } \mathbb{E}_Q[e^T] $$
 *
 * The running mean is a weighted one of what was seen, so that it is right from the first step.
 *
 * @returns `init()`, and `apply(state, { scoresP, scoresQ })`, which returns the loss and the next state.
 * @throws SurrogateError `range` for a decay outside [0, 1); `apply` throws `shape` for no samples, `dtype`, `disposed`.
 * @see Belghazi, Baratin, Rajeswar, Ozair, Bengio, Courville, Hjelm: MINE: Mutual Information Neural Estimation, 2018. arXiv:1801.04062
 * @example
 * import { mine } from '@surrogate/divergences';
 * const objective = mine();
 * const { loss } = objective.apply(objective.init(), { scoresP: [1, 2], scoresQ: [0, 0] });
 * (await loss.data())[0]; // -0.5
 */
export function mine({ decay = 0.99 }: MineOptions = {}) {
  checkBetween('mine', 'decay', decay, 0, 1);
  return {
    init: (): MineState => ({ logSum: scalar(-Infinity), weight: scalar(0) }),
    apply(state: MineState, { scoresP, scoresQ }: MineInputs): { loss: Tensor; state: MineState } {
      const [loss, logSum, weight] = tidy(() => {
        const [p, q] = [flat('mine', 'scoresP', scoresP), flat('mine', 'scoresQ', scoresQ)];
        const [nextSum, nextWeight, logAverage] = noGrad(() => {
          const current = add(logMeanExp(detach(q)), Math.log(1 - decay));
          const sumOfLogs = logAddExp(add(state.logSum, Math.log(decay)), current);
          const total = add(mul(state.weight, decay), 1 - decay);
          return [sumOfLogs, total, sub(sumOfLogs, log(total))] as [Tensor, Tensor, Tensor];
        });
        return [add(neg(mean(p)), mean(exp(sub(q, logAverage)))), nextSum, nextWeight] as [Tensor, Tensor, Tensor];
      });
      return { loss, state: { logSum, weight } };
    },
  };
}
