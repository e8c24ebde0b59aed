import { accumulate, adam, lookahead, sgd } from '@surrogate/optim';
import { step, type GradientTransformation, type StateTree } from '@surrogate/core';
import { eachBackend, expectClose } from '@surrogate/testing';
import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import { it } from 'vitest';

const gradients = [
  [0.1, -0.2, 0.3],
  [0.4, 0.5, -0.6],
  [-0.7, 0.8, 0.9],
];

/** The parameters after one step a gradient, from [1, -2, 0.5]. */
function run(transformation: GradientTransformation, fed: readonly number[][]): Tensor {
  let params = { w: tensor([1, -2, 0.5]) };
  let state: StateTree = transformation.init(params);
  for (const g of fed) ({ params, state } = step(transformation, params, { w: tensor(g) }, state));
  return params.w;
}

eachBackend(() => {
  it('goes half of the way that the fast steps went', async () => {
    // Worked out by hand: two steps of SGD, half of the way back, and again.
    await expectClose(run(lookahead(sgd(0.1), { every: 2 }), [...gradients, gradients[0]!]), [1.005, -2.045, 0.455]);
  });

  it('is one large batch where it collects small ones', async () => {
    const mean = gradients[0]!.map((_g, i) => gradients.reduce((sum, g) => sum + g[i]!, 0) / gradients.length);
    await expectClose(run(accumulate(adam(0.1), 3), [...gradients, ...gradients]), run(adam(0.1), [mean, mean]));
  });
});
