/** @file One step of training: new parameters and state in the place of the old. */
import { add, engine, mul, Tensor, tidy, Variable, type NamedTensorMap } from '@tensorflow/tfjs-core';
import { isShared } from '../gradients/scopes.js';
import { noGrad } from '../gradients/tape.js';
import { fail } from '../inputs/checks.js';
import { hasKernel } from '../ops/defineOp.js';
import { byPath, checkAlike, checkFloat, leavesOf, rebuild } from '../trees/walk.js';
import { zipLeaves } from '../trees/map.js';
import type { StateTree, TensorTree, TreeLeaf } from '../trees/types.js';
import { checkState, disposing, holdsInOrder, mapState, tensorsIn } from './state.js';
import type { FusedStep, GradientTransformation, OwnedState, UpdateExtra } from './transformation.js';

/** Parameters and state after a step; they belong to the caller. */
export interface Stepped<P, S> {
  /** A tree of the form of those before. */
  readonly params: P;
  /** What the next step takes. */
  readonly state: OwnedState<S>;
}

/**
 * Adds updates to parameters.
 *
 * @param params a tree of parameters.
 * @param updates a tree of their form, as a transformation's `update` gives it.
 * @returns new parameters; the old ones stay.
 * @throws SurrogateError `shape` where the two differ in form, `dtype`, `disposed`.
 * @example
 * import { applyUpdates } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await applyUpdates({ w: tensor([1, 2]) }, { w: tensor([-0.5, 0]) }).w.data(); // [0.5, 2]
 */
export function applyUpdates<P extends TensorTree<P>>(params: P, updates: P): P {
  return zipLeaves('applyUpdates', ['params', 'updates'], params, updates, add);
}

/**
 * One step of training. It owns `params` and `state` and replaces them: the old tensors are disposed or changed in place, so go on with those that are returned; variables,
 * such as those of a tf.layers model, stay and are assigned. Gradients stay the caller's. Where it throws, params and state are as they were.
 *
 * Where the current backend has the kernel that the transformation names, that kernel does the step in place. What shares its numbers with a tensor elsewhere, such as
 * the reference model that `treeClone` made, is copied before.
 *
 * @param transformation an optimizer.
 * @param params a tree of float32 parameters.
 * @param grads a tree of their form.
 * @param state what `transformation.init(params)` or the last step gave.
 * @param extra what the transformation may look at beside the gradients.
 * @returns the next parameters and state.
 * @throws SurrogateError `shape` where gradients and parameters differ in form, `dtype`, `disposed`.
 * @example
 * import { defineTransformation, step } from '@surrogate/core';
 * import { neg, tensor } from '@tensorflow/tfjs-core';
 * const descent = defineTransformation('descent', { init: () => ({}), update: ({ w }, state) => ({ updates: { w: neg(w!) }, state }) });
 * let params = { w: tensor([1, 2]) };
 * let state = descent.init(params);
 * ({ params, state } = step(descent, params, { w: tensor([0.5, 1]) }, state));
 * await params.w.data(); // [0.5, 1]
 */
export function step<P extends TensorTree<P>, S extends StateTree>(
  transformation: GradientTransformation<S>,
  params: P,
  grads: P,
  state: S,
  extra?: UpdateExtra,
): Stepped<P, S> {
  if (typeof transformation?.update !== 'function')
    fail('dtype', 'step', 'transformation', `must be a gradient transformation, got ${typeof transformation}`);
  const [leaves, slopes] = [leavesOf('step', 'params', params), leavesOf('step', 'grads', grads)];
  checkAlike('step', 'grads', slopes, 'params', leaves);
  checkFloat('step', 'params', leaves);
  checkFloat('step', 'grads', slopes);
  const held = checkState('step', state);
  return noGrad(() => {
    const { fused } = transformation;
    if (fused !== undefined && leaves.length > 0 && hasKernel(fused.kernel))
      return runFused(fused, params, leaves, slopes, { state, held }, extra);
    const { updates, state: next } = transformation.update(grads, state, params, extra);
    const moved = leavesOf('step', 'updates', updates).map(
      ({ tensor: update }, i) => [leaves[i]!.tensor, add(leaves[i]!.tensor, update), update] as const,
    );
    const replaced = moved.map(([old, sum, update]) => {
      update.dispose();
      return replace(old, sum);
    });
    disposeBut(held, next);
    return { params: rebuild(params, replaced), state: disposing(next) };
  });
}

/** The new tensor in the place of the old: a variable stays and takes its numbers. */
function replace(old: Tensor, next: Tensor): Tensor {
  if (!(old instanceof Variable)) {
    old.dispose();
    return next;
  }
  old.assign(next);
  next.dispose();
  return old;
}

/** `param0`, `param1` ... are made once: with hundreds of parameters the names would take as long as the step. */
const names = new Map<string, string[]>();

type Columns = Readonly<Record<string, readonly Tensor[]>>;

/** The last kernel call's inputs, by role and by name: most of them are the next step's too, and to make a record of hundreds of names takes longer than the kernel's call. */
let last: { readonly form: string; columns: Columns; readonly inputs: NamedTensorMap } = { form: '', columns: {}, inputs: {} };

/** The tensors of each role as `role0`, `role1` ...; good until the next call. */
function numbered(columns: Columns): NamedTensorMap {
  const roles = Object.entries(columns);
  const form = roles.map(([role, { length }]) => `${role} ${length}`).join();
  if (form !== last.form) last = { form, columns: {}, inputs: {} };
  for (const [role, tensors] of roles) {
    const known = names.get(role) ?? [];
    names.set(role, known);
    const before = last.columns[role];
    for (let i = 0; i < tensors.length; i++) if (before?.[i] !== tensors[i]) last.inputs[(known[i] ??= `${role}${i}`)] = tensors[i]!;
  }
  last.columns = columns;
  return last.inputs;
}

function runFused<P extends TensorTree<P>, S extends StateTree>(
  fused: FusedStep<S>,
  params: P,
  leaves: readonly TreeLeaf[],
  slopes: readonly TreeLeaf[],
  { state, held }: { state: S; held: ReadonlySet<Tensor> },
  extra: UpdateExtra | undefined,
): Stepped<P, S> {
  // What else looks at these numbers must not see them change.
  const taken = new Set<object>();
  const copies: Tensor[] = [];
  const alone = (x: Tensor) => {
    const own = isShared(x) || taken.has(x.dataId) ? mul(x, 1) : x;
    if (own !== x) copies.push(own);
    taken.add(own.dataId);
    return own;
  };
  let stepped!: Stepped<P, S>;
  tidy(() => {
    // Leaves and slopes come in the same order; with hundreds of them, records by path would take as long as the step.
    const begun = fused.first?.(byPath(slopes), state, byPath(leaves), extra ?? {});
    const targets = leaves.map(({ tensor }) => alone(tensor));
    // Nearly always each tensor of the state is alone, and the walk that rebuilds it is spared.
    const tensors = begun === undefined ? held : tensorsIn('step', 'state', begun.state);
    const before = begun === undefined ? state : begun.state;
    const mine = some(tensors, isShared)
      ? (mapState('step', 'state', before, (leaf) => (leaf instanceof Tensor ? alone(leaf) : leaf)) as S)
      : before;
    const paths = leaves.map(({ path }) => path);
    const { columns, attrs, next } = fused.prepare(targets, paths, mine);
    const grads = slopes.map(({ path, tensor }) => (begun === undefined ? tensor : begun.updates[path]!));
    engine().runKernel(fused.kernel, numbered({ param: targets, grad: grads, ...columns }), attrs);
    const replaced = leaves.map(({ tensor }, i) => (targets[i] === tensor ? tensor : replace(tensor, targets[i]!)));
    disposeBut(held, next);
    stepped = { params: rebuild(params, replaced), state: disposing(next) };
    // What was made here stays; a walk over everything else would cost as much as a small step.
    return [...copies.filter((x) => !x.isDisposed), ...(fused.first === undefined ? [] : tensorsIn('step', 'state', next))];
  });
  return stepped;
}

function some<T>(things: Iterable<T>, is: (thing: T) => boolean): boolean {
  for (const thing of things) if (is(thing)) return true;
  return false;
}

/** Disposes the tensors that the next state does not hold. */
function disposeBut(held: ReadonlySet<Tensor>, next: StateTree): void {
  if (holdsInOrder(next, held)) return;
  const kept = tensorsIn('step', 'state', next);
  held.forEach((x) => kept.has(x) || x.dispose());
}
