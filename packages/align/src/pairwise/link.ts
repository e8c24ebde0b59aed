/** @file What a preference costs: links from the margin between two responses to a loss. */
import { add, div, mul, neg, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkBetween, checkFinite, exp, fail, logSigmoid, relu, sigmoid, softplus } from '@surrogate/core';

/**
 * How much a pair costs, as a function of its margin: the score of the chosen response less that of the rejected one, in units of the implicit reward β log π/π_ref.
 *
 * `preferenceLoss` makes a loss of any link; a new objective of this family is a new record.
 */
export interface PreferenceLink {
  /** Names it in messages, options included: `robust(0.1)`. */
  readonly name: string;
  /** The loss of each margin, elementwise on float32 of any shape; runs inside a tidy. */
  loss(margin: Tensor): Tensor;
}

/**
 * The Bradley-Terry likelihood, -log σ(m): the link of DPO.
 *
 * @see Rafailov et al.: Direct Preference Optimization, 2023. arXiv:2305.18290
 */
export const logisticLink: PreferenceLink = { name: 'logistic', loss: (m) => softplus(neg(m)) };

/**
 * The hinge max(0, 1 - m) of SLiC and RSO: pairs that are told apart well enough no longer pull.
 *
 * @see Zhao et al.: SLiC-HF, 2023. arXiv:2305.10425
 */
export const hingeLink: PreferenceLink = { name: 'hinge', loss: (m) => relu(sub(1, m)) };

/**
 * The exponential e^(-m), AdaBoost's; beyond a margin of about -88 it overflows.
 *
 * @see Tang et al.: Generalized Preference Optimization, 2024. arXiv:2402.05749
 */
export const exponentialLink: PreferenceLink = { name: 'exponential', loss: (m) => exp(neg(m)) };

/**
 * The truncated quadratic max(0, 1 - m)².
 *
 * @see Tang et al.: Generalized Preference Optimization, 2024. arXiv:2402.05749
 */
export const truncatedQuadraticLink: PreferenceLink = { name: 'truncatedQuadratic', loss: (m) => square(relu(sub(1, m))) };

/**
 * Savage's bounded σ(-m)²: hopeless pairs no longer pull.
 *
 * @see Tang et al.: Generalized Preference Optimization, 2024. arXiv:2402.05749
 */
export const savageLink: PreferenceLink = { name: 'savage', loss: (m) => square(sigmoid(neg(m))) };

/**
 * The logistic link with smoothed labels (conservative DPO): each preference is taken as true with probability 1 - ε.
 *
 * $$ -(1 - \epsilon) \log\sigma(m) - \epsilon \log\sigma(-m) $$
 *
 * @param labelSmoothing ε, in [0, 0.5).
 * @returns the link.
 * @throws SurrogateError `range` when labelSmoothing is not in [0, 0.5).
 * @see Mitchell: A note on DPO with noisy preferences and relationship to IPO, 2023.
 * @example
 * import { smoothedLink } from '@surrogate/align';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await smoothedLink(0.1).loss(tensor([0.75])).data(); // [0.461871]
 */
export function smoothedLink(labelSmoothing: number): PreferenceLink {
  checkBetween('smoothedLink', 'labelSmoothing', labelSmoothing, 0, 0.5);
  if (labelSmoothing === 0) return logisticLink;
  return {
    name: `smoothed(${labelSmoothing})`,
    loss: (m) => add(softplus(neg(m)), mul(labelSmoothing, m)),
  };
}

/**
 * The logistic link without the bias of labels that are flipped at a known rate ε: its mean over the flips is the logistic link.
 *
 * $$ \frac{-(1 - \epsilon) \log\sigma(m) + \epsilon \log\sigma(-m)}{1 - 2 \epsilon} $$
 *
 * @param flipRate ε, in [0, 0.5).
 * @returns the link.
 * @throws SurrogateError `range` when flipRate is not in [0, 0.5).
 * @see Chowdhury, Kini, Natarajan: Provably Robust DPO, 2024. arXiv:2403.00409
 * @example
 * import { robustLink } from '@surrogate/align';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await robustLink(0.1).loss(tensor([0.75])).data(); // [0.293121]
 */
export function robustLink(flipRate: number): PreferenceLink {
  checkBetween('robustLink', 'flipRate', flipRate, 0, 0.5);
  if (flipRate === 0) return logisticLink;
  // log σ(-m) = log σ(m) - m, so that no two large terms cancel.
  return {
    name: `robust(${flipRate})`,
    loss: (m) => sub(softplus(neg(m)), mul(flipRate / (1 - 2 * flipRate), m)),
  };
}

/**
 * The squared distance (m - target)² to a margin that is wanted: the link of IPO.
 *
 * @param target the margin at which the loss is 0, finite.
 * @returns the link.
 * @throws SurrogateError `range` when target is not finite.
 * @see Azar et al.: A General Theoretical Paradigm to Understand Learning from Human Preferences, 2023. arXiv:2310.12036
 * @example
 * import { squaredLink } from '@surrogate/align';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await squaredLink(1).loss(tensor([1, 3])).data(); // [0, 4]
 */
export function squaredLink(target: number): PreferenceLink {
  checkFinite('squaredLink', 'target', target);
  return { name: `squared(${target})`, loss: (m) => square(sub(m, target)) };
}

/**
 * EXO's link for pairs: the reverse KL divergence from the policy's choice between the two to the smoothed label.
 *
 * $$ q \log\frac{q}{1 - \epsilon} + (1 - q) \log\frac{1 - q}{\epsilon}, \qquad q = \sigma(m) $$
 *
 * @param labelSmoothing ε, in (0, 0.5).
 * @returns the link.
 * @throws SurrogateError `range` when labelSmoothing is not in (0, 0.5).
 * @see Ji et al.: Towards Efficient Exact Optimization of Language Model Alignment, 2024. arXiv:2402.00856
 * @example
 * import { exoLink } from '@surrogate/align';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await exoLink(0.1).loss(tensor([0.75])).data(); // [0.18279]
 */
export function exoLink(labelSmoothing = 1e-3): PreferenceLink {
  checkBetween('exoLink', 'labelSmoothing', labelSmoothing, 0, 0.5);
  if (labelSmoothing === 0) fail('range', 'exoLink', 'labelSmoothing', 'must be in (0, 0.5), got 0');
  const [logChosen, logRejected] = [Math.log1p(-labelSmoothing), Math.log(labelSmoothing)];
  return {
    name: `exo(${labelSmoothing})`,
    loss: (m) => add(mul(sigmoid(m), sub(logSigmoid(m), logChosen)), mul(sigmoid(neg(m)), sub(logSigmoid(neg(m)), logRejected))),
  };
}

/**
 * DiscoPOP's link, which a language model found: logistic where the pair is wrong, exponential where it is right.
 *
 * $$ -(1 - w) \log\sigma(m) + w\, e^{-m}, \qquad w = \sigma(m / \tau) $$
 *
 * @param temperature τ, in (0, 1]. Default 0.05.
 * @returns the link.
 * @throws SurrogateError `range` when the temperature is not in (0, 1].
 * @see Lu et al.: Discovering Preference Optimization Algorithms with and for Large Language Models, 2024. arXiv:2406.08414
 * @example
 * import { discoPopLink } from '@surrogate/align';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await discoPopLink().loss(tensor([0.75])).data(); // [0.472367]
 */
export function discoPopLink(temperature = 0.05): PreferenceLink {
  checkBetween('discoPopLink', 'temperature', temperature, 0, 1, true);
  checkAbove('discoPopLink', 'temperature', temperature, 0);
  return {
    name: `discoPop(${temperature})`,
    loss: (m) => {
      const sharp = div(m, temperature);
      // w e^(-m) as one exponential: the factors alone are 0 · Infinity.
      return add(mul(softplus(neg(m)), sigmoid(neg(sharp))), exp(sub(logSigmoid(sharp), m)));
    },
  };
}
