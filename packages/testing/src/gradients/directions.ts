/** @file A small generator for the directions and projections of the gradient checks: the same numbers on every run and backend. */

/** Uniform numbers in [0, 1) (mulberry32). */
export function uniforms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers of size 0.5 to 1.5 and of either sign: no coordinate is forgotten, none drowns the others. */
export function direction(size: number, uniform: () => number): Float32Array {
  return Float32Array.from({ length: size }, () => (uniform() < 0.5 ? -1 : 1) * (0.5 + uniform()));
}
