/** @file P152: equilibrium propagation needs symmetric weights; a homeostatic loss brings them about. */
import type { Rng } from '@surrogate/core';
import type { Matrix } from '@surrogate/core/host';
import {
  alignment,
  equilibriumGradient,
  equilibriumStates,
  implicitGradient,
  jacobianAsymmetry,
  type EquilibriumNet,
  type StateSlope,
} from '@surrogate/optim';
import { claim } from '../claim.js';
import { decisions, initialParams, outputsOf, rowsOf, type HostNet } from '../model/hostNet.js';
import type { Curve } from '../report/sections.js';

interface Task {
  readonly width: number;
  readonly hidden: number;
  readonly classes: number;
}

/** A hidden layer and an output layer that feed one another, with feedback of its own. */
function layered({ width, hidden, classes }: Task, rng: Rng): EquilibriumNet {
  const n = hidden + classes;
  const weights = new Float64Array(n * n);
  for (let i = 0; i < hidden; i++)
    for (let j = hidden; j < n; j++) {
      weights[i * n + j] = rng.normal() / Math.sqrt(hidden);
      weights[j * n + i] = rng.normal() / 2;
    }
  const inputs = new Float64Array(width * n);
  for (let i = 0; i < width; i++) for (let j = 0; j < hidden; j++) inputs[i * n + j] = rng.normal() / Math.sqrt(width);
  return { weights: { rows: n, cols: n, data: weights }, inputs: { rows: width, cols: n, data: inputs }, biases: new Float64Array(n) };
}

export default claim({
  paper: 152,
  says: 'With feedback weights of their own the gradients of equilibrium propagation drift away from the true ones; with Jacobian homeostasis they come to agree, at an accuracy about that of backpropagation.',
  params: { width: 8, hidden: 24, classes: 4, rows: 400, batch: 5, steps: 1500, rate: 0.003, freeSteps: 30, probe: 100 },
  quick: { width: 3, hidden: 4, classes: 2, rows: 20, batch: 2, steps: 3, freeSteps: 10, probe: 4 },
  seeds: [0, 1, 2],
  run({ params, rng, progress }) {
    const { width, hidden, classes, rows, batch, steps, rate, freeSteps, probe } = params;
    const n = hidden + classes;
    const teacher: HostNet = { sizes: [width, 16, classes], activation: 'tanh' };
    const truth = initialParams(teacher, rng.split(), 2);
    const draw = (source: Rng, count: number) => {
      const data = source.fillNormal(new Float64Array(count * width));
      return { x: data, labels: decisions(outputsOf(teacher, truth, data, count), count) };
    };
    const [train, test] = [draw(rng.split(), rows), draw(rng.split(), rows)];
    const matrix = (x: Float64Array): Matrix => ({ rows: x.length / width, cols: width, data: x });
    const towards =
      (labels: readonly number[]): StateSlope =>
      (s, example) =>
        s.map((v, i) => (i < hidden ? 0 : v - (labels[example] === i - hidden ? 1 : 0)));
    const accuracy = (net: EquilibriumNet) => {
      const { data } = equilibriumStates(net, matrix(test.x), { freeSteps });
      const out = new Float64Array(rows * classes);
      for (let r = 0; r < rows; r++) out.set(data.subarray(r * n + hidden, (r + 1) * n), r * classes);
      return decisions(out, rows).filter((k, r) => k === test.labels[r]).length / rows;
    };
    const probed = { x: matrix(test.x.subarray(0, probe * width)), slope: towards(test.labels) };
    const agreement = (net: EquilibriumNet) => {
      const flat = ({ weights, inputs }: EquilibriumNet) => [...weights.data, ...inputs.data];
      const propagated = equilibriumGradient(net, probed.x, probed.slope, { freeSteps });
      return alignment(flat(propagated.grads), flat(implicitGradient(net, probed.x, probed.slope, { freeSteps }).grads));
    };
    const begin = layered(params, rng.split());
    const draws = Array.from({ length: steps }, () => rng.choice(rows, batch));
    const curves: Curve[] = [];
    let arm = 0;
    const learn = (name: string, exact: boolean, homeostasis: number) => {
      const net = { weights: { ...begin.weights, data: begin.weights.data.slice() }, inputs: { ...begin.inputs, data: begin.inputs.data.slice() }, biases: begin.biases.slice() }; // prettier-ignore
      const moments = [net.weights.data, net.inputs.data, net.biases].map((w) => ({
        w,
        m: new Float64Array(w.length),
        v: new Float64Array(w.length),
      }));
      const points: { x: number; y: number }[] = [];
      for (let t = 0; t < steps; t++) {
        const some = draws[t]!;
        const [x, slope] = [matrix(rowsOf(train.x, width, some)), towards(Array.from(some, (r) => train.labels[r]!))];
        const { grads } = exact ? implicitGradient(net, x, slope, { freeSteps }) : equilibriumGradient(net, x, slope, { freeSteps });
        if (homeostasis > 0) {
          const pull = jacobianAsymmetry(net.weights).gradient.data;
          for (let i = 0; i < pull.length; i++) grads.weights.data[i]! += homeostasis * pull[i]!;
        }
        const [first, second] = [1 - 0.9 ** (t + 1), 1 - 0.999 ** (t + 1)];
        [grads.weights.data, grads.inputs.data, grads.biases].forEach((g, k) => {
          const { w, m, v } = moments[k]!;
          for (let i = 0; i < w.length; i++) {
            m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
            v[i] = 0.999 * v[i]! + 0.001 * g[i]! ** 2;
            const size = Math.sqrt(v[i]! / second);
            if (size > 0) w[i]! -= (rate * m[i]!) / first / (size + 1e-8);
          }
        });
        if (!exact && (t % 150 === 149 || t === 0)) points.push({ x: t + 1, y: agreement(net) });
        if (t % 100 === 0) progress((arm + t / steps) / 4);
      }
      arm++;
      if (!exact) curves.push({ name, points });
      return { accuracy: accuracy(net), agreement: agreement(net) };
    };
    const exact = learn('backpropagation', true, 0);
    const plain = learn('equilibrium propagation', false, 0);
    const weak = learn('with homeostasis of 0.1', false, 0.1);
    const strong = learn('with homeostasis of 1', false, 1);
    return Promise.resolve({
      metrics: {
        agreementWeak: weak.agreement,
        agreementStrong: strong.agreement,
        accuracyWeak: weak.accuracy,
        accuracyStrong: strong.accuracy,
      },
      baseline: {
        agreementAtStart: agreement(begin),
        agreementPlain: plain.agreement,
        accuracyPlain: plain.accuracy,
        accuracyExact: exact.accuracy,
      },
      sections: [
        {
          kind: 'picture' as const,
          title: 'Agreement with the true gradient',
          x: 'step',
          y: 'cosine',
          curves,
        },
      ],
    });
  },
  /** The specification measures cosines of 0.857 (plain), 0.999 and 1.000, and accuracies of 0.764, 0.774 and 0.777 against 0.780 by backpropagation. */
  shown: ({ metrics, baseline }) =>
    metrics.agreementWeak > 0.98 &&
    metrics.agreementStrong > 0.98 &&
    metrics.agreementStrong > baseline.agreementPlain + 0.03 &&
    metrics.accuracyStrong > baseline.accuracyExact - 0.02,
});
