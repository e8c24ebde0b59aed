/** @file Cross-entropy and token log-probabilities straight from hidden states and classifier weights, without the `[N, V]` logits. */
import { cast, mul, notEqual, reshape, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkAtLeast, checkBetween, checkInteger, checkOneOf, checkShape, fail } from '../inputs/checks.js';
import { asClassTarget, type Labels } from '../inputs/labels.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { aliveOf, rowWeights, sharesOf, shield, type LossOptions } from '../loss/lossScope.js';
import { linearCrossEntropyRowsOp, linearCrossEntropySumOp, linearTokenLogProbsOp, type LinearInputs } from './linear.js';

/** Options of {@link linearCrossEntropy}. */
export interface LinearCrossEntropyOptions extends LossOptions {
  /** A class id that marks rows to leave out. No default. */
  ignoreIndex?: number | undefined;
  /** float32 `[V]`, added to the logits. */
  bias?: TensorLike | undefined;
  /** Mass of the target that is spread over all classes, in [0, 1). Default 0. */
  labelSmoothing?: number | undefined;
  /** Coefficient of logSumExp². Default 0. */
  zLoss?: number | undefined;
  /** How many rows of logits exist at a time. Default: 4 D / 3, between 32 and 1024, so that they take about as much room as `kernel` and its gradient. */
  chunk?: number | undefined;
}

/** Options of {@link linearTokenLogProbs}. */
export interface LinearTokenLogProbsOptions {
  /** float32 `[V]`, added to the logits. */
  bias?: TensorLike | undefined;
  /** What the logits are divided by, > 0. Default 1. */
  temperature?: number | undefined;
  /** bool or 0/1, broadcast to the rows: the others give 0 and no gradient, whatever they hold. */
  mask?: TensorLike | undefined;
  /** How many rows of logits exist at a time. Default: 4 D / 3, between 32 and 1024, so that they take about as much room as `kernel` and its gradient. */
  chunk?: number | undefined;
}

interface LinearCall {
  readonly rows: number[];
  readonly inputs: LinearInputs;
  readonly weights: Tensor | undefined;
  readonly chunk: number;
  readonly biased: boolean;
}

function linearCall(
  fn: string,
  given: { hidden: TensorLike; kernel: TensorLike; target: Labels; targetName: string },
  options: LossOptions & { bias?: TensorLike | undefined; chunk?: number | undefined; ignoreIndex?: number | undefined },
): LinearCall {
  const hidden = asTensor(fn, 'hidden', given.hidden);
  const kernel = asTensor(fn, 'kernel', given.kernel);
  if (hidden.rank < 1) fail('shape', fn, 'hidden', 'must have rank 1 or more, got a scalar');
  const features = hidden.shape.at(-1)!;
  checkShape(fn, 'kernel', kernel.shape, [features, null]);
  const classes = kernel.shape[1]!;
  const bias = options.bias === undefined ? zeros([classes]) : asTensor(fn, 'bias', options.bias);
  checkShape(fn, 'bias', bias.shape, [classes]);
  const rows = hidden.shape.slice(0, -1);
  const { ids } = asClassTarget(fn, given.target, [...rows, classes], options.ignoreIndex, given.targetName);
  if (ids === undefined)
    fail(
      'shape',
      fn,
      given.targetName,
      `must be class ids of shape [${rows.join(', ')}]: soft labels would need the logits that this function avoids`,
    );
  const kept = options.ignoreIndex === undefined ? undefined : notEqual(ids, options.ignoreIndex);
  const weights = rowWeights(fn, rows, options, kept === undefined ? [] : [cast(kept, 'float32')]);
  const alive = aliveOf(weights);
  const { chunk = Math.min(1024, Math.max(32, 8 * Math.ceil(features / 6))) } = options;
  checkInteger(fn, 'chunk', chunk, 1);
  const inputs = {
    hidden: reshape(shield(hidden, alive), [-1, features]),
    kernel,
    bias,
    target: reshape(shield(kept === undefined ? ids : mul(ids, cast(kept, 'int32')), alive), [-1]),
  };
  return { rows, inputs, weights, chunk, biased: options.bias !== undefined };
}

/**
 * Softmax cross-entropy of `hidden · kernel + bias`, a chunk of rows at a time: the `[N, V]` logits, which dominate the memory of language-model training, never exist.
 *
 * $$ \ell_i = \operatorname{lse}(z_i) - z_{i, y_i}, \qquad z_i = h_i W + b $$
 *
 * With `mean` and `sum` the gradient is computed together with the value; with `none` the logits are computed once more in the backward pass.
 *
 * @param hidden float32 `[..., D]`.
 * @param kernel float32 `[D, V]`, as in a dense layer.
 * @param labels int32 class ids `[...]`.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape`, `dtype`, `disposed`; `range` for an id outside [0, V) that is on the host, and for options out of range.
 * @see Hsu et al.: Liger Kernel: Efficient Triton Kernels for LLM Training, 2024. arXiv:2410.10989; Wijmans et al.: Cut Your Losses in Large-Vocabulary Language Models, 2024. arXiv:2411.09009
 * @example
 * import { linearCrossEntropy } from '@surrogate/core';
 * (await linearCrossEntropy([[1, 0]], [[2, 1, 0], [0, 0, 0]], [0]).data())[0]; // 0.407606
 */
export function linearCrossEntropy(
  hidden: TensorLike,
  kernel: TensorLike,
  labels: Labels,
  options: LinearCrossEntropyOptions = {},
): Tensor {
  const fn = 'linearCrossEntropy';
  const { reduction = 'mean', labelSmoothing = 0, zLoss = 0 } = options;
  checkOneOf(fn, 'reduction', reduction, ['mean', 'sum', 'none']);
  checkBetween(fn, 'labelSmoothing', labelSmoothing, 0, 1);
  checkAtLeast(fn, 'zLoss', zLoss, 0);
  return tidy(() => {
    const { rows, inputs, weights, ...pieces } = linearCall(fn, { hidden, kernel, target: labels, targetName: 'labels' }, options);
    const attrs = { labelSmoothing, zLoss, temperature: 1, ...pieces };
    const count = inputs.hidden.shape[0];
    if (reduction === 'none') {
      const losses = reshape(linearCrossEntropyRowsOp(inputs, attrs), rows);
      return weights === undefined ? losses : mul(losses, weights);
    }
    return linearCrossEntropySumOp({ ...inputs, weights: sharesOf(weights, count, reduction) }, attrs);
  });
}

/**
 * Log-probabilities of tokens under `softmax(hidden · kernel + bias)`, a chunk of rows at a time: the `[N, V]` logits never exist.
 *
 * $$ \log p_i = z_{i, y_i} - \operatorname{lse}(z_i), \qquad z_i = (h_i W + b) / T $$
 *
 * @param hidden float32 `[..., D]`.
 * @param kernel float32 `[D, V]`, as in a dense layer.
 * @param tokens int32 `[...]`.
 * @returns float32 `[...]`; 0 where the mask is 0.
 * @throws SurrogateError `shape`, `dtype`, `disposed`; `range` for a token outside [0, V) that is on the host, and for options out of range.
 * @see Hsu et al.: Liger Kernel: Efficient Triton Kernels for LLM Training, 2024. arXiv:2410.10989
 * @example
 * import { linearTokenLogProbs } from '@surrogate/core';
 * await linearTokenLogProbs([[1, 0]], [[2, 1, 0], [0, 0, 0]], [0]).data(); // [-0.407606]
 */
export function linearTokenLogProbs(
  hidden: TensorLike,
  kernel: TensorLike,
  tokens: TensorLike,
  options: LinearTokenLogProbsOptions = {},
): Tensor {
  const fn = 'linearTokenLogProbs';
  const { temperature = 1 } = options;
  checkAbove(fn, 'temperature', temperature, 0);
  return tidy(() => {
    const { rows, inputs, weights, ...pieces } = linearCall(fn, { hidden, kernel, target: tokens, targetName: 'tokens' }, options);
    const logProbs = reshape(linearTokenLogProbsOp(inputs, { temperature, ...pieces }), rows);
    return weights === undefined ? logProbs : mul(logProbs, weights);
  });
}
