/** @file Worst cases within a ball by projected gradient ascent. */
import { add, clone, div, mul, reshape, sub, sum, Tensor, tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { differentiate, guarded } from '../autodiff/engine.js';
import { noGrad } from '../gradients/tape.js';
import { checkRng, type Rng } from '../host/random/rng.js';
import { checkAbove, checkInteger, checkOneOf, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { l2Normalize, safeNorm } from '../math/norm.js';
import { clip, maximum } from '../math/piecewise.js';
import { sign } from '../math/piecewise.js';

/** Where {@link pgdMaximize} looks. */
export interface PgdOptions {
  /** The radius of the ball, > 0. */
  eps: number;
  /** `linf`: each number moves by eps at most; `l2`: each example (all but the first axis) does, in Euclidean length. Default linf. */
  norm?: 'linf' | 'l2' | undefined;
  /** How many steps, >= 1. Default 10. */
  steps?: number | undefined;
  /** How far a step goes, > 0. Default 2.5 eps / steps. */
  stepSize?: number | undefined;
  /** Starts at a random place in the ball, drawn from this generator, instead of at its centre. */
  rng?: Rng | undefined;
  /** What no number may fall below, such as 0 for pixels. */
  min?: number | undefined;
  /** What no number may exceed. */
  max?: number | undefined;
}

const fn = 'pgdMaximize';

/** Examples as rows. */
const rows = (x: Tensor): Tensor => reshape(x, x.rank < 2 ? [x.size, 1] : [x.shape[0], -1]);

/** A place in the ball: uniform in each number, or in direction and volume. */
function randomStart(x: Tensor, rng: Rng, norm: 'linf' | 'l2', eps: number): Tensor {
  if (norm === 'linf') return tensor(rng.fillUniform(new Float32Array(x.size), -eps, eps), x.shape);
  const [count, size] = rows(x).shape as [number, number];
  const direction = l2Normalize(tensor(rng.fillNormal(new Float32Array(x.size)), [count, size]));
  const radii = rng.fillUniform(new Float32Array(count)).map((u) => eps * u ** (1 / size));
  return reshape(mul(direction, tensor(radii, [count, 1])), x.shape);
}

function projected(move: Tensor, norm: 'linf' | 'l2', eps: number): Tensor {
  if (norm === 'linf') return clip(move, -eps, eps);
  const table = rows(move);
  const length = safeNorm(table, { axis: 1, keepDims: true });
  return reshape(mul(table, div(eps, maximum(length, eps))), move.shape);
}

/**
 * Moves inputs uphill within a ball around them: an adversarial example, the inner maximum of robust training.
 *
 * $$ x_{k+1} = \Pi_{\lVert x - x_0 \rVert \le \varepsilon}\big(x_k + \alpha\, s(\nabla_x f(x_k))\big), \qquad s(g) = \operatorname{sign} g \ \text{ or } \ g / \lVert g \rVert_2 $$
 *
 * Nothing of the search is recorded: to an outer gradient the result is a constant (Danskin).
 *
 * @param objective a float32 scalar, or one number an example, from inputs of the shape of x; examples must not depend on each other.
 * @param x float32, examples along the first axis.
 * @returns float32 of the shape of x.
 * @throws SurrogateError `range` for options out of range, `dtype` where the objective is no function or its result no float32 tensor, `disposed`.
 * @see Madry, Makelov, Schmidt, Tsipras, Vladu: Towards Deep Learning Models Resistant to Adversarial Attacks, 2018. arXiv:1706.06083
 * @example
 * import { pgdMaximize } from '@surrogate/core';
 * import { square, sum } from '@tensorflow/tfjs-core';
 * await pgdMaximize((x) => sum(square(x)), [1, -2], { eps: 0.5 }).data(); // [1.5, -2.5]
 */
export function pgdMaximize(objective: (x: Tensor) => Tensor, x: TensorLike, options: PgdOptions): Tensor {
  const { eps, norm = 'linf', steps = 10, stepSize = (2.5 * eps) / steps, rng, min = -Infinity, max = Infinity } = options;
  if (typeof objective !== 'function') fail('dtype', fn, 'objective', `must be a function, got ${typeof objective}`);
  checkAbove(fn, 'eps', eps, 0);
  checkOneOf(fn, 'norm', norm, ['linf', 'l2']);
  checkInteger(fn, 'steps', steps, 1);
  checkAbove(fn, 'stepSize', stepSize, 0);
  if (rng !== undefined) checkRng(fn, 'rng', rng);
  if (Number.isNaN(min)) fail('range', fn, 'min', 'must be a number, got NaN');
  if (!(max >= min)) fail('range', fn, 'max', `must be at least min = ${min}, got ${max}`);
  return noGrad(() =>
    tidy(() => {
      const centre = clone(asTensor(fn, 'x', x));
      if (centre.size === 0) return centre;
      const within = (move: Tensor) => {
        const inBall = projected(move, norm, eps);
        return min === -Infinity && max === Infinity ? inBall : sub(clip(add(centre, inBall), min, max), centre);
      };
      let move = tidy(() => within(rng === undefined ? zerosLike(centre) : randomStart(centre, rng, norm, eps)));
      for (let step = 0; step < steps; step++) {
        const before = move;
        move = tidy(() => {
          const slope = slopeOf(objective, add(centre, before));
          const direction = norm === 'linf' ? sign(slope) : reshape(l2Normalize(rows(slope)), slope.shape);
          return within(add(before, mul(direction, stepSize)));
        });
        before.dispose();
      }
      return add(centre, move);
    }),
  );
}

function slopeOf(objective: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const total = () => {
    const value = objective(x);
    if (!(value instanceof Tensor) || value.dtype !== 'float32')
      fail('dtype', fn, 'objective', `must return a float32 tensor, got ${value instanceof Tensor ? value.dtype : typeof value}`);
    return sum(value);
  };
  return guarded(() => differentiate(fn, total, [x]).gradients[0]!);
}
