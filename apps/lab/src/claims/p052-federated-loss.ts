/** @file P52: the loss of federated training, taken apart: what heterogeneous clients cost is a shift of distributions, which averaging partly undoes. */
import { disposeTree, Rng } from '@surrogate/core';
import { sampleDirichlet } from '@surrogate/core/host';
import { federatedLossDecomposition, principalGradientAggregate, type FederatedLossParts } from '@surrogate/optim';
import { tensor1d, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import {
  accuracyOf,
  initialParams,
  layersOf,
  lossAndGradient,
  outputsOf,
  rowsOf,
  softmaxLoss,
  type HostNet,
  type OutputLoss,
} from '../model/hostNet.js';

/** Cross-entropy with λ log(1 + ‖p‖²) a row, as `marginControlledLoss` has it, in doubles. */
function controlledLoss(labels: ArrayLike<number>, penalty: number): OutputLoss {
  const plain = softmaxLoss(labels);
  return (outputs, rows) => {
    const { value, slope } = plain(outputs, rows);
    if (penalty === 0) return { value, slope };
    const classes = outputs.length / rows;
    let price = 0;
    for (let n = 0; n < rows; n++) {
      const row = outputs.subarray(n * classes, (n + 1) * classes);
      const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
      const parts = row.map((z) => Math.exp(z - most));
      const total = parts.reduce((a, b) => a + b, 0);
      const p = parts.map((part) => part / total);
      const size = p.reduce((sum, v) => sum + v * v, 0);
      price += (penalty * Math.log1p(size)) / rows;
      p.forEach((v, k) => (slope[n * classes + k]! += (penalty * 2 * v * (v - size)) / (1 + size) / rows));
    }
    return { value: value + price, slope };
  };
}

type Trained = FederatedLossParts & { readonly accuracy: number };

interface Client {
  readonly x: Float64Array;
  readonly labels: Int32Array;
}

export default claim({
  paper: 52,
  says: 'The less alike the clients of federated training are, the larger is the part of its loss that comes from the shift between them and the more of it averaging undoes; a price on confidence lowers the shift. That aggregation along principal directions lowers the last part further is not seen here.',
  params: { clients: 8, classes: 5, width: 10, perClient: 100, rounds: 25, localSteps: 10, rate: 0.1, penalty: 1 },
  quick: { clients: 3, classes: 2, width: 3, perClient: 10, rounds: 2, localSteps: 2 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { clients, classes, width, perClient, rounds, localSteps, rate, penalty } = params;
    const net: HostNet = { sizes: [width, 16, classes], activation: 'tanh' };
    const centres = rng.fillNormal(new Float64Array(classes * width));
    const point = (label: number, source: Rng) =>
      Array.from({ length: width }, (_, j) => centres[label * width + j]! + 1.5 * source.normal());
    const draw = (shares: ArrayLike<number>, count: number, source: Rng): Client => {
      const logits = Float64Array.from(shares, (share) => Math.log(Math.max(share, 1e-12)));
      const labels = Int32Array.from({ length: count }, () => source.categorical(logits));
      return { x: Float64Array.from(Array.from(labels).flatMap((label) => point(label, source))), labels };
    };
    const test = draw(new Float64Array(classes).fill(1 / classes), 1000, rng.split());
    const begin = initialParams(net, rng.split());
    const { layers } = layersOf(net);
    const bounds = layers.flatMap(({ weights, biases, to }) => [[weights, biases], [biases, biases + to]] as const); // prettier-ignore
    let [arm, gap] = [0, 0];
    // What is compared has the same clients and the same batches.
    const begun = rng.split().toJSON();
    const federate = async (alpha: number, price: number, principal: 'no' | 'raw' | 'rescaled'): Promise<Trained> => {
      const source = Rng.fromJSON(begun);
      const data = Array.from({ length: clients }, () =>
        draw(sampleDirichlet(source, new Float64Array(classes).fill(alpha)), perClient, source),
      );
      let global = begin;
      let parts: FederatedLossParts = { local: 0, distributionShift: 0, aggregation: 0, global: 0 };
      for (let round = 0; round < rounds; round++) {
        const locals = data.map(({ x, labels }) => {
          const w = global.slice();
          for (let step = 0; step < localSteps; step++) {
            const some = source.choice(perClient, Math.min(20, perClient));
            const loss = controlledLoss(rowsOf(Float64Array.from(labels), 1, some), price);
            const { gradient } = lossAndGradient(net, w, rowsOf(x, width, some), some.length, loss);
            for (let i = 0; i < w.length; i++) w[i]! -= rate * gradient[i]!;
          }
          return w;
        });
        const next = global.map((_, i) => locals.reduce((sum, w) => sum + w[i]! / clients, 0));
        if (principal !== 'no' && round > 0) {
          const updates = locals.map((w) =>
            bounds.map(([from, to]) => tensor1d(Float32Array.from(w.subarray(from, to), (v, i) => v - global[from + i]!))),
          );
          const moved: Tensor[] = await principalGradientAggregate(updates, { rescale: principal === 'rescaled' });
          for (const [k, [from]] of bounds.entries()) (await moved[k]!.data()).forEach((d, i) => (next[from + i] = global[from + i]! + d));
          disposeTree([updates, moved]);
        }
        const measured = (w: Float64Array, client: number) =>
          softmaxLoss(data[client]!.labels)(outputsOf(net, w, data[client]!.x, perClient), perClient).value;
        parts = await federatedLossDecomposition(locals, next, measured);
        gap = Math.max(gap, Math.abs(parts.local + parts.distributionShift + parts.aggregation - parts.global));
        global = next;
      }
      progress(++arm / 8);
      return { ...parts, accuracy: accuracyOf(net, global, test.x, test.labels) };
    };
    const alphas = [100, 0.3, 0.1] as const;
    const plain: Trained[] = [];
    const held: Trained[] = [];
    for (const alpha of alphas) {
      plain.push(await federate(alpha, 0, 'no'));
      held.push(await federate(alpha, penalty, 'no'));
    }
    const along = await federate(0.1, 0, 'raw');
    const rescaled = await federate(0.1, 0, 'rescaled');
    const row = (name: string, { local, distributionShift, aggregation, accuracy }: Trained) => [
      name,
      local,
      distributionShift,
      aggregation,
      accuracy,
    ];
    return {
      metrics: {
        identityGap: gap,
        shiftEven: plain[0]!.distributionShift,
        shiftUneven: plain[1]!.distributionShift,
        shiftApart: plain[2]!.distributionShift,
        aggregationApart: plain[2]!.aggregation,
        heldEven: held[0]!.distributionShift,
        heldUneven: held[1]!.distributionShift,
        heldApart: held[2]!.distributionShift,
        principalAggregation: along.aggregation,
        principalAccuracy: along.accuracy,
        rescaledAggregation: rescaled.aggregation,
        rescaledAccuracy: rescaled.accuracy,
      },
      baseline: { aggregationEven: plain[0]!.aggregation, averageAccuracy: plain[2]!.accuracy },
      sections: [
        {
          kind: 'table' as const,
          title: 'The loss after the last round, taken apart',
          columns: ['clients', 'local', 'distribution shift', 'aggregation', 'test accuracy'],
          rows: [
            ...alphas.map((alpha, i) => row(`Dirichlet ${alpha}`, plain[i]!)),
            ...alphas.map((alpha, i) => row(`Dirichlet ${alpha}, price on confidence`, held[i]!)),
            row('Dirichlet 0.1, principal directions', along),
            row('Dirichlet 0.1, principal directions of the mean length', rescaled),
          ],
        },
      ],
    };
  },
  /** The specification measures shifts of 0.162, 0.277 and 0.444, aggregation terms of -0.043 and -0.216, shifts of 0.135, 0.274 and 0.439 with the price and -0.341 by principal directions; that the accuracy is better than by averages is not reproduced, and reported alone. */
  shown: ({ metrics, baseline }) =>
    metrics.identityGap < 1e-9 &&
    metrics.shiftEven < metrics.shiftUneven &&
    metrics.shiftUneven < metrics.shiftApart &&
    metrics.aggregationApart < baseline.aggregationEven &&
    metrics.heldEven < metrics.shiftEven &&
    metrics.heldApart < metrics.shiftApart &&
    metrics.principalAggregation < metrics.aggregationApart,
});
