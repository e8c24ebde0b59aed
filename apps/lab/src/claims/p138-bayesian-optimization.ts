/** @file P138: thirty evaluations chosen by a Gaussian process find what thirty random ones miss by far. */
import { bayesianOptimization, confidenceAcquisition, improvementAcquisition, type Acquisition } from '@surrogate/optim';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

/** Branin's function, whose least value is 0.397887 at three places. */
function branin([x, y]: readonly number[]): number {
  const curve = y! - (5.1 / (4 * Math.PI ** 2)) * x! ** 2 + (5 / Math.PI) * x! - 6;
  return curve ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x!) + 10;
}

const bounds = [[-5, 10], [0, 15]] as const; // prettier-ignore

export default claim({
  paper: 138,
  says: 'On the Branin function 30 evaluations by expected improvement or a confidence bound end a tenth as far from the minimum as random ones.',
  params: { evaluations: 30, start: 5, candidates: 500 },
  quick: { evaluations: 7, candidates: 50 },
  seeds: [0, 1, 2, 3, 4, 5, 6, 7],
  run({ params, rng, progress }) {
    const { evaluations, start, candidates } = params;
    const curves: Curve[] = [];
    const regretOf = (name: string, next: () => number[][], tell: (point: number[], value: number) => void) => {
      let least = Infinity;
      const points: { x: number; y: number }[] = [];
      for (let i = 0; i < evaluations; i++) {
        const [point] = next();
        const value = branin(point!);
        tell(point!, -value);
        least = Math.min(least, value - 0.397887);
        points.push({ x: i + 1, y: Math.log10(Math.max(least, 1e-6)) });
      }
      curves.push({ name, points });
      return least;
    };
    const searched = (name: string, acquisition: Acquisition) => {
      const search = bayesianOptimization(bounds, { acquisition, start, candidates });
      const source = rng.split();
      let state = search.init();
      return regretOf(
        name,
        () => search.ask(state, source),
        (point, value) => (state = search.tell(state, point, value)),
      );
    };
    const improvement = searched('expected improvement', improvementAcquisition);
    progress(0.5);
    const confidence = searched('confidence bound', confidenceAcquisition(2));
    const random = regretOf(
      'random',
      () => [bounds.map(([low, high]) => rng.uniform(low, high))],
      () => undefined,
    );
    return Promise.resolve({
      metrics: { improvement, confidence },
      baseline: { random },
      sections: [
        { kind: 'picture' as const, title: 'Distance from the least value', x: 'evaluations', y: 'log10 of the simple regret', curves },
      ],
    });
  },
  /** The specification's medians over 8 seeds are 2.74 (random), 0.170 (confidence bound) and 0.084 (expected improvement); these are means. */
  shown: ({ metrics, baseline }) => metrics.improvement < 0.2 * baseline.random && metrics.confidence < 0.3 * baseline.random,
});
