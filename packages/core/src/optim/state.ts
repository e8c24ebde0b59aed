/** @file The state of optimizers: walks it, disposes it, saves it and brings it back. */
import { clone, tensor, Tensor, tidy, type DataType } from '@tensorflow/tfjs-core';
import { owned } from '../gradients/scopes.js';
import { fail } from '../inputs/checks.js';
import { joinPath } from '../trees/walk.js';
import type { StateTree } from '../trees/types.js';
import type { OwnedState } from './transformation.js';

type Leaf = Tensor | number | boolean | null;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null);

/** @internal The same state around what a function makes of its leaves. */
export function mapState(fn: string, argument: string, state: unknown, f: (leaf: Leaf, path: string) => unknown): unknown {
  const visit = (value: unknown, path: string): unknown => {
    if (value instanceof Tensor || typeof value === 'number' || typeof value === 'boolean' || value === null) return f(value, path);
    if (Array.isArray(value)) return value.map((part, i) => visit(part, joinPath(path, String(i))));
    if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part, joinPath(path, key))]));
    const got = typeof value === 'object' ? `a ${value.constructor.name}` : typeof value;
    return fail('dtype', fn, argument, `must hold tensors, numbers, booleans and null in plain objects and arrays, got ${got} at ${path}`);
  };
  return visit(state, '');
}

/** @internal The tensors of a state, each once. */
export function tensorsIn(fn: string, argument: string, state: unknown): Set<Tensor> {
  const found = new Set<Tensor>();
  const visit = (value: unknown): void => {
    if (value instanceof Tensor) found.add(value);
    else if (Array.isArray(value)) value.forEach(visit);
    else if (isRecord(value)) for (const key of Object.keys(value)) visit(value[key]);
    // The walk that knows paths says what is wrong and where.
    else if (typeof value === 'object' ? value !== null : !['number', 'boolean'].includes(typeof value))
      mapState(fn, argument, state, () => undefined);
  };
  visit(state);
  return found;
}

/** @internal Whether a state holds just these tensors, in their order, as it does after a step in place: that is quicker to see than to collect them. */
export function holdsInOrder(state: unknown, tensors: ReadonlySet<Tensor>): boolean {
  const rest = tensors.values();
  const visit = (value: unknown): boolean => {
    if (value instanceof Tensor) return rest.next().value === value;
    if (Array.isArray(value)) return value.every(visit);
    if (isRecord(value)) return Object.keys(value).every((key) => visit(value[key]));
    return value === null || typeof value === 'number' || typeof value === 'boolean';
  };
  return visit(state) && rest.next().done === true;
}

/** Where the platform has no `Symbol.dispose` yet, what polyfills it. */
const disposeSymbol: symbol = (Symbol as { dispose?: symbol }).dispose ?? Symbol.for('Symbol.dispose');

/** @internal Gives a state its `dispose`, which no walk over its keys sees. */
export function disposing<S extends StateTree>(state: S): OwnedState<S> {
  if (typeof state !== 'object' || state === null) return state as OwnedState<S>;
  const dispose = { value: () => disposeState(state), enumerable: false, configurable: true };
  return Object.defineProperties(state, { dispose, [disposeSymbol]: dispose }) as OwnedState<S>;
}

/** @internal A state whose tensors belong to the innermost tidy, each to one place and to none that is taken. */
export function ownState<S extends StateTree>(fn: string, state: S, taken: ReadonlySet<Tensor> = new Set()): OwnedState<S> {
  const seen = new Set(taken);
  const made = mapState(fn, 'state', state, (leaf) => {
    if (!(leaf instanceof Tensor)) return leaf;
    const own = owned(leaf);
    const single = seen.has(own) ? clone(own) : own;
    seen.add(single);
    return single;
  });
  return disposing(made as S);
}

/** @internal The tensors of a state, each once; throws where one has been disposed. */
export function checkState(fn: string, state: unknown): Set<Tensor> {
  const found = tensorsIn(fn, 'state', state);
  for (const x of found) if (x.isDisposed) fail('disposed', fn, 'state', 'must be a live state, got a disposed one');
  return found;
}

/**
 * Disposes all tensors of a state; one that is disposed already is passed over. `state.dispose()` does the same.
 *
 * @param state what `init`, `update`, `step` or `loadState` gave, or plain objects and arrays of these.
 * @throws SurrogateError `dtype` where something else than tensors and host numbers is found; then nothing is disposed.
 * @example
 * import { disposeState } from '@surrogate/core';
 * import { zeros } from '@tensorflow/tfjs-core';
 * const state = { count: 0, momentum: { w: zeros([2]) } };
 * disposeState(state);
 * state.momentum.w.isDisposed; // true
 */
export function disposeState(state: StateTree): void {
  tensorsIn('disposeState', 'state', state).forEach((x) => x.dispose());
}

/** A tensor as it is saved. */
export interface SavedTensor {
  /** The dtype. */
  readonly $tensor: 'float32' | 'int32' | 'bool';
  /** The sizes of the axes. */
  readonly shape: readonly number[];
  /** A typed array, or with `json` the base64 of its little-endian bytes. */
  readonly values: Float32Array | Int32Array | Uint8Array | string;
}

/** A number that JSON has not. */
interface SavedNumber {
  readonly $number: string;
}

/** What `saveState` gives: no tensors, only plain data. */
export type SavedState =
  SavedTensor | SavedNumber | number | boolean | null | readonly SavedState[] | { readonly [key: string]: SavedState };

/** Options of {@link saveState}. */
export interface SaveStateOptions {
  /** Make it safe for `JSON.stringify`, with base64 for typed arrays. Default false. */
  readonly json?: boolean | undefined;
}

const arrays = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

function toBase64(values: Float32Array | Int32Array | Uint8Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  // In pieces, or the arguments of one call would be too many.
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return btoa(text);
}

const fromBase64 = (text: string): ArrayBuffer => Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;

const saveNumber = (value: number): number | SavedNumber =>
  Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) };

/**
 * Downloads a state, exactly: what is loaded from it continues bit by bit.
 *
 * @param state an optimizer's state, a tree of parameters, or plain objects and arrays of these and of host numbers.
 * @param options whether it must pass through JSON.
 * @returns plain data: typed arrays, which IndexedDB and `postMessage` take, or with `json` strings.
 * @throws SurrogateError `dtype` where something else than tensors and host numbers is found, `disposed`.
 * @example
 * import { loadState, saveState } from '@surrogate/core';
 * import { tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const text = JSON.stringify(await saveState({ count: 3, m: { w: tensor([0.1, -0]) } }, { json: true }));
 * const back = loadState<{ count: number; m: { w: Tensor } }>(JSON.parse(text));
 * back.count; // 3
 */
export async function saveState(state: object, options: SaveStateOptions = {}): Promise<SavedState> {
  const { json = false } = options;
  const tensors = tensorsIn('saveState', 'state', state);
  for (const { isDisposed } of tensors) if (isDisposed) fail('disposed', 'saveState', 'state', 'must be a live state, got a disposed one');
  const downloads = new Map(
    await Promise.all(
      [...tensors].map(async (x) => {
        if (!(x.dtype in arrays)) fail('dtype', 'saveState', 'state', `must hold float32, int32 and bool tensors, got ${x.dtype}`);
        const dtype = x.dtype as keyof typeof arrays;
        // A copy: on cpu what is downloaded is the tensor's own memory.
        const values = new arrays[dtype](await x.data());
        return [x, { $tensor: dtype, shape: [...x.shape], values: json ? toBase64(values) : values }] as const;
      }),
    ),
  );
  return mapState('saveState', 'state', state, (leaf) =>
    leaf instanceof Tensor ? downloads.get(leaf) : typeof leaf === 'number' && json ? saveNumber(leaf) : leaf,
  ) as SavedState;
}

const isSavedTensor = (value: object): value is SavedTensor => '$tensor' in value;
const isSavedNumber = (value: object): value is SavedNumber => '$number' in value;

function loadTensor({ $tensor: dtype, shape, values }: SavedTensor, path: string): Tensor {
  const typed = arrays[dtype] as typeof Float32Array | undefined;
  if (typed === undefined)
    fail('dtype', 'loadState', 'saved', `must hold float32, int32 and bool tensors, got ${String(dtype)} at ${path}`);
  const data = typeof values === 'string' ? new typed(fromBase64(values)) : new typed(values as Float32Array);
  const size = shape.reduce((a, b) => a * b, 1);
  if (data.length !== size)
    fail('shape', 'loadState', 'saved', `must hold ${size} numbers for shape [${shape.join(', ')}] at ${path}, got ${data.length}`);
  return tensor(data, [...shape], dtype as DataType);
}

/**
 * Brings a saved state back.
 *
 * @param saved what `saveState` gave, or what JSON made of that.
 * @returns a new state of the form that was saved; its tensors belong to the caller.
 * @throws SurrogateError `dtype` for what `saveState` never gave, `shape` where a tensor's numbers do not fill its shape.
 * @example
 * import { loadState } from '@surrogate/core';
 * import type { Tensor } from '@tensorflow/tfjs-core';
 * const state = loadState<{ w: Tensor }>({ w: { $tensor: 'float32', shape: [2], values: new Float32Array([1, 2]) } });
 * await state.w.data(); // [1, 2]
 */
export function loadState<S extends StateTree = StateTree>(saved: SavedState): OwnedState<S> {
  const visit = (value: unknown, path: string): unknown => {
    if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value;
    if (Array.isArray(value)) return value.map((part, i) => visit(part, joinPath(path, String(i))));
    if (!isRecord(value)) return fail('dtype', 'loadState', 'saved', `must be what saveState gave, got ${typeof value} at ${path}`);
    if (isSavedTensor(value)) return loadTensor(value, path);
    if (isSavedNumber(value)) return Number(value.$number);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, visit(part, joinPath(path, key))]));
  };
  if (typeof saved !== 'object' || saved === null)
    fail('dtype', 'loadState', 'saved', `must be what saveState gave, got ${saved === null ? 'null' : typeof saved}`);
  return disposing(tidy(() => visit(saved, '') as never) as S);
}
