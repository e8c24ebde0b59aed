/** @file P40: the lazier a model starts, the later it generalises after it has fitted. */
import { grokkingDelay, kernelTargetAlignment, polynomialStudent, polynomialTestLossTerms } from '@surrogate/diagnostics';
import type { Matrix } from '@surrogate/core/host';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

export default claim({
  paper: 40,
  says: 'The lazier a network of slightly quadratic units is, the longer it takes to generalise after it has fitted, while its tangent kernel turns towards the target.',
  params: { inputs: 20, examples: 90, width: 60, epsilon: 0.25, alphas: [0.25, 1, 4], steps: 15000, every: 100 },
  quick: { inputs: 5, examples: 12, width: 10, alphas: [0.5, 4], steps: 300 },
  seeds: [0, 1, 2],
  run({ params, rng, progress }) {
    const { inputs, examples, width, epsilon, alphas, steps, every } = params;
    const x: Matrix = { rows: examples, cols: inputs, data: rng.fillNormal(new Float64Array(examples * inputs)) };
    const beta = rng.fillNormal(new Float64Array(inputs));
    const length = Math.hypot(...beta);
    beta.forEach((value, j) => (beta[j] = (value * Math.sqrt(inputs)) / length));
    const y = Float64Array.from({ length: examples }, (_, p) => {
      const along = beta.reduce((sum, b, j) => sum + b * x.data[p * inputs + j]!, 0);
      return along ** 2 / 2 / inputs;
    });
    const start = rng.split();
    const curves: Curve[] = [];
    const found = alphas.map((alpha, done) => {
      const student = polynomialStudent({ inputs, width, alpha, epsilon });
      const weights = student.init(start);
      const first = weights.data.slice();
      const [train, test, alignment]: [number[], number[], number[]] = [[], [], []];
      for (let t = 0; t <= steps; t++) {
        const { loss, gradient } = student.lossAndGradient(weights, x, y);
        if (t % every === 0) {
          train.push(loss * alpha ** 2);
          test.push(polynomialTestLossTerms(weights, beta, { alpha, epsilon }).total);
          alignment.push(kernelTargetAlignment(student.kernel(weights, x), y));
          if (test.at(-1)! < 0.1 * test[0]! && train.at(-1)! < 0.01 * train[0]!) break;
        }
        gradient.data.forEach((g, i) => (weights.data[i]! -= (width / 2) * g));
      }
      progress((done + 1) / alphas.length);
      for (const [name, losses] of Object.entries({ training: train, test }))
        curves.push({ name, panel: `α = ${alpha}`, points: losses.map((loss, i) => ({ x: (i * every) / 1000, y: Math.log10(loss) })) });
      const { fitted = train.length, generalized = test.length } = grokkingDelay(train, test);
      const moved = Math.hypot(...weights.data.map((w, i) => w - first[i]!)) / Math.hypot(...first);
      return {
        fitted: Math.max(1, fitted) * every,
        generalized: Math.max(1, generalized) * every,
        moved,
        alignmentFitted: alignment[Math.min(fitted, alignment.length - 1)]!,
        alignment: alignment.at(-1)!,
      };
    });
    const figures = ({ fitted, generalized, moved }: (typeof found)[0]) => ({
      fitted,
      generalized,
      delay: generalized - fitted,
      ratio: generalized / fitted,
      moved,
    });
    const [rich, lazy] = [found[0]!, found.at(-1)!];
    return Promise.resolve({
      metrics: { ...figures(lazy), alignment: lazy.alignment },
      baseline: { ...figures(rich), alignment: lazy.alignmentFitted },
      sections: [
        { kind: 'picture' as const, title: 'Fitting and generalising', x: 'thousands of steps', y: 'log loss', curves },
        {
          kind: 'table' as const,
          title: 'From rich to lazy',
          columns: ['α', 'fitted at', 'generalised at', 'weights moved', 'alignment when fitted', 'at the end'],
          rows: found.map((row, i) => [alphas[i]!, row.fitted, row.generalized, row.moved, row.alignmentFitted, row.alignment]),
        },
      ],
    });
  },
  /** The specification measures steps 200/400 at α = .25 and 2200/7000 at α = 4: ratios of 2.0 and 3.2; relative movement of 3.9 and 1.1; alignment rises during the delay. */
  shown: ({ metrics, baseline }) =>
    metrics.ratio > 1.2 * baseline.ratio &&
    metrics.delay > 5 * baseline.delay &&
    metrics.moved < 0.6 * baseline.moved &&
    metrics.alignment > baseline.alignment,
});
