/** @file Draws from softmax distributions by the Gumbel-max trick. */
import { add, argMax, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { hostValues } from '../backends/hostValues.js';
import { noGrad } from '../gradients/tape.js';
import { checkRng, type Rng } from '../host/random/rng.js';
import { fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { runtime } from '../runtime.js';
import { randomGumbel } from './draws.js';

/**
 * One class id a row, drawn with probability softmax(logits).
 *
 * $$ y = \operatorname{argmax}_k\,(z_k + g_k), \qquad g_k \sim \text{Gumbel}(0, 1) $$
 *
 * The noise is drawn on the host, so that all backends draw the same ids; nothing is recorded for differentiation.
 *
 * @param rng the generator; it moves on by one draw a logit.
 * @param logits float32 `[..., K]`, unnormalised; -Infinity marks what is never drawn. Divide by a temperature first where one is wanted.
 * @returns int32 `[...]`, in [0, K).
 * @throws SurrogateError `shape` for a scalar or for K = 0, `range` when a logit that can be read without a round trip is NaN or Infinity, or a row has no finite one, `dtype` for what is no generator.
 * @see Maddison, Tarlow, Minka: A* Sampling, 2014. arXiv:1411.0030
 * @example
 * import { randomCategorical, rng } from '@surrogate/core';
 * await randomCategorical(rng(0), [[0, -Infinity], [-Infinity, 5]]).data(); // [0, 1]
 */
export function randomCategorical(rng: Rng, logits: TensorLike): Tensor {
  return tidy(() =>
    noGrad(() => {
      checkRng('randomCategorical', 'rng', rng);
      const z = asTensor('randomCategorical', 'logits', logits);
      if ((z.shape.at(-1) ?? 0) === 0)
        fail('shape', 'randomCategorical', 'logits', `must be [..., K] with K at least 1, got [${z.shape.join(', ')}]`);
      checkRows(z);
      return argMax(add(z, randomGumbel(rng, z.shape)), -1);
    }),
  );
}

function checkRows(logits: Tensor): void {
  const values = runtime().checks ? hostValues(logits) : undefined;
  if (values === undefined) return;
  const classes = logits.shape.at(-1)!;
  for (let row = 0; row < values.length; row += classes) {
    let possible = false;
    for (let i = row; i < row + classes; i++) {
      if (!(values[i]! < Infinity))
        fail('range', 'randomCategorical', 'logits', `must be finite or -Infinity, got ${values[i]} in row ${row / classes}`);
      possible ||= values[i]! > -Infinity;
    }
    if (!possible) fail('range', 'randomCategorical', 'logits', `must hold a finite number in each row, got none in row ${row / classes}`);
  }
}
