/** @file How sharp is the loss where training stands, and does its learning rate bear it? */
import {
  checkAbove,
  checkBetween,
  checkFinite,
  checkInteger,
  checkRng,
  disposeTree,
  fail,
  hvp,
  onHost,
  treeAxpy,
  type Rng,
  type TensorTree,
} from '@surrogate/core';
import { powerIteration } from '@surrogate/optim';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link sharpness}. */
export interface SharpnessOptions {
  /** What the first vector is drawn from; it moves on. */
  rng: Rng;
  /** How many products with the Hessian, >= 1; twice as many where its largest eigenvalue is negative. Default 20. */
  iterations?: number | undefined;
}

/** Options of {@link stabilityReport}. */
export interface StabilityOptions {
  /** β of heavy-ball momentum, in [0, 1). Default 0. */
  momentum?: number | undefined;
}

/** What {@link stabilityReport} says. */
export interface StabilityReport {
  /** The sharpness above which steps overshoot. */
  readonly limit: number;
  /** The sharpness over that limit: at the edge of stability it is about 1. */
  readonly ratio: number;
  /** Whether the sharpness is below the limit. */
  readonly stable: boolean;
}

/**
 * The sharpness of a loss: the top eigenvalue of its Hessian, by power iteration.
 *
 * $$ \lambda_{\max}\big( \nabla^2 L(\theta) \big) $$
 *
 * The eigenvalue of the largest size is found first; where it is negative, the Hessian is shifted by it and searched again.
 *
 * @param loss a function of a tree that returns a float32 scalar.
 * @param params the tree, which stays.
 * @param options the generator, and the number of products.
 * @returns the eigenvalue; from below, closer with more products.
 * @throws SurrogateError `shape` where the loss is no scalar, `dtype`, `range`, `disposed`.
 * @see Cohen, Kaur, Li, Kolter, Talwalkar: Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability, 2021. arXiv:2103.00065
 * @example
 * import { rng } from '@surrogate/core';
 * import { sharpness } from '@surrogate/diagnostics';
 * import { mul, square, sum, tensor } from '@tensorflow/tfjs-core';
 * const loss = ({ w }) => sum(mul(square(w), [0.5, 2.5]));
 * await sharpness(loss, { w: tensor([1, 1]) }, { rng: rng(0) }); // 5
 */
export async function sharpness<P extends TensorTree<P>>(
  loss: (params: P) => Tensor,
  params: P,
  { rng, iterations = 20 }: SharpnessOptions,
): Promise<number> {
  const fn = 'sharpness';
  if (typeof loss !== 'function') fail('dtype', fn, 'loss', `must be a function of a tree, got ${loss === null ? 'null' : typeof loss}`);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'iterations', iterations, 1);
  const times = hvp<P, []>(loss);
  const largest = async (multiply: (vector: P) => P): Promise<number> => {
    const { value, vector } = powerIteration(multiply, params, { rng, iterations });
    disposeTree(vector);
    try {
      const read = await onHost(() => ({ value }));
      return read.value.data[0]!;
    } finally {
      value.dispose();
    }
  };
  const first = await largest((vector) => times(params, vector));
  if (first >= 0) return first;
  const shifted = await largest((vector) => {
    const image = times(params, vector);
    try {
      return treeAxpy(-first, vector, image);
    } finally {
      disposeTree(image);
    }
  });
  return shifted + first;
}

/**
 * Holds a sharpness to what gradient descent bears: above 2/η the steps along its direction grow.
 *
 * $$ \lambda < \frac{2 (1 + \beta)}{\eta} $$
 *
 * @param learningRate η, > 0.
 * @param sharpness λ.
 * @param options β.
 * @returns the limit, and on which side of it training is.
 * @throws SurrogateError `range`.
 * @see Cohen, Kaur, Li, Kolter, Talwalkar: Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability, 2021. arXiv:2103.00065
 * @example
 * import { stabilityReport } from '@surrogate/diagnostics';
 * stabilityReport(0.1, 21.2).ratio; // 1.06
 */
export function stabilityReport(learningRate: number, sharpness: number, { momentum = 0 }: StabilityOptions = {}): StabilityReport {
  const fn = 'stabilityReport';
  checkAbove(fn, 'learningRate', learningRate, 0);
  checkFinite(fn, 'sharpness', sharpness);
  checkBetween(fn, 'momentum', momentum, 0, 1);
  const limit = (2 * (1 + momentum)) / learningRate;
  return { limit, ratio: sharpness / limit, stable: sharpness < limit };
}
