/** @file log(1 + x) - x without cancellation: what the densities of the gamma and beta distributions are made of. */
import { abs, add, div, fill, less, mul, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { select } from '../math/select.js';
import { log } from '../math/stable.js';
import { polynomial } from './frame.js';

/** @internal log(1 + x) - x for x >= -1. */
export function log1pMinus(x: Tensor): Tensor {
  const near = less(abs(x), 0.5);
  const small = select(near, x, fill(x.shape, 0));
  const ratio = div(small, add(2, small));
  const squared = square(ratio);
  const series = mul(ratio, sub(mul(mul(2, squared), polynomial(squared, [1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11, 1 / 13, 1 / 15])), small));
  const away = select(near, fill(x.shape, 1), x);
  return select(near, series, sub(log(add(1, away)), away));
}
