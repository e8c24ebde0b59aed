/** @file Distances between categorical distributions by the angle between them: of their roots (Bhattacharyya, Fisher-Rao), or of themselves (Cauchy-Schwarz). */
import { add, asin, expandDims, less, mul, square, sub, sum, zerosLike, type Tensor } from '@tensorflow/tfjs-core';
import { detach, exp, log1p, logSumExp, minimum, safeSqrt, select, type TensorLike } from '@surrogate/core';
import { squaredHellinger } from '../f/alpha.js';
import { betweenRows, divergenceCells, type DiscreteDivergenceOptions } from '../f/discrete.js';
import { renyiRows } from './renyi.js';

const bhattacharyya = (p: Tensor, q: Tensor): Tensor => mul(0.5, renyiRows(p, q, 0.5));

/**
 * The Bhattacharyya distance between categorical distributions: half the Rényi divergence of order ½.
 *
 * $$ -\log \sum_k \sqrt{p_k q_k} $$
 *
 * @param logP float32 `[..., K]`, log-probabilities of P; -Infinity is probability 0.
 * @param logQ float32 `[..., K]`, log-probabilities of Q.
 * @returns a scalar, or `[...]` with `reduction: 'none'`, in nats; Infinity where they share nothing.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there.
 * @see Bhattacharyya: On a measure of divergence between two statistical populations defined by their probability distributions, 1943
 * @example
 * import { bhattacharyyaDistance } from '@surrogate/divergences';
 * const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)];
 * (await bhattacharyyaDistance(p, q).data())[0]; // 0.089591
 */
export function bhattacharyyaDistance(logP: TensorLike, logQ: TensorLike, options: DiscreteDivergenceOptions = {}): Tensor {
  return betweenRows('bhattacharyyaDistance', { logP, logQ }, options, bhattacharyya);
}

/**
 * The Bhattacharyya coefficient of categorical distributions, how much they overlap: 1 where they agree, 0 where they share nothing; the cosine of the angle between their roots.
 *
 * $$ \sum_k \sqrt{p_k q_k} $$
 *
 * @param logP float32 `[..., K]`, log-probabilities of P; -Infinity is probability 0.
 * @param logQ float32 `[..., K]`, log-probabilities of Q.
 * @returns a scalar, or `[...]` with `reduction: 'none'`, in [0, 1].
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there.
 * @see Bhattacharyya: On a measure of divergence between two statistical populations defined by their probability distributions, 1943
 * @example
 * import { bhattacharyyaCoefficient } from '@surrogate/divergences';
 * const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)];
 * (await bhattacharyyaCoefficient(p, q).data())[0]; // 0.914305
 */
export function bhattacharyyaCoefficient(logP: TensorLike, logQ: TensorLike, options: DiscreteDivergenceOptions = {}): Tensor {
  return betweenRows('bhattacharyyaCoefficient', { logP, logQ }, options, (p, q) => {
    const none = less(minimum(p, q), -1e30);
    const [a, b] = [p, q].map((logs) => select(none, zerosLike(logs), logs)) as [Tensor, Tensor];
    return sum(select(none, zerosLike(p), exp(mul(0.5, add(a, b)))), -1);
  });
}

/**
 * The Fisher-Rao distance between categorical distributions: the length of the shortest way from one to the other, measured by Fisher information; twice the angle between their roots, at most π.
 *
 * $$ 2 \arccos \sum_k \sqrt{p_k q_k} = 4 \arcsin \frac{\sqrt{\sum_k (\sqrt{p_k} - \sqrt{q_k})^2}}{2} $$
 *
 * It is computed in the second form, which loses nothing where the two nearly agree.
 *
 * @param logP float32 `[..., K]`, log-probabilities of P; -Infinity is probability 0.
 * @param logQ float32 `[..., K]`, log-probabilities of Q.
 * @returns a scalar, or `[...]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there.
 * @see Rao: Information and the accuracy attainable in the estimation of statistical parameters, 1945
 * @example
 * import { fisherRaoDistance } from '@surrogate/divergences';
 * const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)];
 * (await fisherRaoDistance(p, q).data())[0]; // 0.834014
 */
export function fisherRaoDistance(logP: TensorLike, logQ: TensorLike, options: DiscreteDivergenceOptions = {}): Tensor {
  return betweenRows('fisherRaoDistance', { logP, logQ }, options, (p, q) =>
    mul(4, asin(mul(0.5, safeSqrt(sum(divergenceCells(p, q, squaredHellinger), -1))))),
  );
}

/**
 * The Cauchy-Schwarz divergence between categorical distributions: minus twice the logarithm of the cosine of the angle between them. `cauchySchwarzDivergence` is for samples.
 *
 * $$ -2 \log \sum_k p_k q_k + \log \sum_k p_k^2 + \log \sum_k q_k^2 $$
 *
 * @param logP float32 `[..., K]`, log-probabilities of P; -Infinity is probability 0.
 * @param logQ float32 `[..., K]`, log-probabilities of Q.
 * @returns a scalar, or `[...]` with `reduction: 'none'`, in nats; Infinity where they share nothing. Their masses do not matter.
 * @throws SurrogateError `shape` when the two differ in shape, `range` for an axis that is not there.
 * @see Príncipe: Information Theoretic Learning, 2010
 * @example
 * import { categoricalCauchySchwarz } from '@surrogate/divergences';
 * const [p, q] = [[0.7, 0.2, 0.1].map(Math.log), [0.3, 0.4, 0.3].map(Math.log)];
 * (await categoricalCauchySchwarz(p, q).data())[0]; // 0.583873
 */
export function categoricalCauchySchwarz(logP: TensorLike, logQ: TensorLike, options: DiscreteDivergenceOptions = {}): Tensor {
  return betweenRows('categoricalCauchySchwarz', { logP, logQ }, options, (p, q) => {
    const unit = (logs: Tensor) => sub(logs, expandDims(mul(0.5, logSumExp(mul(2, logs))), -1));
    const [u, v] = [unit(p), unit(q)];
    // The cosine is 1 - |u - v|²/2, which near 1 is the more precise.
    const apart = mul(0.5, sum(square(sub(exp(u), exp(v))), -1));
    const near = less(detach(apart), 0.05);
    return mul(-2, select(near, log1p(mul(-1, select(near, apart, zerosLike(apart)))), logSumExp(add(u, v))));
  });
}
