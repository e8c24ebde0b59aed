/** @file Regularised auto-encoders: reconstruction losses whose minimiser points along the score of the data. */
import {
  checkAbove,
  checkInteger,
  checkRng,
  grad,
  randomNormal,
  detach,
  noGrad,
  type LossOptions,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { add, div, mul, square, sub, sum, tidy, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkRecord } from '../common/checks.js';
import { alongAxis, asExamples, eventSize, rowScope, sumEvent } from '../common/rowScope.js';
import type { NoiseModel } from './noise.js';
import { checkedScores } from './scoreMatching.js';
import { noiseMembers } from './tweedie.js';

/** A model that gives back what it is given, `[B, ...]`, each row by itself. */
type Reconstruct = (x: Tensor) => Tensor;

/** Options of {@link contractiveReconstructionLoss}. */
export interface ContractiveOptions extends LossOptions {
  /** How strongly the reconstruction is held still: the Jacobian counts σ², > 0. */
  sigma: number;
  /** Draws directions along which the Jacobian is estimated by differences of forward passes. Without it the Jacobian is exact, at one backward pass a number of an example. */
  rng?: Rng | undefined;
  /** How many directions are drawn, >= 1. Default 1. */
  probes?: number | undefined;
  /** How far a difference looks, > 0. Default 1e-2. */
  epsilon?: number | undefined;
}

/** ‖J‖² of each row, exactly. */
function jacobianNorm(reconstruct: Reconstruct, x: Tensor): Tensor {
  const size = eventSize(x);
  let total: Tensor = zerosLike(x);
  for (let i = 0; i < size && x.size > 0; i++) {
    const axis = alongAxis(x, i);
    total = add(total, square(grad((at: { x: Tensor }) => sum(mul(axis, reconstruct(at.x))))({ x }).x));
  }
  return total;
}

/**
 * The loss of a contractive auto-encoder: reconstruct, and let the reconstruction move little with the input.
 *
 * $$ \ell = \lVert r(x) - x \rVert^2 + \sigma^2 \lVert \nabla r(x) \rVert_F^2, \qquad r^\ast(x) = x + \sigma^2 \nabla \log p(x) + o(\sigma^2) $$
 *
 * So {@link scoreFromDenoised} reads the score of the data off the trained model. The reconstruction error itself is no energy: it vanishes at the minima of the density, too.
 *
 * @param reconstruct the auto-encoder: maps float32 `[B, ...]` to the same shape, each row by itself.
 * @param data float32 `[B, ...]`.
 * @param options σ, how the Jacobian is found, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where the model returns another shape, `range`, `dtype`, `disposed`.
 * @see Alain, Bengio: What Regularized Auto-Encoders Learn from the Data Generating Distribution, 2014. arXiv:1211.4246
 * @example
 * import { contractiveReconstructionLoss } from '@surrogate/losses';
 * import { mul } from '@tensorflow/tfjs-core';
 * (await contractiveReconstructionLoss((x) => mul(0.9, x), [[1], [2]], { sigma: 0.5 }).data())[0]; // 0.2275
 */
export function contractiveReconstructionLoss(reconstruct: Reconstruct, data: TensorLike, options: ContractiveOptions): Tensor {
  const fn = 'contractiveReconstructionLoss';
  const { sigma, rng, probes = 1, epsilon = 1e-2 } = options ?? {};
  checkFunction(fn, 'reconstruct', reconstruct);
  checkAbove(fn, 'sigma', sigma, 0);
  checkInteger(fn, 'probes', probes, 1);
  checkAbove(fn, 'epsilon', epsilon, 0);
  if (rng !== undefined) checkRng(fn, 'rng', rng);
  return tidy(() => {
    const x = asExamples(fn, 'data', data);
    const reconstructed = checkedScores(fn, reconstruct(x), x);
    let squares: Tensor;
    if (rng === undefined) squares = jacobianNorm(reconstruct, x);
    else {
      squares = zerosLike(x);
      for (let probe = 0; probe < probes && x.size > 0; probe++) {
        const ahead = reconstruct(add(x, randomNormal(rng, x.shape, { stddev: epsilon })));
        squares = add(squares, square(div(sub(ahead, reconstructed), epsilon)));
      }
      squares = div(squares, probes);
    }
    return rowScope(fn, { data: x, reconstructed, squares }, options, (rows) =>
      sumEvent(add(square(sub(rows.reconstructed, rows.data)), mul(sigma * sigma, rows.squares))),
    );
  });
}

/**
 * The loss of a denoising auto-encoder: give back the clean data from noisy ones. With Gaussian noise of a small σ it has the same minimiser as {@link contractiveReconstructionLoss}.
 *
 * $$ \ell = \lVert r(y) - x \rVert^2, \quad y \sim p(y \mid x), \qquad r^\ast(y) = \mathbb{E}[x \mid y] $$
 *
 * @param reconstruct the auto-encoder: maps float32 `[B, ...]` to the same shape.
 * @param data float32 `[B, ...]`: the clean data.
 * @param noise how they become noisy.
 * @param rng draws the noise.
 * @param options what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where the model returns another shape, `dtype`, `disposed`, `range`.
 * @see Alain, Bengio: What Regularized Auto-Encoders Learn from the Data Generating Distribution, 2014. arXiv:1211.4246
 * @example
 * import { rng } from '@surrogate/core';
 * import { denoisingReconstructionLoss, gaussianNoise } from '@surrogate/losses';
 * import { mul } from '@tensorflow/tfjs-core';
 * const loss = denoisingReconstructionLoss((y) => mul(0.9, y), [[1], [2]], gaussianNoise(0.1), rng(0));
 * loss.shape; // []
 */
export function denoisingReconstructionLoss(
  reconstruct: Reconstruct,
  data: TensorLike,
  noise: NoiseModel,
  rng: Rng,
  options: LossOptions = {},
): Tensor {
  const fn = 'denoisingReconstructionLoss';
  checkFunction(fn, 'reconstruct', reconstruct);
  checkRecord(fn, 'noise', noise, noiseMembers);
  checkRng(fn, 'rng', rng);
  return tidy(() => {
    const x = asExamples(fn, 'data', data);
    const reconstructed = checkedScores(fn, reconstruct(noGrad(() => noise.perturb(detach(x), rng))), x);
    return rowScope(fn, { data: x, reconstructed }, options, (rows) => sumEvent(square(sub(rows.reconstructed, rows.data))));
  });
}
