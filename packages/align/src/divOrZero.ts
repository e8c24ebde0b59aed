/** @file Means of what may be nothing. */
import { add, cast, div, equal, type Tensor } from '@tensorflow/tfjs-core';

/** @internal a / b, and 0 where both are 0. */
export const divOrZero = (a: Tensor, b: Tensor): Tensor => div(a, add(b, cast(equal(b, 0), 'float32')));
