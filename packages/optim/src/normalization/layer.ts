/** @file Normalisation for streams of tasks as a layer of tf.layers. */
import { cast, div, less, maximum, mul, ones, range, reshape, scalar, sub, sum, tidy, zeros, add, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core'; // prettier-ignore
import { checkAbove, checkAtLeast, checkInteger, exp, fail, max, oneHotMask } from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { balancedPass, normalizationMomentum, normalized, type AdaptiveBatchNormOptions, type BatchNormParams } from './balanced.js';

/** Options of {@link adaptiveBatchNormLayer}. */
export interface AdaptiveBatchNormLayerOptions extends Omit<AdaptiveBatchNormOptions, 'features'> {
  /** λ, >= 0: how much the drift of a batch's statistics from the running ones adds to the model's loss, once there are old tasks. Default 0. */
  drift?: number | undefined;
  /** The layer's name. Default one that no other layer has. */
  name?: string | undefined;
}

/** A variable of a layer. */
interface Weight {
  read(): Tensor;
  write(value: Tensor): unknown;
}

/** What the layers of tf.layers have that their types keep to themselves, and what this one has of its own. */
interface Internals {
  readonly id: number;
  name: string;
  built: boolean;
  addLoss(loss: () => Tensor): void;
  addWeight(name: string, shape: number[], dtype: 'float32', from: { apply(shape: number[]): Tensor }, regularizer: undefined, trainable: boolean): Weight; // prettier-ignore
}

/**
 * `adaptiveBatchNorm` as a layer for `tf.model`: it takes two inputs, the examples and the number of each one's task, and keeps its statistics and what it has counted among its weights, so that saved weights go on where they stopped.
 *
 * $$ y = \gamma\, \frac{x - \mu}{\sqrt{v + \epsilon}} + \beta $$
 *
 * In training μ and v are of the batch, balanced by task, elsewhere the running ones. A task counts as seen from the first batch that has it.
 * A model with it is rebuilt from your code and then loads its weights: the layer has no entry in the registry from which topologies are read.
 *
 * @param Layer the class `tf.layers.Layer`, which is handed in so that this package needs no tf.layers.
 * @returns a layer to apply to `[x, taskIds]`, float32 `[B, C]` or `[B, H, W, C]` and `[B, 1]` of whole numbers from 0.
 * @throws SurrogateError `range`, `dtype`; `shape` where it is applied to other inputs.
 * @see Lyu et al.: Overcoming Recency Bias of Normalization Statistics in Continual Learning: Balance and Adaptation, 2023. arXiv:2310.08855
 * @example
 * import { adaptiveBatchNormLayer } from '@surrogate/optim';
 * import { tensor2d, type Tensor } from '@tensorflow/tfjs-core';
 * import * as tf from '@tensorflow/tfjs-layers';
 * const [x, taskIds] = [tf.input({ shape: [2] }), tf.input({ shape: [1] })];
 * const y = adaptiveBatchNormLayer(tf.layers.Layer, { tasks: 3 }).apply([x, taskIds]) as tf.SymbolicTensor;
 * const model = tf.model({ inputs: [x, taskIds], outputs: y });
 * const outputs = model.predict([tensor2d([[1, 2]]), tensor2d([[0]])]) as Tensor;
 * await outputs.data(); // [0.999995, 1.99999]
 */
export function adaptiveBatchNormLayer<L extends object>(
  Layer: abstract new (config: { name?: string }) => L,
  { tasks, momentum = 0.1, kappa = 0.5, epsilon = 1e-5, renormalize = false, drift = 0, name }: AdaptiveBatchNormLayerOptions,
): L {
  const fn = 'adaptiveBatchNormLayer';
  checkFunction(fn, 'Layer', Layer);
  checkInteger(fn, 'tasks', tasks, 1);
  normalizationMomentum({ momentum, kappa });
  checkAbove(fn, 'epsilon', epsilon, 0);
  checkAtLeast(fn, 'drift', drift, 0);
  // The class is abstract to the compiler alone.
  const layer = new (Layer as new (config: { name: string }) => L)({ name: name ?? 'adaptive_batch_norm' });
  const own = layer as unknown as Internals;
  if (name === undefined) own.name = `adaptive_batch_norm_${own.id}`;
  const keep = (1 - momentum) ** kappa;
  /** The momentum of a batch by how many there were before. */
  const rateOf = (batches: Tensor): Tensor => {
    const faded = exp(mul(batches, Math.log(keep)));
    return div(1, add(keep === 1 ? batches : div(sub(1, faded), 1 - keep), mul(faded, momentum ** -kappa)));
  };
  let weights: Record<'scale' | 'shift' | 'taskWeights' | 'mean' | 'variance' | 'batches' | 'seen', Weight>;
  let last: Tensor | undefined;
  const read = () => ({
    params: { scale: weights.scale.read(), shift: weights.shift.read(), taskWeights: weights.taskWeights.read() } as BatchNormParams,
    state: { mean: weights.mean.read(), variance: weights.variance.read() },
  });
  const trained = (x: Tensor, taskIds: Tensor): Tensor => {
    const { params, state } = read();
    const [y, off, ...next] = tidy<[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]>(() => {
      const ids = cast(reshape(taskIds, [-1]), 'int32');
      const seen = maximum(weights.seen.read(), cast(add(max(reshape(taskIds, [-1])), 1), 'float32'));
      const known = cast(less(range(0, tasks), seen), 'float32');
      const shareOf = (counts: Tensor): Tensor => {
        const concentration = mul(known, add(exp(params.taskWeights), counts));
        return div(concentration, sum(concentration));
      };
      const member = oneHotMask(ids, tasks) as Tensor2D;
      const rate = rateOf(weights.batches.read());
      const [out, gap, mean, variance] = balancedPass(params, state, x, { member, shareOf, rate, epsilon, renormalize });
      return [out, mul(gap, mul(drift, cast(less(1, seen), 'float32'))), mean, variance, add(weights.batches.read(), 1), seen];
    });
    (['mean', 'variance', 'batches', 'seen'] as const).forEach((key, i) => {
      weights[key].write(next[i]!);
      next[i]!.dispose();
    });
    // The loss that it is a part of is asked for in the same scope, which disposes of it.
    if (drift > 0) last = off;
    else off.dispose();
    return y;
  };
  if (drift > 0) own.addLoss(() => (last === undefined || last.isDisposed ? scalar(0) : last.clone()));
  return Object.assign(layer, {
    build([shape]: (number | null)[][]) {
      const features = shape!.at(-1)!;
      const weight = (key: string, like: number[], from: (shape: number[]) => Tensor, trainable: boolean) =>
        own.addWeight(key, like, 'float32', { apply: from }, undefined, trainable);
      weights = {
        scale: weight('scale', [features], (of) => ones(of), true),
        shift: weight('shift', [features], (of) => zeros(of), true),
        taskWeights: weight('taskWeights', [tasks], (of) => zeros(of), true),
        mean: weight('mean', [features], (of) => zeros(of), false),
        variance: weight('variance', [features], (of) => ones(of), false),
        batches: weight('batches', [], (of) => zeros(of), false),
        seen: weight('seen', [], (of) => zeros(of), false),
      };
      own.built = true;
    },
    call(inputs: Tensor | Tensor[], { training = false }: { training?: boolean } = {}): Tensor {
      if (!Array.isArray(inputs) || inputs.length !== 2 || (inputs[0]!.rank !== 2 && inputs[0]!.rank !== 4))
        fail('shape', fn, 'inputs', 'must be examples of rank 2 or 4 and their tasks');
      const [x, taskIds] = inputs as [Tensor, Tensor];
      if (training) return trained(x, taskIds);
      const { params, state } = read();
      return tidy(() => normalized(params, x, state, epsilon));
    },
    computeOutputShape: ([shape]: (number | null)[][]) => shape,
  });
}
