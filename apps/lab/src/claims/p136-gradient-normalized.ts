/** @file P136: an approximate Hessian, damped by the gradient's norm, is nearly as good as the exact one. */
import { matMul, transpose } from '@surrogate/core/host';
import { gradientNormalizedNewton, logSumExpCurvature, powerNormCurvature, type CurvedFunction } from '@surrogate/optim';
import { claim } from '../claim.js';

/** Steps until a value is within a tolerance of the least one. */
function stepsUntil(f: CurvedFunction, x0: Float64Array, least: number, maxSteps: number, tolerance = 1e-6): number {
  let reached = maxSteps;
  gradientNormalizedNewton(f, x0, {
    maxSteps,
    tolerance: 0,
    onStep: (() => {
      let step = 0;
      return ({ value }: { value: number }) => {
        step++;
        if (value - least < tolerance) reached = Math.min(reached, step);
      };
    })(),
  });
  return reached;
}

export default claim({
  paper: 136,
  says: 'On a log-sum-exp the weighted Gauss-Newton matrix needs a few times the steps of the Hessian and a fraction of those without curvature; on a fourth power of a norm Gauss-Newton beats the full Hessian, and Fisher alone is no use.',
  params: { rows: 200, width: 30, temperature: 0.1, maxSteps: 400 },
  quick: { rows: 20, width: 4, maxSteps: 20 },
  seeds: [0, 1, 2],
  run({ params, rng, progress }) {
    const { rows, width, temperature: mu, maxSteps } = params;
    const a = { rows, cols: width, data: rng.fillNormal(new Float64Array(rows * width)).map((x) => x / Math.sqrt(width)) };
    const b = rng.fillNormal(new Float64Array(rows));
    const at = (x: Float64Array) => {
      const scores = matMul(a, x).map((s, i) => (s - b[i]!) / mu);
      const most = scores.reduce((p, q) => Math.max(p, q), -Infinity);
      const parts = scores.map((s) => Math.exp(s - most));
      const total = parts.reduce((p, q) => p + q, 0);
      const probs = parts.map((p) => p / total);
      return { value: mu * (most + Math.log(total)), gradient: matMul(transpose(a), probs), probs };
    };
    const weighted = (x: Float64Array) => logSumExpCurvature(a, at(x).probs, mu);
    const exact = (x: Float64Array) => {
      const { gradient, probs } = at(x);
      const h = logSumExpCurvature(a, probs, mu);
      h.data.forEach((_, i) => (h.data[i]! -= (gradient[Math.floor(i / width)]! * gradient[i % width]!) / mu));
      return h;
    };
    const ones = new Float64Array(width).fill(1);
    const least = gradientNormalizedNewton({ at, curvature: exact }, ones, { maxSteps: 200, tolerance: 1e-12 }).value;
    const logSumExp = (curvature: NonNullable<CurvedFunction['curvature']>) => stepsUntil({ at, curvature }, ones, least, maxSteps);
    progress(0.3);
    const [newton, gaussNewton, none] = [logSumExp(exact), logSumExp(weighted), logSumExp(() => undefined)];
    progress(0.7);

    const m = { rows: width, cols: width, data: rng.fillNormal(new Float64Array(width * width)).map((x) => x / Math.sqrt(width)) };
    const target = rng.fillNormal(new Float64Array(width));
    const residual = (x: Float64Array) => matMul(m, x).map((v, i) => v - target[i]!);
    const power = {
      at: (x: Float64Array) => {
        const u = residual(x);
        const square = u.reduce((sum, v) => sum + v * v, 0);
        return { value: square ** 2 / 4, gradient: matMul(transpose(m), u.map((v) => square * v)) }; // prettier-ignore
      },
    };
    const fourth = (part: 'full' | 'gaussNewton' | 'fisher') =>
      stepsUntil({ ...power, curvature: (x) => powerNormCurvature(m, residual(x), { power: 4, part }) }, ones, 0, maxSteps);
    return Promise.resolve({
      metrics: { gaussNewton, powerGaussNewton: fourth('gaussNewton'), powerFull: fourth('full') },
      baseline: { newton, none, powerFisher: fourth('fisher') },
    });
  },
  /** The specification counts 12 (exact), 44 (weighted Gauss-Newton) and 274 (none) steps to 1e-6, then 8, 21 and more than 2000. */
  shown: ({ metrics, baseline }) =>
    metrics.gaussNewton < 8 * baseline.newton &&
    metrics.gaussNewton < 0.5 * baseline.none &&
    metrics.powerGaussNewton < metrics.powerFull &&
    metrics.powerFull < 0.5 * baseline.powerFisher,
});
