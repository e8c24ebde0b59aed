/** @file TempNet (Qiu et al. 2024): a small network that reads from the logits how warm their softmax should be. */
import {
  asTensor,
  checkAbove,
  checkBetween,
  checkInteger,
  checkRng,
  checkShape,
  detach,
  exp,
  fail,
  l2Normalize,
  sigmoid,
  softmax,
  type Rng,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  div,
  matMul,
  mul,
  reshape,
  sub,
  sum,
  tensor1d,
  tensor2d,
  tidy,
  zeros,
  ones,
  scalar,
  type Tensor,
  type Tensor2D,
} from '@tensorflow/tfjs-core';

/** Options of {@link tempNet}. */
export interface TempNetOptions {
  /** How many numbers a row has: of logits, or of features. */
  inputs: number;
  /** How many hidden units. Default 256. */
  hidden?: number | undefined;
  /** The least temperature, > 0. Default 0.5. */
  min?: number | undefined;
  /** The largest temperature, > min. Default 5. */
  max?: number | undefined;
  /** Which part of the hidden units is left out in training, in [0, 1). Default 0.5. */
  dropout?: number | undefined;
}

/** The weights of a {@link tempNet}, all float32. */
export interface TempNetParams {
  /** `[inputs, hidden]`. */
  readonly hiddenWeights: Tensor;
  /** `[hidden]`. */
  readonly hiddenBias: Tensor;
  /** `[hidden, hidden]`: the scores of the prototypes. */
  readonly scoreWeights: Tensor;
  /** `[hidden]`: what is added to the scores. */
  readonly scoreBias: Tensor;
  /** A scalar: the logarithm of what scores are divided by before their softmax. */
  readonly logSharpness: Tensor;
  /** `[hidden]`: how the weighted scores are read out. */
  readonly readout: Tensor;
  /** A scalar: what is added to the readout. */
  readonly readoutBias: Tensor;
}

/** A network of temperatures. */
export interface TempNet {
  /** Draws the first weights; temperatures begin near the middle of their range. */
  init(rng: Rng): TempNetParams;
  /**
   * The temperature of each row, `[...]`, from logits or features `[..., inputs]`; no gradient flows into those.
   *
   * With `rng`, hidden units are dropped as in training.
   */
  apply(params: TempNetParams, rows: TensorLike, training?: { rng: Rng }): Tensor;
}

/**
 * A network that gives each example its own softmax temperature; trained with the model, by {@link robustTemperatureLoss}.
 *
 * $$ \tau = \tau_{\min} + (\tau_{\max} - \tau_{\min})\, \sigma\left( v \cdot \left( (w - \tfrac1M) \odot u \right) + b \right), \qquad w = \operatorname{softmax}(u / e^s), \quad u = W_2\, \sigma(W_1 x / \lVert x \rVert + b_1) + b_2 $$
 *
 * @param options the sizes, and the range of temperatures.
 * @returns `{ init, apply }`.
 * @throws SurrogateError `range` for options outside their range; its functions `shape`, `dtype`, `disposed`.
 * @see Qiu, Guo, Xu, Zhao, Yang: To Cool or not to Cool? Temperature Network Meets Large Foundation Models via DRO, 2024. arXiv:2404.04575
 * @example
 * import { rng } from '@surrogate/core';
 * import { tempNet } from '@surrogate/losses';
 * const net = tempNet({ inputs: 3, hidden: 8, min: 0.5, max: 5 });
 * const [tau] = await net.apply(net.init(rng(0)), [[2, 1, 0]]).data();
 * tau > 0.5 && tau < 5; // true
 */
export function tempNet(options: TempNetOptions): TempNet {
  const fn = 'tempNet';
  const { inputs, hidden = 256, min = 0.5, max = 5, dropout = 0.5 } = options;
  checkInteger(fn, 'inputs', inputs, 1);
  checkInteger(fn, 'hidden', hidden, 1);
  checkAbove(fn, 'min', min, 0);
  checkAbove(fn, 'max', max, min);
  checkBetween(fn, 'dropout', dropout, 0, 1, true);
  if (dropout === 1) fail('range', fn, 'dropout', 'must be below 1, got 1');
  const uniform = (rng: Rng, rows: number, columns: number) => {
    const bound = 1 / Math.sqrt(rows);
    return tensor2d(rng.fillUniform(new Float32Array(rows * columns), -bound, bound), [rows, columns]);
  };
  const dropped = (rng: Rng, count: number) => Float32Array.from({ length: count }, () => (rng.bernoulli(dropout) ? 0 : 1 / (1 - dropout)));
  return {
    init(rng) {
      checkRng(fn, 'rng', rng);
      return {
        hiddenWeights: uniform(rng, inputs, hidden),
        hiddenBias: zeros([hidden]),
        scoreWeights: uniform(rng, hidden, hidden),
        scoreBias: tensor1d(rng.fillUniform(new Float32Array(hidden), -1 / Math.sqrt(hidden), 1 / Math.sqrt(hidden))),
        logSharpness: scalar(0),
        readout: ones([hidden]),
        readoutBias: scalar(0),
      };
    },
    apply(params, rows, training) {
      return tidy(() => {
        const x = detach(asTensor(fn, 'rows', rows));
        checkShape(fn, 'rows', x.shape.slice(-1), [inputs]);
        const table: Tensor = reshape(l2Normalize(x), [-1, inputs]);
        const times = (a: Tensor, b: Tensor): Tensor => matMul(a as Tensor2D, b as Tensor2D);
        const active = sigmoid(add(times(table, params.hiddenWeights), params.hiddenBias));
        const kept = training === undefined ? active : mul(active, reshape(tensor1d(dropped(training.rng, active.size)), active.shape));
        const u = add(times(kept, params.scoreWeights), params.scoreBias);
        const contrast = sub(softmax(div(u, exp(params.logSharpness))), 1 / hidden);
        const t = add(sum(mul(params.readout, mul(contrast, u)), -1), params.readoutBias);
        return reshape(add(min, mul(max - min, sigmoid(t))), x.shape.slice(0, -1));
      });
    },
  };
}
