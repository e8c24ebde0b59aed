/** @file Data whose coordinates each tell the classes apart, some by a line and some by slabs: what does a model look at? */
import { checkAbove, checkAtLeast, checkBetween, checkRng, fail, type Rng } from '@surrogate/core';
import { matMul, qr, transpose, type Matrix } from '@surrogate/core/host';

/** How a coordinate tells two classes apart: by a threshold, or by alternating slabs. */
export type SlabBlock = 'linear' | 'slab3' | 'slab5' | 'slab7';

/** What {@link slabDataset} makes. */
export interface SlabOptions {
  /** How many examples, >= 1. */
  examples: number;
  /** The kind of each coordinate; all are independent given the class. */
  blocks: readonly SlabBlock[];
  /** How far the slabs of the two classes are apart is twice this, > 0. Default 0.1. */
  margin?: number | undefined;
  /** The part of examples whose linear coordinates fall between the classes and tell nothing, in [0, 1). Default 0. */
  linearNoise?: number | undefined;
  /** Whether all coordinates are mixed by a random rotation. Default false. */
  rotate?: boolean | undefined;
}

/** Examples, in doubles. */
export interface SlabDataset {
  /** n x d. */
  readonly features: Matrix;
  /** 0 or 1, of each example. */
  readonly labels: Int32Array;
  /** d x d, what the coordinates were multiplied by; undefined where they were not. */
  readonly rotation: Matrix | undefined;
}

const slabCount: Readonly<Record<SlabBlock, number>> = { linear: 1, slab3: 3, slab5: 5, slab7: 7 };

/** How wide a slab is when k of them and the gaps between fill [-1, 1]. */
const slabWidth = (k: number, margin: number) => (2 - 2 * (k - 1) * margin) / k;

/**
 * The distance from 0 at which a coordinate lies, by class: slab number `n` from the middle, with the place in it. The classes take turns from the middle, which is class 0's.
 */
function distance(block: SlabBlock, label: number, margin: number, rng: Rng): number {
  const w = slabWidth(slabCount[block], margin);
  // Which slab outside the middle one: 0 is the middle itself.
  const outer =
    block === 'slab3'
      ? label
      : block === 'slab5'
        ? label === 1
          ? 1
          : rng.bernoulli(3 / 4)
            ? 0
            : 2
        : label === 1
          ? rng.bernoulli(7 / 8)
            ? 1
            : 3
          : rng.bernoulli(1 / 2)
            ? 0
            : 2;
  return outer === 0 ? 0.5 * w * rng.uniform() : (outer - 0.5) * w + 2 * outer * margin + w * rng.uniform();
}

function randomRotation(width: number, rng: Rng): Matrix {
  return qr({ rows: width, cols: width, data: rng.fillNormal(new Float64Array(width * width)) }).q;
}

/**
 * Draws a dataset of two classes in which every coordinate tells them apart without a mistake, linear ones by a threshold, the others by 3, 5 or 7 slabs in turn.
 *
 * A model that reads the linear coordinate alone is right everywhere, until that coordinate is taken away: see {@link simplicityBiasReport}. All coordinates lie in
 * [-1, 1].
 *
 * @param options how many examples, and what their coordinates are like.
 * @param rng the generator; it moves on.
 * @returns features, labels and the rotation.
 * @throws SurrogateError `range`, `dtype`.
 * @see Shah, Tamuly, Raghunathan, Jain, Netrapalli: The Pitfalls of Simplicity Bias in Neural Networks, 2020. arXiv:2006.07710
 * @example
 * import { rng } from '@surrogate/core';
 * import { slabDataset } from '@surrogate/diagnostics';
 * slabDataset({ examples: 4, blocks: ['linear', 'slab5'] }, rng(0)).features.cols; // 2
 */
export function slabDataset(options: SlabOptions, rng: Rng): SlabDataset {
  const fn = 'slabDataset';
  const { examples, blocks, margin = 0.1, linearNoise = 0, rotate = false } = options;
  checkRng(fn, 'rng', rng);
  checkAtLeast(fn, 'examples', examples, 1);
  if (!Number.isInteger(examples)) fail('range', fn, 'examples', `must be an integer, got ${examples}`);
  if (!Array.isArray(blocks) || blocks.length === 0 || blocks.some((block) => !(block in slabCount)))
    fail('range', fn, 'blocks', `must be a list of 'linear', 'slab3', 'slab5' and 'slab7', got ${String(blocks)}`);
  checkAbove(fn, 'margin', margin, 0);
  const most = Math.max(...blocks.map((block: SlabBlock) => slabCount[block]));
  if (slabWidth(most, margin) <= 0 || margin >= 1)
    fail('range', fn, 'margin', `must leave room for ${most} slabs in [-1, 1], got ${margin}`);
  checkBetween(fn, 'linearNoise', linearNoise, 0, 1);
  const cols = blocks.length;
  const labels = Int32Array.from({ length: examples }, () => Number(rng.bernoulli(0.5)));
  const data = new Float64Array(examples * cols);
  labels.forEach((label, i) => {
    const noisy = linearNoise > 0 && rng.bernoulli(linearNoise);
    blocks.forEach((block, j) => {
      data[i * cols + j] =
        block !== 'linear'
          ? (rng.bernoulli(0.5) ? 1 : -1) * distance(block, label, margin, rng)
          : noisy
            ? rng.uniform(-margin, margin)
            : (2 * label - 1) * (margin + (1 - margin) * rng.uniform());
    });
  });
  const plain: Matrix = { rows: examples, cols, data };
  if (!rotate) return { features: plain, labels, rotation: undefined };
  const rotation = randomRotation(cols, rng);
  return { features: matMul(plain, rotation), labels, rotation };
}

/** @internal The same examples with some coordinates taken from others, all of them from the same one. */
export function withoutCoordinates({ features, rotation }: SlabDataset, coordinates: readonly number[], rng: Rng): Matrix {
  const straight = rotation === undefined ? features : matMul(features, transpose(rotation));
  const { rows, cols } = straight;
  const data = straight.data.slice();
  rng.permutation(rows).forEach((from, to) => {
    for (const j of coordinates) data[to * cols + j] = straight.data[from * cols + j]!;
  });
  const mixed: Matrix = { rows, cols, data };
  return rotation === undefined ? mixed : matMul(mixed, rotation);
}
