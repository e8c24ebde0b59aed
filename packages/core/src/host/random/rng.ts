/** @file The generator that everything random in the library takes: seeded, splittable, and saved as JSON. */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { checkAtLeast, checkBetween, checkFinite, checkInteger, fail } from '../../inputs/checks.js';
import { seedWords } from './seedWords.js';
import { openUniform, uniform24, uniform53 } from './uniform53.js';
import { zigguratNormal } from './ziggurat.js';

const brand = Symbol.for('@surrogate/rng');

/** What {@link Rng.toJSON} saves. */
export interface RngState {
  /** What the children's streams derive from: four 32-bit words. */
  readonly key: readonly number[];
  /** How many children were split off. */
  readonly splits: number;
  /** Where this generator's own stream stands: four 32-bit words. */
  readonly state: readonly number[];
}

/**
 * A seeded source of random numbers; made by {@link rng}.
 *
 * Each draw moves it on, so pass it along and never reseed in a loop. `split()` gives a child with a stream of its own, which depends on the seed and on the number of
 * splits before it, not on any draw: adding a draw in one part of a program leaves the other parts' numbers alone.
 *
 * The stream is xoroshiro128+ of the `pure-rand` package (what fast-check draws from): 16 bytes of state, which `split` and JSON want small, and about 4 ns a word. Of
 * each word only the high bits are used. Children are keyed by the hash of NumPy's `SeedSequence`, whose spawned streams never overlap in practice.
 *
 * @see Blackman, Vigna: Scrambled Linear Pseudorandom Number Generators, 2021. arXiv:1805.01407
 * @example
 * import { rng } from '@surrogate/core/host';
 * const source = rng(7);
 * const [data, noise] = [source.split(), source.split()];
 * data.permutation(3).length; // 3
 * noise.normal() === rng(7).normal(); // false
 */
export class Rng {
  /** @internal Two copies of core may meet in one program, so the class itself proves nothing. */
  readonly [brand] = true;
  readonly #key: readonly number[];
  readonly #generator: RandomGenerator;
  #splits: number;

  private constructor(key: readonly number[], splits: number, state: readonly number[]) {
    this.#key = key;
    this.#splits = splits;
    this.#generator = xoroshiro128plusFromState(state.map((word) => word | 0));
  }

  /** @internal */
  static fromWords(entropy: readonly number[], spawnKey: readonly number[]): Rng {
    const words = seedWords(entropy, spawnKey, 8);
    return new Rng(words.slice(4), 0, words.slice(0, 4));
  }

  /**
   * Restores a generator; it goes on exactly where the saved one stood.
   *
   * @param saved what `toJSON` returned, also after a round trip through `JSON`.
   * @returns the generator.
   * @throws SurrogateError `range` when it is not such a record.
   */
  static fromJSON(saved: RngState): Rng {
    const words = (value: unknown): value is readonly number[] =>
      Array.isArray(value) && value.length === 4 && value.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32);
    if (!words(saved?.key) || !words(saved.state) || saved.state.every((word) => word === 0))
      fail(
        'range',
        'Rng.fromJSON',
        'saved',
        'must be what toJSON returned: key and state of four 32-bit words each, state not all 0, got something else',
      );
    checkInteger('Rng.fromJSON', 'saved.splits', saved.splits);
    return new Rng([...saved.key], saved.splits, saved.state);
  }

  /** The whole state, for `JSON.stringify` and {@link Rng.fromJSON}. */
  toJSON(): RngState {
    return { key: [...this.#key], splits: this.#splits, state: this.#generator.getState().map((word) => word >>> 0) };
  }

  /** A child with a stream of its own. The n-th child is the same whatever was drawn before, between or after. */
  split(): Rng {
    return Rng.fromWords(this.#key, [this.#splits++]);
  }

  /** A number in [min, max), with 53 random bits. */
  uniform(min = 0, max = 1): number {
    checkRange('Rng.uniform', min, max);
    const width = max - min;
    for (;;) {
      const value = min + width * uniform53(this.#generator);
      if (value < max) return value; // rounding can lift it to max
    }
  }

  /** A number of the normal distribution. */
  normal(mean = 0, stddev = 1): number {
    checkNormal('Rng.normal', mean, stddev);
    return mean + stddev * zigguratNormal(this.#generator);
  }

  /** An integer in [min, max), without modulo bias. */
  integer(min: number, max: number): number {
    checkInteger('Rng.integer', 'min', min, Number.MIN_SAFE_INTEGER);
    checkInteger('Rng.integer', 'max', max, min + 1);
    return uniformInt(this.#generator, min, max - 1);
  }

  /** true with the given probability. */
  bernoulli(prob: number): boolean {
    checkBetween('Rng.bernoulli', 'prob', prob, 0, 1, true);
    return uniform53(this.#generator) < prob;
  }

  /** A number of the standard exponential distribution, above 0. */
  exponential(): number {
    return -Math.log(openUniform(this.#generator));
  }

  /** A number of the standard Gumbel distribution, -log(-log u). */
  gumbel(): number {
    return -Math.log(this.exponential());
  }

  /**
   * An index drawn with probability softmax(logits), by the Gumbel-max trick.
   *
   * @param logits unnormalised; -Infinity marks what is never drawn.
   * @returns an index in [0, logits.length).
   * @throws SurrogateError `range` when a logit is NaN or Infinity, or none is finite.
   */
  categorical(logits: ArrayLike<number>): number {
    let best = -1;
    let highest = -Infinity;
    for (let i = 0; i < logits.length; i++) {
      const logit = logits[i]!;
      if (!(logit < Infinity)) fail('range', 'Rng.categorical', 'logits', `must be finite or -Infinity, got ${logit} at [${i}]`);
      const perturbed = logit + this.gumbel();
      if (perturbed > highest) [best, highest] = [i, perturbed];
    }
    if (best < 0) fail('range', 'Rng.categorical', 'logits', `must hold a finite number, got ${logits.length} without one`);
    return best;
  }

  /** The numbers 0 to n - 1 in random order. */
  permutation(n: number): Int32Array {
    checkInteger('Rng.permutation', 'n', n);
    return this.choice(n, n);
  }

  /** `k` distinct numbers of 0 to n - 1, in random order. */
  choice(n: number, k: number): Int32Array {
    checkInteger('Rng.choice', 'n', n);
    checkInteger('Rng.choice', 'k', k);
    if (k > n) fail('range', 'Rng.choice', 'k', `must be at most n = ${n}, got ${k}`);
    return 8 * k < n ? this.#sparseChoice(n, k) : this.#denseChoice(n, k);
  }

  /** A copy of the items in random order. */
  shuffle<T>(items: readonly T[]): T[] {
    return Array.from(this.permutation(items.length), (i) => items[i]!);
  }

  /** Fills an array with numbers in [min, max) and returns it; also rounded to float32 they stay below `max`. */
  fillUniform<A extends Float32Array | Float64Array>(out: A, min = 0, max = 1): A {
    checkRange('Rng.fillUniform', min, max);
    const single = out instanceof Float32Array;
    const draw = single ? uniform24 : uniform53;
    const bound = single ? Math.fround(max) : max;
    if (single && !(bound > Math.fround(min)))
      fail('range', 'Rng.fillUniform', 'max', `must be greater than min = ${min} as a float32, got ${max}`);
    const generator = this.#generator;
    const width = max - min;
    for (let i = 0; i < out.length; i++) {
      do out[i] = min + width * draw(generator);
      while (out[i]! >= bound);
    }
    return out;
  }

  /** Fills an array with numbers of the normal distribution and returns it. */
  fillNormal<A extends Float32Array | Float64Array>(out: A, mean = 0, stddev = 1): A {
    checkNormal('Rng.fillNormal', mean, stddev);
    const generator = this.#generator;
    for (let i = 0; i < out.length; i++) out[i] = mean + stddev * zigguratNormal(generator);
    return out;
  }

  /** Fills an array with numbers of the standard Gumbel distribution and returns it. */
  fillGumbel<A extends Float32Array | Float64Array>(out: A): A {
    for (let i = 0; i < out.length; i++) out[i] = this.gumbel();
    return out;
  }

  #denseChoice(n: number, k: number): Int32Array {
    const all = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < k; i++) {
      const j = uniformInt(this.#generator, i, n - 1);
      [all[i], all[j]] = [all[j]!, all[i]!];
    }
    return all.slice(0, k);
  }

  /** The same Fisher-Yates draws where only the displaced places are remembered: k out of a million costs k. */
  #sparseChoice(n: number, k: number): Int32Array {
    const displaced = new Map<number, number>();
    const chosen = new Int32Array(k);
    for (let i = 0; i < k; i++) {
      const j = uniformInt(this.#generator, i, n - 1);
      chosen[i] = displaced.get(j) ?? j;
      displaced.set(j, displaced.get(i) ?? i);
    }
    return chosen;
  }
}

/**
 * Makes a generator from a seed.
 *
 * @param seed a non-negative safe integer; equal seeds give equal streams, on every platform and backend.
 * @returns the generator.
 * @throws SurrogateError `range` when the seed is anything else.
 * @example
 * import { rng } from '@surrogate/core';
 * rng(1).uniform() === rng(1).uniform(); // true
 */
export function rng(seed: number): Rng {
  checkInteger('rng', 'seed', seed);
  const high = Math.floor(seed / 2 ** 32);
  return Rng.fromWords(high > 0 ? [seed >>> 0, high] : [seed >>> 0], []);
}

/**
 * Accepts an {@link Rng}, of this copy of the library or of another, and refuses all else.
 *
 * @param fn the public function, for the message.
 * @param argument the argument, for the message.
 * @param value what the user passed.
 * @throws SurrogateError `dtype`.
 * @example
 * import { checkRng, rng } from '@surrogate/core';
 * checkRng('dropout', 'rng', rng(0)); // undefined
 */
export function checkRng(fn: string, argument: string, value: Rng): void {
  if (typeof value !== 'object' || value === null || !(brand in value))
    fail('dtype', fn, argument, `must be a generator, rng(seed) or a split of one, got ${value === null ? 'null' : typeof value}`);
}

function checkRange(fn: string, min: number, max: number): void {
  checkFinite(fn, 'min', min);
  checkFinite(fn, 'max', max);
  if (!(max > min && max - min < Infinity)) fail('range', fn, 'max', `must be greater than min = ${min} by a finite number, got ${max}`);
}

function checkNormal(fn: string, mean: number, stddev: number): void {
  checkFinite(fn, 'mean', mean);
  checkAtLeast(fn, 'stddev', stddev, 0);
}
