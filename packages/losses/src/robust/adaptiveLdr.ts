/** @file ALDR-KL with memory (Zhu et al. 2023): each example's λ is kept from visit to visit. */
import {
  asClassTarget,
  asTensor,
  checkInteger,
  checkRank,
  classLossScope,
  detach,
  fail,
  noGrad,
  segmentMean,
  segmentSum,
  select,
  takeAlongAxis,
  type ClassLossOptions,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import {
  broadcastTo,
  cast,
  clone,
  expandDims,
  fill,
  greater,
  notEqual,
  ones,
  sum,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { aldrRows, aldrSettings, nextLambda, type AldrOptions } from './ldr.js';

/** Options of {@link adaptiveLdr}. */
export interface AdaptiveLdrOptions extends Pick<AldrOptions, 'lambda0' | 'alpha' | 'margin' | 'normalize'> {
  /** How many examples the training set has. */
  examples: number;
}

/** What {@link adaptiveLdr} remembers. */
export interface AdaptiveLdrState {
  /** float32 `[examples]`: the λ of each example, the solution of the dual at its last visit. */
  readonly lambdas: Tensor;
}

/** A batch of examples that have names. */
export interface NamedBatch {
  /** float32 `[B, K]`, unnormalised. */
  readonly logits: TensorLike;
  /** int32 class ids `[B]`, or one-hot / soft labels `[B, K]`. */
  readonly labels: Labels;
  /** int32 `[B]`: which examples of the training set these are. */
  readonly ids: TensorLike;
}

/** The ALDR-KL loss with its memory. */
export interface AdaptiveLdr {
  /** Every λ at λ₀. */
  init(): AdaptiveLdrState;
  /** The loss of a batch after one update of its examples' λ, and the memory with that update. */
  apply(
    state: AdaptiveLdrState,
    batch: NamedBatch,
    options?: Omit<ClassLossOptions, 'axis'>,
  ): { readonly loss: Tensor; readonly state: AdaptiveLdrState };
}

/**
 * ALDR-KL loss as published: one step on each example's dual variable λ at each visit, remembered until the next.
 *
 * $$ \lambda_i \leftarrow \lambda_0 \left( 1 - \frac{\operatorname{KL}(\operatorname{softmax}(z_i / \lambda_i) \Vert u)}{\alpha \log K} \right), \qquad \ell_i = \lambda_i \log \frac1K \sum_k e^{d_{ik} / \lambda_i} - \frac{\alpha \log K}{2 \lambda_0} (\lambda_i - \lambda_0)^2 $$
 *
 * {@link aldrLoss} does without memory by repeating the step. An example that a batch holds twice keeps the mean of its two updates.
 *
 * @param options how many examples there are, λ₀, α, the margin, the normalisation.
 * @returns `{ init, apply }`.
 * @throws SurrogateError `range` for options outside their range; `apply` also `shape` for a batch that does not fit.
 * @see Zhu, Ying, Yang: Label Distributionally Robust Losses for Multi-class Classification: Consistency, Robustness and Adaptivity, 2023. arXiv:2112.14869
 * @example
 * import { adaptiveLdr } from '@surrogate/losses';
 * const aldr = adaptiveLdr({ examples: 1, lambda0: 1, normalize: 'none' });
 * const batch = { logits: [[2, 1, 0]], labels: [0], ids: [0] };
 * const first = aldr.apply(aldr.init(), batch);
 * (await first.loss.data())[0]; // -0.6405231
 * (await aldr.apply(first.state, batch).state.lambdas.data())[0]; // 0.8520098
 */
export function adaptiveLdr(options: AdaptiveLdrOptions): AdaptiveLdr {
  const fn = 'adaptiveLdr';
  const { examples } = options;
  checkInteger(fn, 'examples', examples, 1);
  const settings = aldrSettings(fn, options);
  return {
    init: () => ({ lambdas: fill([examples], settings.lambda0) }),
    apply: ({ lambdas }, { logits, labels, ids }, lossOptions = {}) => {
      const result = tidy((): [Tensor, Tensor] => {
        const z = asTensor(fn, 'logits', logits);
        checkRank(fn, 'logits', z.shape, 2);
        const { ids: visited } = asClassTarget(fn, ids, [z.shape[0], examples], undefined, 'ids');
        if (visited === undefined) fail('shape', fn, 'ids', `must be the ids of ${z.shape[0]} examples`);
        const [count, classes] = z.shape as [number, number];
        if (count === 0) return [classLossScope(fn, { logits: z, labels }, lossOptions, (rows) => sum(rows.logits, -1)), clone(lambdas)];
        // Which rows count at all: the others are not visited, and may hold NaN.
        const weights = classLossScope(fn, { logits: z, labels }, { ...lossOptions, reduction: 'none' }, () => ones([count]));
        const alive = cast(notEqual(detach(weights), 0), 'bool');
        const before = takeAlongAxis(lambdas, visited);
        const shown: Tensor = broadcastTo(expandDims(alive, -1), [count, classes]);
        const lambda = select(alive, nextLambda(select(shown, z, zerosLike(z)), before, settings), before);
        const loss = classLossScope(fn, { logits: z, labels }, lossOptions, (rows) => aldrRows(rows, lambda, settings));
        return [loss, remembered(lambdas, lambda, visited)];
      });
      return { loss: result[0], state: { lambdas: result[1] } };
    },
  };
}

/** The λ of all examples, with those of the visited ones replaced. */
const remembered = (lambdas: Tensor, lambda: Tensor, visited: Tensor): Tensor =>
  noGrad(() => {
    const count = lambdas.size;
    const seen = greater(segmentSum(ones(visited.shape), visited, count), 0);
    return select(cast(seen, 'bool'), segmentMean(lambda, visited, count), lambdas);
  });
