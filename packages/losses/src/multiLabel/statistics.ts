/** @file What a training set tells of its labels, and what predictions make of them; on the host. */
import { checkShape, fail } from '@surrogate/core';

/** Rows of labels, 0 or 1 (or booleans). */
export type LabelRows = readonly ArrayLike<number | boolean>[];

/** What {@link labelStatistics} tells. */
export interface LabelStatistics {
  /** `[L]`: how many negatives there are for a positive, at most 20. */
  readonly posWeights: Float32Array;
  /** `[L][L]`: Pearson's correlation of each two labels; 0 where one is constant. */
  readonly correlation: Float32Array[];
}

/** What {@link multiLabelScores} tells. */
export interface MultiLabelScores {
  /** The mean of the labels' F1. */
  readonly macroF1: number;
  /** F1 of all decisions together. */
  readonly microF1: number;
  /** The mean over rows of |predicted ∩ true| / |predicted ∪ true|; 1 for two empty rows. */
  readonly jaccard: number;
  /** The part of wrong decisions. */
  readonly hamming: number;
  /** `[L]`: F1 of each label; 0 for a label that neither occurs nor is predicted. */
  readonly perLabelF1: Float64Array;
}

/** What keeps the weight of a label that hardly occurs from ruling all others. */
const most = 20;

function tableOf(fn: string, argument: string, rows: LabelRows): { count: number; labels: number; at: (i: number, l: number) => number } {
  const labels = rows[0]?.length ?? 0;
  if (labels === 0) fail('shape', fn, argument, 'must be one row or more of one label or more, got none');
  rows.forEach((row) => checkShape(fn, argument, [row.length], [labels]));
  const odd = rows.findIndex((row) => Array.from(row).some((y) => Number(y) !== 0 && Number(y) !== 1));
  if (odd >= 0) fail('range', fn, argument, `must hold 0 and 1, got another number in row ${odd}`);
  return { count: rows.length, labels, at: (i, l) => Number(rows[i]![l]) };
}

/**
 * How rare the labels of a training set are, and how they go together: what {@link hybridMultiLabelLoss} takes.
 *
 * $$ w_l = \min\left( \frac{N - n_l}{\max(n_l, 1)},\ 20 \right), \qquad R_{kl} = \operatorname{corr}(y_k, y_l) $$
 *
 * @param rows N rows of L labels, 0 or 1.
 * @returns the weights and the correlations.
 * @throws SurrogateError `shape` for no row or rows of several lengths, `range` for anything but 0 and 1.
 * @see Aslam, Jun, Ahmed, Zaman, Yanan, Hongfei, Shiyu, Liu: Improving Arabic Multi-Label Emotion Classification using Stacked Embeddings and Hybrid Loss Function, 2024. arXiv:2410.03979
 * @example
 * import { labelStatistics } from '@surrogate/losses';
 * [...labelStatistics([[1, 0], [1, 0], [0, 1], [1, 0]]).posWeights]; // [0.333333, 3]
 */
export function labelStatistics(rows: LabelRows): LabelStatistics {
  const { count, labels, at } = tableOf('labelStatistics', 'rows', rows);
  const of = (f: (i: number) => number) => rows.reduce((sum, _, i) => sum + f(i), 0);
  const names = Array.from({ length: labels }, (_, l) => l);
  const positives = names.map((l) => of((i) => at(i, l)));
  const deviation = positives.map((n) => Math.sqrt(n * (count - n)));
  return {
    posWeights: Float32Array.from(positives, (n) => Math.min((count - n) / Math.max(n, 1), most)),
    correlation: names.map((k) =>
      Float32Array.from(names, (l) => {
        const scale = deviation[k]! * deviation[l]!;
        return scale === 0 ? 0 : (count * of((i) => at(i, k) * at(i, l)) - positives[k]! * positives[l]!) / scale;
      }),
    ),
  };
}

/**
 * How well decisions on several labels agree with the truth.
 *
 * $$ F_1 = \frac{2\, TP}{2\, TP + FP + FN} $$
 *
 * @param decisions N rows of L decisions, 0 or 1.
 * @param truth the labels, likewise.
 * @returns macro and micro F1, the Jaccard index, the Hamming loss, and each label's F1.
 * @throws SurrogateError `shape` for no row or shapes that differ, `range` for anything but 0 and 1.
 * @see Tsoumakas, Katakis: Multi-Label Classification: An Overview, 2007
 * @example
 * import { multiLabelScores } from '@surrogate/losses';
 * multiLabelScores([[1, 0], [1, 1]], [[1, 0], [0, 1]]).macroF1; // 0.833333
 */
export function multiLabelScores(decisions: LabelRows, truth: LabelRows): MultiLabelScores {
  const fn = 'multiLabelScores';
  const given = tableOf(fn, 'decisions', decisions);
  const { count, labels, at } = tableOf(fn, 'truth', truth);
  checkShape(fn, 'truth', [count, labels], [given.count, given.labels]);
  const hits = new Float64Array(labels);
  const either = new Float64Array(labels);
  let [jaccard, wrong] = [0, 0];
  for (let i = 0; i < count; i++) {
    let [both, any] = [0, 0];
    for (let l = 0; l < labels; l++) {
      const [p, y] = [given.at(i, l), at(i, l)];
      hits[l]! += p * y;
      either[l]! += p + y;
      both += p * y;
      any += Math.max(p, y);
      wrong += Math.abs(p - y);
    }
    jaccard += any === 0 ? 1 : both / any;
  }
  const f1 = (hit: number, all: number) => (2 * hit) / Math.max(all, 1);
  const perLabelF1 = hits.map((hit, l) => f1(hit, either[l]!));
  const sum = (x: Float64Array) => x.reduce((a, b) => a + b, 0);
  return {
    macroF1: sum(perLabelF1) / labels,
    microF1: f1(sum(hits), sum(either)),
    jaccard: jaccard / count,
    hamming: wrong / (count * labels),
    perLabelF1,
  };
}
