/** @file A reference that follows the policy. */
import { add, mul } from '@tensorflow/tfjs-core';
import { checkAbove, checkBetween, treeZip, type TensorTree } from '@surrogate/core';
import { inNameOf } from '../inNameOf.js';

/** Options of {@link syncReference}. */
export interface SyncReferenceOptions {
  /** α, how much of the policy goes in, in (0, 1]; 1 copies it. Default 0.6. */
  mixing?: number | undefined;
}

/**
 * Moves the reference towards the policy, as trust-region DPO does every few hundred steps so that the policy may go further than a fixed reference lets it.
 *
 * $$ \theta_{\text{ref}} \leftarrow \alpha\, \theta + (1 - \alpha)\, \theta_{\text{ref}} $$
 *
 * @param reference the reference's parameters, a tree of float32 tensors; it is left to the caller.
 * @param policy the policy's, of the same form.
 * @param options the mixing coefficient α; the paper's soft update is 0.6, its hard one 1.
 * @returns a new tree.
 * @throws SurrogateError `shape` where the two differ in form, `range` when mixing is not in (0, 1].
 * @see Gorbatovski et al.: Learn Your Reference Model for Real Good Alignment, 2024. arXiv:2404.09656
 * @example
 * import { syncReference } from '@surrogate/align';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const { w } = syncReference({ w: tensor([0, 1]) }, { w: tensor([10, 1]) });
 * await w.data(); // [6, 1]
 */
export function syncReference<P extends TensorTree<P>>(reference: P, policy: P, options: SyncReferenceOptions = {}): P {
  const { mixing = 0.6 } = options;
  checkAbove('syncReference', 'mixing', mixing, 0);
  checkBetween('syncReference', 'mixing', mixing, 0, 1, true);
  return inNameOf('syncReference', () => treeZip<P>(reference, policy, (from, to) => add(mul(1 - mixing, from), mul(mixing, to))), {
    a: 'reference',
    b: 'policy',
  });
}
