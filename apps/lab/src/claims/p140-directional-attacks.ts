/** @file P140: attacks on a network and direct search together find better inputs than either alone. */
import { tanh, type Rng } from '@surrogate/core';
import { attackSearch, type OutputObjective } from '@surrogate/optim';
import { add, dispose, matMul, reshape, tensor1d, tensor2d, tidy, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';

const sizes = [10, 32, 32, 3] as const;

export default claim({
  paper: 140,
  says: 'For every budget of network evaluations attacks with direct search behind them find better feasible inputs than attacks alone or direct search alone.',
  params: { instances: 4, short: 60, middle: 150, long: 400 },
  quick: { instances: 1, short: 5, middle: 10, long: 20 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { instances, short, middle, long } = params;
    const arms = { hybrid: {}, attacks: { pollSize: 0 }, search: { radius: 0 } };
    const paths: Record<keyof typeof arms, Float64Array> = {
      hybrid: new Float64Array(long),
      attacks: new Float64Array(long),
      search: new Float64Array(long),
    };
    for (let instance = 0; instance < instances; instance++) {
      const source = rng.split();
      const layers = sizes.slice(1).map((to, i) => ({
        w: tensor2d(source.fillNormal(new Float32Array(sizes[i]! * to), 0, 1.5 / Math.sqrt(sizes[i]!)), [sizes[i]!, to]),
        b: tensor1d(source.fillNormal(new Float32Array(to), 0, 0.3)),
      }));
      const phi = (x: Tensor) =>
        reshape(
          layers.reduce<Tensor>(
            (input, { w, b }, i) => {
              const out = add(matMul(input as Tensor2D, w), b);
              return i === layers.length - 1 ? out : tanh(out);
            },
            reshape(x, [1, -1]),
          ),
          [-1],
        );
      const target = source.fillNormal(new Float64Array(3), 0, 2);
      const objective: OutputObjective = {
        value: (z) => ({
          value: -z.reduce((sum, v, i) => sum + (v - target[i]!) ** 2, 0),
          gradient: z.map((v, i) => 2 * (target[i]! - v)),
        }),
        constraints: ([first]) => [first! - 0.8],
      };
      const start = await feasible(phi, source);
      for (const name of ['hybrid', 'attacks', 'search'] as const) {
        const options = arms[name];
        const { history } = await attackSearch(phi, objective, start, { budget: long, rng: source.split(), min: 0, max: 1, ...options });
        for (let at = 0; at < long; at++) paths[name][at]! += history[Math.min(at, history.length - 1)]! / instances;
        progress((instance + 1) / instances);
      }
      layers.forEach(({ w, b }) => dispose([w, b]));
    }
    const of = (name: keyof typeof arms) => ({
      short: paths[name][short - 1]!,
      middle: paths[name][middle - 1]!,
      long: paths[name][long - 1]!,
    });
    const [hybrid, attacks, search] = [of('hybrid'), of('attacks'), of('search')];
    return {
      metrics: hybrid,
      baseline: {
        attacksShort: attacks.short,
        attacksMiddle: attacks.middle,
        attacksLong: attacks.long,
        searchShort: search.short,
        searchMiddle: search.middle,
        searchLong: search.long,
      },
      sections: [
        {
          kind: 'picture' as const,
          title: 'The best feasible value',
          caption: 'Means over instances. The first few evaluations, which are far below, are left out.',
          x: 'evaluations of the network',
          y: 'value',
          curves: (['hybrid', 'attacks', 'search'] as const).map((name) => ({
            name: { hybrid: 'attacks, and search where they fail', attacks: 'attacks alone', search: 'direct search alone' }[name],
            points: Array.from(paths[name], (y, at) => ({ x: at + 1, y })).slice(Math.floor(long / 40)),
          })),
        },
      ],
    };
  },
  /** The specification measures, after 60, 150 and 400 evaluations: -2.70, -2.43, -2.38 together; -3.11, -3.00, -2.99 for attacks; -3.10, -2.87, -2.62 for search. */
  shown: ({ metrics, baseline }) =>
    metrics.short > Math.max(baseline.attacksShort, baseline.searchShort) &&
    metrics.middle > Math.max(baseline.attacksMiddle, baseline.searchMiddle) &&
    metrics.long > Math.max(baseline.attacksLong, baseline.searchLong),
});

/** A random input that keeps the constraint; the search would refuse another. */
async function feasible(phi: (x: Tensor) => Tensor, rng: Rng): Promise<Float64Array> {
  for (;;) {
    const x = rng.fillUniform(new Float64Array(sizes[0]));
    const outputs = tidy(() => phi(tensor1d(Float32Array.from(x))));
    const [first] = await outputs.data<'float32'>();
    outputs.dispose();
    if (first! <= 0.8) return x;
  }
}
