import { gaussHermite } from '@surrogate/core/host';
import * as divergences from '@surrogate/divergences';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { div, grad, mean, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { it } from 'vitest';
import { distributionMatchingLoss, fDistill, scoreDistillationLoss } from '../index.js';

oracle(
  'distill/matching',
  (c) => {
    if (c.loss === 'distributionMatchingLoss')
      return distributionMatchingLoss(c.generated, c.teacher, c.student, { importance: c.importance });
    const h = divergences.fDistillWeight(c.logRatios, divergences[c.options.divergence as 'kl']);
    return div(h, mean(h));
  },
  { rtol: 1e-4 },
);

const generated = () => tensor2d([[1, 2], [0, -1]]); // prettier-ignore
const teacher = [[0.5, 1], [0.5, 0]]; // prettier-ignore
const student = [[0.8, 2.2], [0.1, -0.6]]; // prettier-ignore

eachBackend(() => {
  it('distribution matching has the published value and gradient', async () => {
    const loss = (x: Tensor) => distributionMatchingLoss(x, teacher, student, { importance: [0.5, 1.5] });
    await expectClose(loss(generated()), 0.3449991, { rtol: 1e-5 });
    await expectClose(grad(loss)(generated()), [[0.05, 0.2], [-0.2, -0.3]], { atol: 1e-5 }); // prettier-ignore
    await expectClose(distributionMatchingLoss(teacher, teacher, student, { mask: [0, 0] }), 0);
  });

  it('weights are ratios that the batch and the bin have tamed', async () => {
    const ratios = [0.5, 1, 4];
    const plain = fDistill({ bins: 1, decay: 1 - 1e-9, divergence: divergences.jensenShannon });
    const { weights } = plain.apply(plain.init(), { logits: ratios.map(Math.log), times: [0.1, 0.5, 0.9] });
    await expectClose(weights, [0.6122449, 0.9183673, 1.4693878], { rtol: 1e-5 });
    const raw = fDistill({ bins: 2, normalize: false, divergence: divergences.kl });
    const two = raw.apply(raw.init(), { logits: [Math.log(0.5), Math.log(1.5), 50], times: [0.1, 0.2, 7] });
    await expectClose(two.weights, [0.5, 1.5, 1], { rtol: 1e-4 });
    await expectClose(two.state.ratios, [1, 20]);
  });

  it('bins without samples keep what they know', async () => {
    const weighter = fDistill({ bins: 3, decay: 0.5 });
    const { state } = weighter.apply(weighter.init(), { logits: [Math.log(3)], times: [0.5] });
    await expectClose(state.ratios, [1, 2, 1]);
  });

  it('moves a Gaussian student by the slope of the divergence', async () => {
    // Student N(b, a²), teacher N(m, s²): forward KL has E_q[r (s_p - s_q)] = (m - b) / a².
    const [b, a, m, s] = [0.4, 1.5, 1, 1];
    const { nodes, weights } = gaussHermite(60);
    const x = Array.from(nodes, (node) => [b + a * node]);
    const scores = (mu: number, sigma: number) => x.map(([at]) => [(mu - at!) / sigma ** 2]);
    const log = (mu: number, sigma: number) => x.map(([at]) => -0.5 * ((at! - mu) / sigma) ** 2 - Math.log(sigma));
    const importance = divergences.fDistillWeight(
      log(m, s).map((value, i) => value - log(b, a)[i]!),
      divergences.kl,
    );
    const slope = grad((at: Tensor) =>
      scoreDistillationLoss(at, scores(m, s), scores(b, a), { importance, weights: Array.from(weights), reduction: 'sum' }),
    )(tensor2d(x));
    const total = (await slope.data<'float32'>()).reduce((sum, value) => sum + value, 0);
    await expectClose(total, -(m - b) / a ** 2, { rtol: 1e-4 });
  });
});
