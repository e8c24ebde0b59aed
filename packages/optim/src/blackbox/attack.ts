/** @file Optimisation through a neural surrogate: attacks on it propose, direct search guarantees. */
import { mul, reshape, sub, sum, tensor1d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkAtLeast,
  checkInteger,
  checkOneOf,
  checkRng,
  checkShape,
  fail,
  pgdMaximize,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { qr } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';

/** Options of {@link directionalAttack}. */
export interface DirectionalAttackOptions {
  /** r, >= 0: how far the input may move. */
  radius: number;
  /** `linf`: each number by r; `l2`: all together. Default linf. */
  norm?: 'linf' | 'l2' | undefined;
  /** How many gradient steps, >= 1; one is the fast gradient sign. Default 5. */
  steps?: number | undefined;
  /** What no input may fall below. */
  min?: number | undefined;
  /** What no input may exceed. */
  max?: number | undefined;
}

/**
 * The move of an input, within a ball, that drives a network's outputs along a direction.
 *
 * $$ u \approx \arg\max_{\lVert u \rVert \le r} \langle \Phi(x + u), d \rangle $$
 *
 * Projected ascent with steps of 2r over their number; one backward pass each.
 *
 * @param phi Φ: the network, from float32 `[n]` to float32 `[m]`.
 * @param x float32 `[n]`.
 * @param direction d, float32 `[m]`.
 * @returns u, float32 `[n]`.
 * @throws SurrogateError `range`, `shape`, `dtype`, `disposed`.
 * @see Bouchet, Vidal: Optimization by Directional Attacks: Solving Problems with Neural Network Surrogates, 2025. arXiv:2510.01461; Madry et al., 2018. arXiv:1706.06083
 * @example
 * import { directionalAttack } from '@surrogate/optim';
 * import { mul, tensor1d } from '@tensorflow/tfjs-core';
 * await directionalAttack((x) => mul(x, tensor1d([2, -3])), [0, 0], [1, 1], { radius: 0.5 }).data(); // [0.5, -0.5]
 */
export function directionalAttack(
  phi: (x: Tensor) => Tensor,
  x: TensorLike,
  direction: TensorLike,
  options: DirectionalAttackOptions,
): Tensor {
  const fn = 'directionalAttack';
  const { radius, norm = 'linf', steps = 5, min, max } = options;
  checkFunction(fn, 'phi', phi);
  checkAtLeast(fn, 'radius', radius, 0);
  checkOneOf(fn, 'norm', norm, ['linf', 'l2']);
  checkInteger(fn, 'steps', steps, 1);
  return tidy(() => {
    const [start, d] = [asTensor(fn, 'x', x), asTensor(fn, 'direction', direction)];
    checkShape(fn, 'x', start.shape, [null]);
    if (radius === 0) return mul(start, 0);
    const row = reshape(start, [1, start.size]);
    const along = (z: Tensor): Tensor => sum(mul(phi(reshape(z, start.shape)), d));
    const found = pgdMaximize(along, row, { eps: radius, norm, steps, stepSize: (2 * radius) / steps, min, max });
    return sub(reshape(found, start.shape), start);
  });
}

/** What is made of a network's outputs. */
export interface OutputObjective {
  /** f: what is maximised, and its gradient by the outputs. */
  value(outputs: Float64Array): { readonly value: number; readonly gradient: Float64Array };
  /** c: all must be at most 0. Default none. */
  constraints?(outputs: Float64Array): ArrayLike<number>;
}

/** Options of {@link attackSearch}. */
export interface AttackSearchOptions {
  /** How many evaluations of the network at most, >= 1. */
  budget: number;
  /** What covering points and poll directions are drawn from. */
  rng: Rng;
  /** The first radius of attacks, > 0; 0 leaves attacks out. Default 0.1. */
  radius?: number | undefined;
  /** The first length of polls, > 0; 0 leaves direct search out. Default 0.1. */
  pollSize?: number | undefined;
  /** No radius and no length grows beyond, > 0. Default 1. */
  largest?: number | undefined;
  /** What no input may fall below. Default -Infinity. */
  min?: number | undefined;
  /** What no input may exceed. Default Infinity. */
  max?: number | undefined;
}

/** What {@link attackSearch} found. */
export interface AttackSearch {
  /** The best feasible input. */
  readonly x: Float64Array;
  /** f there. */
  readonly value: number;
  /** The evaluations of the network. */
  readonly evaluations: number;
  /** The best value after each evaluation. */
  readonly history: Float64Array;
}

/** A random orthonormal basis, its vectors one after the other. */
function orthonormalBasis(n: number, rng: Rng): Float64Array[] {
  const { q } = qr({ rows: n, cols: n, data: rng.fillNormal(new Float64Array(n * n)) });
  return Array.from({ length: n }, (_, j) => Float64Array.from({ length: n }, (_, i) => q.data[i * n + j]!));
}

/**
 * Maximises a function of a network's outputs over its inputs, under constraints on the outputs: each round attacks the network along the objective's gradient, and where that
 * fails searches without derivatives, by one random point nearby and by polls along a random basis.
 *
 * $$ \max_{l \le x \le h} f(\Phi(x)) \quad \text{s.t.} \quad c(\Phi(x)) \le 0 $$
 *
 * Points that break a constraint are never accepted. Attacks are tried at full, half and quarter length; a radius doubles on success and halves on failure. Which of these details
 * are the authors' could not be checked: their text has the scheme, the constants here are ours. An evaluation is one pass forward; an attack's own backward passes are not counted.
 *
 * @param phi Φ: the network, from float32 `[n]` to float32 `[m]`.
 * @param objective f and c of the outputs.
 * @param x0 n numbers: a feasible start.
 * @returns the best input, and how it was reached.
 * @throws SurrogateError `range` also where x0 is not feasible, `shape`, `dtype`.
 * @see Bouchet, Vidal: Optimization by Directional Attacks, 2025. arXiv:2510.01461; Audet, Hare: Derivative-Free and Blackbox Optimization, 2017
 * @example
 * import { rng } from '@surrogate/core';
 * import { attackSearch } from '@surrogate/optim';
 * const bowl = { value: (z) => ({ value: -((z[0] - 0.3) ** 2), gradient: Float64Array.of(-2 * (z[0] - 0.3)) }) };
 * const { x } = await attackSearch((x) => x, bowl, [0.9], { budget: 100, rng: rng(0) });
 * Math.abs(x[0] - 0.3) < 1e-3; // true
 */
export async function attackSearch(
  phi: (x: Tensor) => Tensor,
  objective: OutputObjective,
  x0: ArrayLike<number>,
  options: AttackSearchOptions,
): Promise<AttackSearch> {
  const fn = 'attackSearch';
  const { budget, rng, radius = 0.1, pollSize = 0.1, largest = 1, min = -Infinity, max = Infinity } = options;
  checkFunction(fn, 'phi', phi);
  checkFunction(fn, 'objective.value', objective?.value);
  checkInteger(fn, 'budget', budget, 1);
  checkRng(fn, 'rng', rng);
  checkAtLeast(fn, 'radius', radius, 0);
  checkAtLeast(fn, 'pollSize', pollSize, 0);
  checkAbove(fn, 'largest', largest, 0);
  if (Number.isNaN(min) || !(max > min)) fail('range', fn, 'max', `must be above min = ${min}, got ${max}`);
  const start = vectorOf(fn, 'x0', x0);
  const n = start.length;
  const history: number[] = [];
  const inside = (x: Float64Array): Float64Array => x.map((value) => Math.min(Math.max(value, min), max));
  const evaluate = async (x: Float64Array) => {
    const outputs = tidy(() => mul(phi(tensor1d(Float32Array.from(x))), 1));
    const read = Float64Array.from(await outputs.data());
    outputs.dispose();
    const { value, gradient } = objective.value(read);
    const feasible = Array.from(objective.constraints?.(read) ?? []).every((c) => c <= 0);
    const reached = { x, value: feasible && !Number.isNaN(value) ? value : -Infinity, gradient };
    history.push(Math.max(reached.value, history.at(-1) ?? -Infinity));
    return reached;
  };
  let best = await evaluate(start);
  if (best.value === -Infinity) fail('range', fn, 'x0', 'must be feasible, got a broken constraint');
  /** Whether a point is better by some amount; then it is the new best. */
  const accept = async (x: Float64Array, by: number): Promise<boolean> => {
    if (history.length >= budget) return false;
    const reached = await evaluate(inside(x));
    if (!(reached.value >= best.value + by && reached.value > best.value)) return false;
    best = reached;
    return true;
  };
  let [reach, length] = [radius, pollSize];
  const attacked = async (): Promise<boolean> => {
    if (reach < 1e-7) return false;
    const move = tidy(() =>
      directionalAttack(phi, tensor1d(Float32Array.from(best.x)), tensor1d(Float32Array.from(best.gradient)), { radius: reach, min, max }),
    );
    const u = await move.data();
    move.dispose();
    let found = false;
    for (const part of [1, 0.5, 0.25]) {
      found = await accept(best.x.map((value, i) => value + part * u[i]!), 0); // prettier-ignore
      if (found) break;
    }
    reach = found ? Math.min(2 * reach, largest) : reach / 2;
    return found;
  };
  const searched = async (): Promise<boolean> => {
    if (length < 1e-7) return false;
    // A point of a neighbourhood of fixed size: in time these cover it.
    if (await accept(best.x.map((value) => value + pollSize * rng.uniform(-1, 1)), 0)) return true; // prettier-ignore
    for (const q of orthonormalBasis(n, rng))
      for (const sign of [1, -1])
        if (await accept(best.x.map((value, i) => value + sign * length * q[i]!), 1e-9 * length ** 2)) {
          length = Math.min(2 * length, largest);
          return true;
        } // prettier-ignore
    length /= 2;
    return false;
  };
  while (history.length < budget && (reach >= 1e-7 || length >= 1e-7)) if (!(await attacked())) await searched();
  return { x: best.x, value: best.value, evaluations: history.length, history: Float64Array.from(history) };
}
