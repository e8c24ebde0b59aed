/** @file Walks trees: finds the leaves in sorted key order, rebuilds a tree around new ones, and says where two trees differ. */
import { Tensor, util } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';
import type { ByPath, TreeLeaf } from './types.js';

type Branch = readonly unknown[] | Readonly<Record<string, unknown>>;

const isBranch = (value: unknown): value is Branch =>
  Array.isArray(value) ||
  (typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null));

const nameOf = (value: unknown): string =>
  value === null ? 'null' : typeof value === 'object' ? `a ${value.constructor.name}` : typeof value;

/** Keys in the order of their code units, which no locale changes; the places of an array in their own order. */
const keysOf = (branch: Branch): string[] => (Array.isArray(branch) ? Object.keys(branch) : Object.keys(branch).sort());

/** A slash in a key would make two paths one (`a/b` beside `a: { b }`), so it is written as in a JSON pointer. */
const escaped = (key: string): string => (/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key);

/** @internal A path with one more key. */
export const joinPath = (path: string, key: string): string => (path === '' ? escaped(key) : `${path}/${escaped(key)}`);

/** Records whose keys are paths already, as {@link byPath} makes them and transformations hand them on. */
const flat = new WeakSet<object>();

/** @internal The leaves of a tree in sorted key order, each alive unless disposed ones are welcome. */
export function leavesOf(fn: string, argument: string, tree: unknown, disposed = false): TreeLeaf[] {
  const found: TreeLeaf[] = [];
  const visit = (value: unknown, path: string): void => {
    if (value instanceof Tensor) {
      if (value.isDisposed && !disposed) fail('disposed', fn, argument, `${at(path)}must be a live tensor, got a disposed one`);
      found.push({ path, tensor: value });
    } else if (isBranch(value)) for (const key of keysOf(value)) visit(value[key as never], flat.has(value) ? key : joinPath(path, key));
    else fail('dtype', fn, argument, `${at(path)}must be a tensor, or plain objects and arrays of tensors, got ${nameOf(value)}`);
  };
  visit(tree, '');
  return found;
}

const at = (path: string): string => (path === '' ? '' : `at ${path} `);

/** @internal The same tree around other leaves, which come in its own order. */
export function rebuild<P>(tree: P, leaves: readonly Tensor[]): P {
  let next = 0;
  const visit = (value: unknown): unknown => {
    if (value instanceof Tensor) return leaves[next++];
    const branch = value as Branch;
    if (Array.isArray(branch)) return branch.map(visit);
    const made = new Map(keysOf(branch).map((key) => [key, visit(branch[key as never])]));
    // The user's own order of keys stays what it was.
    const rebuilt = Object.fromEntries(Object.keys(branch).map((key) => [key, made.get(key)]));
    if (flat.has(branch)) flat.add(rebuilt);
    return rebuilt;
  };
  return visit(tree) as P;
}

/** @internal Throws where a tree has not the leaves of another, by path and shape. */
export function checkAlike(fn: string, argument: string, leaves: readonly TreeLeaf[], like: string, wanted: readonly TreeLeaf[]): void {
  const same = (leaf: TreeLeaf, i: number) => leaf.path === wanted[i]!.path && util.arraysEqual(leaf.tensor.shape, wanted[i]!.tensor.shape);
  // Nearly always nothing is wrong.
  if (leaves.length === wanted.length && leaves.every(same)) return;
  const given = new Map(leaves.map(({ path, tensor }) => [path, tensor]));
  for (const { path, tensor } of wanted) {
    const found = given.get(path);
    if (found === undefined) fail('shape', fn, argument, `must have the leaves of ${like}, got none ${at(path)}`.trimEnd());
    if (!util.arraysEqual(found.shape, tensor.shape))
      fail(
        'shape',
        fn,
        argument,
        `${at(path)}must have the shape [${tensor.shape.join(', ')}] of ${like}, got [${found.shape.join(', ')}]`,
      );
    given.delete(path);
  }
  for (const path of given.keys()) fail('shape', fn, argument, `must have the leaves of ${like}, got one more ${at(path)}`.trimEnd());
}

/** @internal Throws where a leaf cannot be differentiated. */
export function checkFloat(fn: string, argument: string, leaves: readonly TreeLeaf[]): void {
  for (const { path, tensor } of leaves)
    if (tensor.dtype !== 'float32') fail('dtype', fn, argument, `${at(path)}must be float32, got ${tensor.dtype}`);
}

/** @internal The leaves keyed by their paths; as a tree of its own it has the same paths. */
export function byPath(leaves: readonly TreeLeaf[]): ByPath {
  const record = Object.fromEntries(leaves.map(({ path, tensor }) => [path, tensor]));
  flat.add(record);
  return record;
}
