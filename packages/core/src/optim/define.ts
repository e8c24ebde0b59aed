/** @file Makes a gradient transformation of rules that know parameters by path alone. */
import { tidy, type Tensor } from '@tensorflow/tfjs-core';
import { owned } from '../gradients/scopes.js';
import { fail } from '../inputs/checks.js';
import { byPath, checkAlike, checkFloat, leavesOf, rebuild } from '../trees/walk.js';
import type { ByPath, StateTree, TensorTree } from '../trees/types.js';
import { checkState, ownState } from './state.js';
import type { FusedStep, GradientTransformation, UpdateExtra } from './transformation.js';

/** What a transformation does, in terms of tensors keyed by path; both run in a tidy. */
export interface TransformationRules<S extends StateTree> {
  /** The state before the first update: an object or an array. */
  init(params: ByPath): S;
  /** Gradients in, updates out, with the next state. Tensors that stay the same may be handed on. */
  update(updates: ByPath, state: S, params: ByPath, extra: UpdateExtra): { readonly updates: ByPath; readonly state: S };
}

/**
 * Makes a gradient transformation of rules that know parameters by path alone: trees are taken apart and put together, forms are checked, what is returned belongs to the
 * caller, and a state disposes itself.
 *
 * @param name the public function, for errors.
 * @param rules what the transformation does.
 * @returns the transformation.
 * @example
 * import { defineTransformation, step } from '@surrogate/core';
 * import { mul, tensor } from '@tensorflow/tfjs-core';
 * const halves = defineTransformation('halves', {
 *   init: () => ({}),
 *   update: (updates, state) => ({ updates: Object.fromEntries(Object.entries(updates).map(([path, u]) => [path, mul(u, -0.5)])), state }),
 * });
 * const params = { w: tensor([1, 2]) };
 * await step(halves, params, { w: tensor([2, 4]) }, halves.init(params)).params.w.data(); // [0, 0]
 */
export function defineTransformation<S extends StateTree>(name: string, rules: TransformationRules<S>): GradientTransformation<S> {
  return {
    init(params) {
      const leaves = leavesOf(name, 'params', params);
      checkFloat(name, 'params', leaves);
      return tidy(() => ownState(name, rules.init(byPath(leaves))) as never);
    },
    update<P extends TensorTree<P>>(updates: P, state: S, params: P, extra: UpdateExtra = {}) {
      const [given, leaves] = [leavesOf(name, 'updates', updates), leavesOf(name, 'params', params)];
      checkAlike(name, 'updates', given, 'params', leaves);
      checkFloat(name, 'updates', given);
      checkState(name, state);
      return tidy(() => {
        const made = rules.update(byPath(given), state, byPath(leaves), extra);
        const seen = new Set<Tensor>();
        const outputs = given.map(({ path }) => {
          const own = owned(made.updates[path]!);
          const single = seen.has(own) ? own.clone() : own;
          seen.add(single);
          return single;
        });
        return { updates: rebuild(updates, outputs), state: ownState(name, made.state, seen) } as never;
      });
    },
  };
}

/**
 * Names the kernel that does in one call what a transformation does in many.
 *
 * @param fused the kernel, and how its arguments are found in the state.
 * @param transformation the meaning; it serves where the current backend has no such kernel.
 * @returns the transformation with `fused`, which `step` uses.
 * @throws SurrogateError `dtype` where the kernel has no name.
 * @see defineOp, the same for functions.
 * @example
 * import { defineTransformation, fuse } from '@surrogate/core';
 * const still = defineTransformation('still', { init: () => ({}), update: (updates, state) => ({ updates, state }) });
 * fuse({ kernel: 'ExampleStep', prepare: (_params, _paths, state) => ({ columns: {}, attrs: {}, next: state }) }, still).fused?.kernel; // 'ExampleStep'
 */
export function fuse<S extends StateTree>(fused: FusedStep<S>, transformation: GradientTransformation<S>): GradientTransformation<S> {
  if (typeof fused?.kernel !== 'string' || typeof fused.prepare !== 'function')
    fail('dtype', 'fuse', 'fused', `must name a kernel and prepare its arguments, got ${typeof fused}`);
  return { ...transformation, fused };
}
