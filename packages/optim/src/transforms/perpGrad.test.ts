import { eachBackend, expectClose } from '@surrogate/testing';
import { tensor } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { perpGrad, type PerpGradOptions } from './perpGrad.js';

const turned = (w: number[], g: number[], options?: PerpGradOptions) => {
  const [transformation, params] = [perpGrad(options), { w: tensor(w) }];
  return transformation.update({ w: tensor(g) }, transformation.init(params), params).updates.w;
};

eachBackend(() => {
  it('takes the part along the parameters away, and keeps the length', async () => {
    await expectClose(turned([1, 2, 2], [3, 0, 4], { rescale: false }), [1.7777778, -2.4444444, 1.5555556]);
    await expectClose(turned([1, 2, 2], [3, 0, 4]), [2.6148818, -3.5954625, 2.2880216]);
  });

  it('leaves gradients alone where the parameters are 0', async () => {
    await expectClose(turned([0, 0], [3, 4]), [3, 4]);
  });
});
