/** @file How noisy gradients are, and with it how large a batch is worth its time. */
import { addN, div, stack, tidy } from '@tensorflow/tfjs-core';
import { checkBetween, checkInteger, fail, treeAdd, treeDot, treeScale, type TensorTree } from '@surrogate/core';

/** What {@link gradientNoiseScale} remembers; plain numbers, which JSON keeps. */
export interface GradientNoiseState {
  /** How many observations there were. */
  readonly count: number;
  /** The mean of the estimates of the true gradient's squared length. */
  readonly signal: number;
  /** The mean of the estimates of the trace of the covariance of one example's gradient. */
  readonly noise: number;
}

/** Options of {@link gradientNoiseScale}. */
export interface GradientNoiseOptions {
  /** How much of the past is kept at each observation, in [0, 1). Default 0.95. */
  decay?: number | undefined;
}

/** A monitor of the noise of gradients. */
export interface GradientNoiseScale {
  /** Nothing seen yet. */
  init(): GradientNoiseState;
  /** The state after the gradients of mean losses on two or more batches of `batchSize` examples, at the same parameters: those of accumulation, say. */
  observe<P extends TensorTree<P>>(state: GradientNoiseState, grads: readonly P[], batchSize: number): Promise<GradientNoiseState>;
  /** The noise scale, in examples: batches much smaller lose little by being doubled, batches much larger gain little. Infinity where the signal drowned, NaN before the first observation. */
  scale(state: GradientNoiseState): number;
}

/**
 * Follows the gradient noise scale: at which batch size more examples begin to gain little.
 *
 * $$ B_{simple} = \frac{\operatorname{tr} \Sigma}{\lVert G \rVert^2}, \qquad \widehat{\lVert G \rVert^2} = \frac{K B \lVert \bar g \rVert^2 - B \overline{\lVert g \rVert^2}}{K B - B}, \quad \widehat{\operatorname{tr} \Sigma} = \frac{\overline{\lVert g \rVert^2} - \lVert \bar g \rVert^2}{1 / B - 1 / (K B)} $$
 *
 * Both estimates have no bias; their ratio is taken after averaging over steps. It reads two numbers an observation, so that is asynchronous.
 *
 * @param options how long the average is.
 * @returns functions of a state.
 * @throws SurrogateError `range`, `shape`.
 * @see McCandlish, Kaplan, Amodei, OpenAI Dota Team: An Empirical Model of Large-Batch Training, 2018. arXiv:1812.06162
 * @example
 * import { gradientNoiseScale } from '@surrogate/optim';
 * import { tensor } from '@tensorflow/tfjs-core';
 * const monitor = gradientNoiseScale();
 * const state = await monitor.observe(monitor.init(), [{ w: tensor([3, 1]) }, { w: tensor([3, -1]) }], 4);
 * monitor.scale(state); // 1
 */
export function gradientNoiseScale({ decay = 0.95 }: GradientNoiseOptions = {}): GradientNoiseScale {
  const fn = 'gradientNoiseScale';
  checkBetween(fn, 'decay', decay, 0, 1);
  return {
    init: () => ({ count: 0, signal: 0, noise: 0 }),
    async observe({ count, signal, noise }, grads, batchSize) {
      if (grads.length < 2) fail('shape', fn, 'grads', `must be those of two batches at least, got ${grads.length}`);
      checkInteger(fn, 'batchSize', batchSize, 1);
      const k = grads.length;
      const both = tidy(() => {
        const mean = treeScale(grads.reduce((a, b) => treeAdd(a, b)), 1 / k); // prettier-ignore
        return stack([div(addN(grads.map((g) => treeDot(g, g))), k), treeDot(mean, mean)]);
      });
      const [small, big] = (await both.data<'float32'>().finally(() => both.dispose())) as unknown as [number, number];
      // The weights of the mean correct for its start at 0.
      const weight = (1 - decay) / (1 - decay ** (count + 1));
      return {
        count: count + 1,
        signal: signal + weight * ((k * big - small) / (k - 1) - signal),
        noise: noise + weight * ((batchSize * k * (small - big)) / (k - 1) - noise),
      };
    },
    scale: ({ count, signal, noise }) => (count === 0 ? NaN : signal > 0 ? noise / signal : Infinity),
  };
}
