/** @file Voronoi losses (Nguyen et al. 2024): how far fitted experts are from the true ones, each weighed by the experts that share its cell; on the host. */
import { fail } from '@surrogate/core';
import { checkMixture, checkTopK, type ExpertMixture } from './record.js';

/** Options of {@link moeVoronoiLoss}. */
export interface MoeVoronoiOptions {
  /** How many of the true experts are active, in [1, k*]. Default all. */
  topK?: number | undefined;
  /** Whether cells with several fitted experts are held to their slower rates. Default where there are more experts than true ones. */
  overSpecified?: boolean | undefined;
}

/** Experts in one list of numbers each. */
interface Atom {
  readonly mass: number;
  /** β₁ and b, which converge at one rate. */
  readonly slow: readonly number[];
  /** a and σ, which converge at twice that rate. */
  readonly fast: readonly number[];
}

const atomsOf = ({ gateWeights, gateBias, slopes, offsets, stds }: ExpertMixture): readonly Atom[] =>
  gateWeights.map((weights, i) => ({
    mass: Math.exp(gateBias[i]!),
    slow: [...Array.from(weights), offsets[i]!],
    fast: [...Array.from(slopes[i]!), stds[i]!],
  }));

const apart = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((value, i) => value - b[i]!));
const distance = (a: Atom, b: Atom) => Math.hypot(apart(a.slow, b.slow), apart(a.fast, b.fast));

/** The smallest r for which the polynomial equations of m atoms have no other solution than 0: 4 and 6 for two and three; for more only 7 is known to be too small or just right, and 2m goes on. */
const order = (atoms: number) => 2 * atoms;

/**
 * The Voronoi loss of a fitted mixture of experts: each fitted expert belongs to the true one that it is nearest to, and counts by its weight in the gate.
 *
 * $$ D = \max_{|S| = K} \sum_{l \in S} \Big[ \sum_{j \in A_l} e^{\beta_{0j}} \rho_{jl} + \Big| \sum_{j \in A_l} e^{\beta_{0j}} - e^{\beta^*_{0l}} \Big| \Big] $$
 *
 * with ρ = ‖θ_j − θ*_l‖ over θ = (β₁, a, b, σ); over-specified, in a cell with several experts ρ = ‖(Δβ₁, Δb)‖^r + ‖(Δa, Δσ)‖^(r/2), r = 4 for two and 6 for three. Under a good fit the first falls
 * as n^(−1/2), and so does the second, so that single experts in such cells converge as slowly as n^(−1/2r).
 *
 * Gates are compared as they are: fix β₀ and β₁ of the last expert to 0 before, since a common shift changes no gate.
 *
 * @param estimate the fitted experts.
 * @param truth the true ones; the maximum is over which K of them are active together.
 * @param options K, and which form.
 * @returns a number, >= 0; 0 where the two are the same.
 * @throws SurrogateError `shape` where the inputs of the two differ in number, `dtype`, `range`.
 * @see Nguyen, Akbarian, Yan, Ho: Statistical Perspective of Top-K Sparse Softmax Gating Mixture of Experts, 2024. arXiv:2309.13850
 * @example
 * import { moeVoronoiLoss } from '@surrogate/losses';
 * const truth = { gateWeights: [[1], [0]], gateBias: [0, 0], slopes: [[2], [-1]], offsets: [1, -2], stds: [0.5, 1] };
 * moeVoronoiLoss({ ...truth, offsets: [1.25, -2] }, truth); // 0.25
 */
export function moeVoronoiLoss(estimate: ExpertMixture, truth: ExpertMixture, options: MoeVoronoiOptions = {}): number {
  const fn = 'moeVoronoiLoss';
  const [fitted, inputs] = checkMixture(fn, 'estimate', estimate);
  const [count, trueInputs] = checkMixture(fn, 'truth', truth);
  if (inputs !== trueInputs) fail('shape', fn, 'estimate', `must have ${trueInputs} inputs, as truth has, got ${inputs}`);
  const { topK = count, overSpecified = fitted > count } = options;
  checkTopK(fn, topK, count);
  const [atoms, centers] = [atomsOf(estimate), atomsOf(truth)];
  const nearest = atoms.map((atom) =>
    centers.reduce((best, center, l) => (distance(atom, center) < distance(atom, centers[best]!) ? l : best), 0),
  );
  const cells = centers.map((center, l) => {
    const own = atoms.filter((_, j) => nearest[j] === l);
    const r = order(own.length);
    const away = (atom: Atom) =>
      overSpecified && own.length > 1
        ? apart(atom.slow, center.slow) ** r + apart(atom.fast, center.fast) ** (r / 2)
        : distance(atom, center);
    const mass = own.reduce((sum, atom) => sum + atom.mass, 0);
    return own.reduce((sum, atom) => sum + atom.mass * away(atom), 0) + Math.abs(mass - center.mass);
  });
  // No cell counts against another: the worst choice of K cells is that of the K largest.
  return cells
    .sort((a, b) => b - a)
    .slice(0, topK)
    .reduce((sum, cell) => sum + cell, 0);
}
