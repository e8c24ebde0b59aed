/** @file The zoo of f-divergences: what a single Gaussian makes of a distribution with two modes, under each of them. */
import { logAddExp, logSoftmax } from '@surrogate/core';
import {
  alphaDivergence,
  fDivergence,
  generalizedJensenShannon,
  jeffreys,
  jensenShannon,
  kl,
  leCam,
  neyman,
  pearson,
  reverseKl,
  skewKl,
  skewReverseKl,
  softenedKl,
  softenedReverseKl,
  squaredHellinger,
  totalVariation,
  type FDivergence,
} from '@surrogate/divergences';
import { add, dispose, div, expandDims, square, sub, tensor1d, tidy, tile, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import type { Section } from '../report/sections.js';

const members: readonly FDivergence[] = [
  kl,
  generalizedJensenShannon(0.1),
  softenedKl,
  pearson,
  alphaDivergence(1.5),
  jeffreys,
  skewKl(0.1),
  alphaDivergence(0.5),
  squaredHellinger,
  jensenShannon,
  leCam,
  totalVariation,
  reverseKl,
  generalizedJensenShannon(0.9),
  softenedReverseKl,
  skewReverseKl(0.1),
  neyman,
  alphaDivergence(-0.5),
];

/** 0.6 N(-3, 0.6²) + 0.4 N(3, 0.8²). */
const density = (x: number): number =>
  (0.6 / 0.6) * Math.exp(-0.5 * ((x + 3) / 0.6) ** 2) + (0.4 / 0.8) * Math.exp(-0.5 * ((x - 3) / 0.8) ** 2);

interface Fit {
  readonly mean: number;
  readonly stddev: number;
  readonly value: number;
}

/** From -1 to 1 in so many places. */
const along = (at: number, places: number): number => (2 * at) / (places - 1) - 1;

/** A divergence from each of many Gaussians. */
async function valuesOf(member: FDivergence, x: Tensor, logP: Tensor, gaussians: readonly Omit<Fit, 'value'>[]): Promise<Float32Array> {
  const values = tidy(() => {
    const column = (numbers: number[]) => expandDims(tensor1d(numbers), 1);
    const [mean, stddev] = [column(gaussians.map((one) => one.mean)), column(gaussians.map((one) => one.stddev))];
    const logQ = logSoftmax(div(square(div(sub(expandDims(x, 0), mean), stddev)), -2));
    return fDivergence(tile(expandDims(logP, 0), [gaussians.length, 1]), logQ, member, { reduction: 'none' });
  });
  return values.data<'float32'>().finally(() => values.dispose());
}

export default claim({
  paper: [],
  says: 'Fitted to two modes under KL a Gaussian covers both, under the reversed KL, Jensen-Shannon, Hellinger and Le Cam it picks one, and the generalised Jensen-Shannon divergence goes over from one to the other.',
  params: { cells: 301, levels: 6 },
  quick: { cells: 31, levels: 1 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { cells, levels } = params;
    const grid = Array.from({ length: cells }, (_, i) => -15 + (30 * i) / (cells - 1));
    const x = tensor1d(grid);
    const mode = (mean: number, stddev: number, share: number) => add(div(square(div(sub(x, mean), stddev)), -2), Math.log(share / stddev));
    const logP = tidy(() => logSoftmax(logAddExp(mode(-3, 0.6, 0.6), mode(3, 0.8, 0.4))));
    const fits = new Map<string, Fit>();
    for (const [i, member] of members.entries()) {
      // A grid of Gaussians, then ever finer ones about the best; where the first one lies is the seed's.
      let best: Fit = { mean: 0.3 * rng.normal(), stddev: 1.1 + 0.1 * rng.uniform(), value: Infinity };
      let [widthOfMean, widthOfLog] = [5, 1.3];
      for (let level = 0; level <= levels; level++) {
        const [means, stddevs] = level === 0 ? [33, 17] : [9, 9];
        const candidates = Array.from({ length: means * stddevs }, (_, k) => ({
          mean: best.mean + widthOfMean * along(k % means, means),
          stddev: best.stddev * Math.exp(widthOfLog * along(Math.floor(k / means), stddevs)),
        }));
        const values = await valuesOf(member, x, logP, candidates);
        const at = values.indexOf(Math.min(...values));
        best = { ...candidates[at]!, value: values[at]! };
        [widthOfMean, widthOfLog] = [(3 * widthOfMean) / (means - 1), (3 * widthOfLog) / (stddevs - 1)];
      }
      fits.set(member.name, best);
      progress((i + 1) / members.length, member.name);
    }
    dispose([x, logP]);
    const of = (member: FDivergence) => fits.get(member.name)!;
    const picks = [reverseKl, jensenShannon, squaredHellinger, leCam, generalizedJensenShannon(0.9)];
    return {
      metrics: {
        klMean: of(kl).mean,
        klStddev: of(kl).stddev,
        klValue: of(kl).value,
        blendMean: of(generalizedJensenShannon(0.1)).mean,
        blendStddev: of(generalizedJensenShannon(0.1)).stddev,
        reverseKlValue: of(reverseKl).value,
        jensenShannonValue: of(jensenShannon).value,
        hellingerValue: of(squaredHellinger).value,
        leCamValue: of(leCam).value,
        farthestMean: Math.max(...picks.map((member) => Math.abs(of(member).mean + 3))),
        farthestStddev: Math.max(...picks.map((member) => Math.abs(of(member).stddev - 0.6))),
      },
      baseline: {},
      sections: sections(fits),
    };
  },
  /** The specification's optima: (-0.601, 3.021) at 0.8275 for KL, (-0.553, 3.025) for the blend of a tenth, (-3, 0.6) for the rest, at 0.5108, 0.1639, 0.4508 and 0.25. */
  shown: ({ metrics }) =>
    Math.abs(metrics.klMean + 0.601) < 0.03 &&
    Math.abs(metrics.klStddev - 3.021) < 0.03 &&
    Math.abs(metrics.klValue - 0.8275) < 0.005 &&
    Math.abs(metrics.blendMean + 0.553) < 0.03 &&
    Math.abs(metrics.blendStddev - 3.025) < 0.03 &&
    Math.abs(metrics.reverseKlValue - 0.5108) < 0.005 &&
    Math.abs(metrics.jensenShannonValue - 0.1639) < 0.005 &&
    Math.abs(metrics.hellingerValue - 0.4508) < 0.005 &&
    Math.abs(metrics.leCamValue - 0.25) < 0.005 &&
    metrics.farthestMean < 0.03 &&
    metrics.farthestStddev < 0.03,
});

function sections(fits: ReadonlyMap<string, Fit>): Section[] {
  const places = Array.from({ length: 121 }, (_, i) => -8 + (2 * i) / 15);
  const scale = 1 / Math.sqrt(2 * Math.PI);
  const bell = ({ mean, stddev }: Fit) =>
    places.map((at) => ({ x: at, y: (scale / stddev) * Math.exp(-0.5 * ((at - mean) / stddev) ** 2) }));
  const names = [...fits.keys()];
  const pictures = [0, 6, 12].map((first): Section => ({
    kind: 'picture',
    title: ['Those that cover both modes', 'Those that pick one and forgive the other', 'Those that pick one and seek it'][first / 6]!,
    x: 'x',
    y: 'density',
    curves: names.slice(first, first + 6).flatMap((name) => {
      const panel = name.replace('generalizedJensenShannon', 'blended JS ');
      return [
        { name: 'two modes', panel, points: places.map((at) => ({ x: at, y: scale * density(at) })) },
        { name: 'the Gaussian that is nearest', panel, points: bell(fits.get(name)!) },
      ];
    }),
  }));
  return [
    ...pictures,
    {
      kind: 'table',
      title: 'The nearest Gaussian',
      columns: ['divergence', 'mean', 'standard deviation', 'value'],
      rows: names.map((name) => [name, ...Object.values(fits.get(name)!)] as (string | number)[]),
    },
  ];
}
