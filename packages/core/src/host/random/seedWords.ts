/** @file Spreads a seed, or a parent's key and a child's number, over well-mixed words (the hash of NumPy's SeedSequence). */

const poolSize = 4;

/**
 * @internal Hashes 32-bit words to as many well-mixed 32-bit words as are wanted.
 *
 * @see O'Neill: Developing a seed_seq alternative, 2015; NumPy's `SeedSequence(entropy, spawn_key=spawnKey).generate_state(count)` gives the same words.
 */
export function seedWords(entropy: readonly number[], spawnKey: readonly number[], count: number): number[] {
  const padding = new Array<number>(spawnKey.length > 0 ? Math.max(0, poolSize - entropy.length) : 0).fill(0);
  return spread(mixed([...entropy, ...padding, ...spawnKey]), count);
}

function mixed(words: readonly number[]): number[] {
  let constant = 0x43b0d7e5;
  const hash = (word: number): number => {
    const crossed = word ^ constant;
    constant = Math.imul(constant, 0x931e8875);
    const product = Math.imul(crossed, constant);
    return product ^ (product >>> 16);
  };
  const mix = (x: number, y: number): number => {
    const sum = (Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)) | 0;
    return sum ^ (sum >>> 16);
  };
  const pool = Array.from({ length: poolSize }, (_, i) => hash(words[i] ?? 0));
  for (let from = 0; from < poolSize; from++)
    for (let to = 0; to < poolSize; to++) if (from !== to) pool[to] = mix(pool[to]!, hash(pool[from]!));
  for (const word of words.slice(poolSize)) for (let to = 0; to < poolSize; to++) pool[to] = mix(pool[to]!, hash(word));
  return pool;
}

function spread(pool: readonly number[], count: number): number[] {
  let constant = 0x8b51f9dd;
  return Array.from({ length: count }, (_, i) => {
    const crossed = pool[i % poolSize]! ^ constant;
    constant = Math.imul(constant, 0x58f38ded);
    const product = Math.imul(crossed, constant);
    return (product ^ (product >>> 16)) >>> 0;
  });
}
