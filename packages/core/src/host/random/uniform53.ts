/** @file Uniform doubles from 32-bit words. */
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** @internal A multiple of 2^-53 in [0, 1), of the words' high bits: the lowest bits of xoroshiro128+ are the weak ones, and pure-rand's own `uniformFloat64` keeps those. */
export function uniform53(generator: RandomGenerator): number {
  const high = generator.next() >>> 5;
  const low = generator.next() >>> 6;
  return (high * 0x4000000 + low) * 2 ** -53;
}

/** @internal Inside (0, 1), so that its logarithm and that of 1 minus it are finite: an odd multiple of 2^-53. */
export function openUniform(generator: RandomGenerator): number {
  const high = generator.next() >>> 6;
  const low = generator.next() >>> 6;
  return (high * 0x4000000 + low + 0.5) * 2 ** -52;
}

/** @internal A multiple of 2^-24 in [0, 1): the floats that float32 can tell apart there. */
export const uniform24 = (generator: RandomGenerator): number => (generator.next() >>> 8) * 2 ** -24;
