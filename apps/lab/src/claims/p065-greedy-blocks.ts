/** @file P65: choosing coordinates by slope over the root of curvature, and moving them by Newton's step, makes block descent converge faster. */
import type { Rng } from '@surrogate/core';
import { matMul, matrixFromRows, transpose, type Matrix } from '@surrogate/core/host';
import {
  blockCoordinateDescent,
  gaussSouthwell,
  gradientUpdate,
  greedyBlock,
  newtonUpdate,
  randomBlock,
  twoMetricUpdate,
  type BlockChoice,
  type BlockProblem,
  type BlockUpdate,
} from '@surrogate/optim';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

function quadratic(h: Matrix, b: Float64Array, nonNegative = false): BlockProblem {
  const n = b.length;
  const times = (x: Float64Array) => matMul(h, x);
  return {
    nonNegative,
    value: (x) => times(x).reduce((sum, v, i) => sum + (v / 2 - b[i]!) * x[i]!, 0),
    gradient: (x) => times(x).map((v, i) => v - b[i]!),
    hessian: (_x, block) => matrixFromRows(block.map((i) => block.map((j) => h.data[n * i + j]!))),
    lipschitz: Float64Array.from({ length: n }, (_, i) => Math.max(h.data[i * n + i]!, 1e-8)),
  };
}

/** Least squares with sparse columns of very different lengths. */
function leastSquares(rows: number, width: number, rng: Rng): BlockProblem {
  const scales = Array.from({ length: width }, () => Math.exp(rng.normal()));
  const a = { rows, cols: width, data: new Float64Array(rows * width) };
  for (let i = 0; i < a.data.length; i++) if (rng.bernoulli(0.2)) a.data[i] = scales[i % width]! * rng.normal();
  const truth = rng.fillNormal(new Float64Array(width));
  const y = matMul(a, truth).map((v) => v + 0.1 * rng.normal());
  return quadratic(matMul(transpose(a), a), matMul(transpose(a), y));
}

export default claim({
  paper: 65,
  says: 'On least squares greedy blocks leave less error than random ones, curvature in the choice less than slopes alone, and Newton steps less than gradient steps; and with non-negative coordinates the two-metric projection finds the zeros sooner.',
  params: { rows: 300, width: 400, steps: 200, block: 5, exact: 4000 },
  quick: { rows: 20, width: 20, steps: 10, exact: 50 },
  seeds: [0, 1, 2],
  run({ params, rng, progress }) {
    const { rows, width, steps, block, exact } = params;
    const problem = leastSquares(rows, width, rng.split());
    const start = new Float64Array(width);
    const least = blockCoordinateDescent(problem, start, { choose: greedyBlock(4 * block), steps: exact / 10 }).value;
    const first = problem.value(start);
    progress(0.3);
    const curves: Curve[] = [];
    const left = (name: string, choose: BlockChoice, update: BlockUpdate) => {
      const points: { x: number; y: number }[] = [];
      const every = Math.max(1, Math.floor(steps / 20));
      const onStep = (x: Float64Array, step: number) => {
        if (step % every === 0) points.push({ x: step, y: Math.log10(Math.max(1e-12, (problem.value(x) - least) / (first - least))) });
      };
      const { value } = blockCoordinateDescent(problem, start, { choose, update, steps, onStep });
      curves.push({ name, points });
      return Math.max(0, value - least) / (first - least);
    };
    const metrics = {
      greedyGradient: left('slopes', greedyBlock(block, gaussSouthwell), gradientUpdate),
      curvatureGradient: left('curvature', greedyBlock(block), gradientUpdate),
      greedyNewton: left('slopes + Newton', greedyBlock(block, gaussSouthwell), newtonUpdate),
      curvatureNewton: left('curvature + Newton', greedyBlock(block), newtonUpdate),
    };
    const random = {
      randomGradient: left('random', randomBlock(block, rng.split()), gradientUpdate),
      randomNewton: left('random + Newton', randomBlock(block, rng.split()), newtonUpdate),
    };
    progress(0.7);

    // Non-negative least squares with an l1 penalty: few coordinates stay above 0.
    const [n, d] = [Math.ceil(rows / 2), Math.ceil(width / 4)];
    const source = rng.split();
    const a = { rows: n, cols: d, data: source.fillNormal(new Float64Array(n * d)) };
    const truth = Float64Array.from({ length: d }, (_, j) => (j < d / 8 ? 1 + source.uniform() : 0));
    const y = matMul(a, truth).map((v) => v + 0.1 * source.normal());
    const pull = matMul(transpose(a), y).map((v) => v - 0.1 * n); // prettier-ignore
    const sparse = quadratic(matMul(transpose(a), a), pull, true);
    const sparseStart = source.fillNormal(new Float64Array(d)).map(Math.abs);
    const end = blockCoordinateDescent(sparse, sparseStart, { choose: greedyBlock(d), update: twoMetricUpdate(), steps: 100 }).x;
    const identified = (update: BlockUpdate) => {
      let last = 0;
      const score = ({ x, gradient, lipschitz }: { x: Float64Array; gradient: Float64Array; lipschitz: Float64Array }, i: number) =>
        Math.abs(x[i]! - Math.max(0, x[i]! - gradient[i]! / lipschitz[i]!)) * Math.sqrt(lipschitz[i]!);
      blockCoordinateDescent(sparse, sparseStart, {
        choose: greedyBlock(4 * block, score),
        update,
        steps,
        onStep: (x, step) => {
          if (x.some((v, i) => (v === 0) !== (end[i] === 0))) last = step + 1;
        },
      });
      return last;
    };
    return Promise.resolve({
      metrics: { ...metrics, identifiedTwoMetric: identified(twoMetricUpdate()) },
      baseline: { ...random, identifiedGradient: identified(gradientUpdate) },
      sections: [
        {
          kind: 'picture' as const,
          title: 'Error that is left, of the start',
          caption: 'By what chooses the coordinates; gradient steps where Newton is not named.',
          x: 'step',
          y: 'log10',
          curves,
        },
      ],
    });
  },
  /** The specification measures, after 200 steps: 7.0e-2 (random), 1.2e-2 (slopes), 3.9e-3 (curvature) with gradient steps; 4.3e-2, 2.7e-3, 3.6e-4 with Newton's; and zeros found after 10 steps in place of 20. */
  shown: ({ metrics, baseline }) =>
    metrics.greedyGradient < 0.5 * baseline.randomGradient &&
    metrics.curvatureGradient < metrics.greedyGradient &&
    metrics.greedyNewton < 0.5 * baseline.randomNewton &&
    metrics.curvatureNewton < 0.5 * metrics.greedyNewton &&
    metrics.curvatureNewton < 0.5 * metrics.curvatureGradient &&
    metrics.identifiedTwoMetric < baseline.identifiedGradient,
});
