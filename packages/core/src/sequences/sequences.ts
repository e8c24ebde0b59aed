/** @file From logits over tokens to what alignment works with: log-probabilities, entropies and divergences of tokens and of sequences. */
import { mul, ones, reshape, slice, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkOneOf, checkRank, checkShape, fail } from '../inputs/checks.js';
import { checkIndices } from '../inputs/labels.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { aliveOf, rowWeights, shield } from '../loss/lossScope.js';
import { safeRatio } from '../loss/reduce.js';
import { klRowsOp } from '../ops/klRows.js';
import { tokenEntropyOp } from '../ops/tokenEntropy.js';
import { tokenLogProbsOp } from '../ops/tokenLogProbs.js';

/** Options of the functions of one token. */
export interface TokenOptions {
  /** bool or 0/1, broadcast to the tokens: the others give 0 and no gradient, whatever they hold. */
  mask?: TensorLike | undefined;
  /** What the logits are divided by, > 0. Default 1. */
  temperature?: number | undefined;
}

/** What a causal model is trained on. */
export interface ShiftedTokens {
  /** int32 `[batch, time - 1]`: all but the last. */
  readonly inputs: Tensor;
  /** int32 `[batch, time - 1]`: all but the first, what each position has to predict. */
  readonly targets: Tensor;
}

/**
 * Splits sequences into what a causal model reads and what it has to predict.
 *
 * $$ \text{inputs}_{bt} = x_{bt}, \qquad \text{targets}_{bt} = x_{b, t + 1} $$
 *
 * @param tokens int32 `[batch, time]`, time >= 1; also a mask of that shape, whose `targets` part goes with the loss.
 * @returns two tensors `[batch, time - 1]`.
 * @throws SurrogateError `shape`, `dtype`, `disposed`.
 * @example
 * import { shiftTokens } from '@surrogate/core';
 * const { inputs, targets } = shiftTokens([[5, 6, 7]]);
 * await targets.data(); // [6, 7]
 */
export function shiftTokens(tokens: TensorLike): ShiftedTokens {
  return tidy(() => {
    const given = asTensor('shiftTokens', 'tokens', tokens, 'int32');
    checkRank('shiftTokens', 'tokens', given.shape, 2);
    const [batch, time] = given.shape as [number, number];
    if (time < 1) fail('shape', 'shiftTokens', 'tokens', 'must hold at least one step, got none');
    return { inputs: slice(given, [0, 0], [batch, time - 1]), targets: slice(given, [0, 1], [batch, time - 1]) };
  });
}

/** @internal Rows of logits with what is masked out made harmless, and the weight of each row. */
export function tokenRows(
  fn: string,
  logits: readonly (readonly [name: string, value: TensorLike])[],
  { mask, temperature = 1 }: TokenOptions,
) {
  checkAbove(fn, 'temperature', temperature, 0);
  const given = logits.map(([name, value]) => [name, asTensor(fn, name, value)] as const);
  const [name, first] = given[0]!;
  if (first.rank === 0 || first.shape.at(-1) === 0)
    fail('shape', fn, name, `must hold one logit or more a row, got shape [${first.shape.join(', ')}]`);
  given.forEach(([other, x]) => checkShape(fn, other, x.shape, first.shape));
  const rows = first.shape.slice(0, -1);
  const weights = rowWeights(fn, rows, { mask }, []);
  const alive = aliveOf(weights);
  const flat = given.map(([, x]) => reshape(shield(x, alive), [-1, first.shape.at(-1)!]));
  const back = (x: Tensor): Tensor => (weights === undefined ? reshape(x, rows) : mul(reshape(x, rows), weights));
  return { flat, rows, alive, back, temperature };
}

/**
 * Log-probabilities of given tokens.
 *
 * $$ \log p_i = z_{i, y_i} - \log \sum_k e^{z_{ik}}, \qquad z = \text{logits} / T $$
 *
 * @param logits float32 `[..., V]`; for language models `[batch, time, V]`, where position t predicts `tokens[t]` (see {@link shiftTokens}).
 * @param tokens int32 `[...]`.
 * @returns float32 `[...]`, in nats; 0 where the mask is 0, NaN for a token that could not be checked and is outside [0, V).
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for a token on the host outside [0, V) and a temperature of 0 or less.
 * @example
 * import { tokenLogProbs } from '@surrogate/core';
 * await tokenLogProbs([[2, 1, 0]], [0]).data(); // [-0.407606]
 */
export function tokenLogProbs(logits: TensorLike, tokens: TensorLike, options: TokenOptions = {}): Tensor {
  const fn = 'tokenLogProbs';
  return tidy(() => {
    const { flat, rows, alive, back, temperature } = tokenRows(fn, [['logits', logits]], options);
    const ids = asTensor(fn, 'tokens', tokens, 'int32');
    checkShape(fn, 'tokens', ids.shape, rows);
    if (alive === undefined) checkIndices(fn, 'tokens', tokens, ids, flat[0]!.shape[1]!);
    const chosen = reshape(shield(ids, alive), [-1]);
    return back(tokenLogProbsOp({ logits: flat[0]!, tokens: chosen }, { temperature }));
  });
}

/**
 * Entropies of the distributions over tokens.
 *
 * $$ H_i = -\sum_k p_{ik} \log p_{ik} $$
 *
 * @param logits float32 `[..., V]`.
 * @returns float32 `[...]` in nats, in [0, log V]; 0 where the mask is 0.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for a temperature of 0 or less.
 * @example
 * import { tokenEntropy } from '@surrogate/core';
 * await tokenEntropy([[1, 1], [0, -Infinity]]).data(); // [0.693147, 0]
 */
export function tokenEntropy(logits: TensorLike, options: TokenOptions = {}): Tensor {
  return tidy(() => {
    const { flat, back, temperature } = tokenRows('tokenEntropy', [['logits', logits]], options);
    return back(tokenEntropyOp({ logits: flat[0]! }, { temperature }));
  });
}

/**
 * Exact divergences KL(P‖Q) between the distributions over tokens of two models.
 *
 * $$ D_i = \sum_k p_{ik} \log \frac{p_{ik}}{q_{ik}} $$
 *
 * @param logitsP float32 `[..., V]`, of the policy.
 * @param logitsQ float32 `[..., V]`, of the reference.
 * @returns float32 `[...]` in nats, >= 0; 0 where the mask is 0, Infinity where P has mass that Q lacks.
 * @throws SurrogateError `shape` where the two differ, `dtype`, `disposed`, `range` for a temperature of 0 or less.
 * @example
 * import { klFromLogits } from '@surrogate/core';
 * await klFromLogits([[0, 0]], [[0, Math.log(3)]]).data(); // [0.143841]
 */
export function klFromLogits(logitsP: TensorLike, logitsQ: TensorLike, options: TokenOptions = {}): Tensor {
  return tidy(() => {
    const pair = [['logitsP', logitsP] as const, ['logitsQ', logitsQ] as const];
    const { flat, back, temperature } = tokenRows('klFromLogits', pair, options);
    return back(klRowsOp({ p: flat[0]!, q: flat[1]! }, { temperature }));
  });
}

/** Options of {@link sequenceLogProbs}. */
export interface SequenceOptions {
  /** bool or 0/1 `[batch, time]`: which tokens belong to the response. The others may hold anything. */
  mask?: TensorLike | undefined;
  /** float32, broadcast to `[batch, time]`: how much each token counts. */
  weights?: TensorLike | undefined;
  /** The weighted sum, or the weighted mean (for length-normalised objectives). Default sum. */
  reduction?: 'sum' | 'mean' | undefined;
}

/**
 * Log-probabilities of sequences from those of their tokens.
 *
 * $$ \log \pi(y) = \sum_t w_t m_t \log p_t, \qquad \text{or } \frac{\sum_t w_t m_t \log p_t}{\sum_t w_t m_t} $$
 *
 * @param logProbs float32 `[batch, time]`, from {@link tokenLogProbs}.
 * @returns float32 `[batch]`; 0 with gradient 0 for a sequence without tokens.
 * @throws SurrogateError `shape`, `dtype`, `disposed`, `range` for an unknown reduction.
 * @example
 * import { sequenceLogProbs } from '@surrogate/core';
 * await sequenceLogProbs([[-1, -2, -3]], { mask: [[0, 1, 1]] }).data(); // [-5]
 */
export function sequenceLogProbs(logProbs: TensorLike, options: SequenceOptions = {}): Tensor {
  const fn = 'sequenceLogProbs';
  const { reduction = 'sum' } = options;
  checkOneOf(fn, 'reduction', reduction, ['sum', 'mean']);
  return tidy(() => {
    const given = asTensor(fn, 'logProbs', logProbs);
    checkRank(fn, 'logProbs', given.shape, 2);
    const weights = rowWeights(fn, given.shape, options, []) ?? ones(given.shape);
    const total = sum(mul(shield(given, aliveOf(weights)), weights), -1);
    return reduction === 'sum' ? total : safeRatio(total, sum(weights, -1));
  });
}
