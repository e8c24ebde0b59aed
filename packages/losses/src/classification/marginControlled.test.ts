import { eachBackend, expectClose } from '@surrogate/testing';
import { grad, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { crossEntropy } from './crossEntropy.js';
import { marginControlledLoss } from './marginControlled.js';

eachBackend(
  () => {
    const logits = [[2, 1, 0], [0.3, -1, 0.5]]; // prettier-ignore

    it('is what the worked example says', async () => {
      await expectClose(marginControlledLoss([[2, 1, 0]], [0], { penalty: 0.1 }), 0.4488528872, { rtol: 1e-6 });
    });

    it('is cross-entropy without a penalty, and more reluctant with one', async () => {
      await expectClose(marginControlledLoss(logits, [0, 2], { penalty: 0 }), crossEntropy(logits, [0, 2]));
      const pull = (penalty: number) => grad((z: Tensor) => marginControlledLoss(z, [0], { penalty }))(tensor([[4, 0, 0]]));
      const [plain, held] = [await pull(0).data(), await pull(5).data()];
      // The slope of the right class turns round where the price of confidence is high.
      await expectClose([Math.sign(plain[0]!), Math.sign(held[0]!)], [-1, 1]);
    });
  },
  { backends: ['cpu'] },
);
