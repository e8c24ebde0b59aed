/** @file The contrast between rows whose label sets overlap and those whose do not. */
import {
  asTensor,
  checkAbove,
  checkRank,
  checkShape,
  l2Normalize,
  logSoftmax,
  lossScope,
  select,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  broadcastTo,
  cast,
  div,
  expandDims,
  eye,
  greater,
  matMul,
  mul,
  neg,
  notEqual,
  ones,
  sub,
  sum,
  tidy,
  transpose,
  zerosLike,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';
import { checkBroadcast } from '../common/checks.js';
import { weigh } from '../common/weigh.js';

/** Options of {@link multiLabelContrastiveLoss}. */
export interface MultiLabelContrastiveOptions extends LossOptions {
  /** What similarities are divided by, > 0. Default 0.1. */
  temperature?: number | undefined;
}

/** How much the label sets of each two rows overlap: |a ∩ b| / |a ∪ b|, 0 on the diagonal and for rows that do not count. */
function overlaps(labels: Tensor, alive: Tensor): Tensor {
  const both = matMul(labels as Tensor2D, transpose(labels) as Tensor2D);
  const sizes = sum(labels, -1);
  const either = sub(add(expandDims(sizes, 1), expandDims(sizes, 0)), both);
  const share = div(both, add(either, cast(greater(1e-12, either), 'float32')));
  return mul(mul(share, sub(1, eye(alive.size))), mul(expandDims(alive, 1), expandDims(alive, 0)));
}

/** One loss an anchor, and how much each counts: 0 where no other row shares a label. */
function contrastOf(embeddings: Tensor, labels: Tensor, alive: Tensor, temperature: number): { losses: Tensor; counts: Tensor } {
  const e = l2Normalize(embeddings);
  const others = mul(sub(1, eye(alive.size)), mul(expandDims(alive, 1), expandDims(alive, 0)));
  const similarities = div(matMul(e as Tensor2D, transpose(e) as Tensor2D), temperature);
  // What is no candidate is put out of reach rather than at -Infinity: a row may have no candidate at all.
  const logProbs = logSoftmax(sub(similarities, mul(1e6, sub(1, others))));
  const weights = overlaps(labels, alive);
  const total = sum(weights, -1);
  const counts = cast(greater(total, 0), 'float32');
  return { losses: div(neg(sum(weigh(weights, logProbs), -1)), add(total, sub(1, counts))), counts };
}

/**
 * Multi-label contrastive loss: embeddings whose label sets overlap attract each other by how much they do.
 *
 * $$ \ell_i = -\frac{\sum_j J_{ij} \log \operatorname{softmax}_{j \ne i}(e_i \cdot e_j / T)}{\sum_j J_{ij}}, \qquad J_{ij} = \frac{|y_i \cap y_j|}{|y_i \cup y_j|} $$
 *
 * Embeddings are normalised; the mean is over the rows that share a label with another. What the mask leaves out is no partner either.
 *
 * @param embeddings float32 `[B, d]`.
 * @param labels 0 or 1, `[B, L]`.
 * @param options the temperature T, and what every loss takes; a row is an anchor.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two are no matrices of as many rows, `range` when the temperature <= 0.
 * @see Khosla et al.: Supervised Contrastive Learning, 2020. arXiv:2004.11362
 * @see Aslam, Jun, Ahmed, Zaman, Yanan, Hongfei, Shiyu, Liu: Improving Arabic Multi-Label Emotion Classification using Stacked Embeddings and Hybrid Loss Function, 2024. arXiv:2410.03979
 * @example
 * import { multiLabelContrastiveLoss } from '@surrogate/losses';
 * const labels = [[1, 0, 1], [1, 0, 0], [0, 1, 0]];
 * (await multiLabelContrastiveLoss([[1, 0], [0.6, 0.8], [0, 1]], labels, { temperature: 0.5 }).data())[0]; // 0.5881489
 */
export function multiLabelContrastiveLoss(embeddings: TensorLike, labels: TensorLike, options: MultiLabelContrastiveOptions = {}): Tensor {
  const fn = 'multiLabelContrastiveLoss';
  const { temperature = 0.1, ...rest } = options;
  checkAbove(fn, 'temperature', temperature, 0);
  return tidy(() => {
    const e = asTensor(fn, 'embeddings', embeddings);
    const y = asTensor(fn, 'labels', labels);
    checkRank(fn, 'embeddings', e.shape, 2);
    checkShape(fn, 'labels', y.shape, [e.shape[0], null]);
    const rows = [e.shape[0]];
    const alive = options.mask === undefined ? ones(rows) : aliveOf(fn, options.mask, rows);
    const clean = (x: Tensor) => select(cast(broadcastTo(expandDims(alive, -1), x.shape), 'bool'), x, zerosLike(x));
    if (e.size === 0) return lossScope(fn, { losses: sum(e, -1) }, rest, (given) => given.losses);
    const { losses, counts } = contrastOf(clean(e), clean(y), alive, temperature);
    const weights = rest.weights === undefined ? counts : mul(counts, weightsOf(fn, rest.weights, rows));
    return lossScope(fn, { losses }, { ...rest, weights }, (given) => given.losses);
  });
}

function weightsOf(fn: string, weights: TensorLike, rows: readonly number[]): Tensor {
  const given = asTensor(fn, 'weights', weights);
  checkBroadcast(fn, 'weights', given, rows);
  return given;
}

function aliveOf(fn: string, mask: TensorLike, rows: number[]): Tensor {
  const given = asTensor(fn, 'mask', mask);
  checkBroadcast(fn, 'mask', given, rows);
  return broadcastTo(cast(notEqual(given, 0), 'float32'), rows);
}
