/** @file The network that rescales losses (STORM, 2024): one small net a class, whose outputs are normalised so that they cannot all go to 0. */
import {
  asClassTarget,
  asTensor,
  checkInteger,
  checkRank,
  checkRng,
  checkShape,
  fail,
  oneHotMask,
  relu,
  safeSqrt,
  sigmoid,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  div,
  expandDims,
  matMul,
  mean,
  mul,
  reshape,
  slice,
  square,
  sub,
  sum,
  tensor3d,
  tidy,
  tile,
  transpose,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** Options of {@link lossRescaler}. */
export interface LossRescalerOptions {
  /** How many classes labels name. */
  classes: number;
  /** How many features an example has: 19 or 7 from `rescalingFeatures`. Default 19. */
  features?: number | undefined;
}

/** The weights of a {@link lossRescaler}, float32; there are no biases, because what normalises takes them away. */
export interface LossRescalerParams {
  /** `[K, F, F]`: the first layer of each class. */
  readonly hidden: Tensor;
  /** `[K, F, 2]`: the second. */
  readonly out: Tensor;
}

/** A network of weights of examples. */
export interface LossRescaler {
  /** Draws the first weights. */
  init(rng: Rng): LossRescalerParams;
  /** The weight of each example, float32 `[B]` in (0, 1), from its features `[B, F]` and its label, an int32 class id; all examples of a batch at once. */
  apply(params: LossRescalerParams, features: TensorLike, labels: TensorLike): Tensor;
}

const eps = 1e-5;

/** Each output `[K, B, ...]` to mean 0 and variance 1 over the batch. */
function normalized(x: Tensor): Tensor {
  const centered = sub(x, mean(x, 1, true));
  return div(centered, safeSqrt(add(mean(square(centered), 1, true), eps)));
}

/**
 * A network that gives each example of a batch a weight from how its loss behaves, one small net a class; trained by {@link metaRescalingStep} on the noisy data themselves.
 *
 * $$ w_i = \operatorname{softmax}\left( \operatorname{BN}\left( L_2^{(y_i)} \operatorname{relu}\left( \operatorname{BN}\left( L_1^{(y_i)} f_i \right) \right) \right) \right)_1 $$
 *
 * Each net runs over the whole batch, and BN normalises what it says there, without parameters of its own; then each example takes what the net of its class says of it. Owing to the last BN
 * weights always spread around ½: they cannot all go to 0, which would lower any weighted loss.
 *
 * @param options the number of classes and of features.
 * @returns `{ init, apply }`.
 * @throws SurrogateError `range`; its functions `shape`, `dtype`, `disposed`, `range` for class ids.
 * @see Heck, Geishauser, Lubis, van Niekerk, Feng, Lin, Ruppik, Vukovic, Gašić: Learning from Noisy Labels via Self-Taught On-the-Fly Meta Loss Rescaling, 2024. arXiv:2412.12955
 * @example
 * import { rng } from '@surrogate/core';
 * import { lossRescaler } from '@surrogate/losses';
 * const rescaler = lossRescaler({ classes: 2, features: 3 });
 * await rescaler.apply(rescaler.init(rng(0)), [[1, 2, 3], [1, 2, 3]], [0, 1]).data(); // [0.5, 0.5]
 */
export function lossRescaler(options: LossRescalerOptions): LossRescaler {
  const fn = 'lossRescaler';
  const { classes, features: width = 19 } = options;
  checkInteger(fn, 'classes', classes, 1);
  checkInteger(fn, 'features', width, 1);
  const bound = 1 / Math.sqrt(width);
  const drawn = (rng: Rng, count: number) => rng.fillUniform(new Float32Array(count), -bound, bound);
  return {
    init(rng) {
      checkRng(fn, 'rng', rng);
      return {
        hidden: tensor3d(drawn(rng, classes * width * width), [classes, width, width]),
        out: tensor3d(drawn(rng, classes * width * 2), [classes, width, 2]),
      };
    },
    apply: (params, features, labels) =>
      tidy(() => {
        const rows = asTensor(fn, 'features', features);
        checkRank(fn, 'features', rows.shape, 2);
        checkShape(fn, 'features', rows.shape.slice(1), [width]);
        const count = rows.shape[0];
        const { ids } = asClassTarget(fn, labels, [count, classes]);
        if (ids === undefined) fail('shape', fn, 'labels', `must be class ids of shape [${count}], got [${count}, ${classes}]`);
        const own = expandDims(transpose(oneHotMask(ids, classes)), -1);
        const each = tile(expandDims(rows, 0), [classes, 1, 1]);
        const hidden = relu(normalized(matMul(each, params.hidden)));
        const out = sum(mul(own, normalized(matMul(hidden, params.out))), 0);
        return sigmoid(reshape(sub(slice(out, [0, 0], [count, 1]), slice(out, [0, 1], [count, 1])), [count]));
      }),
  };
}
