/** @file The parameters of a tf.layers model as a tree. */
import { Variable, type Tensor } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';

/** The part of a tf.layers model that matters here, so that the package need not know tf.layers. */
export interface LayersModelLike {
  /** The weights that training moves. */
  readonly trainableWeights: readonly LayerWeightLike[];
}

/** One weight of a tf.layers model. */
export interface LayerWeightLike {
  /** Such as `dense_Dense1/kernel`. */
  readonly name: string;
  /** The current value. */
  read(): Tensor;
}

/** The tree of a tf.layers model: variables in objects that are nested as their names are. */
export type LayersParams = { readonly [name: string]: Variable | LayersParams };

/**
 * The trainable weights of a tf.layers model as a tree; the leaves are the model's own variables, so that gradients by them are gradients of the model, and `step` moves the model.
 *
 * @param model a tf.layers model that is built, or anything with its `trainableWeights`.
 * @returns the variables by layer and name: `{ dense_Dense1: { bias, kernel } }`.
 * @throws SurrogateError `dtype` for what is no model, `shape` for two weights of one name.
 * @example
 * import { paramsOf, treeLeaves } from '@surrogate/core';
 * import { zeros, variable } from '@tensorflow/tfjs-core';
 * const kernel = variable(zeros([2, 1]));
 * const params = paramsOf({ trainableWeights: [{ name: 'dense/kernel', read: () => kernel }] });
 * treeLeaves(params)[0].path; // 'dense/kernel'
 */
export function paramsOf(model: LayersModelLike): LayersParams {
  const weights = (model as LayersModelLike | null | undefined)?.trainableWeights;
  if (!Array.isArray(weights))
    fail('dtype', 'paramsOf', 'model', `must be a tf.layers model, got ${model === null ? 'null' : typeof model}`);
  const params: Record<string, unknown> = {};
  for (const weight of weights as LayerWeightLike[]) {
    const value = weight.read();
    if (!(value instanceof Variable)) fail('dtype', 'paramsOf', 'model', `must hold variables, got a tensor at ${weight.name}`);
    if (value.isDisposed) fail('disposed', 'paramsOf', 'model', `must hold live variables, got a disposed one at ${weight.name}`);
    const keys = weight.name.split('/');
    const branch = keys.slice(0, -1).reduce<Record<string, unknown>>((parent, key) => {
      const child = (parent[key] ??= {});
      if (child instanceof Variable)
        fail('shape', 'paramsOf', 'model', `must have a place for each weight, got ${weight.name} below another weight`);
      return child as Record<string, unknown>;
    }, params);
    const last = keys.at(-1)!;
    if (last in branch) fail('shape', 'paramsOf', 'model', `must name each weight once, got ${weight.name} twice`);
    branch[last] = value;
  }
  return params as LayersParams;
}
