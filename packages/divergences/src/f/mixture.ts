/** @file The log-ratio of a mixture to one of its parts. */
import { lessEqual, mul, neg, zerosLike, add, type Tensor } from '@tensorflow/tfjs-core';
import { expm1, log1p, select } from '@surrogate/core';

/** log((1 - w) + w e^v), exact near v = 0 and without overflow: the log-ratio of the mixture wP + (1 - w)Q to Q. */
export function logMixture(v: Tensor, w: number): Tensor {
  const below = lessEqual(v, 0);
  const lower = select(below, v, zerosLike(v));
  const upper = select(below, zerosLike(v), v);
  return select(below, log1p(mul(w, expm1(lower))), add(upper, log1p(mul(1 - w, expm1(neg(upper))))));
}
