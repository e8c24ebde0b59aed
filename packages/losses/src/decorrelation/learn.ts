/** @file Weights of examples under which variables are independent (StableNet, L2R-GNN). */
import {
  applyUpdates,
  asTensor,
  checkAbove,
  checkBetween,
  checkInteger,
  checkShape,
  detach,
  disposeState,
  fail,
  grad,
  softmax,
  type GradientTransformation,
  type TensorLike,
} from '@surrogate/core';
import { add, clone, concat, div, mul, ones, square, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkFeatures, checkVariables, decorrelationOf, type RandomFourier } from './weighted.js';

/** What {@link learnDecorrelationWeights} remembers of batches before. */
export interface DecorrelationMemory {
  /** float32 `[n, d]`: moving means of the variables. */
  readonly z: Tensor;
  /** float32 `[n]`: those of the logits of the weights. */
  readonly logits: Tensor;
}

/** Options of {@link learnDecorrelationWeights}. */
export interface LearnDecorrelationOptions {
  /** What is seen of a variable, such as `randomFourier(rng)`. */
  features: RandomFourier;
  /** float32 `[d, d]`, symmetric: which pairs of variables count, 1 or 0. Default all. */
  mask?: TensorLike | undefined;
  /** How many steps. Default 20. */
  steps?: number | undefined;
  /** What the dependence is divided by before Σ w² is added, > 0: the less, the fewer examples may carry the weight. Default 70. */
  balance?: number | undefined;
  /** What the call before returned, for batches of one size: it counts as as many more examples. */
  memory?: DecorrelationMemory | undefined;
  /** How fast the memory moves, in (0, 1]. Default 0.1. */
  rate?: number | undefined;
}

/** What is learned; all of it belongs to the caller. */
export interface LearnedWeights {
  /** float32 `[n]`, which sum to 1. */
  readonly weights: Tensor;
  /** For the next batch. */
  readonly memory: DecorrelationMemory;
}

/**
 * Learns weights of the examples of a batch under which their variables are independent; a model that trains under them cannot lean on what merely goes together.
 *
 * $$ \min_v \frac1\lambda \sum_{i < j} M_{ij} \lVert \Sigma_{ij}(w) \rVert_F^2 + \sum_n w_n^2, \qquad w = \operatorname{softmax}(v) $$
 *
 * The second term keeps the weight on many examples: 1 / Σ w² of them count. No gradient flows into the variables. Weigh the losses of the batch with the result, times n for a mean.
 *
 * @param z float32 `[n, d]`: the variables, such as a layer's outputs, standardised.
 * @param optimizer what moves the logits v, which begin at 1; the paper's is `sgd(1, { momentum: 0.9 })` of optim.
 * @param options the features, the pairs, the steps, the memory.
 * @returns the weights, and what the next batch may be given.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Chen, Xiao, Kuang, Liu, et al.: Learning to Reweight for Graph Neural Network, 2023. arXiv:2312.12475; Zhang, Cui, Xu, Zhou, He, Shen: Deep Stable Learning for Out-Of-Distribution Generalization, 2021. arXiv:2104.07876
 * @example
 * import { defineTransformation, rng } from '@surrogate/core';
 * import { learnDecorrelationWeights, randomFourier } from '@surrogate/losses';
 * import { mul } from '@tensorflow/tfjs-core';
 * const descent = defineTransformation('descent', { init: () => ({}), update: (grads, state) => ({ updates: { v: mul(-2, grads.v) }, state }) });
 * const z = [[0, 1], [1, 0], [1, 1], [1, 1], [0, 0]];
 * const { weights } = learnDecorrelationWeights(z, descent, { features: randomFourier(rng(0), { features: 0, identity: true }), balance: 0.01 });
 * weights.shape; // [5]
 */
export function learnDecorrelationWeights(
  z: TensorLike,
  optimizer: GradientTransformation,
  options: LearnDecorrelationOptions,
): LearnedWeights {
  const fn = 'learnDecorrelationWeights';
  const { features, mask, steps = 20, balance = 70, memory, rate = 0.1 } = options;
  if (typeof optimizer?.update !== 'function') fail('dtype', fn, 'optimizer', `must be a gradient transformation, got ${typeof optimizer}`);
  checkFeatures(fn, features);
  checkInteger(fn, 'steps', steps, 1);
  checkAbove(fn, 'balance', balance, 0);
  checkBetween(fn, 'rate', rate, Number.MIN_VALUE, 1);
  return tidy(() => {
    const { x: given, pairs } = checkVariables(fn, z, mask);
    const x = detach(given);
    const n = x.shape[0];
    const before = memory && { z: asTensor(fn, 'memory.z', memory.z), logits: asTensor(fn, 'memory.logits', memory.logits) };
    if (before) {
      checkShape(fn, 'memory.z', before.z.shape, x.shape);
      checkShape(fn, 'memory.logits', before.logits.shape, [n]);
    }
    const seen = before ? concat([before.z, x], 0) : x;
    const objective = ({ v }: { v: Tensor }) => {
      // The softmax is over both, so that their weights sum to 1 together.
      const together = softmax(before ? concat([before.logits, v], 0) : v);
      const own = softmax(v);
      return add(div(decorrelationOf(seen, together, pairs, features, 'normalized'), balance), sum(square(own)));
    };
    let params: { v: Tensor } = { v: ones([n]) };
    let state = optimizer.init(params);
    for (let at = 0; at < steps; at++) {
      const { updates, state: next } = optimizer.update(grad(objective)(params), state, params);
      const moved = applyUpdates(params, updates);
      disposeState(state);
      params.v.dispose();
      [params, state] = [moved, next];
    }
    disposeState(state);
    const mixed = (old: Tensor | undefined, now: Tensor) => (old === undefined ? clone(now) : add(mul(1 - rate, old), mul(rate, now)));
    return {
      weights: softmax(params.v),
      memory: { z: mixed(before?.z, x), logits: mixed(before?.logits, params.v) },
    };
  });
}
