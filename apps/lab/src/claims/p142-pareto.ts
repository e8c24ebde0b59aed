/** @file P142: weights of conflicting tasks that serve a validation loss reach what fixed weights do not. */
import { matMul, transpose, type Matrix } from '@surrogate/core/host';
import { minimumNormWeights, preferenceWeights } from '@surrogate/optim';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

export default claim({
  paper: 142,
  says: 'Of three quadratics in conflict, weights by preference bring the validation loss to a tenth of what equal weights leave, without a step against a task that objects.',
  params: { width: 5, steps: 600, rate: 0.02 },
  quick: { steps: 20 },
  seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  run({ params, rng }) {
    const { width, steps, rate } = params;
    const vector = (scale = 1) => rng.fillNormal(new Float64Array(width)).map((x) => scale * x);
    const first = vector();
    const validation = vector();
    const optima = [first, first.map((x) => -x + 0.1 * rng.normal()), validation.map((x) => x + 0.2 * rng.normal())];
    const gap = (x: Float64Array, c: Float64Array) => x.map((v, i) => v - c[i]!);
    const half = (v: Float64Array) => v.reduce((sum, z) => sum + z * z, 0) / 2;
    let objections = 0;
    const curves: Curve[] = [];
    const descended = (name: string, weightsOf: (gram: Matrix, alignment: Float64Array, loss: number) => Float64Array, count = false) => {
      let x = new Float64Array(width);
      const points: { x: number; y: number }[] = [];
      for (let step = 0; step < steps; step++) {
        if (step % 10 === 0) points.push({ x: step, y: half(gap(x, validation)) });
        const g = { rows: 3, cols: width, data: Float64Array.from(optima.flatMap((c) => Array.from(gap(x, c)))) };
        const gram = matMul(g, transpose(g));
        const alignment = matMul(g, gap(x, validation));
        const alpha = weightsOf(gram, alignment, half(gap(x, validation)));
        if (count) {
          const gains = matMul(gram, alpha);
          const most = alignment.indexOf(Math.max(...alignment));
          const least = alignment.map((a, j) => (Math.max(...alignment) <= 0 || j === most ? 0 : a > 0 ? -Infinity : a));
          if (gains.some((gain, j) => gain < least[j]! - 1e-7)) objections++;
        }
        const move = matMul(transpose(g), alpha);
        x = x.map((v, i) => v - rate * 3 * move[i]!);
      }
      const end = half(gap(x, validation));
      curves.push({ name, points: [...points, { x: steps, y: end }] });
      return end;
    };
    let infeasible = 0;
    const preferred = descended(
      'weights by preference',
      (gram, alignment, loss) => {
        const found = preferenceWeights(gram, alignment, { validationLoss: loss });
        if (found.mode === 'uniform') infeasible++;
        return found.weights;
      },
      true,
    );
    return Promise.resolve({
      metrics: { validation: preferred, objections: Math.max(0, objections - infeasible), infeasible },
      baseline: {
        validation: descended('equal weights', () => new Float64Array(3).fill(1 / 3)),
        minimumNorm: descended('least norm', (gram) => minimumNormWeights(gram)),
      },
      sections: [{ kind: 'picture' as const, title: 'Loss on the validation task', x: 'step', y: 'loss', curves }],
    });
  },
  /** The specification measures 0.154 against 2.304. */
  shown: ({ metrics, baseline }) => metrics.validation < 0.2 * baseline.validation && metrics.objections === 0,
});
