/** @file Linear probes: what a linear classifier reads off a frozen model's features. */
import { asClassTarget, asTensor, checkRank, checkShape, fail, type TensorLike } from '@surrogate/core';
import { add, matMul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkRecord } from '../common/checkRecord.js';

/** A linear classifier. */
export interface LinearProbe {
  /** float32 `[d, K]`. */
  readonly weights: Tensor;
  /** float32 `[K]`. */
  readonly bias: Tensor;
}

/** Fits a probe to features float32 `[n, d]` and class ids int32 `[n]` in [0, classes). The result is the caller's. */
export type ProbeFit = (features: Tensor, labels: Tensor, classes: number) => LinearProbe | Promise<LinearProbe>;

/** @internal The features as a matrix. */
export function featuresOf(fn: string, features: TensorLike): Tensor {
  const x = asTensor(fn, 'features', features);
  checkRank(fn, 'features', x.shape, 2);
  return x;
}

/** @internal Class ids in [0, classes), one for each of so many rows. */
export function classIds(fn: string, labels: TensorLike, rows: number, classes: number): Tensor {
  const { ids } = asClassTarget(fn, labels, [rows, classes]);
  return ids ?? fail('shape', fn, 'labels', `must be class ids of shape [${rows}], got rows of ${classes}`);
}

/**
 * The logits of a linear probe.
 *
 * $$ z = x W + b $$
 *
 * @param features float32 `[n, d]`.
 * @param probe weights `[d, K]` and bias `[K]`.
 * @returns float32 `[n, K]`.
 * @throws SurrogateError `shape` where the features' width is not the probe's, `dtype`, `disposed`.
 * @example
 * import { probeLogits } from '@surrogate/diagnostics';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const probe = { weights: tensor([[1, -1], [0, 2]]), bias: tensor([0.5, 0]) };
 * await probeLogits([[1, 1]], probe).data(); // [1.5, 1]
 */
export function probeLogits(features: TensorLike, probe: LinearProbe): Tensor {
  const fn = 'probeLogits';
  return tidy(() => {
    checkRecord(fn, 'probe', probe, '{ weights, bias }');
    const weights = asTensor(fn, 'probe.weights', probe.weights);
    checkRank(fn, 'probe.weights', weights.shape, 2);
    const bias = asTensor(fn, 'probe.bias', probe.bias);
    checkShape(fn, 'probe.bias', bias.shape, [weights.shape[1]!]);
    const x = featuresOf(fn, features);
    checkShape(fn, 'features', x.shape, [null, weights.shape[0]]);
    return add(matMul(x, weights), bias);
  });
}
