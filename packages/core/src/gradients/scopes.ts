/** @file Who owns a tensor, by tfjs's stack of tidies. */
import { clone, engine, type Tensor } from '@tensorflow/tfjs-core';

/** The part of tfjs's engine that its types keep to themselves; stable since 2.0. */
interface Scopes {
  readonly state: {
    readonly activeScope: { readonly id: number } | null | undefined;
    readonly scopeStack: readonly unknown[];
    readonly tensorInfo: WeakMap<object, { readonly backend: { refCount(dataId: object): number } }>;
  };
  track(tensor: Tensor): void;
  endScope(result?: unknown): void;
}

const scopes = (): Scopes => engine() as unknown as Scopes;

/** @internal The tensor itself where the innermost tidy made it and will give it away, else a clone of it. */
export const owned = (x: Tensor): Tensor => (!x.kept && x.scopeId === scopes().state.activeScope?.id ? x : clone(x));

/** @internal Hands a tensor that was kept back to the innermost tidy. */
export function release(x: Tensor): Tensor {
  x.kept = false;
  scopes().track(x);
  return x;
}

/** @internal Whether other tensors look at the same numbers: what is changed in place is changed for them, too. */
export const isShared = (x: Tensor): boolean => (scopes().state.tensorInfo.get(x.dataId)?.backend.refCount(x.dataId) ?? 1) > 1;

/** @internal How many tidies enclose the current call. */
export const scopeDepth = (): number => scopes().state.scopeStack.length;

/** @internal Ends the tidies that a throw has left open. */
export function endScopes(depth: number): void {
  while (scopeDepth() > depth) scopes().endScope();
}
