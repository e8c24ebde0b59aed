/** @file Noise on gradients. */
import { add, tensor } from '@tensorflow/tfjs-core';
import { checkAtLeast, checkRng, defineTransformation, Rng, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { checkScheduled, valueAt } from '../schedules/scheduled.js';
import { mapByPath } from './byPath.js';

/** The state of {@link addNoise}: the steps so far, and where the generator stands. */
export type NoiseState = { count: number; rng: { key: readonly number[]; splits: number; state: readonly number[] } };

/** Options of {@link addNoise}. */
export interface NoiseOptions {
  /** What is drawn from; the transformation takes a child of it, whose place is part of the state. */
  rng: Rng;
  /** η, the variance at the first step, >= 0, or a schedule. Default 0.01. */
  eta?: Scheduled | undefined;
  /** γ, how fast it falls, >= 0. Default 0.55. */
  gamma?: number | undefined;
}

/**
 * Adds Gaussian noise that fades, which helps very deep networks to start.
 *
 * $$ u = g + \mathcal{N}\left(0, \tfrac{\eta}{t^\gamma}\right), \qquad t = 1, 2, \dots $$
 *
 * @param options the generator and the noise's size.
 * @returns the transformation; what it draws continues exactly from a saved state.
 * @throws SurrogateError `range`, `dtype` without a generator.
 * @see Neelakantan, Vilnis, Le, Sutskever, Kaiser, Kurach, Martens: Adding Gradient Noise Improves Learning for Very Deep Networks, 2015. arXiv:1511.06807
 * @example
 * import { addNoise } from '@surrogate/optim';
 * import { rng } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const [transformation, w] = [addNoise({ rng: rng(0), eta: 0 }), tensor([1, 2])];
 * await transformation.update({ w }, transformation.init({ w }), { w }).updates.w.data(); // [1, 2]
 */
export function addNoise({ rng, eta = 0.01, gamma = 0.55 }: NoiseOptions): GradientTransformation<NoiseState> {
  checkRng('addNoise', 'rng', rng);
  checkScheduled('addNoise', 'eta', eta);
  checkAtLeast('addNoise', 'gamma', gamma, 0);
  const start = rng.split().toJSON();
  return defineTransformation<NoiseState>('addNoise', {
    init: () => ({ count: 0, rng: { ...start } }),
    update(updates, { count, rng: saved }) {
      const generator = Rng.fromJSON(saved);
      const deviation = Math.sqrt(valueAt(eta, count) / (count + 1) ** gamma);
      const noisy = mapByPath(updates, (g) => add(g, tensor(generator.fillNormal(new Float32Array(g.size), 0, deviation), g.shape)));
      return { updates: noisy, state: { count: count + 1, rng: { ...generator.toJSON() } } };
    },
  });
}
