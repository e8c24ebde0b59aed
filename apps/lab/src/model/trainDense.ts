/** @file Trains a dense network on any loss, batch by batch. */
import type { Rng } from '@surrogate/core';
import { adam } from '@surrogate/optim';
import { dispose, gather, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { denseOutputs, denseParams, type DenseParams } from './denseNet.js';
import { descend } from './descend.js';
import { initialParams, type HostNet } from './hostNet.js';

/** How long, and how fast. */
export interface DenseTraining {
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Called with the part that is done. */
  after?(part: number): void;
}

/**
 * Trains a new network by Adam.
 *
 * @param features `[N, inputs]`.
 * @param rng draws the first weights and the order of the examples.
 * @param lossOf the loss of a batch's outputs; `rows` says which examples these are. It may leave intermediates.
 */
export async function trainDense(
  net: HostNet,
  features: Tensor,
  { steps, batch, learningRate, after }: DenseTraining,
  rng: Rng,
  lossOf: (outputs: Tensor, rows: Tensor) => Tensor,
): Promise<DenseParams> {
  const count = features.shape[0];
  const start = denseParams(net, initialParams(net, rng));
  let order: readonly number[] = [];
  const used: Tensor[] = [];
  const trained = await descend(start, { optimizer: adam(learningRate), steps, after: (done) => after?.(done / steps) }, () => {
    dispose(used.splice(0));
    if (order.length < Math.min(batch, count)) order = Array.from(rng.permutation(count));
    const rows = tensor1d(order.slice(0, batch), 'int32');
    order = order.slice(batch);
    const x = gather(features, rows);
    used.push(rows, x);
    return (params: DenseParams) => lossOf(denseOutputs(net, params, x), rows);
  });
  dispose(used);
  return trained;
}

/** The outputs of a network on all rows, as numbers; frees the network. */
export async function outputsAndFree(net: HostNet, params: DenseParams, features: Tensor): Promise<Float32Array> {
  const outputs = tidy(() => denseOutputs(net, params, features));
  const values = await outputs.data<'float32'>();
  dispose([outputs, ...params.flatMap(({ w, b }) => [w, b])]);
  return values;
}

/** The part of rows whose largest output is the label's. */
export function accuracyOfOutputs(outputs: Float32Array, labels: ArrayLike<number>): number {
  const classes = outputs.length / labels.length;
  let hits = 0;
  for (let n = 0; n < labels.length; n++) {
    const row = outputs.subarray(n * classes, (n + 1) * classes);
    if (row.every((z, k) => k === labels[n] || z < row[labels[n]!]!)) hits++;
  }
  return hits / labels.length;
}
