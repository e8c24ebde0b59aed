/** @file Entropic optimal transport by Sinkhorn's rounds in log space: with a fixed number of them, or until the marginals hold. */
import { add, mul, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkAbove, checkInteger, detach, fail, noGrad, pairwiseSquaredDistances, type TensorLike } from '@surrogate/core';
import { twoSamples } from '../kernel/samples.js';
import {
  dualValue,
  planOf,
  problemOf,
  roundsOf,
  startOf,
  type Potentials,
  type Problem,
  type SolverOptions,
  type TransportOptions,
} from './problem.js';
import { sinkhornRounds, sinkhornSelfRounds } from './rounds.js';

/** Options of {@link sinkhorn}. */
export interface SinkhornOptions extends SolverOptions {
  /** How many rounds; 0 takes the potentials as they are given. Default 100. */
  iterations?: number | undefined;
}

/** Options of {@link sinkhornUntil}. */
export interface SinkhornUntilOptions extends SolverOptions {
  /** The mass by which the marginals may be off, > 0. float32 cannot tell less than about 1e-7 times the cost over epsilon. Default 1e-5. */
  tolerance?: number | undefined;
  /** After how many rounds it gives up. Default 1000. */
  maxIterations?: number | undefined;
}

/** Options of {@link sinkhornDivergence}. */
export interface SinkhornDivergenceOptions extends Omit<SinkhornOptions, 'potentials'> {
  /** The cost of moving between all rows of two matrices. Default the squared distance. */
  cost?: ((x: Tensor, y: Tensor) => Tensor) | undefined;
}

/** How far {@link sinkhornUntil} got; the tensors belong to the caller. */
export interface Transport {
  /** A float32 scalar: the dual value, a lower bound of the cost. */
  readonly value: Tensor;
  /** Rounds done. */
  readonly iterations: number;
  /** Whether the error came below the tolerance. */
  readonly converged: boolean;
  /** The mass by which the rows' marginal is off. */
  readonly error: number;
  /** The dual potentials; hand them back to go on. */
  readonly potentials: Potentials;
}

/** Rounds are looked at so often only, since each look waits for the device. */
const between = 10;

function solved(fn: string, problem: Problem, iterations: number, potentials: Potentials | undefined): Potentials {
  checkInteger(fn, 'iterations', iterations);
  return noGrad(() => {
    const start = startOf(fn, problem, potentials);
    const { f, g } = iterations === 0 ? start : sinkhornRounds(problem, start, iterations, { settle: true });
    return { f: detach(f), g: detach(g) };
  });
}

/**
 * The cost of entropic optimal transport, after a fixed number of Sinkhorn rounds; balanced, or with marginals that may be violated at a price.
 *
 * $$ \min_P\ \langle P, C \rangle + \varepsilon \operatorname{KL}(P \Vert a b^\top) + \rho \operatorname{KL}(P \mathbf 1 \Vert a) + \rho \operatorname{KL}(P^\top \mathbf 1 \Vert b) $$
 *
 * The value is the dual one, never above the minimum. Its gradient by the cost is the plan, by the envelope theorem: it is right where the rounds have converged, and second derivatives are not available.
 * POT's entropy is without the product: its value is lower by ε (H(a) + H(b)).
 *
 * @param cost float32 `[N, M]`.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless the cost is a matrix and masses and potentials fit, `range` for options out of range, `dtype`, `disposed`.
 * @see Cuturi: Sinkhorn Distances, 2013. arXiv:1306.0895; Chizat, Peyré, Schmitzer, Vialard: Scaling Algorithms for Unbalanced Transport Problems, 2018. arXiv:1607.05816
 * @example
 * import { sinkhorn } from '@surrogate/divergences';
 * (await sinkhorn([[0, 1], [1, 0]], { epsilon: 1 }).data())[0]; // 0.379885
 */
export function sinkhorn(cost: TensorLike, options: SinkhornOptions = {}): Tensor {
  const { iterations = 100, potentials } = options;
  return tidy(() => {
    const problem = problemOf('sinkhorn', cost, options);
    return dualValue(problem, solved('sinkhorn', problem, iterations, potentials));
  });
}

/**
 * Entropic optimal transport until the marginals hold to a tolerance; says how far it got. For gradients pass its potentials to {@link sinkhorn} with `iterations: 0`.
 *
 * @param cost float32 `[N, M]`.
 * @returns the value, the potentials, and whether it converged.
 * @throws SurrogateError as {@link sinkhorn}.
 * @see Cuturi: Sinkhorn Distances, 2013. arXiv:1306.0895
 * @example
 * import { sinkhornUntil } from '@surrogate/divergences';
 * const { converged, error } = await sinkhornUntil([[0, 1], [1, 0]], { epsilon: 1 });
 * converged; // true
 */
export async function sinkhornUntil(cost: TensorLike, options: SinkhornUntilOptions = {}): Promise<Transport> {
  const fn = 'sinkhornUntil';
  const { tolerance = 1e-5, maxIterations = 1000, potentials } = options;
  checkAbove(fn, 'tolerance', tolerance, 0);
  checkInteger(fn, 'maxIterations', maxIterations, 1);
  const owned: Tensor[] = [];
  try {
    const problem = noGrad(() => {
      const [made, a, b] = tidy(() => {
        const checked = problemOf(fn, cost, options);
        return [checked.cost.clone(), checked.a.clone(), checked.b.clone()] as [Tensor, Tensor, Tensor];
      });
      owned.push(made, a, b);
      const { epsilon = 0.1, marginalPenalty: penalty = Infinity, annealing } = options;
      return { cost: made, a, b, epsilon, penalty, annealing };
    });
    let rounds!: ReturnType<typeof roundsOf>;
    let now = tidy(() => {
      rounds = roundsOf(problem);
      const { f, g } = startOf(fn, problem, potentials);
      return { f: f.clone(), g: g.clone(), held: [...rounds.held] };
    });
    owned.push(...now.held);
    let [iterations, error] = [0, Infinity];
    while (iterations < maxIterations && !(error <= tolerance)) {
      const first = iterations;
      iterations = Math.min(maxIterations, iterations + between);
      const { f, g, off } = noGrad(() =>
        tidy(() => {
          const next = sinkhornRounds(problem, now, iterations - first, { first });
          return { ...next, off: rounds.error(next) };
        }),
      );
      [now.f, now.g].forEach((x) => x.dispose());
      now = { ...now, f, g };
      error = (await off.data<'float32'>())[0]!;
      off.dispose();
    }
    const value = noGrad(() => tidy(() => dualValue(problem, now)));
    return { value, iterations, converged: error <= tolerance, error, potentials: { f: now.f, g: now.g } };
  } finally {
    owned.forEach((x) => x.dispose());
  }
}

/**
 * The plan of entropic optimal transport that belongs to a pair of potentials.
 *
 * $$ P_{ij} = a_i b_j \exp\left(\frac{f_i + g_j - C_{ij}}{\varepsilon}\right) $$
 *
 * @param cost float32 `[N, M]`.
 * @param potentials of {@link sinkhornUntil}, with the same options.
 * @returns float32 `[N, M]`.
 * @throws SurrogateError `shape` unless the cost is a matrix and masses and potentials fit, `range` for options out of range, `dtype`, `disposed`.
 * @see Peyré, Cuturi: Computational Optimal Transport, 2019. arXiv:1803.00567
 * @example
 * import { tensor } from '@tensorflow/tfjs-core';
 * import { transportPlan } from '@surrogate/divergences';
 * await transportPlan([[0, 0]], { f: tensor([0]), g: tensor([0, 0]) }).data(); // [0.5, 0.5]
 */
export function transportPlan(cost: TensorLike, potentials: Potentials, options: TransportOptions = {}): Tensor {
  const fn = 'transportPlan';
  return tidy(() => {
    const problem = problemOf(fn, cost, options);
    if (typeof potentials !== 'object' || potentials === null)
      fail('dtype', fn, 'potentials', `must be { f, g }, got ${potentials === null ? 'null' : typeof potentials}`);
    return planOf(problem, startOf(fn, problem, potentials));
  });
}

/** The transport of a measure to itself, whose two potentials are one. */
function withItself(problem: Problem, iterations: number): Tensor {
  const f = noGrad(() => detach(sinkhornSelfRounds(problem, iterations)));
  return dualValue(problem, { f, g: f });
}

/**
 * The Sinkhorn divergence between two samples: entropic transport without what entropy adds, so that it is 0 where they agree and never negative.
 *
 * $$ \operatorname{OT}_\varepsilon(a, b) - \tfrac12 \operatorname{OT}_\varepsilon(a, a) - \tfrac12 \operatorname{OT}_\varepsilon(b, b) + \tfrac\varepsilon2 (m_a - m_b)^2 $$
 *
 * Gradients are right where the rounds have converged; second derivatives are not available. The cost is |x - y|², where geomloss has half of that.
 *
 * @param x float32 `[N, D]`, one point a row.
 * @param y float32 `[M, D]`.
 * @returns a float32 scalar.
 * @throws SurrogateError `shape` unless both are matrices with rows of one length and masses fit, `range` for options out of range, `dtype`, `disposed`.
 * @see Feydy, Séjourné, Vialard, Amari, Trouvé, Peyré: Interpolating between Optimal Transport and MMD using Sinkhorn Divergences, 2019. arXiv:1810.08278
 * @example
 * import { sinkhornDivergence } from '@surrogate/divergences';
 * (await sinkhornDivergence([[0], [1]], [[2], [3]], { epsilon: 0.01 }).data())[0]; // 4
 */
export function sinkhornDivergence(x: TensorLike, y: TensorLike, options: SinkhornDivergenceOptions = {}): Tensor {
  const fn = 'sinkhornDivergence';
  const { iterations = 100, cost = pairwiseSquaredDistances, a, b, ...rest } = options;
  return tidy(() => {
    const [left, right] = twoSamples(fn, { x, y });
    const across = problemOf(fn, cost(left, right), { ...rest, a, b });
    const value = dualValue(across, solved(fn, across, iterations, undefined));
    const own = (points: Tensor, masses: Tensor) =>
      withItself(problemOf(fn, cost(points, points), { ...rest, a: masses, b: masses }), iterations);
    const debiased = sub(value, mul(0.5, add(own(left, across.a), own(right, across.b))));
    return add(debiased, mul(across.epsilon / 2, square(sub(sum(across.a), sum(across.b)))));
  });
}
