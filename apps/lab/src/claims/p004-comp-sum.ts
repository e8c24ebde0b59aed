/** @file P4: the consistency bounds of comp-sum losses hold, and could not be much sharper. */
import { hConsistencyBound } from '@surrogate/losses';
import { claim } from '../claim.js';

/** Φτ of the rivals' odds 1/s - 1, at the score's probability s of a class. */
const compSum = (s: number, tau: number) => (tau === 1 ? -Math.log(s) : (s ** (tau - 1) - 1) / (1 - tau));

/** The least conditional comp-sum loss of a label distribution. */
function leastLoss(p: readonly number[], tau: number): number {
  if (tau >= 2) return (1 - Math.max(...p)) / (tau - 1);
  if (tau === 1) return -p.reduce((sum, x) => sum + (x === 0 ? 0 : x * Math.log(x)), 0);
  const power = 2 - tau;
  return (p.reduce((sum, x) => sum + x ** (1 / power), 0) ** power - 1) / (1 - tau);
}

export default claim({
  paper: 4,
  says: 'The excess error of any scores stays below the bound that their excess comp-sum loss gives, and a bound a tenth lower is broken.',
  params: { pairs: 20000, sharpness: 3 },
  quick: { pairs: 500 },
  seeds: [0, 1, 2],
  run({ params, rng, progress }) {
    const members = [0, 0.5, 0.9, 1, 1.3, 1.5, 2, 3];
    let [violations, lowerViolations, tightest] = [0, 0, 0];
    members.forEach((tau, done) => {
      for (let i = 0; i < params.pairs; i++) {
        const classes = [2, 3, 5][i % 3]!;
        const distribution = () => {
          const z = Array.from({ length: classes }, () => Math.exp(rng.normal() * params.sharpness * rng.uniform()));
          const total = z.reduce((a, b) => a + b);
          return z.map((x) => x / total);
        };
        const [labels, scores] = [distribution(), distribution()];
        const chosen = scores.indexOf(Math.max(...scores));
        const error = Math.max(...labels) - labels[chosen]!;
        const excess = labels.reduce((sum, x, k) => sum + x * compSum(scores[k]!, tau), 0) - leastLoss(labels, tau);
        const bound = hConsistencyBound(Math.max(excess, 0), { tau, classes });
        if (error > bound + 1e-9) violations++;
        if (error > 0.9 * bound + 1e-9) lowerViolations++;
        tightest = Math.max(tightest, error === 0 ? 0 : error / bound);
      }
      progress((done + 1) / members.length);
    });
    return Promise.resolve({ metrics: { violations, tightest }, baseline: { violations: lowerViolations } });
  },
  /** The specification finds no violation among 810k pairs, and ratios up to 1. */
  shown: ({ metrics, baseline }) => metrics.violations === 0 && baseline.violations > 0,
});
