/** @file A memory of fixed size in which everything seen so far is equally likely to be (Vitter 1985). */
import { checkInteger, checkRng, fail, type Rng } from '@surrogate/core';

/** A sample of a stream: plain data. */
export interface Reservoir<T> {
  /** How many items it holds at most. */
  readonly capacity: number;
  /** How many items went by. */
  readonly seen: number;
  /** The items that it holds. */
  readonly items: readonly T[];
}

function checkReservoir<T>(fn: string, reservoir: Reservoir<T>): void {
  if (!Array.isArray((reservoir as Reservoir<T> | null | undefined)?.items))
    fail('dtype', fn, 'reservoir', `must be { capacity, seen, items }, got ${reservoir === null ? 'null' : typeof reservoir}`);
}

/**
 * An empty memory for a stream.
 *
 * @param capacity how many items it will hold, >= 1.
 * @returns the memory, for {@link reservoirAdd} and {@link reservoirSample}.
 * @throws SurrogateError `range` when the capacity is no positive integer.
 * @see Vitter: Random Sampling with a Reservoir, 1985
 * @example
 * import { reservoir } from '@surrogate/losses';
 * reservoir(200).items.length; // 0
 */
export function reservoir<T>(capacity: number): Reservoir<T> {
  checkInteger('reservoir', 'capacity', capacity, 1);
  return { capacity, seen: 0, items: [] };
}

/**
 * Shows items to a memory, which keeps each with the chance that keeps the sample uniform.
 *
 * $$ P(\text{item } t \text{ is kept}) = \min(1, \text{capacity} / t) $$
 *
 * @param reservoir the memory; it stays as it is.
 * @param items what the stream brings, in order; tensors among them stay the caller's to dispose.
 * @param rng the generator; it moves on.
 * @returns the memory afterwards.
 * @throws SurrogateError `dtype` for what is no memory, no list or no generator.
 * @see Vitter: Random Sampling with a Reservoir, 1985
 * @example
 * import { rng } from '@surrogate/core';
 * import { reservoir, reservoirAdd } from '@surrogate/losses';
 * reservoirAdd(reservoir(2), ['a', 'b'], rng(0)).items; // ['a', 'b']
 */
export function reservoirAdd<T>(reservoir: Reservoir<T>, items: readonly T[], rng: Rng): Reservoir<T> {
  const fn = 'reservoirAdd';
  checkReservoir(fn, reservoir);
  if (!Array.isArray(items)) fail('dtype', fn, 'items', `must be a list, got ${items === null ? 'null' : typeof items}`);
  checkRng(fn, 'rng', rng);
  const { capacity } = reservoir;
  const kept = [...reservoir.items];
  let { seen } = reservoir;
  for (const item of items) {
    seen++;
    if (kept.length < capacity) kept.push(item);
    else {
      const place = rng.integer(0, seen);
      if (place < capacity) kept[place] = item;
    }
  }
  return { capacity, seen, items: kept };
}

/**
 * Draws items from a memory, each at most once.
 *
 * @param reservoir the memory.
 * @param count how many, >= 0; all where the memory holds fewer.
 * @param rng the generator; it moves on.
 * @returns the items.
 * @throws SurrogateError `dtype` for what is no memory or no generator, `range` for the count.
 * @see Vitter: Random Sampling with a Reservoir, 1985
 * @example
 * import { rng } from '@surrogate/core';
 * import { reservoir, reservoirAdd, reservoirSample } from '@surrogate/losses';
 * const memory = reservoirAdd(reservoir(4), ['a', 'b', 'c'], rng(0));
 * reservoirSample(memory, 2, rng(1)).length; // 2
 */
export function reservoirSample<T>(reservoir: Reservoir<T>, count: number, rng: Rng): T[] {
  const fn = 'reservoirSample';
  checkReservoir(fn, reservoir);
  checkInteger(fn, 'count', count);
  checkRng(fn, 'rng', rng);
  const { items } = reservoir;
  return Array.from(rng.choice(items.length, Math.min(count, items.length)), (i) => items[i]!);
}
