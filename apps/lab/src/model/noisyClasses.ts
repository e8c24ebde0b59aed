/** @file Gaussian classes, some of whose labels are wrong. */
import type { Rng } from '@surrogate/core';
import { tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';

/** What the world is like. */
export interface NoisyClassesOptions {
  readonly classes: number;
  readonly width: number;
  /** The standard deviation within a class; centres have 1. */
  readonly spread: number;
}

/** Labelled points. */
export interface LabelledPoints {
  readonly features: Tensor;
  readonly labels: Tensor;
  /** The labels on the host. */
  readonly ids: Int32Array;
}

/** A world of classes: draws points, a part of whose labels is replaced by another class at random. */
export function noisyClasses(
  { classes, width, spread }: NoisyClassesOptions,
  rng: Rng,
): (count: number, flips: number, rng: Rng) => LabelledPoints {
  const centres = rng.fillNormal(new Float64Array(classes * width));
  return (count, flips, draws) => {
    const truth = Int32Array.from({ length: count }, () => draws.integer(0, classes));
    const values = draws
      .fillNormal(new Float32Array(count * width), 0, spread)
      .map((x, i) => x + centres[truth[Math.floor(i / width)]! * width + (i % width)]!);
    const ids = truth.map((label) => (draws.bernoulli(flips) ? (label + draws.integer(1, classes)) % classes : label));
    return { features: tensor2d(values, [count, width]), labels: tensor1d(ids, 'int32'), ids };
  };
}
