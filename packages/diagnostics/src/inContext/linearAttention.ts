/** @file In-context learning by linear self-attention, and the step of gradient descent that is the best it can do. */
import { asTensor, checkFinite, checkShape, fail, type TensorLike } from '@surrogate/core';
import { concat, div, matMul, mul, reshape, slice, squeeze, sum, tidy, transpose as swap, zeros, type Tensor } from '@tensorflow/tfjs-core';

/** One layer of linear self-attention over tokens (x, y) of width d + 1. */
export interface LinearAttention {
  /** A = W_Kᵀ W_Q: float32 `[d + 1, d + 1]`. */
  attention: TensorLike;
  /** p, the row of the values that is read: float32 `[d + 1]`. */
  value: TensorLike;
}

/** What an in-context learner is given: prompts of n examples, and a query each. */
export interface Prompts {
  /** float32 `[B, n, d + 1]`: x and y of each example. */
  context: TensorLike;
  /** float32 `[B, d]`. */
  query: TensorLike;
}

function promptsOf(fn: string, { context, query }: Prompts): { z: Tensor; q: Tensor } {
  const [z, q] = [asTensor(fn, 'context', context), asTensor(fn, 'query', query)];
  if (z.rank !== 3 || z.shape[1] === 0 || z.shape[2]! < 2)
    fail('shape', fn, 'context', `must be [batch, examples >= 1, inputs + 1], got [${z.shape.join(', ')}]`);
  checkShape(fn, 'query', q.shape, [z.shape[0], z.shape[2]! - 1]);
  return { z, q };
}

/**
 * One layer of linear self-attention, read at the query: what it says of the query's y after examples.
 *
 * $$ \frac1n \sum_i (p^\top z_i) (z_i^\top A z_q), \qquad z_i = (x_i, y_i),\ z_q = (x_q, 0) $$
 *
 * @param prompts examples and queries.
 * @param layer A and p.
 * @returns float32 `[B]`.
 * @throws SurrogateError `shape`, `dtype`, `disposed`.
 * @see Mahankali, Hashimoto, Ma: One Step of Gradient Descent is Provably the Optimal In-Context Learner with One Layer of Linear Self-Attention, 2023. arXiv:2307.03576
 * @example
 * import { linearSelfAttention } from '@surrogate/diagnostics';
 * const prompts = { context: [[[1, 2], [3, 6]]], query: [[2]] };
 * (await linearSelfAttention(prompts, { attention: [[0.2, 0], [0, 0]], value: [0, 1] }).data())[0]; // 4
 */
export function linearSelfAttention(prompts: Prompts, layer: LinearAttention): Tensor {
  const fn = 'linearSelfAttention';
  return tidy(() => {
    const { z, q } = promptsOf(fn, prompts);
    const [batch, n, width] = z.shape as [number, number, number];
    const [a, p] = [asTensor(fn, 'attention', layer.attention), asTensor(fn, 'value', layer.value)];
    checkShape(fn, 'attention', a.shape, [width, width]);
    checkShape(fn, 'value', p.shape, [width]);
    const asked = matMul(concat([q, zeros([batch, 1])], 1), swap(a));
    const scores = sum(mul(z, reshape(asked, [batch, 1, width])), 2);
    const values = reshape(matMul(reshape(z, [batch * n, width]), reshape(p, [width, 1])), [batch, n]);
    return div(sum(mul(values, scores), 1), n);
  });
}

/**
 * One step of gradient descent from 0 on the least squares of a prompt, as a learner.
 *
 * $$ \hat y = \eta \sum_i y_i \langle x_i, P x_q \rangle $$
 *
 * @param prompts examples and queries.
 * @param eta η; `optimalIclStep` has the best.
 * @param preconditioner P: float32 `[d, d]`; the inverse covariance of the inputs where it is not the identity, which is the default.
 * @returns float32 `[B]`.
 * @throws SurrogateError `shape`, `range`, `dtype`, `disposed`.
 * @see Mahankali, Hashimoto, Ma: One Step of Gradient Descent is Provably the Optimal In-Context Learner with One Layer of Linear Self-Attention, 2023. arXiv:2307.03576
 * @example
 * import { oneStepGdPredictor } from '@surrogate/diagnostics';
 * (await oneStepGdPredictor({ context: [[[1, 2], [3, 6]]], query: [[2]] }, 0.1).data())[0]; // 4
 */
export function oneStepGdPredictor(prompts: Prompts, eta: number, preconditioner?: TensorLike): Tensor {
  const fn = 'oneStepGdPredictor';
  checkFinite(fn, 'eta', eta);
  return tidy(() => {
    const { z, q } = promptsOf(fn, prompts);
    const [batch, n, width] = z.shape as [number, number, number];
    const inputs = width - 1;
    const x = slice(z, [0, 0, 0], [batch, n, inputs]);
    const y = squeeze(slice(z, [0, 0, inputs], [batch, n, 1]), [2]);
    let asked = q;
    if (preconditioner !== undefined) {
      const matrix = asTensor(fn, 'preconditioner', preconditioner);
      checkShape(fn, 'preconditioner', matrix.shape, [inputs, inputs]);
      asked = matMul(q, swap(matrix));
    }
    return mul(eta, sum(mul(y, sum(mul(x, reshape(asked, [batch, 1, inputs])), 2)), 1));
  });
}
