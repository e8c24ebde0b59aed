/** @file Perturbed optimizers: gradients through functions that jump. */
import { add, matMul, mean, mul, reshape, sub, tensor, Tensor, tidy } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkAbove,
  checkInteger,
  checkOneOf,
  checkRng,
  differentiable,
  fail,
  noGrad,
  Rng,
  type RngState,
  type TensorLike,
} from '@surrogate/core';

/** Options of {@link perturbed}. */
export interface PerturbedOptions {
  /** What noise is drawn from; each call draws anew. */
  rng: Rng;
  /** How many noisy inputs are tried, >= 1. Default 1000. */
  samples?: number | undefined;
  /** σ, the size of the noise, > 0. Default 0.1. */
  sigma?: number | undefined;
  /** With Gumbel noise the perturbed arg-max is the softmax of x / σ. Default gumbel. */
  noise?: 'gumbel' | 'normal' | undefined;
}

/** - d/dz log of the density. */
const scores = {
  gumbel: (z: number) => 1 - Math.exp(-z),
  normal: (z: number) => z,
} as const;

/**
 * Makes a function that jumps, such as an arg-max, a ranking or a shortest path, differentiable: its mean under noise, with a gradient that needs values of the function alone.
 *
 * $$ f_\sigma(x) = \mathbb{E} f(x + \sigma Z), \qquad \nabla_x \langle u, f_\sigma(x) \rangle = \tfrac1\sigma \mathbb{E} \left[ \langle u, f(x + \sigma Z) - f(x) \rangle \big( -\nabla \log \mu(Z) \big) \right] $$
 *
 * The value f(x) is the baseline that lowers the variance. Both are means over the same draws.
 *
 * @param f a function of a batch of inputs, float32 `[S, ...]`, which returns float32 `[S, ...]`, each result of its own input alone; it need not be differentiable.
 * @param options the noise.
 * @returns a function of a float32 tensor; its gradient is of first order.
 * @throws SurrogateError `range`, `dtype`; by its function `shape` where f returns something else, `disposed`.
 * @see Berthet, Blondel, Teboul, Cuturi, Vert, Bach: Learning with Differentiable Perturbed Optimizers, 2020. arXiv:2002.08676
 * @example
 * import { perturbed } from '@surrogate/optim';
 * import { rng } from '@surrogate/core';
 * import { argMax, cast, oneHot } from '@tensorflow/tfjs-core';
 * const best = perturbed((x) => cast(oneHot(argMax(x, -1), 2), 'float32'), { rng: rng(0), samples: 10 });
 * await best([5, -5]).data(); // [1, 0]
 */
export function perturbed(f: (x: Tensor) => Tensor, options: PerturbedOptions): (x: TensorLike) => Tensor {
  const fn = 'perturbed';
  const { rng, samples = 1000, sigma = 0.1, noise = 'gumbel' } = options;
  if (typeof f !== 'function') fail('dtype', fn, 'f', `must be a function, got ${typeof f}`);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'samples', samples, 1);
  checkAbove(fn, 'sigma', sigma, 0);
  checkOneOf(fn, 'noise', noise, ['gumbel', 'normal']);
  const drawn = (saved: RngState, shape: readonly number[]) => {
    const generator = Rng.fromJSON(saved);
    const draw = noise === 'gumbel' ? () => generator.gumbel() : () => generator.normal();
    return Float32Array.from({ length: samples * shape.reduce((a, b) => a * b, 1) }, draw);
  };
  const evaluated = (inputs: Tensor, count: number) => {
    const values = f(inputs);
    if (!(values instanceof Tensor) || values.dtype !== 'float32' || values.shape[0] !== count)
      fail('shape', fn, 'f', `must return float32 [${count}, ...], one result an input, got ${describe(values)}`);
    return values;
  };
  const noisy = (x: Tensor, z: Float32Array) => evaluated(add(x, mul(tensor(z, [samples, ...x.shape]), sigma)), samples);
  return (input) => {
    // The backward pass draws the same again, so that nothing need be kept.
    const saved = rng.split().toJSON();
    return tidy(() =>
      differentiable(
        { x: asTensor(fn, 'x', input) },
        ({ x }) => mean(noisy(x, drawn(saved, x.shape)), 0),
        ({ x }, upstream) => ({
          x: () =>
            noGrad(() => {
              const z = drawn(saved, x.shape);
              const gains = sub(noisy(x, z), evaluated(reshape(x, [1, ...x.shape]), 1));
              const weights = matMul(reshape(gains, [samples, -1]), reshape(upstream, [-1, 1]));
              const score = tensor(z.map(scores[noise]), [samples, x.size]);
              return reshape(mul(matMul(weights, score, true), 1 / (sigma * samples)), x.shape);
            }),
        }),
      ),
    );
  };
}

const describe = (value: unknown): string => (value instanceof Tensor ? `${value.dtype} [${value.shape.join(', ')}]` : typeof value);
