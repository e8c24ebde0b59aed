import { eachBackend, expectClose } from '@surrogate/testing';
import { valueAndGrad } from '@surrogate/core';
import { grad, mul, scalar, sum, tensor, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { scaleByPowerprop } from '../transforms/scaleByPowerprop.js';
import { learnedCompander } from './learnedCompander.js';
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

  describe('learnedCompander', () => {
    it('trains its bound and its width beside the weights, with their slopes', async () => {
      const made = learnedCompander({ w: tensor2d([[Math.atan(0.5)]]), b: tensor([4]) }, { a: 1, b: 1 });
      expect(Object.keys(made.params.a)).toEqual(['w']);
      const loss = (now: typeof made.params) => sum(made.materialize(now).w);
      const { value, grads } = valueAndGrad(loss)(made.params);
      await expectClose(value, 0.4636476, { rtol: 1e-4 });
      await expectClose(grads.latent.w, [[0.8]] as never, { rtol: 1e-3 });
      // Where the softplus is 1 its slope is 1 - 1/e.
      const slope = 1 - Math.exp(-1);
      await expectClose(grads.a['w']!, 0.4636476 * slope, { rtol: 1e-3 });
      await expectClose(grads.b['w']!, -0.4 * slope, { rtol: 1e-3 });
    });

    it('starts where the network was, and bends as its constants say', async () => {
      const made = learnedCompander({ w: tensor2d([[-0.6, 0.3]]), b: tensor([4]) }, { a: 800, b: 2 });
      await expectClose(made.materialize(made.params).w, [[-0.6, 0.3]] as never, { rtol: 1e-3 });
      const softplusOf1 = Math.log1p(Math.E);
      const moved = { latent: { w: tensor2d([[softplusOf1]]), b: tensor([4]) }, a: { w: scalar(0) }, b: { w: scalar(1) } };
      const seen = made.materialize(moved);
      await expectClose(seen.w, [[(Math.LN2 * Math.PI) / 4]] as never, { rtol: 1e-4 });
      await expectClose(seen.b, [4]);
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
