/** @file P143: double descent peaks only for an optimizer that reaches the bottom. */
import { doubleDescentSweep, gdSpectralFilter, pinvSpectralFilter, randomReluFeatures, type RegressionData } from '@surrogate/diagnostics';
import type { Matrix } from '@surrogate/core/host';
import { claim } from '../claim.js';
import type { Curve } from '../report/sections.js';

const filters = {
  'pseudo-inverse': pinvSpectralFilter(),
  '100000 steps': gdSpectralFilter(1e5),
  '10000 steps': gdSpectralFilter(1e4),
  '1000 steps': gdSpectralFilter(1e3),
  '100 steps': gdSpectralFilter(100),
};

export default claim({
  paper: 143,
  says: 'The test error peaks where there are as many features as examples only if the optimizer gets to a low training loss: the more steps of gradient descent, the higher.',
  params: { examples: 60, inputs: 20, noise: 0.5, tests: 500, widths: [10, 20, 40, 60, 90, 150, 300, 600] },
  quick: { examples: 16, inputs: 5, tests: 50, widths: [4, 16, 64] },
  seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  run({ params, rng, progress }) {
    const { examples, inputs, noise, tests, widths } = params;
    const teacher = rng.fillNormal(new Float64Array(inputs), 0, 1 / Math.sqrt(inputs));
    const draw = (rows: number, sd: number): RegressionData => {
      const x: Matrix = { rows, cols: inputs, data: rng.fillNormal(new Float64Array(rows * inputs)) };
      const y = Float64Array.from({ length: rows }, (_, i) =>
        teacher.reduce((sum, w, j) => sum + w * x.data[i * inputs + j]!, sd * rng.normal()),
      );
      return { x, y };
    };
    const [train, test] = [draw(examples, noise), draw(tests, 0)];
    const features = randomReluFeatures(inputs, Math.max(...widths), rng.split());
    const curves: Curve[] = [];
    const found = Object.entries(filters).map(([name, filter], done) => {
      const points = doubleDescentSweep(train, test, { widths, features, filter });
      curves.push({ name, points: points.map((point) => ({ x: Math.log10(point.width), y: Math.log10(point.test) })) });
      progress((done + 1) / Object.keys(filters).length);
      const [peak, wide] = [points.find((point) => point.width === examples)!, points.at(-1)!];
      return { peak: peak.test, train: peak.train, wide: wide.test, condition: peak.condition, wideCondition: wide.condition };
    });
    const [pinv, most, more, some, few] = found as [(typeof found)[0], ...typeof found];
    return Promise.resolve({
      metrics: {
        peak100: few!.peak,
        peak1e3: some!.peak,
        peak1e4: more!.peak,
        peak1e5: most!.peak,
        peakPinv: pinv.peak,
        train100: few!.train,
        train1e5: most!.train,
        logCondition: Math.log10(pinv.condition),
      },
      baseline: {
        peak100: few!.wide,
        peak1e3: some!.wide,
        peak1e4: more!.wide,
        peak1e5: most!.wide,
        peakPinv: pinv.wide,
        logCondition: Math.log10(pinv.wideCondition),
      },
      sections: [
        {
          kind: 'picture' as const,
          title: 'Test error by the number of features',
          caption: 'logarithms to base 10; fitted by gradient descent of so many steps',
          x: 'log features',
          y: 'log test error',
          curves,
        },
      ],
    });
  },
  /** The specification measures peaks over wide models of .37/.15, .85/.21, 3.0/.21, 10.6/.21 and 326/.21, training errors at the peak from .162 to .006, and condition numbers of 1.1e6 and 470. */
  shown: ({ metrics, baseline }) =>
    metrics.peak100 < 5 * baseline.peak100 &&
    metrics.peak1e3 > metrics.peak100 &&
    metrics.peak1e4 > metrics.peak1e3 &&
    metrics.peak1e5 > metrics.peak1e4 &&
    metrics.peakPinv > metrics.peak1e5 &&
    metrics.peak1e5 > 10 * baseline.peak1e5 &&
    metrics.train1e5 < 0.2 * metrics.train100 &&
    metrics.logCondition > baseline.logCondition + 1.5,
});
