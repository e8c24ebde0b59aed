/** @file The conformance rows of surrogates of expensive losses. */
import { matMul, square, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { tensorFunction, utility, type ConformanceTable, type Keep } from '@surrogate/testing';
import * as optim from '../index.js';

interface Params {
  readonly w: Tensor;
}
const params = (keep: Keep): Params => ({ w: keep(tensor([[1], [-2]])) });
const bowl = ({ w }: Params) => sum(square(sub(w, 1)));
const x = (keep: Keep) => keep(tensor([[1, 2], [0.5, -1], [2, 0]])); // prettier-ignore
const rows = [[1, 2], [3, -1], [0.5, 0]]; // prettier-ignore
const anchor = [[0, 1], [2, 2], [1, 1]]; // prettier-ignore
const slopes = [[0.1, -0.2], [0.5, 0.3], [-1, 2]]; // prettier-ignore

/** The rows by name. */
export const surrogateRows: ConformanceTable = {
  targetSurrogateLoss: tensorFunction(optim.targetSurrogateLoss, {
    at: [rows],
    call: {
      mean: (z) => optim.targetSurrogateLoss(z, anchor, slopes, { eta: 0.7 }),
      masked: (z) => optim.targetSurrogateLoss(z, anchor, slopes, { eta: 2, mask: [1, 0, 1], weights: [1, 2, 3], reduction: 'sum' }),
    },
    bad: {
      'range eta': () => optim.targetSurrogateLoss(rows, anchor, slopes, { eta: 0 }),
      'range reduction': () => optim.targetSurrogateLoss(rows, anchor, slopes, { eta: 1, reduction: 'most' as never }),
      'shape anchor': () => optim.targetSurrogateLoss(rows, [[1]], slopes, { eta: 1 }),
      'dtype gradient': () => optim.targetSurrogateLoss(rows, anchor, 'three' as never, { eta: 1 }),
    },
  }),
  targetSurrogateStep: utility(optim.targetSurrogateStep, {
    call: (keep) => {
      const inputs = x(keep);
      return optim.targetSurrogateStep(
        (p: Params) => matMul(inputs, p.w),
        (z) => sub(z, 1),
        params(keep),
        { eta: 1, innerSteps: 2 },
      );
    },
    bad: {
      'dtype forward': (keep) => optim.targetSurrogateStep(3 as never, (z) => z, params(keep), { eta: 1, innerSteps: 2 }),
      'dtype targetGradient': (keep) =>
        optim.targetSurrogateStep(({ w }: Params) => w, 3 as never, params(keep), { eta: 1, innerSteps: 2 }),
      'shape targetGradient': (keep) => optim.targetSurrogateStep(({ w }: Params) => w, (z) => sum(z), params(keep), { eta: 1, innerSteps: 2 }), // prettier-ignore
      'range eta': (keep) =>
        optim.targetSurrogateStep(
          ({ w }: Params) => w,
          (z) => sub(z, 1),
          params(keep),
          { eta: 0, innerSteps: 2 },
        ),
      'range innerSteps': (keep) =>
        optim.targetSurrogateStep(
          ({ w }: Params) => w,
          (z) => sub(z, 1),
          params(keep),
          { eta: 1, innerSteps: -1 },
        ),
    },
  }),
  armijoDescent: utility(optim.armijoDescent, {
    call: (keep) => optim.armijoDescent(bowl, params(keep), { steps: 3 }),
    bad: {
      'dtype loss': (keep) => optim.armijoDescent(3 as never, params(keep), { steps: 1 }),
      'range steps': (keep) => optim.armijoDescent(bowl, params(keep), { steps: -1 }),
      'range initialStep': (keep) => optim.armijoDescent(bowl, params(keep), { steps: 1, initialStep: 0 }),
      'range shrink': (keep) => optim.armijoDescent(bowl, params(keep), { steps: 1, shrink: 1 }),
      'range grow': (keep) => optim.armijoDescent(bowl, params(keep), { steps: 1, grow: 0.5 }),
      'range sufficient': (keep) => optim.armijoDescent(bowl, params(keep), { steps: 1, sufficient: 0 }),
      'range tolerance': (keep) => optim.armijoDescent(bowl, params(keep), { steps: 1, tolerance: -1 }),
    },
  }),
};
