/** @file Gradient transformations: the pair of pure functions that every optimizer is a chain of. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ByPath, StateTree, TensorTree } from '../trees/types.js';

/** A hyper-parameter over time; `step` counts from 0. */
export type Schedule = (step: number) => number;

/** A number, or a schedule of it. */
export type Scheduled = number | Schedule;

/** What an update may look at beside the gradients. */
export interface UpdateExtra {
  /** The mean probability that the model gives to wrong answers, for what speeds up where they are few. */
  readonly errorMass?: number | undefined;
  /** The loss at these parameters, for what reacts to it. */
  readonly loss?: number | undefined;
  /** An estimate of the Hessian's diagonal at these parameters, a tree of their form, for what divides by curvature (Sophia); left out at steps without a new one. It stays the caller's. */
  readonly curvature?: object | undefined;
}

/** A state that disposes its own tensors; `using state = optimizer.init(params)` works. */
export type OwnedState<S> = S extends null
  ? null
  : S & {
      /** Disposes the tensors of the state. */
      dispose(): void;
      [Symbol.dispose](): void;
    };

/** New updates and new state; both belong to the caller. */
export interface Updated<P, S> {
  /** A tree of the form of the parameters. */
  readonly updates: P;
  /** What the next update takes. */
  readonly state: S;
}

/**
 * A gradient transformation: how gradients become updates, as a pair of pure functions over trees.
 *
 * Neither function disposes its arguments, and what they return belongs to the caller; `step` is the function that owns and replaces.
 */
export interface GradientTransformation<S extends StateTree = StateTree> {
  /** The state before the first update. */
  init<P extends TensorTree<P>>(params: P): S;
  /** Gradients in, updates out; `params + updates` are the next parameters. */
  update<P extends TensorTree<P>>(updates: P, state: S, params: P, extra?: UpdateExtra): Updated<P, S>;
  /** A kernel that does the whole step in place, used by `step` where the current backend has it. */
  readonly fused?: FusedStep<S> | undefined;
  /** The largest global norm, where this does nothing but hold updates to it: a kernel that takes the step after it does so in the same pass. */
  readonly maxNorm?: number | undefined;
}

/** How a transformation hands a whole step to one kernel. */
export interface FusedStep<S extends StateTree = StateTree> {
  /** The kernel's name in tfjs's registry. */
  readonly kernel: string;
  /** What is done to the gradients, by path, before the kernel sees them, as ordinary ops in a tidy: a chain's earlier parts, such as clipping. */
  first?(updates: ByPath, state: S, params: ByPath, extra: UpdateExtra): { readonly updates: ByPath; readonly state: S };
  /** What the kernel is given; its tensors are updated in place. */
  prepare(params: readonly Tensor[], paths: readonly string[], state: S): FusedArguments<S>;
}

/** The arguments of a fused step. */
export interface FusedArguments<S> {
  /** Tensors by role, each aligned with the parameters: `{ m: [...], v: [...] }`; the kernel sees them as `m0`, `m1` ..., beside `param0` ... and `grad0` .... */
  readonly columns: Readonly<Record<string, readonly Tensor[]>>;
  /** Numbers of this step, one for all or one a parameter; beside these a kernel may be told `maxNorm`, the largest global norm of the gradients that it takes. */
  readonly attrs: Readonly<Record<string, number | boolean | readonly number[]>>;
  /** The state after the step; it holds the same tensors as before. */
  readonly next: S;
}
