/** @file Influence functions: which training examples made a model say what it says, by eigenvalue-corrected Kronecker factors. */
import { checkAbove, checkBoolean, fail } from '@surrogate/core';
import { checkMatrix, checkVector, eigh, matMul, transpose, type Matrix } from '@surrogate/core/host';
import { correlation } from '../common/correlation.js';

/** What passed through a dense layer, one row an example and label: what is needed of it to know its curvature. */
export interface LayerRecord {
  /** N x I: what went in, with a column of ones for biases. */
  readonly activations: Matrix;
  /** N x O: the gradient of the loss by what came out before the non-linearity, with labels of the model's own (drawn, or each class with its probability as weight). */
  readonly outputGradients: Matrix;
  /** What each row counts, >= 0. Default 1. */
  readonly weights?: Float64Array | undefined;
}

/** Options of {@link ekfacFactors}. */
export interface EkfacOptions {
  /** λ, > 0, for all layers. Default: a tenth of each layer's mean eigenvalue. */
  damping?: number | undefined;
  /** Correct the eigenvalues by what was seen in their basis; false gives K-FAC. Default true. */
  corrected?: boolean | undefined;
}

/** The curvature of one layer. */
export interface EkfacLayer {
  /** I x I: eigenvectors of the activations' second moments. */
  readonly activationBasis: Matrix;
  /** O x O: those of the output gradients'. */
  readonly gradientBasis: Matrix;
  /** I x O: the curvature along each pair of them. */
  readonly eigenvalues: Matrix;
  /** λ. */
  readonly damping: number;
}

/** Second moments of rows. */
function moments(rows: Matrix, weights: Float64Array, total: number): Matrix {
  const weighted = { ...rows, data: rows.data.map((value, i) => (value * weights[Math.floor(i / rows.cols)]!) / total) };
  const product = matMul(transpose(rows), weighted);
  // Rounding leaves it a little asymmetric.
  const n = product.rows;
  return { ...product, data: product.data.map((value, i) => (value + product.data[(i % n) * n + Math.floor(i / n)]!) / 2) };
}

/**
 * The Fisher information of dense layers in Kronecker-factored eigenbases, with the eigenvalues that were seen there (EK-FAC).
 *
 * $$ F \approx (Q_A \otimes Q_S) \operatorname{diag}(\Lambda) (Q_A \otimes Q_S)^\top, \qquad \Lambda_{ij} = \mathbb{E} \big[ (Q_A^\top \bar a\, \delta^\top Q_S)_{ij}^2 \big] $$
 *
 * It runs on the host, in doubles.
 *
 * @param layers what passed through each layer; embeddings and norms are left out.
 * @returns the factors, one a layer.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Grosse et al.: Studying Large Language Model Generalization with Influence Functions, 2023. arXiv:2308.03296; George, Laurent, Bouthillier, Ballas, Vincent: Fast Approximate Natural Gradient Descent in a Kronecker-factored Eigenbasis, 2018. arXiv:1806.03884
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { ekfacFactors } from '@surrogate/diagnostics';
 * const [layer] = ekfacFactors([{ activations: matrixFromRows([[1], [3]]), outputGradients: matrixFromRows([[2], [1]]) }]);
 * layer.eigenvalues.data[0]; // 6.5
 */
export function ekfacFactors(layers: readonly LayerRecord[], { damping, corrected = true }: EkfacOptions = {}): EkfacLayer[] {
  const fn = 'ekfacFactors';
  if (damping !== undefined) checkAbove(fn, 'damping', damping, 0);
  checkBoolean(fn, 'corrected', corrected);
  return layers.map(({ activations, outputGradients, weights }, l) => {
    checkMatrix(fn, `layers[${l}].activations`, activations);
    checkMatrix(fn, `layers[${l}].outputGradients`, outputGradients);
    const count = activations.rows;
    if (count === 0 || outputGradients.rows !== count)
      fail(
        'shape',
        fn,
        `layers[${l}].outputGradients`,
        `must have the ${count} rows of the activations, at least one, got ${outputGradients.rows}`,
      );
    const counts = weights ?? new Float64Array(count).fill(1);
    checkVector(fn, `layers[${l}].weights`, counts, count);
    const total = counts.reduce((a, b) => a + b, 0);
    if (!(total > 0)) fail('range', fn, `layers[${l}].weights`, `must have a sum above 0, got ${total}`);
    const [a, s] = [eigh(moments(activations, counts, total)), eigh(moments(outputGradients, counts, total))];
    const size = { rows: activations.cols, cols: outputGradients.cols };
    const data = new Float64Array(size.rows * size.cols);
    if (corrected) {
      const square = (rows: Matrix, basis: Matrix) => matMul(rows, basis).data.map((value) => value * value);
      const left = { ...activations, data: square(activations, a.vectors).map((v, i) => (v * counts[Math.floor(i / size.rows)]!) / total) };
      data.set(matMul(transpose(left), { ...outputGradients, data: square(outputGradients, s.vectors) }).data);
    } else a.values.forEach((x, i) => s.values.forEach((y, j) => (data[i * size.cols + j] = Math.max(0, x) * Math.max(0, y))));
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    return {
      activationBasis: a.vectors,
      gradientBasis: s.vectors,
      eigenvalues: { ...size, data },
      damping: damping ?? Math.max(0.1 * mean, Number.MIN_VALUE),
    };
  });
}

/** A tree of gradients: one I x O matrix a layer. */
export type LayerGradients = readonly Matrix[];

/**
 * The damped inverse of the curvature times a gradient.
 *
 * $$ Q_A \big[ (Q_A^\top V Q_S) \oslash (\Lambda + \lambda) \big] Q_S^\top $$
 *
 * @param factors what `ekfacFactors` gave.
 * @param gradients V: one I x O matrix a layer.
 * @returns matrices of the same sizes.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Grosse et al.: Studying Large Language Model Generalization with Influence Functions, 2023. arXiv:2308.03296
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { ekfacFactors, ekfacInverse } from '@surrogate/diagnostics';
 * const factors = ekfacFactors([{ activations: matrixFromRows([[1]]), outputGradients: matrixFromRows([[2]]) }], { damping: 1 });
 * ekfacInverse(factors, [matrixFromRows([[10]])])[0].data[0]; // 2
 */
export function ekfacInverse(factors: readonly EkfacLayer[], gradients: LayerGradients): Matrix[] {
  checkGradients('ekfacInverse', 'gradients', factors, gradients);
  return factors.map(({ activationBasis, gradientBasis, eigenvalues, damping }, l) => {
    const turned = matMul(matMul(transpose(activationBasis), gradients[l]!), gradientBasis);
    const divided = { ...turned, data: turned.data.map((value, i) => value / (eigenvalues.data[i]! + damping)) };
    return matMul(matMul(activationBasis, divided), transpose(gradientBasis));
  });
}

function checkGradients(fn: string, argument: string, factors: readonly EkfacLayer[], gradients: LayerGradients): void {
  if (gradients.length !== factors.length)
    fail('shape', fn, argument, `must have the ${factors.length} layers of the factors, got ${gradients.length}`);
  gradients.forEach((gradient, l) => {
    checkMatrix(fn, `${argument}[${l}]`, gradient);
    const { rows, cols } = factors[l]!.eigenvalues;
    if (gradient.rows !== rows || gradient.cols !== cols)
      fail('shape', fn, `${argument}[${l}]`, `must be ${rows} x ${cols}, got ${gradient.rows} x ${gradient.cols}`);
  });
}

/**
 * How much each training example helped with each query: by how much its loss falls, to first order, when the example counts more.
 *
 * $$ I_{qm} = \nabla L_q^\top (F + \lambda I)^{-1} \nabla L_m $$
 *
 * @param factors what `ekfacFactors` gave.
 * @param queries the gradients of the queries' losses, one list of I x O matrices a query.
 * @param examples those of the training examples.
 * @returns queries x examples; positive is helpful.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Koh, Liang: Understanding Black-box Predictions via Influence Functions, 2017. arXiv:1703.04730; Grosse et al., 2023. arXiv:2308.03296
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { ekfacFactors, influenceScores } from '@surrogate/diagnostics';
 * const factors = ekfacFactors([{ activations: matrixFromRows([[1]]), outputGradients: matrixFromRows([[2]]) }], { damping: 1 });
 * const g = (x) => [matrixFromRows([[x]])];
 * influenceScores(factors, [g(10)], [g(1), g(-1)]).data; // [2, -2]
 */
export function influenceScores(
  factors: readonly EkfacLayer[],
  queries: readonly LayerGradients[],
  examples: readonly LayerGradients[],
): Matrix {
  const fn = 'influenceScores';
  queries.forEach((query, i) => checkGradients(fn, `queries[${i}]`, factors, query));
  examples.forEach((example, i) => checkGradients(fn, `examples[${i}]`, factors, example));
  const data = new Float64Array(queries.length * examples.length);
  queries.forEach((query, q) => {
    // One solve a query serves all examples.
    const solved = ekfacInverse(factors, query);
    examples.forEach((example, m) => {
      let sum = 0;
      solved.forEach((layer, l) => layer.data.forEach((value, i) => (sum += value * example[l]!.data[i]!)));
      data[q * examples.length + m] = sum;
    });
  });
  return { rows: queries.length, cols: examples.length, data };
}

/** The places of numbers in order, ties by their mean. */
function ranks(values: ArrayLike<number>): number[] {
  const order = Array.from(values, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const out = new Array<number>(order.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let k = from; k <= to; k++) out[order[k]!] = (from + to) / 2;
    from = to + 1;
  }
  return out;
}

/**
 * The linear datamodeling score: how well sums of influence foretell, in order, what models that are trained on parts of the data say.
 *
 * $$ \operatorname{mean}_q\, \rho_S\Big( \big( \textstyle\sum_{m \in S_k} I_{qm} \big)_k,\ (f_q(S_k))_k \Big) $$
 *
 * @param scores Q x M, influence, positive is helpful.
 * @param subsets the training examples of each part, by place.
 * @param outcomes K x Q: what the model trained on each part says of each query, higher is better.
 * @returns the mean of Spearman's correlations over queries, in [-1, 1].
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Park, Georgiev, Ilyas, Leclerc, Madry: TRAK: Attributing Model Behavior at Scale, 2023. arXiv:2303.14186
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { linearDatamodelingScore } from '@surrogate/diagnostics';
 * linearDatamodelingScore(matrixFromRows([[1, 2, 4]]), [[0], [1], [2]], matrixFromRows([[0.1], [0.2], [0.3]])); // 1
 */
export function linearDatamodelingScore(scores: Matrix, subsets: readonly ArrayLike<number>[], outcomes: Matrix): number {
  const fn = 'linearDatamodelingScore';
  checkMatrix(fn, 'scores', scores);
  checkMatrix(fn, 'outcomes', outcomes);
  if (outcomes.rows !== subsets.length || outcomes.cols !== scores.rows || subsets.length < 2)
    fail(
      'shape',
      fn,
      'outcomes',
      `must be ${subsets.length} x ${scores.rows} for at least two subsets, got ${outcomes.rows} x ${outcomes.cols}`,
    );
  subsets.forEach((subset, k) =>
    Array.from(subset).forEach((m) => {
      if (!Number.isInteger(m) || m < 0 || m >= scores.cols)
        fail('range', fn, `subsets[${k}]`, `must name examples in [0, ${scores.cols}), got ${m}`);
    }),
  );
  let sum = 0;
  for (let q = 0; q < scores.rows; q++) {
    const foretold = subsets.map((subset) => Array.from(subset).reduce((total, m) => total + scores.data[q * scores.cols + m]!, 0));
    const came = subsets.map((_, k) => outcomes.data[k * outcomes.cols + q]!);
    sum += correlation(ranks(foretold), ranks(came)) / scores.rows;
  }
  return sum;
}
