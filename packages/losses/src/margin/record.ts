/** @file Margin losses of a binary score: a record holds the loss of a margin and its derivative. */
import { exp, minimum, relu, sigmoid, softplus, clip } from '@surrogate/core';
import { add, cast, less, mul, neg, square, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** A loss of the margin m = ±score, large when the score is right: convex or not, falling, with slope < 0 at 0 where it is calibrated. */
export interface MarginLoss {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** φ(m), elementwise. */
  phi(margin: Tensor): Tensor;
  /** φ'(m), elementwise. */
  slope(margin: Tensor): Tensor;
}

/** A member whose functions leave exactly their results behind. */
const tidied = ({ name, phi, slope }: MarginLoss): MarginLoss => ({
  name,
  phi: (m) => tidy(() => phi(m)),
  slope: (m) => tidy(() => slope(m)),
});

/** Up to `knee`, u^2 · curvature; beyond it the tangent. */
const bentSquare = (u: Tensor, knee: number, curvature: number): Tensor => {
  const near = minimum(u, knee);
  return add(mul(curvature, square(near)), mul(2 * curvature * knee, sub(u, near)));
};

/** Hinge, (1 - m)₊: the loss of the support vector machine. */
export const hinge: MarginLoss = tidied({
  name: 'hinge',
  phi: (m) => relu(sub(1, m)),
  slope: (m) => neg(cast(less(m, 1), 'float32')),
});

/** Squared hinge, (1 - m)₊². */
export const squaredHinge: MarginLoss = tidied({
  name: 'squaredHinge',
  phi: (m) => square(relu(sub(1, m))),
  slope: (m) => mul(-2, relu(sub(1, m))),
});

/** Rennie's smooth hinge: half the square of 1 - m between 0 and 1, linear below. */
export const smoothHinge: MarginLoss = tidied({
  name: 'smoothHinge',
  phi: (m) => bentSquare(relu(sub(1, m)), 1, 0.5),
  slope: (m) => neg(clip(sub(1, m), 0, 1)),
});

/** Modified Huber: squared hinge down to m = -1, then -4m. */
export const modifiedHuber: MarginLoss = tidied({
  name: 'modifiedHuber',
  phi: (m) => bentSquare(relu(sub(1, m)), 2, 1),
  slope: (m) => mul(-2, clip(sub(1, m), 0, 2)),
});

/** Logistic, log(1 + e^-m): binary cross-entropy. */
export const logistic: MarginLoss = tidied({
  name: 'logistic',
  phi: (m) => softplus(neg(m)),
  slope: (m) => neg(sigmoid(neg(m))),
});

/** Exponential, e^-m: the loss of AdaBoost; float32 ends at m = -88. */
export const exponential: MarginLoss = tidied({
  name: 'exponential',
  phi: (m) => exp(neg(m)),
  slope: (m) => neg(exp(neg(m))),
});

/** Perceptron, (-m)₊: only mistakes count; not calibrated, for its slope at 0 is 0 on one side. */
export const perceptron: MarginLoss = tidied({
  name: 'perceptron',
  phi: (m) => relu(neg(m)),
  slope: (m) => neg(cast(less(m, 0), 'float32')),
});

/** Savage, σ(-m)²: bounded, so that outliers are given up. */
export const savage: MarginLoss = tidied({
  name: 'savage',
  phi: (m) => square(sigmoid(neg(m))),
  slope: (m) => mul(-2, mul(square(sigmoid(neg(m))), sigmoid(m))),
});
