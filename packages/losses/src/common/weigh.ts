/** @file A product in which a weight of 0 outweighs an infinity. */
import { dotLast } from '@surrogate/core';
import { expandDims, type Tensor } from '@tensorflow/tfjs-core';

/** weights · values, elementwise, where 0 · (±Infinity) is 0 with gradient 0. */
export const weigh = (weights: Tensor, values: Tensor): Tensor => dotLast(expandDims(weights, -1), expandDims(values, -1));
