import { rng, softmax } from '@surrogate/core';
import { perturbed } from '@surrogate/optim';
import { eachBackend, expectClose, expectNoLeak } from '@surrogate/testing';
import { argMax, cast, grad, greater, mul, oneHot, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { it } from 'vitest';

const best = (x: Tensor) => cast(oneHot(argMax(x, -1), 3), 'float32');
const weights = [1, -2, 0.5];

eachBackend(
  () => {
    it('makes of the arg-max the softmax, in value and gradient, under Gumbel noise', async () => {
      const x = tensor([0.3, 0.1, -0.2]);
      const soft = perturbed(best, { rng: rng(4), samples: 40_000, sigma: 0.5 });
      const exact = (logits: Tensor) => softmax(mul(logits, 2));
      await expectClose(soft(x), exact(x), { atol: 0.01 });
      // The estimate's deviation here is about 0.01.
      await expectClose(grad((z: Tensor) => sum(mul(soft(z), weights)))(x), grad((z: Tensor) => sum(mul(exact(z), weights)))(x), {
        atol: 0.05,
      });
    });

    it('makes of a step the normal distribution, with its density as gradient, and leaves nothing behind', async () => {
      // P(x + σ z > 0) = Φ(x / σ), with slope φ(x / σ) / σ: at 0, 1/2 and 0.39894 / σ.
      const step = (x: Tensor) => cast(greater(x, 0), 'float32');
      const smooth = perturbed(step, { rng: rng(5), samples: 40_000, sigma: 0.5, noise: 'normal' });
      await expectClose(smooth([0]), [0.5], { atol: 0.01 });
      await expectClose(grad((z: Tensor) => sum(smooth(z)))(tensor([0])), [0.797885], { atol: 0.03 });
      const x = tensor([0.1]);
      await expectNoLeak(() => grad((z: Tensor) => sum(smooth(z)))(x));
    });
  },
  { backends: ['cpu', 'wasm'] },
);
