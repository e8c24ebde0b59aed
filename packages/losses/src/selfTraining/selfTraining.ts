/** @file Robust self-training (Saberi et al. 2024): unlabelled examples, also of another domain, push the boundary out of where they are dense. */
import { asTensor, checkAtLeast, checkInteger, detach, fail, noGrad, type Labels, type TensorLike } from '@surrogate/core';
import { add, argMax, cast, mean, mul, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { lossesAt, type Classifier } from '../robust/attack.js';
import { checkGamma, robustRows } from './robustSurrogate.js';

/** Options of {@link robustSelfTrainingLoss}. */
export interface RobustSelfTrainingOptions {
  /** γ of the labelled examples, > 0 or Infinity. Default Infinity: plain cross-entropy. */
  gamma?: number | undefined;
  /** γ' of the unlabelled examples, > 0 or Infinity; with Infinity it is plain self-training. Default 1. */
  unlabeledGamma?: number | undefined;
  /** λ, how much the unlabelled examples count, >= 0. Default 1. */
  unlabeledWeight?: number | undefined;
  /** How many steps uphill each search takes, >= 1. Default 5. */
  steps?: number | undefined;
}

/** Inputs with the class of each. */
export interface LabeledInputs {
  /** float32, examples along the first axis. */
  readonly x: TensorLike;
  /** int32 class ids `[m]`, or one-hot / soft labels `[m, K]`. */
  readonly labels: Labels;
}

/**
 * Robust self-training: cross-entropy on what is labelled, and the robust surrogate of cross-entropy on what is not, against the model's own decisions of the moment.
 *
 * $$ L = \frac1m \sum_i \phi_\gamma(x_i, y_i) + \frac{\lambda}{n} \sum_j \phi_{\gamma'}\big( x'_j, \arg\max_k z_k(x'_j) \big) $$
 *
 * Being robust around x' makes a boundary among unlabelled examples dear. Begin from a model that was trained on the labelled examples. For a linear model
 * `robustLogisticLoss` does the same without a search.
 *
 * @param model logits float32 `[n, K]` from inputs; examples must not depend on each other.
 * @param labeled inputs and their classes.
 * @param unlabeled float32 inputs of the same form; their domain may differ.
 * @param options γ, γ', λ and the search.
 * @returns a scalar.
 * @throws SurrogateError `range`, `shape`, `dtype`, `disposed`.
 * @see Saberi, Najafi, Motahari, Khalaj: Out-Of-Domain Unlabeled Data Improves Generalization, 2024. arXiv:2310.00027
 * @example
 * import { robustSelfTrainingLoss } from '@surrogate/losses';
 * import { concat, neg } from '@tensorflow/tfjs-core';
 * const model = (x) => concat([x, neg(x)], 1);
 * const plain = { unlabeledGamma: Infinity };
 * (await robustSelfTrainingLoss(model, { x: [[1]], labels: [0] }, [[-1], [-1]], plain).data())[0]; // 0.253856
 */
export function robustSelfTrainingLoss(
  model: Classifier,
  labeled: LabeledInputs,
  unlabeled: TensorLike,
  options: RobustSelfTrainingOptions = {},
): Tensor {
  const fn = 'robustSelfTrainingLoss';
  const { gamma = Infinity, unlabeledGamma = 1, unlabeledWeight = 1, steps = 5 } = options;
  if (typeof model !== 'function') fail('dtype', fn, 'model', `must be a function, got ${model === null ? 'null' : typeof model}`);
  checkGamma(fn, 'gamma', gamma);
  checkGamma(fn, 'unlabeledGamma', unlabeledGamma);
  checkAtLeast(fn, 'unlabeledWeight', unlabeledWeight, 0);
  checkInteger(fn, 'steps', steps, 1);
  if (typeof labeled !== 'object' || labeled === null)
    fail('dtype', fn, 'labeled', `must be { x, labels }, got ${labeled === null ? 'null' : typeof labeled}`);
  return tidy(() => {
    const inputs = (argument: string, value: TensorLike) => {
      const x = asTensor(fn, argument, value);
      if (x.rank === 0) fail('shape', fn, argument, 'must have the examples on its first axis, got a scalar');
      return x;
    };
    const [x, others] = [inputs('labeled.x', labeled.x), inputs('unlabeled', unlabeled)];
    const supervised = mean(robustRows(fn, (z) => lossesAt(fn, model, z, labeled.labels), x, { gamma, steps }));
    const decisions = noGrad(() => cast(argMax(detach(model(others)), -1), 'int32'));
    const own = mean(robustRows(fn, (z) => lossesAt(fn, model, z, decisions), others, { gamma: unlabeledGamma, steps }));
    return add(supervised, mul(unlabeledWeight, own));
  });
}
