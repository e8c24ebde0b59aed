/** @file Cross-entropy of the rows of a scope, through the fused op. */
import { softmaxCrossEntropyOp, type ClassRows, type SoftmaxCrossEntropyAttributes } from '@surrogate/core';
import { reshape, type Tensor } from '@tensorflow/tfjs-core';

/** Plain cross-entropy. */
const plain: SoftmaxCrossEntropyAttributes = { labelSmoothing: 0, zLoss: 0, temperature: 1 };

/**
 * One cross-entropy a row.
 *
 * @param rows what the body of a class loss is given.
 * @param logits what takes the place of the rows' logits: the same shape.
 * @param attributes smoothing, z-loss, temperature.
 */
export function crossEntropyRows(rows: ClassRows, logits: Tensor = rows.logits, attributes: SoftmaxCrossEntropyAttributes = plain): Tensor {
  const shape = logits.shape.slice(0, -1);
  const count = shape.reduce((a, b) => a * b, 1);
  const flat = reshape(logits, [count, logits.shape.at(-1)!]);
  const target = reshape(rows.ids ?? rows.target, rows.ids === undefined ? flat.shape : [count]);
  return reshape(softmaxCrossEntropyOp({ logits: flat, target }, attributes), shape);
}
