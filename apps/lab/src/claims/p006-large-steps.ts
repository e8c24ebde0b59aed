/** @file P6: gradient descent with large steps needs iterations in proportion to the points where classes are imbalanced; divided by the error's mass it does not. */
import { matrixFromRows } from '@surrogate/core/host';
import { fitSeparator, logisticDescent, normalizedDescent } from '@surrogate/optim';
import { claim } from '../claim.js';

export default claim({
  paper: 6,
  says: 'On imbalanced points the iterations of logistic gradient descent grow with their number, those of its normalised form do not; and the larger the step, the fewer iterations a separable problem takes, though the loss may rise.',
  params: { small: 50, large: 800, rows: 400, width: 20, margin: 0.1, maxSteps: 20000 },
  quick: { small: 20, large: 40, rows: 40, width: 4 },
  seeds: [0, 1, 2],
  run({ params, rng }) {
    const { small, large, rows, width, margin, maxSteps } = params;
    const imbalanced = (n: number, rule: Parameters<typeof fitSeparator>[2]) =>
      fitSeparator(
        matrixFromRows(Array.from({ length: n }, (_, i) => [i === 0 ? 0.5 : -0.5, -1])),
        Array.from({ length: n }, (_, i) => (i === 0 ? 1 : -1)),
        rule,
        { maxSteps },
      ).steps;
    const truth = rng.fillNormal(new Float64Array(width));
    const length = Math.hypot(...truth);
    const points: number[][] = [];
    const signs: number[] = [];
    while (points.length < rows) {
      const point = Array.from(rng.fillNormal(new Float64Array(width)), (x) => x / Math.sqrt(width));
      const score = point.reduce((sum, x, j) => sum + (x * truth[j]!) / length, 0);
      if (Math.abs(score) < margin) continue;
      points.push(point);
      signs.push(Math.sign(score));
    }
    const balanced = (gamma: number) => fitSeparator(matrixFromRows(points), signs, logisticDescent(gamma), { maxSteps });
    const two = fitSeparator(matrixFromRows([[1, -1], [-1, -4]]), [1, -1], logisticDescent(10)); // prettier-ignore
    return Promise.resolve({
      metrics: {
        few: imbalanced(small, normalizedDescent(1e4)),
        many: imbalanced(large, normalizedDescent(1e4)),
        stepsAt10: balanced(10).steps,
        stepsAt1: balanced(1).steps,
        lossRises: Math.max(...two.losses) / two.losses[0]!,
      },
      baseline: {
        few: imbalanced(small, logisticDescent(1e4)),
        many: imbalanced(large, logisticDescent(1e4)),
        stepsAt01: balanced(0.1).steps,
        normalizedOnBalanced: fitSeparator(matrixFromRows(points), signs, normalizedDescent(100), { maxSteps }).steps,
        descentOnBalanced: balanced(100).steps,
      },
    });
  },
  /** The specification counts 16 and 241 iterations at 50 and 800 points, 2 and 2 for the normalised form, and 196, 20 and 2 for steps of 0.1, 1 and 10. */
  shown: ({ metrics, baseline }) =>
    metrics.many <= metrics.few + 2 &&
    baseline.many > 10 * baseline.few &&
    baseline.stepsAt01 > 4 * metrics.stepsAt1 &&
    metrics.stepsAt1 > 3 * metrics.stepsAt10,
});
