/** @file The optimizers side by side on handwritten digits. */
import { disposeState, disposeTree, Rng, type GradientTransformation } from '@surrogate/core';
import { crossEntropy } from '@surrogate/losses';
import {
  adabelief,
  adafactor,
  adamw,
  adan,
  ademamix,
  cosineDecay,
  lion,
  minimize,
  muon,
  partition,
  prodigy,
  rmsprop,
  scheduleFree,
  scheduleFreeParams,
  sgd,
  shampoo,
  soap,
  type ScheduleFreeState,
} from '@surrogate/optim';
import { argMax, notEqual, mean, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { digitSize, splitDigits, type Digits } from '../data/digits.js';
import { initPerceptron, perceptron, type Perceptron } from '../model/perceptron.js';
import type { Curve } from '../report/sections.js';

/** An optimizer at its learning rate, which had the lowest training loss of three to five, a factor of three apart, in one run with another seed. */
interface Entrant {
  readonly rate: number;
  make(rate: number, steps: number): GradientTransformation;
}

const cosine = (rate: number, steps: number) => cosineDecay(rate, { steps });

const entrants: Readonly<Record<string, Entrant>> = {
  sgd: { rate: 1, make: (rate, steps) => sgd(cosine(rate, steps)) },
  'sgd, momentum': { rate: 0.3, make: (rate, steps) => sgd(cosine(rate, steps), { momentum: 0.9, nesterov: true }) },
  rmsprop: { rate: 0.03, make: (rate, steps) => rmsprop(cosine(rate, steps)) },
  adamw: { rate: 0.1, make: (rate, steps) => adamw(cosine(rate, steps)) },
  adabelief: { rate: 0.1, make: (rate, steps) => adabelief(cosine(rate, steps)) },
  adan: { rate: 0.03, make: (rate, steps) => adan(cosine(rate, steps)) },
  ademamix: { rate: 0.1, make: (rate, steps) => ademamix(cosine(rate, steps)) },
  adafactor: { rate: 0.3, make: (rate, steps) => adafactor(cosine(rate, steps), { factorFrom: 8 }) },
  lion: { rate: 0.03, make: (rate, steps) => lion(cosine(rate, steps)) },
  'schedule-free': { rate: 0.1, make: (rate) => scheduleFree(adamw(rate, { b1: 0 }), rate) },
  prodigy: { rate: 1, make: (rate, steps) => prodigy(cosine(rate, steps), { start: 1e-4 }) },
  muon: {
    rate: 0.3,
    make: (rate, steps) =>
      partition({ hidden: muon(cosine(rate, steps)), rest: adamw(cosine(0.01, steps)) }, (path) =>
        path === 'hidden/w' ? 'hidden' : 'rest',
      ),
  },
  shampoo: { rate: 0.03, make: (rate, steps) => shampoo(cosine(rate, steps)) },
  soap: { rate: 0.1, make: (rate, steps) => soap(cosine(rate, steps)) },
};

const seven = ['sgd, momentum', 'adamw', 'lion', 'schedule-free', 'prodigy', 'muon', 'soap'];

export default claim({
  paper: [],
  says: 'Fourteen optimizers on handwritten digits, each at the learning rate that suits it.',
  params: { width: 64, batch: 128, steps: 150, heldOut: 1000, classes: 10, looks: 10 },
  quick: { width: 8, batch: 16, steps: 3, heldOut: 50, classes: 2, looks: 1 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { width, batch, steps, looks } = params;
    const { train, heldOut } = await splitDigits(rng.split(), params);
    const world = digitsWorld(train, heldOut, batch);
    const [begin, order] = [rng.split().toJSON(), rng.split().toJSON()];
    const names = Object.keys(entrants);
    const found: Record<string, { curve: Curve; error: number }> = {};
    for (const [i, name] of names.entries()) {
      const { make, rate } = entrants[name]!;
      const optimizer = make(rate, steps);
      // The same start and the same batches for all.
      const start = initPerceptron(Rng.fromJSON(begin), [digitSize, width, params.classes]);
      const draw = Rng.fromJSON(order);
      const points: { x: number; y: number }[] = [];
      let seen = 0;
      const { params: end, state } = await minimize(world.loss(draw), start, optimizer, {
        steps,
        onStep: ({ step, loss }) => {
          seen = step === 1 ? loss : 0.9 * seen + 0.1 * loss;
          if (step === 1 || step % Math.ceil(steps / looks) === 0) points.push({ x: step, y: seen });
          progress((i + step / steps) / names.length, name);
        },
      });
      const model = name === 'schedule-free' ? scheduleFreeParams(end, state as unknown as ScheduleFreeState) : end;
      found[name] = { curve: { name, points }, error: await world.error(model) };
      [start, end, ...(model === end ? [] : [model])].forEach((tree) => disposeTree(tree));
      disposeState(state);
    }
    world.dispose();
    const rows = names.map((name) => [name, entrants[name]!.rate, found[name]!.curve.points.at(-1)!.y, 100 * found[name]!.error]);
    const { sgd: plain, ...others } = found;
    return {
      metrics: Object.fromEntries(Object.entries(others).map(([name, { error }]) => [name, error])),
      baseline: { sgd: plain!.error },
      sections: [
        {
          kind: 'picture',
          title: 'Training loss on digits',
          caption: 'Exponential means of the loss of batches; each optimizer at its best learning rate, along a cosine.',
          x: 'steps',
          // Near the end they differ by parts of what is left.
          y: 'log10 of the cross-entropy',
          curves: seven.map((name) => ({ name, points: found[name]!.curve.points.map(({ x, y }) => ({ x, y: Math.log10(y) })) })),
        },
        {
          kind: 'table',
          title: 'After the last step',
          columns: ['optimizer', 'learning rate', 'training loss', 'held-out error, %'],
          rows,
        },
      ],
    };
  },
});

/** Batches to learn from, and what a model gets wrong of the rest. */
function digitsWorld(train: Digits, heldOut: Digits, batch: number) {
  const unseen = { x: tensor(heldOut.pixels, [heldOut.labels.length, digitSize]), labels: tensor(heldOut.labels) };
  return {
    loss: (draw: Rng) => (params: Perceptron) => {
      const pixels = new Float32Array(batch * digitSize);
      const labels = new Int32Array(batch);
      for (let i = 0; i < batch; i++) {
        const row = draw.integer(0, train.labels.length);
        pixels.set(train.pixels.subarray(row * digitSize, (row + 1) * digitSize), i * digitSize);
        labels[i] = train.labels[row]!;
      }
      return crossEntropy(perceptron(params, tensor(pixels, [batch, digitSize])), labels);
    },
    async error(params: Perceptron): Promise<number> {
      const share = tidy((): Tensor => mean(notEqual(argMax(perceptron(params, unseen.x), -1), unseen.labels)));
      const [value] = await share.data<'float32'>();
      share.dispose();
      return value!;
    },
    dispose: () => [unseen.x, unseen.labels].forEach((x) => x.dispose()),
  };
}
