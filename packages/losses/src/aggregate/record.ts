/** @file What a prediction costs against a bag's mean response: the member of the aggregate family. */
import { clip, xLogY } from '@surrogate/core';
import { add, neg, squaredDifference, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** A loss of predictions against mean responses, convex in the prediction. */
export interface ResponseLoss {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** The loss, elementwise. */
  of(predictions: Tensor, responses: Tensor): Tensor;
}

/** What keeps logarithms finite. */
const least = 1e-7;

/** The squared error of real predictions. */
export const squaredResponse: ResponseLoss = {
  name: 'squaredResponse',
  of: (predictions, responses) => tidy(() => squaredDifference(predictions, responses)),
};

/** The cross-entropy of probabilities against proportions: learning from label proportions. */
export const proportionResponse: ResponseLoss = {
  name: 'proportionResponse',
  of: (predictions, responses) =>
    tidy(() => {
      const p = clip(predictions, least, 1 - least);
      return neg(add(xLogY(responses, p), xLogY(sub(1, responses), sub(1, p))));
    }),
};
