/** @file Trees of tensors: the shape that parameters, gradients and optimizer state have. */
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Nested plain objects and arrays of tensors. A function over trees is generic in the user's own type: `<P extends TensorTree<P>>(params: P)`, so that an
 * `interface Params` (which has no index signature) is accepted and returned as itself.
 */
export type TensorTree<P> = Tensor | { readonly [K in keyof P]: P[K] extends object ? TensorTree<P[K]> : never };

/** One leaf with its path, `layers/0/w`. */
export interface TreeLeaf {
  /** The keys from the root, joined by `/`; the empty string where the tree is one tensor. */
  readonly path: string;
  /** The tree's own tensor. */
  readonly tensor: Tensor;
}

/** Tensors keyed by the path of the parameter that they belong to. */
export type ByPath = Record<string, Tensor>;

/** What an optimizer remembers: tensors and numbers in nested plain objects and arrays; tensors that belong to a parameter are keyed by its path. */
export type StateTree = Tensor | number | boolean | null | readonly StateTree[] | { readonly [key: string]: StateTree };
