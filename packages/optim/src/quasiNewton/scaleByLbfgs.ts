/** @file The direction of L-BFGS as a gradient transformation. */
import { clone, div, greater, mul, scalar, sqrt, sub, zerosLike, add, type Tensor } from '@tensorflow/tfjs-core';
import { checkInteger, defineTransformation, minimum, select, type ByPath, type GradientTransformation } from '@surrogate/core';
import { dotByPath, squaredNorm } from '../parameterFree/wholeTree.js';
import { mapByPath, zerosByPath } from '../transforms/byPath.js';

/** A change of parameters, the change of gradients that went with it, and 1 / ⟨s, y⟩, or 0 for a pair that does not count. */
type Pair = { s: ByPath; y: ByPath; weight: Tensor };

/** The state of {@link scaleByLbfgs}: the last parameters and gradients, the pairs, oldest first, and γ. */
export type LbfgsState = { count: number; params: ByPath; grads: ByPath; pairs: Pair[]; gamma: Tensor };

/** Options of {@link scaleByLbfgs}. */
export interface ScaleByLbfgsOptions {
  /** How many past steps shape the next one, >= 1. Default 10. */
  memory?: number | undefined;
}

/** x + c y */
const plus = (x: ByPath, y: ByPath, c: Tensor): ByPath => mapByPath(x, (value, path) => add(value, mul(y[path]!, c)));

/** The pair of the step that was just taken; it counts where the loss curves upwards along it. */
function pairOf(params: ByPath, grads: ByPath, state: LbfgsState): { pair: Pair; gamma: Tensor } {
  const s = mapByPath(params, (x, path) => sub(x, state.params[path]!));
  const y = mapByPath(grads, (g, path) => sub(g, state.grads[path]!));
  const [curvature, length] = [dotByPath(s, y), squaredNorm(y)];
  const counts = greater(curvature, 0);
  const safe = select(counts, curvature, scalar(1));
  return {
    pair: { s, y, weight: select(counts, div(1, safe), scalar(0)) },
    gamma: select(counts, div(safe, select(counts, length, scalar(1))), state.gamma),
  };
}

/** The two-loop recursion. */
function multiplied(grads: ByPath, pairs: readonly Pair[], gamma: Tensor): ByPath {
  let q = grads;
  const weights: Tensor[] = [];
  for (const { s, y, weight } of [...pairs].reverse()) {
    const alpha = mul(weight, dotByPath(s, q));
    weights.unshift(alpha);
    q = plus(q, y, mul(alpha, -1));
  }
  q = mapByPath(q, (x) => mul(x, gamma));
  pairs.forEach(({ s, y, weight }, i) => (q = plus(q, s, sub(weights[i]!, mul(weight, dotByPath(y, q))))));
  return q;
}

/**
 * Multiplies gradients with a guess of the inverse Hessian, made of the last steps and the changes of the gradient along them.
 *
 * $$ u = P_t g_t, \qquad P_{j+1} = (I - \rho_j s_j y_j^\top) P_j (I - \rho_j y_j s_j^\top) + \rho_j s_j s_j^\top, \qquad P_0 = \gamma I, \quad \gamma = \tfrac{\langle s, y \rangle}{\lVert y \rVert^2} $$
 *
 * with s the differences of parameters, y those of gradients and ρ = 1 / ⟨s, y⟩. Steps along which the gradient did not grow, ⟨s, y⟩ <= 0, do not count. The first update
 * is the gradient, no longer than 1. It wants a line search, as {@link lbfgs} has it, or a small learning rate and gradients without noise.
 *
 * @param options how much is remembered: two copies of the parameters a step.
 * @returns the transformation.
 * @throws SurrogateError `range`.
 * @see Liu, Nocedal: On the Limited Memory BFGS Method for Large Scale Optimization, 1989.
 * @example
 * import { scaleByLbfgs } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const transformation = scaleByLbfgs();
 * const [start, end] = [{ w: tensor([0, 0]) }, { w: tensor([1, 0]) }];
 * const first = transformation.update({ w: tensor([-1, 1]) }, transformation.init(start), start);
 * await transformation.update({ w: tensor([1, 1]) }, first.state, end).updates.w.data(); // [0.5, 0.5]
 */
export function scaleByLbfgs({ memory = 10 }: ScaleByLbfgsOptions = {}): GradientTransformation<LbfgsState> {
  checkInteger('scaleByLbfgs', 'memory', memory, 1);
  return defineTransformation<LbfgsState>('scaleByLbfgs', {
    init: (params) => ({
      count: 0,
      params: zerosByPath(params),
      grads: zerosByPath(params),
      pairs: Array.from({ length: memory }, () => ({ s: zerosByPath(params), y: zerosByPath(params), weight: scalar(0) })),
      gamma: scalar(1),
    }),
    update(updates, state, params) {
      const kept = { count: state.count + 1, params: mapByPath(params, (x) => clone(x)), grads: mapByPath(updates, (g) => clone(g)) };
      if (state.count === 0) {
        const length = sqrt(squaredNorm(updates));
        const some = greater(length, 0);
        const size = select(some, minimum(div(1, select(some, length, scalar(1))), 1), zerosLike(length));
        return { updates: mapByPath(updates, (g) => mul(g, size)), state: { ...state, ...kept } };
      }
      const { pair, gamma } = pairOf(params, updates, state);
      const pairs = [...state.pairs.slice(1), pair];
      return { updates: multiplied(updates, pairs, gamma), state: { ...kept, pairs, gamma } };
    },
  });
}
