/** @file A dense network on doubles, for experiments of many tiny steps that dispatching tensors would drown. */
import type { Rng } from '@surrogate/core';

/** The form of a network; its parameters are one vector: for each layer weights `[in, out]`, then biases. */
export interface HostNet {
  /** Inputs, hidden units, outputs. */
  readonly sizes: readonly number[];
  readonly activation: 'tanh' | 'relu';
}

interface Layer {
  readonly from: number;
  readonly to: number;
  /** Where its weights begin in the vector, and its biases. */
  readonly weights: number;
  readonly biases: number;
}

/** The layers of a network, and how many parameters there are. */
export function layersOf({ sizes }: HostNet): { layers: Layer[]; count: number } {
  let count = 0;
  const layers = sizes.slice(1).map((to, i) => {
    const from = sizes[i]!;
    const layer = { from, to, weights: count, biases: count + from * to };
    count += (from + 1) * to;
    return layer;
  });
  return { layers, count };
}

/** Normal weights of variance gain/in, biases of 0. */
export function initialParams(net: HostNet, rng: Rng, gain = net.activation === 'relu' ? 2 : 1): Float64Array {
  const { layers, count } = layersOf(net);
  const params = new Float64Array(count);
  for (const { from, to, weights } of layers) rng.fillNormal(params.subarray(weights, weights + from * to), 0, Math.sqrt(gain / from));
  return params;
}

/** What each layer hands on for rows of inputs, the inputs first. */
export function activations(net: HostNet, params: Float64Array, x: Float64Array, rows: number): Float64Array[] {
  const { layers } = layersOf(net);
  const all = [x];
  layers.forEach(({ from, to, weights, biases }, l) => {
    const [input, out] = [all[l]!, new Float64Array(rows * to)];
    for (let n = 0; n < rows; n++) {
      for (let j = 0; j < to; j++) out[n * to + j] = params[biases + j]!;
      for (let i = 0; i < from; i++) {
        const value = input[n * from + i]!;
        if (value !== 0) for (let j = 0; j < to; j++) out[n * to + j]! += value * params[weights + i * to + j]!;
      }
    }
    if (l < layers.length - 1)
      for (let i = 0; i < out.length; i++) out[i] = net.activation === 'relu' ? Math.max(0, out[i]!) : Math.tanh(out[i]!);
    all.push(out);
  });
  return all;
}

/** The outputs for rows of inputs: `[rows, outputs]`. */
export const outputsOf = (net: HostNet, params: Float64Array, x: Float64Array, rows: number): Float64Array =>
  activations(net, params, x, rows).at(-1)!;

/** A loss of outputs: its value, and its slope in each of them. */
export type OutputLoss = (outputs: Float64Array, rows: number) => { readonly value: number; readonly slope: Float64Array };

/** The loss of a network on rows, and its gradient by the parameters. */
export function lossAndGradient(net: HostNet, params: Float64Array, x: Float64Array, rows: number, loss: OutputLoss) {
  const { layers, count } = layersOf(net);
  const all = activations(net, params, x, rows);
  const { value, slope } = loss(all.at(-1)!, rows);
  const gradient = new Float64Array(count);
  let delta = slope;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { from, to, weights, biases } = layers[l]!;
    const input = all[l]!;
    const back = new Float64Array(rows * from);
    for (let n = 0; n < rows; n++) {
      for (let j = 0; j < to; j++) gradient[biases + j]! += delta[n * to + j]!;
      for (let i = 0; i < from; i++) {
        const value = input[n * from + i]!;
        let sum = 0;
        for (let j = 0; j < to; j++) {
          const d = delta[n * to + j]!;
          gradient[weights + i * to + j]! += value * d;
          sum += d * params[weights + i * to + j]!;
        }
        const bend = l === 0 ? 0 : net.activation === 'relu' ? (value > 0 ? 1 : 0) : 1 - value * value;
        back[n * from + i] = sum * bend;
      }
    }
    delta = back;
  }
  return { value, gradient };
}

/** The mean cross-entropy of logits against class ids. */
export const softmaxLoss =
  (labels: ArrayLike<number>): OutputLoss =>
  (outputs, rows) => {
    const classes = outputs.length / rows;
    const slope = new Float64Array(outputs.length);
    let value = 0;
    for (let n = 0; n < rows; n++) {
      const row = outputs.subarray(n * classes, (n + 1) * classes);
      const most = row.reduce((a, b) => Math.max(a, b), -Infinity);
      const total = row.reduce((sum, z) => sum + Math.exp(z - most), 0);
      for (let k = 0; k < classes; k++) slope[n * classes + k] = (Math.exp(row[k]! - most) / total - (labels[n] === k ? 1 : 0)) / rows;
      value += (most + Math.log(total) - row[labels[n]!]!) / rows;
    }
    return { value, slope };
  };

/** The mean squared error of outputs against targets, all outputs alike. */
export const squaredLoss =
  (targets: Float64Array): OutputLoss =>
  (outputs) => {
    const count = outputs.length;
    let value = 0;
    const slope = outputs.map((z, i) => {
      value += (z - targets[i]!) ** 2 / count;
      return (2 * (z - targets[i]!)) / count;
    });
    return { value, slope };
  };

/** Some rows of a table. */
export function rowsOf(table: Float64Array, width: number, rows: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows.length * width);
  for (let n = 0; n < rows.length; n++) out.set(table.subarray(rows[n]! * width, (rows[n]! + 1) * width), n * width);
  return out;
}

/** The class of the largest output of each row. */
export function decisions(outputs: Float64Array, rows: number): number[] {
  const classes = outputs.length / rows;
  return Array.from({ length: rows }, (_, n) => {
    let best = 0;
    for (let k = 1; k < classes; k++) if (outputs[n * classes + k]! > outputs[n * classes + best]!) best = k;
    return best;
  });
}

/** The part of rows whose largest output is the label's. */
export const accuracyOf = (net: HostNet, params: Float64Array, x: Float64Array, labels: ArrayLike<number>): number =>
  decisions(outputsOf(net, params, x, labels.length), labels.length).filter((k, n) => k === labels[n]).length / labels.length;
