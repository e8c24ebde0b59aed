/** @file One transformation after another. */
import {
  defineTransformation,
  fail,
  fuse,
  type ByPath,
  type FusedStep,
  type GradientTransformation,
  type StateTree,
  type UpdateExtra,
} from '@surrogate/core';

/** The states of the parts, in order. */
export type ChainState = readonly StateTree[];

/** What several parts make of gradients. */
function run(parts: readonly GradientTransformation[], updates: ByPath, states: ChainState, params: ByPath, extra: UpdateExtra) {
  const next: StateTree[] = [];
  let current = updates;
  parts.forEach((part, i) => {
    const updated = part.update(current, states[i]!, params, extra);
    current = updated.updates;
    next.push(updated.state);
  });
  return { updates: current, state: next };
}

/** Where the last part has a kernel, the chain has it, too: the parts before it run first, as ordinary ops, but for a bound of the global norm, which the kernel minds. */
function fusedLast(parts: readonly GradientTransformation[], last: FusedStep): FusedStep<ChainState> {
  const maxNorm = last.first === undefined ? parts.at(-2)?.maxNorm : undefined;
  const before = parts.slice(0, maxNorm === undefined ? -1 : -2);
  return {
    kernel: last.kernel,
    first(updates, states, params, extra) {
      const made = before.length === 0 ? { updates, state: [] } : run(before, updates, states, params, extra);
      const own = last.first?.(made.updates, states.at(-1)!, params, extra) ?? { updates: made.updates, state: states.at(-1)! };
      return { updates: own.updates, state: [...made.state, ...states.slice(before.length, -1), own.state] };
    },
    prepare(params, paths, states) {
      const { columns, attrs, next } = last.prepare(params, paths, states.at(-1)!);
      return { columns, attrs: maxNorm === undefined ? attrs : { ...attrs, maxNorm }, next: [...states.slice(0, -1), next] };
    },
  };
}

/**
 * Transformations in a row: each gets what the one before it made. Where the last one has a kernel for the whole step, the chain uses it.
 *
 * $$ u = t_n(\dots t_2(t_1(g))) $$
 *
 * @param parts the transformations, first to last.
 * @returns the transformation; its state is the list of theirs.
 * @throws SurrogateError `dtype` for a part that is no transformation.
 * @example
 * import { chain, clipByGlobalNorm, scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [chain(clipByGlobalNorm(1), scale(-0.1)), tensor([3, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [-0.06, -0.08]
 */
export function chain(...parts: readonly GradientTransformation[]): GradientTransformation<ChainState> {
  parts.forEach((part, i) => {
    if (typeof part?.init !== 'function' || typeof part.update !== 'function')
      fail('dtype', 'chain', `parts[${i}]`, `must be a gradient transformation, got ${typeof part}`);
  });
  const chained = defineTransformation<ChainState>('chain', {
    init: (params) => parts.map((part) => part.init(params)),
    update: (updates, states, params, extra) => run(parts, updates, states, params, extra),
  });
  const last = parts.at(-1)?.fused;
  return last === undefined ? chained : fuse(fusedLast(parts, last), chained);
}

/**
 * Transformations in a row, whose states have names in the place of numbers: `state.adam`.
 *
 * $$ u = t_n(\dots t_2(t_1(g))) $$
 *
 * @param parts the transformations by name, in the order in which they stand.
 * @returns the transformation; its state holds theirs by name.
 * @throws SurrogateError `dtype` for a part that is no transformation.
 * @example
 * import { clipByGlobalNorm, namedChain, scale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [namedChain({ clip: clipByGlobalNorm(1), rate: scale(-0.1) }), tensor([3, 4])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [-0.06, -0.08]
 */
export function namedChain<K extends string>(
  parts: Readonly<Record<K, GradientTransformation>>,
): GradientTransformation<Record<K, StateTree>> {
  const names = Object.keys(parts) as K[];
  for (const name of names)
    if (typeof parts[name]?.init !== 'function' || typeof parts[name].update !== 'function')
      fail('dtype', 'namedChain', `parts.${name}`, `must be a gradient transformation, got ${typeof parts[name]}`);
  const ordered = names.map((name) => parts[name]);
  const named = (states: readonly StateTree[]) => Object.fromEntries(names.map((name, i) => [name, states[i]!])) as Record<K, StateTree>;
  return defineTransformation<Record<K, StateTree>>('namedChain', {
    init: (params) => named(ordered.map((part) => part.init(params))),
    update(updates, states, params, extra) {
      const made = run(
        ordered,
        updates,
        names.map((name) => states[name]),
        params,
        extra,
      );
      return { updates: made.updates, state: named(made.state) };
    },
  });
}
