/** @file Other transformations for other parameters: masks, labels, frozen ones. */
import { zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { defineTransformation, fail, type ByPath, type GradientTransformation, type StateTree } from '@surrogate/core';
import { mapByPath, type PathMask } from '../transforms/byPath.js';
import { stateless } from '../transforms/normalize.js';
import type { NoState } from '../transforms/scale.js';
import { checkTransformation } from './check.js';

const pick = (tensors: ByPath, wanted: (path: string) => boolean): ByPath =>
  Object.fromEntries(Object.entries(tensors).filter(([path]) => wanted(path)));

function checkFunction(fn: string, argument: string, value: unknown): void {
  if (typeof value !== 'function') fail('dtype', fn, argument, `must be a function of path and parameter, got ${typeof value}`);
}

/** The state of {@link masked}: what is wrapped remembers only the parameters that it sees. */
export type MaskedState = { inner: StateTree };

/**
 * Applies a transformation to some parameters; the gradients of the others pass unchanged.
 *
 * @param inner the transformation; it never sees the others, and keeps no state for them.
 * @param mask which parameters, by path: `(path) => path.endsWith('/w')`.
 * @returns the transformation.
 * @throws SurrogateError `dtype`.
 * @example
 * import { masked, scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const transformation = masked(scale(0.5), (path) => path === 'w');
 * const params = { b: tensor([1]), w: tensor([1, 2]) };
 * const { updates } = transformation.update(params, transformation.init(params), params);
 * await updates.w.data(); // [0.5, 1]
 * await updates.b.data(); // [1]
 */
export function masked(inner: GradientTransformation, mask: PathMask): GradientTransformation<MaskedState> {
  checkTransformation('masked', inner);
  checkFunction('masked', 'mask', mask);
  return defineTransformation<MaskedState>('masked', {
    init: (params) => ({ inner: inner.init(pick(params, (path) => mask(path, params[path]!))) }),
    update(updates, { inner: state }, params, extra) {
      const seen = (tensors: ByPath) => pick(tensors, (path) => mask(path, params[path]!));
      const made = inner.update(seen(updates), state, seen(params), extra);
      return { updates: { ...updates, ...made.updates }, state: { inner: made.state } };
    },
  });
}

/** The state of {@link partition}: those of its parts, by label. */
export type PartitionState = Record<string, StateTree>;

/**
 * Divides parameters among several optimizers: `partition({ matrices: muon(0.02), rest: adamw(3e-4) }, (path, { rank }) => (rank === 2 ? 'matrices' : 'rest'))`.
 *
 * @param parts the transformations by label.
 * @param labelOf the label of a parameter, by path and tensor; a tensor's rank and shape may be looked at, not its numbers.
 * @returns the transformation; each part sees its own parameters alone.
 * @throws SurrogateError `dtype`; `range` by its functions where a label has no part.
 * @example
 * import { partition, scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const transformation = partition({ half: scale(0.5), none: scale(0) }, (path) => (path === 'w' ? 'half' : 'none'));
 * const params = { b: tensor([1]), w: tensor([1, 2]) };
 * const { updates } = transformation.update(params, transformation.init(params), params);
 * await updates.w.data(); // [0.5, 1]
 * await updates.b.data(); // [0]
 */
export function partition(
  parts: Readonly<Record<string, GradientTransformation>>,
  labelOf: (path: string, parameter: Tensor) => string,
): GradientTransformation<PartitionState> {
  const fn = 'partition';
  const entries = Object.entries(parts);
  for (const [label, part] of entries) checkTransformation(fn, part, `parts.${label}`);
  checkFunction(fn, 'labelOf', labelOf);
  const labels = (params: ByPath) =>
    Object.fromEntries(
      Object.entries(params).map(([path, param]) => {
        const label = labelOf(path, param);
        if (!Object.hasOwn(parts, label))
          fail('range', fn, 'labelOf', `must be one of ${Object.keys(parts).join(', ')}, got '${String(label)}' for ${path}`);
        return [path, label];
      }),
    );
  return defineTransformation<PartitionState>(fn, {
    init(params) {
      const labelled = labels(params);
      return Object.fromEntries(entries.map(([label, part]) => [label, part.init(pick(params, (path) => labelled[path] === label))]));
    },
    update(updates, states, params, extra) {
      const labelled = labels(params);
      const [moved, next]: [ByPath, Record<string, StateTree>] = [{}, {}];
      for (const [label, part] of entries) {
        const mine = (tensors: ByPath) => pick(tensors, (path) => labelled[path] === label);
        const made = part.update(mine(updates), states[label]!, mine(params), extra);
        Object.assign(moved, made.updates);
        next[label] = made.state;
      }
      return { updates: moved, state: next };
    },
  });
}

/**
 * Keeps parameters where they are: updates of 0. Stand it last in a chain, or decay and momentum move them all the same.
 *
 * @param mask which parameters, by path. Default all.
 * @returns the transformation.
 * @throws SurrogateError `dtype`.
 * @example
 * import { chain, freeze, sgd } from '@surrogate/optim';
 * import { step } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const optimizer = chain(sgd(1), freeze((path) => path.startsWith('embedding')));
 * const params = { embedding: tensor([1]), w: tensor([1]) };
 * const next = step(optimizer, params, { embedding: tensor([1]), w: tensor([1]) }, optimizer.init(params)).params;
 * await next.embedding.data(); // [1]
 * await next.w.data(); // [0]
 */
export function freeze(mask: PathMask = () => true): GradientTransformation<NoState> {
  checkFunction('freeze', 'mask', mask);
  return stateless('freeze', (updates, params) => mapByPath(updates, (u, path) => (mask(path, params[path]!) ? zerosLike(u) : u)));
}
