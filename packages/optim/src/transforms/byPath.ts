/** @file State that belongs to parameters, keyed by their paths. */
import { cast, logicalAnd, onesLike, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { select, type ByPath } from '@surrogate/core';

/** A tensor for each that there is. */
export const mapByPath = (tensors: ByPath, f: (x: Tensor, path: string) => Tensor): ByPath =>
  Object.fromEntries(Object.entries(tensors).map(([path, x]) => [path, f(x, path)]));

/** Zeros for each parameter. */
export const zerosByPath = (params: ByPath): ByPath => mapByPath(params, (x) => zerosLike(x));

/** Chooses parameters by their path: `(path) => !path.endsWith('/b')`. */
export type PathMask = (path: string, parameter: Tensor) => boolean;

/** Whether a mask takes a parameter; each where there is none. */
export const taken = (mask: PathMask | undefined, path: string, parameter: Tensor): boolean => mask === undefined || mask(path, parameter);

/** One of two tensors of a shape, by a bool scalar that stays on the backend. */
export const either = (first: Tensor, x: Tensor, y: Tensor): Tensor => select(logicalAnd(first, cast(onesLike(x), 'bool')), x, y);
