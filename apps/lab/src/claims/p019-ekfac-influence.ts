/** @file P19: influence by Kronecker factors foretells retraining better than products of gradients do. */
import type { Rng } from '@surrogate/core';
import { matMul, matrixFromRows, solveLinear, transpose, type Matrix } from '@surrogate/core/host';
import { ekfacFactors, influenceScores, linearDatamodelingScore, type LayerGradients } from '@surrogate/diagnostics';
import { claim } from '../claim.js';
import {
  activations,
  decisions,
  initialParams,
  lossAndGradient,
  layersOf,
  outputsOf,
  rowsOf,
  softmaxLoss,
  type HostNet,
} from '../model/hostNet.js';

const net: HostNet = { sizes: [6, 8, 3], activation: 'tanh' };
const { layers } = layersOf(net);

/** Full-batch descent with momentum on cross-entropy with weight decay. */
function train(start: Float64Array, x: Float64Array, labels: readonly number[], steps: number): Float64Array {
  const params = start.slice();
  const velocity = new Float64Array(params.length);
  for (let t = 0; t < steps; t++) {
    const { gradient } = lossAndGradient(net, params, x, labels.length, softmaxLoss(labels));
    for (let i = 0; i < params.length; i++) {
      velocity[i] = 0.9 * velocity[i]! + gradient[i]! + 1e-2 * params[i]!;
      params[i]! -= 0.2 * velocity[i]!;
    }
  }
  return params;
}

/** The gradient of one example's loss, layer by layer: weights over biases. */
function exampleGradient(params: Float64Array, row: Float64Array, label: number): LayerGradients {
  const { gradient } = lossAndGradient(net, params, row, 1, softmaxLoss([label]));
  return layers.map(({ from, to, weights }) => ({ rows: from + 1, cols: to, data: gradient.slice(weights, weights + (from + 1) * to) }));
}

const flat = (gradients: LayerGradients): number[] => gradients.flatMap(({ data }) => Array.from(data));

/** What correlates with the exact scores. */
function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (v: Float64Array) => v.reduce((sum, x) => sum + x, 0) / v.length;
  const [p, q] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    ab += (v - p) * (b[i]! - q);
    aa += (v - p) ** 2;
    bb += (b[i]! - q) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

export default claim({
  paper: 19,
  says: 'Influence by EK-FAC agrees with the exact Gauss-Newton influence and foretells half-data retraining, both better than products of gradients.',
  params: { examples: 120, queries: 12, subsets: 60, steps: 300, damping: 0.01 },
  quick: { examples: 20, queries: 3, subsets: 4, steps: 10 },
  seeds: [0, 1, 2],
  run({ params, rng, progress }) {
    const { examples, queries, subsets, steps, damping } = params;
    const truth = initialParams({ ...net, sizes: [6, 3] }, rng.split());
    const draw = (source: Rng, rows: number) => {
      const x = source.fillNormal(new Float64Array(rows * 6));
      const labels = decisions(outputsOf({ ...net, sizes: [6, 3] }, truth, x, rows).map((z) => z + 0.5 * source.normal()), rows); // prettier-ignore
      return { x, labels };
    };
    const [data, asked] = [draw(rng.split(), examples), draw(rng.split(), queries)];
    const begin = initialParams(net, rng.split());
    const trained = train(begin, data.x, data.labels, 2 * steps);
    const rowOf = (x: Float64Array, n: number) => x.slice(n * 6, (n + 1) * 6);

    // Each class of each example, with the model's probability of it.
    const rows = Array.from({ length: examples }, (_, n) => rowOf(data.x, n)).flatMap((row) => {
      const z = outputsOf(net, trained, row, 1);
      const total = z.reduce((sum, v) => sum + Math.exp(v), 0);
      return [0, 1, 2].map((label) => ({ row, weight: Math.exp(z[label]!) / total, gradients: exampleGradient(trained, row, label) }));
    });
    const weights = Float64Array.from(rows, ({ weight }) => weight);
    const records = layers.map((layer, l) => ({
      activations: matrixFromRows(rows.map(({ row }) => [...activations(net, trained, row, 1)[l]!, 1])),
      // The last row of a layer's gradient is that of its biases.
      outputGradients: matrixFromRows(rows.map(({ gradients }) => gradients[l]!.data.subarray(layer.from * layer.to))),
      weights,
    }));
    const exampleGradients = data.labels.map((label, n) => exampleGradient(trained, rowOf(data.x, n), label));
    const queryGradients = asked.labels.map((label, n) => exampleGradient(trained, rowOf(asked.x, n), label));
    const scores: Record<'ekfac' | 'kfac' | 'exact' | 'products', Matrix> = {
      ekfac: influenceScores(ekfacFactors(records, { damping }), queryGradients, exampleGradients),
      kfac: influenceScores(ekfacFactors(records, { damping, corrected: false }), queryGradients, exampleGradients),
      ...exactScores(rows, queryGradients, exampleGradients, damping),
    };
    progress(0.2);

    const chosen = Array.from({ length: subsets }, () => rng.choice(examples, Math.floor(examples / 2)));
    const outcomes = matrixFromRows(
      chosen.map((subset, k) => {
        progress(0.2 + (0.8 * k) / subsets);
        const retrained = train(begin, rowsOf(data.x, 6, subset), Array.from(subset, (n) => data.labels[n]!), 2 * steps); // prettier-ignore
        return asked.labels.map((label, n) => -softmaxLoss([label])(outputsOf(net, retrained, rowOf(asked.x, n), 1), 1).value);
      }),
    );
    const foretells = (matrix: Matrix) => linearDatamodelingScore(matrix, chosen, outcomes);
    const figures = (matrix: Matrix) => ({ correlation: correlation(matrix.data, scores.exact.data), foretold: foretells(matrix) });
    const [ekfac, kfac, exact, products] = [scores.ekfac, scores.kfac, scores.exact, scores.products].map(figures) as [Figures, Figures, Figures, Figures]; // prettier-ignore
    const rowsOfTable = { 'EK-FAC': ekfac, 'K-FAC': kfac, 'the whole Gauss-Newton matrix': exact, 'products of gradients': products };
    return Promise.resolve({
      metrics: { exactCorrelation: ekfac.correlation, datamodeling: ekfac.foretold, datamodelingKfac: kfac.foretold },
      baseline: {
        exactCorrelation: products.correlation,
        datamodeling: products.foretold,
        datamodelingExact: exact.foretold,
        kfacCorrelation: kfac.correlation,
      },
      sections: [
        {
          kind: 'table' as const,
          title: 'What scores of influence know',
          caption: 'The last column is the rank correlation with what training without half of the examples does to each query.',
          columns: ['curvature', 'correlation with exact influence', 'datamodeling score'],
          rows: Object.entries(rowsOfTable).map(([name, { correlation, foretold }]) => [name, correlation, foretold]),
        },
      ],
    });
  },
  /** The specification measures correlations of 0.816 against 0.664, and datamodeling scores of 0.713 against 0.663. */
  shown: ({ metrics, baseline }) => metrics.exactCorrelation > baseline.exactCorrelation && metrics.datamodeling > baseline.datamodeling,
});

interface Figures {
  readonly correlation: number;
  readonly foretold: number;
}

/** Influence by the whole Gauss-Newton matrix, and by none. */
function exactScores(
  rows: readonly { readonly weight: number; readonly gradients: LayerGradients }[],
  queryGradients: readonly LayerGradients[],
  exampleGradients: readonly LayerGradients[],
  damping: number,
): Record<'exact' | 'products', Matrix> {
  const g = matrixFromRows(
    rows.map(({ gradients, weight }) => flat(gradients).map((value) => Math.sqrt(weight / (rows.length / 3)) * value)),
  );
  const fisher = matMul(transpose(g), g);
  for (let i = 0; i < fisher.rows; i++) fisher.data[i * fisher.rows + i]! += damping;
  const queries = matrixFromRows(queryGradients.map(flat));
  const examples = transpose(matrixFromRows(exampleGradients.map(flat)));
  return { exact: matMul(transpose(solveLinear(fisher, transpose(queries))), examples), products: matMul(queries, examples) };
}
