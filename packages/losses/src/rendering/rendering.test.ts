import { sigmoid } from '@surrogate/core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { grad, mul, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { densityRenderWeights, laplaceDensity, occupancyRenderWeights, renderRays } from '../index.js';

oracle(
  'losses/rendering',
  (c) => {
    switch (c.loss as string) {
      case 'laplaceDensity':
        return laplaceDensity(c.sdf, c.beta);
      case 'densityRenderWeights':
        return densityRenderWeights(c.density, c.depths);
      case 'occupancyRenderWeights':
        return occupancyRenderWeights(c.occupancy);
      default:
        return renderRays(c.weights, c.values);
    }
  },
  { rtol: 1e-4, atol: 1e-5 },
);

eachBackend(() => {
  it('has the published values', async () => {
    const depths = [1, 1.1, 1.2, 1.3];
    const density = laplaceDensity([-0.1, 0, 0.05, 0.2], 0.1, { betaFloor: 0 });
    await expectClose(density, [8.1606028, 5, 3.0326533, 0.6766764]);
    const approached = laplaceDensity([0.2, 0.1, 0, -0.1], 0.1, { betaFloor: 0 });
    await expectClose(densityRenderWeights(approached, depths), [0.065429, 0.1570211, 0.3059421, 0.4716079], { rtol: 1e-5 });
    const weights = occupancyRenderWeights(sigmoid(mul(-10, tensor([1, 0.2, -0.3, -1]))));
    await expectClose(weights, [4.54e-5, 0.1191975, 0.8389864, 0.0417688], { atol: 1e-7 });
  });

  it('on the surface the density falls as steeply as beside it', async () => {
    await expectClose(
      grad((s: Tensor) => sum(laplaceDensity(s, 0.1, { betaFloor: 0 })))(tensor([-1e-4, 0, 1e-4])),
      [-49.95002, -50, -49.95002],
    );
  });

  it('a full sample hides what is behind it, and the gradient knows what stood there', async () => {
    await expectClose(occupancyRenderWeights([0.25, 1, 0.5]), [0.25, 0.75, 0]);
    const depth = (o: Tensor) => renderRays(occupancyRenderWeights(o), [1, 2, 4]);
    // d/do_2 of o_1 + 2 (1 - o_1) o_2 + 4 (1 - o_1) (1 - o_2) o_3 is (1 - o_1) (2 - 4 o_3).
    await expectClose(grad(depth)(tensor([0.25, 1, 0.25])), [-1, 0.75, 0]);
  });
});
