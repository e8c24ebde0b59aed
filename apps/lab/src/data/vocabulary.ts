/** @file The characters of names as token ids, and names as rows of them. */

/** Ends a name, and stands before its first character. */
const boundary = 0;
const characters = '-abcdefghijklmnopqrstuvwxyz';

/** How many tokens there are: the characters and the boundary. */
export const vocabularySize = characters.length + 1;

/** Names as a batch: what the model reads, what it should say next, and where that counts. */
export interface TokenBatch {
  readonly rows: number;
  /** Tokens a row: the longest name of the batch and its end. */
  readonly length: number;
  /** `rows * length` ids: the boundary, then the name. */
  readonly inputs: Int32Array;
  /** `rows * length` ids: the name, then the boundary. */
  readonly targets: Int32Array;
  /** 1 where a target belongs to a name, else 0. */
  readonly mask: Float32Array;
}

/** The ids of a name's characters, without boundaries. */
export function encode(name: string): number[] {
  return Array.from(name, (character) => {
    const at = characters.indexOf(character);
    if (at < 0) throw new RangeError(`encode: names are made of '${characters}', got '${character}' in '${name}'`);
    return at + 1;
  });
}

/** The name that ids spell, up to the first boundary. */
export function decode(ids: ArrayLike<number>): string {
  let name = '';
  for (let i = 0; i < ids.length && ids[i] !== boundary; i++) name += characters[ids[i]! - 1];
  return name;
}

/** Names as one batch, as long as its longest name needs. */
export function tokenBatch(names: readonly string[], context: number): TokenBatch {
  const encoded = names.map(encode);
  const length = Math.min(context, 1 + Math.max(0, ...encoded.map((ids) => ids.length)));
  const size = names.length * length;
  const batch = { rows: names.length, length, inputs: new Int32Array(size), targets: new Int32Array(size), mask: new Float32Array(size) };
  encoded.forEach((ids, row) => {
    for (let t = 0; t <= ids.length && t < length; t++) {
      const at = row * length + t;
      batch.inputs[at] = ids[t - 1] ?? boundary;
      batch.targets[at] = ids[t] ?? boundary;
      batch.mask[at] = 1;
    }
  });
  return batch;
}
