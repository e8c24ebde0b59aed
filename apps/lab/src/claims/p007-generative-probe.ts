/** @file P7: a generative probe needs few examples however wide the features are, a discriminative one needs more with each. */
import { classMoments, fitLogisticProbe, naiveBayesProbe, probeLogits, type LinearProbe } from '@surrogate/diagnostics';
import type { Rng } from '@surrogate/core';
import { argMax, cast, dispose, equal, mean, tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';

/** Examples with their class ids. */
interface Examples {
  readonly rows: number[][];
  readonly labels: number[];
}

/** Classes in turn: the mean is -1 in every coordinate for class 0 and 2^(k - 1) for class k; half of the coordinates have variance d, half variance 1. */
function draw(count: number, width: number, classes: number, rng: Rng): Examples {
  const labels = Array.from({ length: count }, (_, i) => i % classes);
  const rows = labels.map((k) =>
    Array.from({ length: width }, (_, j) => rng.normal(k === 0 ? -1 : 2 ** (k - 1), j < width / 2 ? Math.sqrt(width) : 1)),
  );
  return { rows, labels };
}

type Fit = (x: Tensor, y: Tensor, classes: number) => LinearProbe | Promise<LinearProbe>;
const generative: Fit = (x, y, classes) => tidy(() => ({ ...naiveBayesProbe(classMoments(x, y, classes)) }));
const discriminative: Fit = (x, y, classes) => fitLogisticProbe(x, y, classes);

async function errorOf(fit: Fit, { rows, labels }: Examples, count: number, test: { x: Tensor; y: Tensor }, classes: number) {
  const [x, y] = [tensor2d(rows.slice(0, count)), tensor1d(labels.slice(0, count), 'int32')];
  const probe = await fit(x, y, classes);
  const right = tidy(() => mean(cast(equal(argMax(probeLogits(test.x, probe), 1), test.y), 'float32')));
  const [accuracy] = await right.data();
  dispose([x, y, probe.weights, probe.bias, right]);
  return 1 - accuracy!;
}

/** The first number of examples, a seventh more at each try, at which less than one in a hundred is wrong. */
async function needed(fit: Fit, train: Examples, test: { x: Tensor; y: Tensor }, classes: number): Promise<number> {
  for (let count = 2 * classes; count < train.rows.length; count = Math.ceil(1.15 * count))
    if ((await errorOf(fit, train, count, test, classes)) < 0.01) return count;
  return train.rows.length;
}

export default claim({
  paper: 7,
  says: 'Naive Bayes needs no more examples of wide features than of narrow ones to get within a hundredth of its best; logistic regression needs them in proportion to the width.',
  params: { classes: 2, widths: [50, 100, 200, 400], most: 1000, tests: 1000 },
  quick: { widths: [20, 40], most: 100, tests: 200 },
  seeds: [0, 1, 2, 3, 4],
  async run({ params, rng, progress }) {
    const { classes, widths, most, tests } = params;
    const found: { width: number; naiveBayes: number; logistic: number }[] = [];
    for (const [done, width] of widths.entries()) {
      const train = draw(most, width, classes, rng.split());
      const unseen = draw(tests, width, classes, rng.split());
      const test = { x: tensor2d(unseen.rows), y: tensor1d(unseen.labels, 'int32') };
      const [naiveBayes, logistic] = [await needed(generative, train, test, classes), await needed(discriminative, train, test, classes)];
      found.push({ width, naiveBayes, logistic });
      dispose([test.x, test.y]);
      progress((done + 1) / widths.length);
    }
    const [narrow, wide] = [found[0]!, found.at(-1)!];
    return {
      metrics: { examplesNarrow: narrow.naiveBayes, examplesWide: wide.naiveBayes },
      baseline: { examplesNarrow: narrow.logistic, examplesWide: wide.logistic },
      sections: [
        {
          kind: 'picture',
          title: 'Examples that a probe needs',
          caption: 'until less than one in a hundred test examples is wrong',
          x: 'features',
          y: 'examples',
          curves: [
            { name: 'logistic regression', points: found.map(({ width, logistic }) => ({ x: width, y: logistic })) },
            { name: 'naive Bayes', points: found.map(({ width, naiveBayes }) => ({ x: width, y: naiveBayes })) },
          ],
        },
      ],
    };
  },
  /** The specification measures 6.8 and 4 examples at widths 50 and 400 for naive Bayes, 64 and 498 for logistic regression. */
  shown: ({ metrics, baseline }) =>
    metrics.examplesWide <= 2 * metrics.examplesNarrow && baseline.examplesWide >= 4 * baseline.examplesNarrow,
});
