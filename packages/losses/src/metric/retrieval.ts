/** @file How well embeddings find their like: recall among neighbours, and true acceptance at a rate of false ones. */
import { checkBetween, checkInteger, max, type TensorLike } from '@surrogate/core';
import { clone, expandDims, greater, less, mul, sum, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { having } from './anchors.js';
import { cosineSimilarity } from './distances.js';
import { among } from './hardMiners.js';
import { closeness, float, pairScope, type PairSource } from './pairs.js';
import { meanReducer } from './reducers.js';

/** Options of {@link recallAtK}. */
export interface RecallAtKOptions extends Omit<PairSource, 'miner'> {
  /** How many neighbours are looked at, >= 1. Default 1. */
  k?: number | undefined;
}

/** Options of {@link verificationTar}. */
export interface VerificationTarOptions extends Omit<PairSource, 'miner' | 'reference'> {
  /** The part of pairs of two labels that may be accepted, in [0, 1). Default 1e-3. */
  far?: number | undefined;
}

/**
 * The part of embeddings that have one of their own label among their k nearest neighbours.
 *
 * $$ R@k = \frac1N \sum_i \big[\, \#\lbrace j \in N_i : s_{ij} > \max_{P_i} s_{ip} \rbrace < k \,\big] $$
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options k, and how pairs are made; the distance is the cosine.
 * @returns a scalar in [0, 1]; embeddings whose label is the only one of its kind are left out.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @example
 * import { recallAtK } from '@surrogate/losses';
 * (await recallAtK([[1, 0], [1, 0.1], [0, 1], [1, 0.2]], [0, 0, 1, 1]).data())[0]; // 0.5
 */
export function recallAtK(embeddings: TensorLike, labels: TensorLike, options: RecallAtKOptions = {}): Tensor {
  const fn = 'recallAtK';
  const { k = 1, distance = cosineSimilarity, reference, mask } = options;
  checkInteger(fn, 'k', k, 1);
  return pairScope<Tensor>(
    fn,
    embeddings,
    labels,
    { distance, reference, mask },
    (pairs) => {
      const s = closeness(pairs);
      const best = expandDims(max(among(s, pairs.positive, -Infinity), { axis: 1 }), 1);
      const ahead = sum(mul(pairs.negative, float(greater(s, best))), 1);
      return meanReducer.reduce({ losses: float(less(ahead, k)), present: having(pairs.positive) }, pairs.labels, 'recall');
    },
    () => zeros([]),
  );
}

/**
 * The part of pairs of one label that are accepted at the threshold where a given part of all other pairs would be.
 *
 * @param embeddings float32 `[N, D]`.
 * @param labels int32 `[N]`.
 * @param options the rate of false acceptances, and how pairs are made; the distance is the cosine.
 * @returns a number in [0, 1]; NaN where there are no pairs of one label.
 * @throws SurrogateError `shape` unless there is one label an embedding, `dtype`, `range`.
 * @example
 * import { verificationTar } from '@surrogate/losses';
 * await verificationTar([[1, 0], [1, 0.1], [0, 1], [1, 0.3]], [0, 0, 1, 1], { far: 0 }); // 0.5
 */
export async function verificationTar(embeddings: TensorLike, labels: TensorLike, options: VerificationTarOptions = {}): Promise<number> {
  const fn = 'verificationTar';
  const { far = 1e-3, distance = cosineSimilarity, mask } = options;
  checkBetween(fn, 'far', far, 0, 1);
  const parts = pairScope<readonly Tensor[]>(
    fn,
    embeddings,
    labels,
    { distance, mask },
    (pairs) => [closeness(pairs), pairs.positive, pairs.negative].map((x) => clone(x)),
    () => [zeros([0]), zeros([0]), zeros([0])],
  );
  const [scores, positive, negative] = await Promise.all(parts.map((x) => x.data<'float32'>()));
  parts.forEach((x) => x.dispose());
  const genuine = scores!.filter((_, i) => positive![i]! > 0);
  const others = scores!.filter((_, i) => negative![i]! > 0).sort((a, b) => b - a);
  const threshold = others[Math.floor(far * others.length)] ?? -Infinity;
  return genuine.filter((s) => s > threshold).length / genuine.length;
}
