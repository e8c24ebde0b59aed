/** @file Which variables belong together: those whose correlations stay the same wherever they are seen (L2R-GNN, 2023); on the host. */
import { checkInteger, fail } from '@surrogate/core';
import { checkMatrix, type Matrix } from '@surrogate/core/host';

/** Variables in clusters. */
export interface StabilityClusters {
  /** The cluster of each variable, in [0, k), numbered in the order of their first members. */
  readonly labels: readonly number[];
  /** d rows of d: 1 where two variables are in different clusters, 0 elsewhere; the `mask` of decorrelation. */
  readonly mask: readonly (readonly number[])[];
  /** d x d: how much the correlation of two variables varies, its standard deviation over the environments. */
  readonly dissimilarity: Matrix;
}

/** Pearson's correlations of the columns; 0 of a constant one. */
function correlations({ rows, cols, data }: Matrix): Float64Array {
  const columns = Array.from({ length: cols }, (_, j) => {
    const values = Float64Array.from({ length: rows }, (__, i) => data[i * cols + j]!);
    const mean = values.reduce((a, b) => a + b, 0) / rows;
    const off = values.map((value) => value - mean);
    const length = Math.hypot(...off);
    return off.map((value) => (length === 0 ? 0 : value / length));
  });
  return Float64Array.from({ length: cols * cols }, (_, at) => {
    const [a, b] = [columns[Math.floor(at / cols)]!, columns[at % cols]!];
    return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  });
}

/** The standard deviation of each entry over the environments. */
export function variationOf(entries: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(entries[0]!, (_, at) => {
    const values = entries.map((own) => own[at]!);
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  });
}

/** Average-linkage agglomeration: the two clusters join whose members are least apart on average, until there are k. */
export function averageLinkage(dissimilarity: ArrayLike<number>, d: number, k: number): number[] {
  let clusters = Array.from({ length: d }, (_, i) => [i]);
  const apart = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, i) => sum + b.reduce((part, j) => part + dissimilarity[i * d + j]!, 0), 0) / (a.length * b.length);
  while (clusters.length > k) {
    let [first, second, least] = [0, 1, Infinity];
    for (let i = 0; i < clusters.length; i++)
      for (let j = i + 1; j < clusters.length; j++) {
        const distance = apart(clusters[i]!, clusters[j]!);
        if (distance < least) [first, second, least] = [i, j, distance];
      }
    const joined = [...clusters[first]!, ...clusters[second]!];
    clusters = clusters.map((own, i) => (i === first ? joined : own)).filter((_, i) => i !== second);
  }
  const labels = new Array<number>(d);
  clusters.sort((a, b) => Math.min(...a) - Math.min(...b)).forEach((own, label) => own.forEach((i) => (labels[i] = label)));
  return labels;
}

/**
 * Groups variables by how stable their correlations are over environments: what belongs together does so everywhere, and only what does not has to be decorrelated.
 *
 * $$ \operatorname{Dis}(i, j) = \sqrt{\operatorname{mean}_e \left( \rho_e(i, j) - \operatorname{mean}_{e'} \rho_{e'}(i, j) \right)^2} $$
 *
 * Clusters are those of average linkage.
 *
 * @param environments two data sets or more of the same d variables, one row an example; with graphs, one a graph.
 * @param k how many clusters, in [1, d].
 * @returns the clusters, the mask of pairs across them, and Dis.
 * @throws SurrogateError `shape` where variables differ in number or there are not two environments of two rows, `range` for k, `dtype`.
 * @see Chen, Xiao, Kuang, Liu, et al.: Learning to Reweight for Graph Neural Network, 2023. arXiv:2312.12475
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { stabilityClusters } from '@surrogate/losses';
 * const one = matrixFromRows([[0, 0, 1], [1, 1, 0], [2, 2, 2]]);
 * const other = matrixFromRows([[0, 0, 0], [1, 1, 1], [2, 2, 2]]);
 * stabilityClusters([one, other], 2).labels; // [0, 0, 1]
 */
export function stabilityClusters(environments: readonly Matrix[], k: number): StabilityClusters {
  const fn = 'stabilityClusters';
  if (!Array.isArray(environments) || environments.length < 2)
    fail(
      'shape',
      fn,
      'environments',
      `must be two data sets or more, got ${Array.isArray(environments) ? environments.length : typeof environments}`,
    );
  for (const [i, environment] of environments.entries()) {
    checkMatrix(fn, `environments[${i}]`, environment);
    if (environment.rows < 2) fail('shape', fn, `environments[${i}]`, `must have two rows or more, got ${environment.rows}`);
    if (environment.cols !== environments[0]!.cols)
      fail('shape', fn, `environments[${i}]`, `must have ${environments[0]!.cols} variables, as the first has, got ${environment.cols}`);
  }
  const d = environments[0]!.cols;
  checkInteger(fn, 'k', k, 1);
  if (k > d) fail('range', fn, 'k', `must be at most the number of variables, ${d}, got ${k}`);
  const data = variationOf(environments.map(correlations));
  const labels = averageLinkage(data, d, k);
  return { labels, mask: labels.map((a) => labels.map((b) => Number(a !== b))), dissimilarity: { rows: d, cols: d, data } };
}
