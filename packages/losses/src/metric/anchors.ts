/** @file What losses of an anchor's whole neighbourhood share: log-sums over its positives and its negatives. */
import { logSumExp } from '@surrogate/core';
import { greater, mul, sum, type Tensor } from '@tensorflow/tfjs-core';
import { float, type Pairs } from './pairs.js';

/** log Σ e^x over the pairs of each anchor that a mask keeps: `[N]`, -Infinity where it keeps none. */
export const logSumOver = (x: Tensor, mask: Tensor): Tensor => logSumExp(x, { mask });

/** How many pairs each anchor has, `[N]`. */
export const countOf = (mask: Tensor): Tensor => sum(mask, -1);

/** 0/1 `[N]`: anchors that have a pair under the mask. */
export const having = (mask: Tensor): Tensor => float(greater(countOf(mask), 0));

/** 0/1 `[N]`: anchors that have a positive and a negative. */
export const complete = ({ positive, negative }: Pairs): Tensor => mul(having(positive), having(negative));
