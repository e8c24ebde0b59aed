/** @file Evidential losses: the model predicts a distribution over its own predictions, for numbers (Amini et al. 2020) and for classes (Sensoy et al. 2018). */
import {
  checkAtLeast,
  classLossScope,
  digamma,
  lgamma,
  lossScope,
  maximum,
  safeAbs,
  softplus,
  type ClassLossOptions,
  type Labels,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import { add, div, expandDims, log, mul, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';

/** A normal-inverse-gamma distribution an element, and what was observed; all of one shape. */
export interface EvidentialPrediction {
  /** float32 γ: the predicted numbers. */
  means: TensorLike;
  /** float32 ν > 0: the evidence for them. */
  evidence: TensorLike;
  /** float32 α > 1: the shape of the precision of the observations. */
  alphas: TensorLike;
  /** float32 β > 0: its rate. */
  betas: TensorLike;
  /** float32. */
  targets: TensorLike;
}

/** Options of {@link evidentialRegressionLoss}. */
export interface EvidentialRegressionOptions extends LossOptions {
  /** How much evidence for wrong predictions costs, >= 0. Default 0.01. */
  coefficient?: number | undefined;
}

/** Options of {@link evidentialClassificationLoss}. */
export interface EvidentialClassificationOptions extends ClassLossOptions {
  /** How much evidence for wrong classes costs, >= 0; the authors raise it from 0 to 1 over the first ten epochs. Default 1. */
  coefficient?: number | undefined;
}

/** Evidence and rates are at least this, as they are where a row does not count. */
const least = 1e-6;

/**
 * Deep evidential regression: the likelihood of what was observed under a Student's t, and a penalty on evidence for what is wrong.
 *
 * $$ \ell = \tfrac12 \log \frac{\pi}{\nu} - \alpha \log \Omega + (\alpha + \tfrac12) \log\left( (t - \gamma)^2 \nu + \Omega \right) + \log \frac{\Gamma(\alpha)}{\Gamma(\alpha + \frac12)} + \lambda\, |t - \gamma|\, (2 \nu + \alpha), \qquad \Omega = 2 \beta (1 + \nu) $$
 *
 * The expected variance of an observation is β / (α - 1), that of the mean β / (ν (α - 1)).
 *
 * @param prediction γ, ν, α, β and the targets, of one shape; make ν, β and α - 1 positive by a softplus.
 * @param options λ, and what every loss takes.
 * @returns a scalar, or the targets' shape with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the shapes differ, `range` when the coefficient < 0.
 * @see Amini, Schwarting, Soleimany, Rus: Deep Evidential Regression, 2020. arXiv:1910.02600
 * @example
 * import { evidentialRegressionLoss } from '@surrogate/losses';
 * const prediction = { means: [1], evidence: [1], alphas: [2], betas: [1], targets: [1.5] };
 * (await evidentialRegressionLoss(prediction, { coefficient: 0 }).data())[0]; // 1.132391
 */
export function evidentialRegressionLoss(prediction: EvidentialPrediction, options: EvidentialRegressionOptions = {}): Tensor {
  const fn = 'evidentialRegressionLoss';
  const { coefficient = 0.01 } = options;
  checkAtLeast(fn, 'coefficient', coefficient, 0);
  const { means, evidence, alphas, betas, targets } = prediction;
  return lossScope(fn, { means, evidence, alphas, betas, targets }, options, (rows) => {
    const [nu, alpha, beta] = [maximum(rows.evidence, least), maximum(rows.alphas, 1), maximum(rows.betas, least)];
    const error = sub(rows.targets, rows.means);
    const omega = mul(mul(2, beta), add(1, nu));
    const likelihood = add(
      sub(mul(0.5, sub(Math.log(Math.PI), log(nu))), mul(alpha, log(omega))),
      add(mul(add(alpha, 0.5), log(add(mul(square(error), nu), omega))), sub(lgamma(alpha), lgamma(add(alpha, 0.5)))),
    );
    return add(likelihood, mul(coefficient, mul(safeAbs(error), add(mul(2, nu), alpha))));
  });
}

/** KL(Dirichlet(a) ‖ Dirichlet(1)), by row. */
function fromUniform(a: Tensor): Tensor {
  const total = sum(a, -1);
  const logs = sub(sub(lgamma(total), sum(lgamma(a), -1)), logFactorial(a.shape.at(-1)! - 1));
  return add(logs, sum(mul(sub(a, 1), sub(digamma(a), digamma(expandDims(total, -1)))), -1));
}

const logFactorial = (n: number): number => Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((x, y) => x + y, 0);

/**
 * Evidential classification: the expected squared error under a Dirichlet distribution over class probabilities, and a penalty on evidence for wrong classes.
 *
 * $$ \ell = \sum_k (y_k - p_k)^2 + \frac{p_k (1 - p_k)}{S + 1} + \lambda \operatorname{KL}\left( \operatorname{Dir}(y + (1 - y)\, \alpha) \Vert \operatorname{Dir}(\mathbf 1) \right), \qquad \alpha = 1 + \operatorname{softplus}(z),\quad S = \sum_k \alpha_k,\quad p = \alpha / S $$
 *
 * What the model does not know is K / S, between 0 and 1.
 *
 * @param logits float32 `[..., K]`.
 * @param labels int32 class ids `[...]`, or one-hot labels of the logits' shape.
 * @param options λ, and what every loss over classes takes.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when labels fit neither form, `range` for ids or a coefficient < 0.
 * @see Sensoy, Kaplan, Kandemir: Evidential Deep Learning to Quantify Classification Uncertainty, 2018. arXiv:1806.01768
 * @example
 * import { evidentialClassificationLoss } from '@surrogate/losses';
 * // Without evidence all classes are alike: (1 - 1/2)² + (1/2)² + 2 · ¼ / 3.
 * (await evidentialClassificationLoss([[-100, -100]], [0]).data())[0]; // 0.666667
 */
export function evidentialClassificationLoss(logits: TensorLike, labels: Labels, options: EvidentialClassificationOptions = {}): Tensor {
  const fn = 'evidentialClassificationLoss';
  const { coefficient = 1 } = options;
  checkAtLeast(fn, 'coefficient', coefficient, 0);
  return classLossScope(fn, { logits, labels }, options, ({ logits: z, target }) => {
    const alpha = add(1, softplus(z));
    const total = sum(alpha, -1, true);
    const p = div(alpha, total);
    const error = sum(add(square(sub(target, p)), div(mul(p, sub(1, p)), add(total, 1))), -1);
    return add(error, mul(coefficient, fromUniform(add(target, mul(sub(1, target), alpha)))));
  });
}
