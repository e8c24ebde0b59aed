/** @file P36: a schedule refined by the gradient norms of an earlier run has the best bound; without them linear decay has. */
import { Rng, type Schedule } from '@surrogate/core';
import { lastIterateBound, refinedSchedule } from '@surrogate/optim';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

/** The least bound over all scales of a schedule: a/c + b c has its least at √(a/b). */
function bestBound(rates: readonly number[], norms: readonly number[]): number {
  const at = (scale: number) => lastIterateBound(rates.map((rate) => scale * rate), norms, 1); // prettier-ignore
  let [low, high] = [-8, 4];
  for (let i = 0; i < 60; i++) {
    const [a, b] = [low + (high - low) * 0.382, low + (high - low) * 0.618];
    if (at(10 ** a) < at(10 ** b)) high = b;
    else low = a;
  }
  return at(10 ** ((low + high) / 2));
}

export default claim({
  paper: 36,
  says: 'Over gradient norms of five kinds the refined schedule has a lower bound than any fixed one (not so where norms only fall: there a constant rate is 2 % better), and on noisy logistic regression linear decay ends lower than decay by the root of the step, here by a little, and than no decay.',
  params: { length: 100, rows: 2000, width: 50, batch: 16, steps: 600 },
  quick: { length: 20, rows: 100, width: 5, steps: 20 },
  seeds: [0, 1, 2, 3],
  run({ params, rng, progress }) {
    const { length, rows, width, batch, steps } = params;
    const fixed: Record<string, (steps: number) => Schedule> = {
      constant: () => () => 1,
      inverseRoot: () => (t) => 1 / Math.sqrt(t + 1),
      cosine: (end) => (t) => 0.5 * (1 + Math.cos((Math.PI * t) / end)),
      linear: (end) => (t) => 1 - (t + 1) / end,
    };
    const flat = Array<number>(length).fill(1);
    const kinds: Record<string, number[]> = {
      constant: flat,
      'high at first': flat.map((_, t) => (t < 0.05 * length ? 10 : 1)),
      'high at the end': flat.map((_, t) => (t >= 0.9 * length ? 3 : 1)),
      rising: flat.map((_, t) => 1 + (2 * t) / length),
      falling: flat.map((_, t) => 3 - (2 * t) / length),
    };
    let [wins, linearBound, cosineBound] = [0, 0, 0];
    const curves: Curve[] = [];
    for (const [kind, norms] of Object.entries(kinds)) {
      const refined = norms.map((_, t) => refinedSchedule(norms, { smooth: 0 })(t));
      const own = bestBound(refined, norms);
      const others = Object.fromEntries(
        Object.entries(fixed).map(([name, make]) => [name, bestBound(norms.map((_, t) => make(length)(t)), norms)]), // prettier-ignore
      );
      if (Object.values(others).every((bound) => own <= bound + 1e-9)) wins++;
      if (kind === 'constant') [linearBound, cosineBound] = [others['linear']!, others['cosine']!];
      curves.push({ name: kind, points: refined.map((y, x) => ({ x, y })) });
    }
    progress(0.1);

    const x = rng.fillNormal(new Float64Array(rows * width));
    const truth = rng.fillNormal(new Float64Array(width));
    const y = Float64Array.from({ length: rows }, (_, n) => {
      let margin = 0;
      for (let j = 0; j < width; j++) margin += (truth[j]! * x[n * width + j]!) / Math.sqrt(width);
      return rng.uniform() < 1 / (1 + Math.exp(-2 * margin)) ? 1 : -1;
    });
    const full = Array.from({ length: rows }, (_, n) => n);
    const lossAndSlope = (w: Float64Array, some: ArrayLike<number>) => {
      const slope = new Float64Array(width);
      let loss = 0;
      for (let i = 0; i < some.length; i++) {
        const at = some[i]! * width;
        let margin = 0;
        for (let j = 0; j < width; j++) margin += w[j]! * x[at + j]!;
        margin *= y[some[i]!]!;
        loss += (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin) / some.length;
        const pull = y[some[i]!]! / (1 + Math.exp(margin)) / some.length;
        for (let j = 0; j < width; j++) slope[j]! -= pull * x[at + j]!;
      }
      return { loss, slope };
    };
    let optimum = new Float64Array(width);
    for (let i = 0; i < 400; i++) {
      const { slope } = lossAndSlope(optimum, full);
      optimum = optimum.map((v, j) => v - 2 * slope[j]!);
    }
    const least = lossAndSlope(optimum, full).loss;
    const draws = rng.split().toJSON();
    /** The excess loss at the end with the best of several rates, and the norms of that run. */
    const tuned = (schedule: Schedule) => {
      let best = { excess: Infinity, norms: [] as number[] };
      for (const rate of [0.05, 0.1, 0.2, 0.4, 0.8, 1.6]) {
        const source = Rng.fromJSON(draws);
        let w = new Float64Array(width);
        const norms: number[] = [];
        for (let t = 0; t < steps; t++) {
          const { slope } = lossAndSlope(w, source.choice(rows, batch));
          norms.push(Math.sqrt(slope.reduce((sum, g) => sum + g * g, 0)));
          w = w.map((v, j) => v - rate * schedule(t) * slope[j]!);
        }
        const excess = lossAndSlope(w, full).loss - least;
        if (excess < best.excess) best = { excess, norms };
      }
      return best;
    };
    const ends = Object.fromEntries(Object.entries(fixed).map(([name, make]) => [name, tuned(make(steps))]));
    const again = tuned(refinedSchedule(ends['linear']!.norms));
    progress(1);
    return Promise.resolve({
      metrics: { refinedBest: wins, linearBound, linear: ends['linear']!.excess, refinedFromOneRun: again.excess },
      baseline: {
        kinds: Object.keys(kinds).length,
        cosineBound,
        cosine: ends['cosine']!.excess,
        inverseRoot: ends['inverseRoot']!.excess,
        constant: ends['constant']!.excess,
      },
      sections: [
        {
          kind: 'picture' as const,
          title: 'Schedules refined by gradient norms',
          caption: 'Where gradients are large, the learning rate is small; a burst at the start becomes a warm-up.',
          x: 'step',
          y: 'learning rate',
          curves,
        },
      ],
    });
  },
  /** The specification finds the refined schedule best on all five, and excess losses of 0.0109 (linear), 0.0118 (cosine), 0.0219 (root) and 0.0363 (constant). Refining from one run of small batches is reported, not asserted: there it hurt. */
  shown: ({ metrics, baseline }) =>
    metrics.refinedBest === baseline.kinds && metrics.linear < 0.8 * baseline.inverseRoot && metrics.linear < 0.6 * baseline.constant,
});
