/** @file Few-shot losses (SuSana Distancia, 2023): queries against prototypes, and a score of neighbourhoods (ICNN). */
import {
  asClassTarget,
  asTensor,
  checkAbove,
  checkFinite,
  checkInteger,
  checkOneOf,
  checkRank,
  checkShape,
  detach,
  dotLast,
  fail,
  max,
  min,
  noGrad,
  oneHotMask,
  pairwiseSquaredDistances,
  relu,
  safeSqrt,
  takeAlongAxis,
  topK,
  type Labels,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  concat,
  div,
  equal,
  expandDims,
  greater,
  log,
  matMul,
  maximum,
  mean,
  mul,
  neg,
  scalar,
  slice,
  sub,
  sum,
  tidy,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { crossEntropy } from '../classification/crossEntropy.js';
import { overNonZero } from './distances.js';
import { among } from './hardMiners.js';
import { float } from './pairs.js';

/** Options of {@link protoTripletLoss}. */
export interface ProtoTripletOptions {
  /** By how much nearer the own prototype must be. Default 0.5. */
  margin?: number | undefined;
}

/** Options of {@link icnnScore} and {@link icnnLoss}. */
export interface IcnnOptions {
  /** float32 `[M, D]`: among what neighbours are looked for. Default the embeddings themselves. */
  target?: TensorLike | undefined;
  /** int32 `[M]`: their labels; needed where there is a target. */
  targetLabels?: TensorLike | undefined;
  /** How many neighbours are looked at, >= 1. Default 4. */
  k?: number | undefined;
  /** How many of the nearest may be the other label that distances are measured by, >= k. Default k + 1. */
  itemsPerClass?: number | undefined;
}

/** What {@link icnnScore} finds; scalars. */
export interface IcnnScore {
  /** ((same + different) / 2 + gamma) / 2, in (0, 1]. */
  readonly score: Tensor;
  /** How near neighbours of the own label are, beside the nearest of another. */
  readonly same: Tensor;
  /** How far neighbours of other labels are, beside the farthest such. */
  readonly different: Tensor;
  /** The part of neighbours that have the own label; a constant to gradients. */
  readonly gamma: Tensor;
}

/** The authors' code adds it under the root, so that slopes at 0 are finite. */
const underRoot = 1e-6;
const leastDistance = 1e-7;

const distances = (x: Tensor, y: Tensor): Tensor => safeSqrt(add(pairwiseSquaredDistances(x, y), underRoot));

/**
 * The mean embedding of each class.
 *
 * @param embeddings float32 `[N, D]`: the support set.
 * @param labels int32 `[N]` in [0, classes).
 * @param classes how many classes W there are, >= 1.
 * @returns float32 `[W, D]`; 0 for a class without examples.
 * @throws SurrogateError `shape`, `dtype`, `range` for labels outside [0, W).
 * @see Snell, Swersky, Zemel: Prototypical Networks for Few-shot Learning, 2017. arXiv:1703.05175
 * @example
 * import { prototypes } from '@surrogate/losses';
 * await prototypes([[1, 0], [3, 0], [0, 5]], [0, 0, 1], 2).data(); // [2, 0, 0, 5]
 */
export function prototypes(embeddings: TensorLike, labels: TensorLike, classes: number): Tensor {
  const fn = 'prototypes';
  checkInteger(fn, 'classes', classes, 1);
  return tidy(() => classMeans(fn, ['embeddings', embeddings], ['labels', labels], classes));
}

/** The mean embedding of each class, of arguments that have names. */
function classMeans(fn: string, [name, embeddings]: [string, TensorLike], [of, labels]: [string, TensorLike], classes: number): Tensor {
  const x = asTensor(fn, name, embeddings);
  checkRank(fn, name, x.shape, 2);
  const { ids } = asClassTarget(fn, labels, [x.shape[0], classes], undefined, of);
  if (ids === undefined) fail('dtype', fn, of, 'must be class ids, got a distribution each');
  const members = oneHotMask(ids, classes);
  return overNonZero(matMul(members, x, true), expandDims(sum(members, 0), 1));
}

/** Queries `[Q, D]`, prototypes `[W, D]`, and one-hot labels. */
function againstPrototypes(fn: string, queries: TensorLike, labels: Labels, given: TensorLike, named = 'queries', of = 'labels') {
  const q = asTensor(fn, named, queries);
  checkRank(fn, named, q.shape, 2);
  const c = asTensor(fn, 'prototypes', given);
  checkShape(fn, 'prototypes', c.shape, [null, q.shape[1]!]);
  if (q.size === 0 || c.size === 0) fail('shape', fn, named, `must not be empty, nor prototypes, got [${q.shape.join(', ')}]`);
  const { ids, soft } = asClassTarget(fn, labels, [q.shape[0], c.shape[0]], undefined, of);
  return { q, c, own: soft ?? oneHotMask(ids, c.shape[0]) };
}

/**
 * Proto-triplet loss: each query nearer to its own prototype than to the nearest other one, by a margin.
 *
 * $$ L = \operatorname{mean}_i \big( d(q_i, c_{y_i}) - \min_{j \ne y_i} d(q_i, c_j) + m \big)_+, \qquad d(a, b) = \sqrt{\lVert a - b \rVert^2 + 10^{-6}} $$
 *
 * @param queries float32 `[Q, D]`.
 * @param labels int32 `[Q]` in [0, W).
 * @param prototypes float32 `[W, D]`, as the function of that name gives them.
 * @param options the margin m.
 * @returns a scalar; 0 where there is one prototype only.
 * @throws SurrogateError `shape`, `dtype`, `range` for labels outside [0, W) or a margin that is not finite.
 * @see Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz: SuSana Distancia is all you need, 2023. arXiv:2305.09062
 * @example
 * import { protoTripletLoss } from '@surrogate/losses';
 * (await protoTripletLoss([[0, 0]], [0], [[0, 3], [0, 1]]).data())[0]; // 2.5
 */
export function protoTripletLoss(queries: TensorLike, labels: Labels, prototypes: TensorLike, options: ProtoTripletOptions = {}): Tensor {
  const fn = 'protoTripletLoss';
  const { margin = 0.5 } = options;
  checkFinite(fn, 'margin', margin);
  return tidy(() => {
    const { q, c, own } = againstPrototypes(fn, queries, labels, prototypes);
    const d = distances(q, c);
    const others = sub(1, own);
    // Without another prototype there is nothing to be nearer than.
    const nearest = min(among(d, others, 1e30), { axis: 1 });
    return mean(relu(add(sub(dotLast(own, d), nearest), margin)));
  });
}

/** Neighbourhoods `[N, C]`: distances, and whether labels agree. */
interface Neighbourhoods {
  readonly d: Tensor;
  readonly agrees: Tensor;
  readonly k: number;
  readonly whole: boolean;
}

function neighbourhoods(fn: string, embeddings: TensorLike, labels: TensorLike, options: IcnnOptions): Neighbourhoods {
  const { target, targetLabels, k: wanted = 4 } = options;
  checkInteger(fn, 'k', wanted, 1);
  const x = asTensor(fn, 'embeddings', embeddings);
  checkRank(fn, 'embeddings', x.shape, 2);
  const y = asTensor(fn, 'labels', labels, 'int32');
  checkShape(fn, 'labels', y.shape, [x.shape[0]]);
  const t = target === undefined ? x : asTensor(fn, 'target', target);
  checkShape(fn, 'target', t.shape, [null, x.shape[1]!]);
  const ty = target === undefined ? y : asTensor(fn, 'targetLabels', targetLabels as TensorLike, 'int32');
  checkShape(fn, 'targetLabels', ty.shape, [t.shape[0]]);
  const count = t.shape[0];
  if (x.size === 0 || count < 3) fail('shape', fn, 'embeddings', `must have neighbours to look at: three or more, got ${count}`);
  const whole = wanted + 2 >= count;
  const k = whole ? count - 2 : wanted;
  const { itemsPerClass = k + 1 } = options;
  checkInteger(fn, 'itemsPerClass', itemsPerClass, k);
  const all = distances(x, t);
  const columns = Math.min(itemsPerClass, count - 1);
  // The nearest is left out: the embedding itself, or, as in the authors' code, the nearest of the target.
  const at = noGrad(() => {
    const order = topK(detach(all), columns + 1, { largest: false }).indices;
    return slice(order, [0, 1], [-1, columns]);
  });
  const same = float(equal(expandDims(y, 1), expandDims(ty, 0)));
  return { d: takeAlongAxis(all, at), agrees: detach(takeAlongAxis(same, at)), k, whole };
}

/** The mean of the rows' means under a mask, over rows that have any. */
function meanOfRows(x: Tensor, mask: Tensor): Tensor {
  const counts = sum(mask, 1);
  const rows = overNonZero(sum(mul(mask, x), 1), counts);
  const some = float(greater(counts, 0));
  return overNonZero(sum(mul(rows, some)), sum(some));
}

function icnn(fn: string, embeddings: TensorLike, labels: TensorLike, options: IcnnOptions): IcnnScore {
  const { d, agrees, k, whole } = neighbourhoods(fn, embeddings, labels, options);
  const rows = d.shape[0];
  const other = min(among(d, sub(1, agrees), 1e30), { axis: 1, keepDims: true });
  const [near, S] = [slice(d, [0, 0], [rows, k]), slice(agrees, [0, 0], [rows, k])];
  const relative = div(near, add(other, leastDistance));
  const scaled = div(relative, maximum(1, max(relative, { axis: 1, keepDims: true })));
  const same = sub(1, meanOfRows(scaled, S));
  const D = sub(1, S);
  const far = mul(D, near);
  const none = float(equal(sum(D), 0));
  const different = add(meanOfRows(overNonZero(far, max(far)), D), none);
  const gamma = whole ? scalar(1) : mean(S);
  const score = div(add(div(add(same, different), 2), gamma), 2);
  return { score, same, different, gamma };
}

/**
 * ICNN score of embeddings: whether neighbours have the own label, near ones beside far ones.
 *
 * $$ \text{score} = \tfrac12 \Big( \tfrac12 (\text{same} + \text{different}) + \gamma \Big) $$
 *
 * `same` is one minus the mean distance to neighbours of the own label, in units of the distance to the nearest other; `different` the mean distance to neighbours of other labels, in units of the largest such; γ the part of neighbours that agree, 1 where all are looked at.
 * The paper's variance term is left out, as in the authors' code.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the target and how many neighbours are looked at.
 * @returns the score and its parts.
 * @throws SurrogateError `shape` unless there is one label an embedding and three targets or more, `dtype`, `range`.
 * @see Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz: SuSana Distancia is all you need, 2023. arXiv:2305.09062
 * @example
 * import { icnnScore } from '@surrogate/losses';
 * const { gamma } = icnnScore([[0, 0], [1, 0], [0, 1], [9, 0], [9, 1], [8, 0]], [0, 0, 0, 1, 1, 1], { k: 2 });
 * (await gamma.data())[0]; // 1
 */
export function icnnScore(embeddings: TensorLike, labels: TensorLike, options: IcnnOptions = {}): IcnnScore {
  return tidy(() => icnn('icnnScore', embeddings, labels, options) as never);
}

/**
 * ICNN loss: the negative logarithm of {@link icnnScore}.
 *
 * $$ L = -\log \text{score} $$
 *
 * Which neighbours there are, and γ, are constants to gradients.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options as for {@link icnnScore}.
 * @returns a scalar.
 * @throws SurrogateError as {@link icnnScore}.
 * @see Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz: SuSana Distancia is all you need, 2023. arXiv:2305.09062
 * @example
 * import { icnnLoss } from '@surrogate/losses';
 * (await icnnLoss([[0, 0], [1, 0], [0, 1], [3, 0], [4, 0], [3, 1]], [0, 0, 0, 1, 1, 1], { k: 2 }).data())[0]; // 0.123178
 */
export function icnnLoss(embeddings: TensorLike, labels: TensorLike, options: IcnnOptions = {}): Tensor {
  return tidy(() => neg(log(icnn('icnnLoss', embeddings, labels, options).score)));
}

/** The embeddings of an episode. */
export interface FewShotEpisode {
  /** float32 `[N, D]`: what prototypes are made of. */
  readonly support: TensorLike;
  /** int32 `[N]` in [0, classes). */
  readonly supportLabels: TensorLike;
  /** float32 `[Q, D]`: what is to be named. */
  readonly query: TensorLike;
  /** int32 `[Q]` in [0, classes). */
  readonly queryLabels: TensorLike;
}

/** Options of {@link fewShotLoss}. */
export interface FewShotOptions extends ProtoTripletOptions, Pick<IcnnOptions, 'k' | 'itemsPerClass'> {
  /** Which losses are averaged: cross-entropy over squared distances to prototypes, {@link protoTripletLoss}, {@link icnnLoss} of support and queries together. Default all. */
  terms?: readonly ('cross' | 'protoTriplet' | 'icnn')[] | undefined;
  /** What squared distances are divided by, > 0. Default 1. */
  temperature?: number | undefined;
}

/**
 * The loss of a few-shot episode: the mean of cross-entropy over prototypes, proto-triplet and ICNN losses.
 *
 * @param episode embeddings and labels of support and query.
 * @param classes how many classes W the episode has.
 * @param options which terms, and theirs.
 * @returns a scalar.
 * @throws SurrogateError `shape`, `dtype`, `range`.
 * @see Mendez-Ruiz, Gonzalez-Zapata, Reyes-Amezcua, Flores-Araiza, Lopez-Tiro, Mendez-Vazquez, Ochoa-Ruiz: SuSana Distancia is all you need, 2023. arXiv:2305.09062
 * @example
 * import { fewShotLoss } from '@surrogate/losses';
 * const episode = { support: [[0, 0], [2, 0]], supportLabels: [0, 1], query: [[1, 0]], queryLabels: [0] };
 * (await fewShotLoss(episode, 2, { terms: ['cross'] }).data())[0]; // 0.693147
 */
export function fewShotLoss(episode: FewShotEpisode, classes: number, options: FewShotOptions = {}): Tensor {
  const fn = 'fewShotLoss';
  const { terms = ['cross', 'protoTriplet', 'icnn'], temperature = 1, margin = 0.5, k, itemsPerClass } = options;
  if (terms.length === 0) fail('range', fn, 'terms', 'must name one loss or more, got none');
  terms.forEach((term) => checkOneOf(fn, 'terms', term, ['cross', 'protoTriplet', 'icnn']));
  checkInteger(fn, 'classes', classes, 1);
  checkAbove(fn, 'temperature', temperature, 0);
  checkFinite(fn, 'margin', margin);
  return tidy(() => {
    const centers = classMeans(fn, ['support', episode.support], ['supportLabels', episode.supportLabels], classes);
    const { q, c, own } = againstPrototypes(fn, episode.query, episode.queryLabels, centers, 'query', 'queryLabels');
    const parts = {
      cross: () => crossEntropy(neg(div(pairwiseSquaredDistances(q, c), temperature)), own),
      protoTriplet: () => protoTripletLoss(q, own, c, { margin }),
      icnn: () => {
        const ids = [
          asTensor(fn, 'supportLabels', episode.supportLabels, 'int32'),
          asTensor(fn, 'queryLabels', episode.queryLabels, 'int32'),
        ];
        return icnnLoss(concat([asTensor(fn, 'support', episode.support), q], 0), concat(ids, 0), { k, itemsPerClass });
      },
    };
    return div(
      terms.map((term) => parts[term]()).reduce((a, b) => add(a, b)),
      terms.length,
    );
  });
}
