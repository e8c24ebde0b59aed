/** @file Fenchel-Young losses (Blondel, Martins, Niculae 2020): a regulariser of probabilities makes both the prediction and the loss that fits it. */
import { dotLast, logSumExp, pow, xLogY } from '@surrogate/core';
import { add, mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { entmax15, sparsemax } from './maps.js';

/** A regulariser Ω of a prediction. */
export interface Regularizer {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** Ω*(z) = max over p of ⟨z, p⟩ - Ω(p), one number a row `[...]` of scores `[..., K]`; its gradient is the prediction. */
  conjugate(scores: Tensor): Tensor;
  /** Ω(y), one number a row; left out where it is 0 for all labels, as for structures that are vertices. */
  value?(labels: Tensor): Tensor;
}

/** A member whose functions leave exactly their results behind. */
const tidied = ({ name, conjugate, value }: Required<Regularizer>): Regularizer => ({
  name,
  conjugate: (z) => tidy(() => conjugate(z)),
  value: (y) => tidy(() => value(y)),
});

/** Ω* from the prediction and Ω. */
const conjugateBy = (predict: (z: Tensor) => Tensor, value: (p: Tensor) => Tensor) => (z: Tensor) => {
  const p = predict(z);
  return sub(dotLast(p, z), value(p));
};

const gini = (p: Tensor): Tensor => mul(0.5, sub(sum(square(p), -1), 1));
const tsallis = (p: Tensor): Tensor => mul(4 / 3, sub(sum(pow(p, 1.5), -1), 1));

/** Shannon's negative entropy, Σ p log p: softmax and cross-entropy. */
export const shannonNegentropy: Regularizer = tidied({
  name: 'shannonNegentropy',
  conjugate: (z) => logSumExp(z),
  value: (p) => sum(xLogY(p, p), -1),
});

/** Gini's negative entropy, ½ (‖p‖² - 1): sparsemax and its loss. */
export const giniNegentropy: Regularizer = tidied({ name: 'giniNegentropy', conjugate: conjugateBy(sparsemax, gini), value: gini });

/** Tsallis' negative entropy of order 1.5, 4/3 (Σ p^1.5 - 1): 1.5-entmax and its loss. */
export const tsallis15Negentropy: Regularizer = tidied({
  name: 'tsallis15Negentropy',
  conjugate: conjugateBy(entmax15, tsallis),
  value: tsallis,
});

/** The quadratic, ½ ‖p‖² over all vectors: the identity and half the squared error. */
export const halfSquaredNorm: Regularizer = tidied({
  name: 'halfSquaredNorm',
  conjugate: (z) => mul(0.5, sum(square(z), -1)),
  value: (p) => mul(0.5, sum(square(p), -1)),
});

/** Ω*(z) + Ω(y) - ⟨z, y⟩. */
export const fenchelYoungRows = ({ conjugate, value }: Regularizer, z: Tensor, y: Tensor): Tensor => {
  const excess = sub(conjugate(z), dotLast(y, z));
  return value === undefined ? excess : add(excess, value(y));
};
