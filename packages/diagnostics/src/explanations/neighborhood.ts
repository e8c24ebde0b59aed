/** @file What tells local explanations apart: which perturbations count, how they act, and what a linear model has to match there. */
import type { Matrix } from '@surrogate/core/host';

/** How a perturbation ξ acts on an input x, coordinate by coordinate. */
export interface PerturbationOperator {
  /** The perturbed coordinate. */
  apply(x: number, xi: number): number;
  /** Its derivative by ξ. */
  slope(x: number): number;
  /** The ξ that makes the second of the first; {@link neutral} where no ξ moves the coordinate. */
  invert(x: number, perturbed: number): number;
  /** The ξ that changes nothing. */
  readonly neutral: number;
}

/** Perturbations, one a row, and what each counts. */
export interface Perturbations {
  /** m x d. */
  readonly xi: Matrix;
  /** m, >= 0. */
  readonly weights: Float64Array;
}

/** A local function approximation: a linear g(ξ) = ⟨w, ξ⟩ + b that is to be close to f(x ∘ ξ) over perturbations ξ. */
export interface LocalNeighborhood {
  /** Perturbations around an input; drawn anew at each call where they are random. */
  sample(x: Float64Array): Perturbations;
  /** How perturbations act. */
  readonly operator: PerturbationOperator;
  /** What the linear model has to match, in the mean square: values of f, or the gradients by ξ. */
  readonly match: 'values' | 'gradients';
  /** Whether the model has to be exact at the input itself; otherwise the bias is fitted. Gradients say nothing of a bias, so with them it always is. */
  readonly anchored: boolean;
}

/** @internal Perturbations that all count the same. */
export const alike = (xi: Matrix): Perturbations => ({ xi, weights: new Float64Array(xi.rows).fill(1) });

/** x + ξ. */
export const additivePerturbation: PerturbationOperator = {
  apply: (x, xi) => x + xi,
  slope: () => 1,
  invert: (x, perturbed) => perturbed - x,
  neutral: 0,
};

/**
 * Scales what is above a baseline: ξ = 0 puts the baseline in place of the coordinate, ξ = 1 leaves it.
 *
 * $$ x \circ \xi = b + \xi (x - b) $$
 *
 * @param baseline b, what stands for an absent coordinate. Default 0.
 * @returns the operator.
 * @example
 * import { multiplicativePerturbation } from '@surrogate/diagnostics';
 * multiplicativePerturbation(1).apply(5, 0.5); // 3
 */
export const multiplicativePerturbation = (baseline = 0): PerturbationOperator => ({
  apply: (x, xi) => baseline + xi * (x - baseline),
  slope: (x) => x - baseline,
  invert: (x, perturbed) => (x === baseline ? 1 : (perturbed - baseline) / (x - baseline)),
  neutral: 1,
});
