/** @file Parameters that stay in a set. */
import { add, sub } from '@tensorflow/tfjs-core';
import { defineTransformation, fail, type ByPath, type GradientTransformation } from '@surrogate/core';
import { mapByPath } from '../transforms/byPath.js';
import type { NoState } from '../transforms/scale.js';

/**
 * Ends each step in a set: it stands last in a chain, `chain(adam(1e-3), keepInside(projectNonNegative))`.
 *
 * $$ u = \Pi(\theta + u') - \theta $$
 *
 * @param project the nearest point of the set, of parameters by path: one of the projections, or `(params) => projectBox(params, 0, 1)`.
 * @returns the transformation.
 * @throws SurrogateError `dtype`.
 * @see Bertsekas: On the Goldstein-Levitin-Polyak Gradient Projection Method, 1976.
 * @example
 * import { chain, keepInside, projectNonNegative, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = chain(sgd(1), keepInside(projectNonNegative));
 * const params = { w: tensor([1, 2]) };
 * await step(optimizer, params, { w: tensor([3, 1]) }, optimizer.init(params)).params.w.data(); // [0, 1]
 */
export function keepInside(project: (params: ByPath) => ByPath): GradientTransformation<NoState> {
  if (typeof project !== 'function') fail('dtype', 'keepInside', 'project', `must be a function of parameters, got ${typeof project}`);
  return defineTransformation<NoState>('keepInside', {
    init: () => ({}),
    update(updates, state, params) {
      const inside = project(mapByPath(updates, (u, path) => add(params[path]!, u)));
      return { updates: mapByPath(updates, (_u, path) => sub(inside[path]!, params[path]!)), state };
    },
  });
}
