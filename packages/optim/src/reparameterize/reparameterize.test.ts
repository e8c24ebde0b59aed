import { eachBackend, expectClose } from '@surrogate/testing';
import { grad, mul, sum, tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { describe, it } from 'vitest';
import { scaleByPowerprop } from '../transforms/scaleByPowerprop.js';
import { powerprop, reparameterize, weightCompander } from './reparameterize.js';

eachBackend(() => {
  describe('weightCompander', () => {
    it('bends weights by the arctangent, with its slope', async () => {
      const { forward } = weightCompander({ a: 1, b: 1 });
      await expectClose(forward(tensor([0, 0.1, 0.5, 1, 10])), [0, 0.0996687, 0.4636476, 0.7853982, 1.4711277], { rtol: 1e-4 });
      await expectClose(grad((v: Tensor) => sum(forward(v)))(tensor([0.5])), [0.8], { rtol: 1e-4 });
    });

    it('starts where the network was, and is nothing where it is wide', async () => {
      const w = [-0.6, 0, 0.3, 0.7];
      const { forward, inverse } = weightCompander({ a: 0.5, b: 0.25 });
      await expectClose(forward(inverse(tensor(w))), w, { rtol: 1e-3, atol: 1e-4 });
      await expectClose(weightCompander({ a: 1e4, b: 1e4 }).forward(tensor(w)), w, { rtol: 1e-3, atol: 1e-4 });
    });
  });

  it('leaves vectors alone, and is undone', async () => {
    const params = { w: tensor2d([[4, -9]]), b: tensor([4]) };
    const made = reparameterize(params, powerprop(2));
    await expectClose(made.params.w, [[2, -3]] as never);
    await expectClose(made.params.b, [4]);
    await expectClose(made.materialize(made.params).w, params.w);
  });

  it('is, by its slope squared, the preconditioner of the same name', async () => {
    const v = tensor([0.5, -2, 1]);
    const rule = powerprop(1.5);
    const slope = grad((x: Tensor) => sum(rule.forward(x)))(v);
    const [transformation, w] = [scaleByPowerprop({ alpha: 1.5, floor: 0 }), rule.forward(v)];
    const scaled = transformation.update({ w: tensor([1, 1, 1]) }, transformation.init({ w }), { w }).updates.w;
    await expectClose(scaled, mul(slope, slope), { rtol: 1e-4 });
  });
});
