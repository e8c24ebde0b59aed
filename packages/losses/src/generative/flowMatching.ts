/** @file Flow matching: learn the velocity that carries noise to data. */
import {
  asTensor,
  checkBetween,
  checkRng,
  checkShape,
  detach,
  fail,
  noGrad,
  randomNormal,
  type LossOptions,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import { add, mul, square, sub, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { checkFunction } from '../common/checks.js';
import { asExamples, columnOf, rowScope, sumEvent } from '../common/rowScope.js';
import { checkPath, condOtPath, type GaussianPath, type PathPoint } from './paths.js';
import { checkedScores } from './scoreMatching.js';

/** Points on a path, and the velocities there; tensors of the caller's. */
export interface FlowMatchingPair {
  /** float32 `[B, ...]`: a x₁ + m x₀. */
  readonly noisy: Tensor;
  /** float32 `[B, ...]`: a' x₁ + m' x₀. */
  readonly velocity: Tensor;
}

/** Options of {@link flowMatchingPair}. */
export interface FlowMatchingPairOptions {
  /** The path from noise to data. Default {@link condOtPath}. */
  path?: GaussianPath | undefined;
}

/** Options of {@link flowMatchingLoss}. */
export interface FlowMatchingOptions extends LossOptions, FlowMatchingPairOptions {
  /** Draws one time in [0, 1). Default uniform. */
  time?: ((rng: Rng) => number) | undefined;
}

/**
 * What flow matching regresses: points between noise and data, and the velocity with which the path passes them.
 *
 * $$ x_t = a_t x_1 + m_t x_0, \qquad u_t = a_t' x_1 + m_t' x_0 $$
 *
 * @param data float32 `[B, ...]`: x₁.
 * @param noise float32 of the same shape: x₀, standard normal.
 * @param t one time a row, in [0, 1]; numbers of the host.
 * @param options the path.
 * @returns the points and the velocities.
 * @throws SurrogateError `shape` where shapes differ, `range` for a time outside [0, 1], `dtype`, `disposed`.
 * @see Lipman, Chen, Ben-Hamu, Nickel, Le: Flow Matching for Generative Modeling, 2023. arXiv:2210.02747
 * @see Shaul, Chen, Nickel, Le, Lipman: On Kinetic Optimal Probability Paths for Generative Models, 2023. arXiv:2306.06626
 * @example
 * import { flowMatchingPair } from '@surrogate/losses';
 * const { noisy, velocity } = flowMatchingPair([[2, 4]], [[0, 1]], [0.25]);
 * [...(await noisy.data()), ...(await velocity.data())]; // [0.5, 1.75, 2, 3]
 */
export function flowMatchingPair(
  data: TensorLike,
  noise: TensorLike,
  t: ArrayLike<number>,
  { path = condOtPath }: FlowMatchingPairOptions = {},
): FlowMatchingPair {
  const fn = 'flowMatchingPair';
  checkPath(fn, path);
  const [noisy, velocity] = tidy(() => {
    const x1 = asExamples(fn, 'data', data);
    const x0 = asTensor(fn, 'noise', noise);
    checkShape(fn, 'noise', x0.shape, x1.shape);
    return pairAt(fn, x1, x0, t, path);
  });
  return { noisy, velocity };
}

function pairAt(fn: string, x1: Tensor, x0: Tensor, t: ArrayLike<number>, path: GaussianPath): [Tensor, Tensor] {
  if (t?.length !== x1.shape[0]) fail('shape', fn, 't', `must hold one time a row, ${x1.shape[0]}, got ${t?.length}`);
  const points = Array.from(t, (time, i) => {
    checkBetween(fn, `t[${i}]`, time, 0, 1, true);
    return path.at(time);
  });
  const column = (key: keyof PathPoint) =>
    columnOf(
      tensor(
        points.map((point) => point[key]),
        [points.length],
        'float32',
      ),
      x1,
    );
  return [add(mul(column('a'), x1), mul(column('m'), x0)), add(mul(column('da'), x1), mul(column('dm'), x0))];
}

/**
 * Conditional flow matching: a model of velocities against those of a path from noise to data, at times and with noise that are drawn. Samples follow dx/dt = v(x, t) from noise at t = 0.
 *
 * $$ \ell = \lVert v(x_t, t) - (a_t' x_1 + m_t' x_0) \rVert^2, \qquad t \sim U(0, 1),\ x_0 \sim N(0, I) $$
 *
 * @param velocity the model: maps float32 `[B, ...]` and times `[B]` to velocities of the data's shape.
 * @param data float32 `[B, ...]`.
 * @param rng draws times and noise.
 * @param options the path, how times are drawn, and what every loss takes.
 * @returns a scalar, or `[B]` with `reduction: 'none'`.
 * @throws SurrogateError `shape` where the model returns another shape, `range`, `dtype`, `disposed`.
 * @see Lipman, Chen, Ben-Hamu, Nickel, Le: Flow Matching for Generative Modeling, 2023. arXiv:2210.02747
 * @example
 * import { rng } from '@surrogate/core';
 * import { flowMatchingLoss } from '@surrogate/losses';
 * import { mul } from '@tensorflow/tfjs-core';
 * const loss = flowMatchingLoss((x) => mul(0.5, x), [[1, 2], [0, 1]], rng(0));
 * loss.shape; // []
 */
export function flowMatchingLoss(
  velocity: (x: Tensor, t: Tensor) => Tensor,
  data: TensorLike,
  rng: Rng,
  options: FlowMatchingOptions = {},
): Tensor {
  const fn = 'flowMatchingLoss';
  const { path = condOtPath, time = (generator: Rng) => generator.uniform() } = options;
  checkFunction(fn, 'velocity', velocity);
  checkFunction(fn, 'time', time);
  checkPath(fn, path);
  checkRng(fn, 'rng', rng);
  return tidy(() => {
    const x1 = asExamples(fn, 'data', data);
    const t = Float32Array.from({ length: x1.shape[0] }, () => time(rng));
    const [noisy, target] = noGrad(() => pairAt(fn, detach(x1), randomNormal(rng, x1.shape), t, path));
    const predicted = checkedScores(fn, velocity(noisy, tensor(t, [t.length])), x1);
    return rowScope(fn, { data: predicted, target }, options, (rows) => sumEvent(square(sub(rows.data, rows.target))));
  });
}
