/** @file P35: the order of logits is right where their probabilities are not. */
import { fitTemperature, smoothingInverse, temperatureScaling, utilityProbs, type UtilityTransform } from '@surrogate/diagnostics';
import { crossEntropy } from '@surrogate/losses';
import { adam } from '@surrogate/optim';
import { oneHotMask, type Rng } from '@surrogate/core';
import { matMul, tensor1d, tensor2d, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';

/** The chances of a token's three successors. */
const chances = [0.6, 0.3, 0.1];

/** A language of pairs: which three tokens may follow each. */
const language = (tokens: number, rng: Rng) => Array.from({ length: tokens }, () => [...rng.choice(tokens, 3)]);

const successor = (legal: readonly number[], rng: Rng) => legal[rng.categorical(chances.map(Math.log))]!;

/** The part of sampled sequences in which each token may follow the one before. */
function legalShare(probs: ArrayLike<number>, legal: readonly (readonly number[])[], length: number, count: number, rng: Rng): number {
  const tokens = legal.length;
  const logs = Array.from(probs, Math.log);
  let good = 0;
  for (let i = 0; i < count; i++) {
    let now = rng.integer(0, tokens);
    let sound = true;
    for (let at = 0; at < length && sound; at++) {
      const next = rng.categorical(logs.slice(now * tokens, (now + 1) * tokens));
      sound = legal[now]!.includes(next);
      now = next;
    }
    good += Number(sound);
  }
  return good / count;
}

export default claim({
  paper: 35,
  says: 'A model trained with label smoothing has the right first choices and writes sequences that are wrong; its logits, taken for utilities, give probabilities that write right ones.',
  params: { tokens: 50, transitions: 4000, smoothing: 0.1, steps: 400, learningRate: 0.1, length: 20, samples: 2000 },
  quick: { tokens: 10, transitions: 400, steps: 30, samples: 100 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { tokens, transitions, smoothing, steps, learningRate, length, samples } = params;
    const legal = language(tokens, rng.split());
    const source = rng.split();
    const from = Int32Array.from({ length: transitions }, () => source.integer(0, tokens));
    const to = from.map((token) => successor(legal[token]!, source));
    const [ids, targets] = [tensor1d(from), tensor1d(to)];
    const inputs = oneHotMask(ids, tokens);
    const { table } = await descend<{ table: Tensor }>(
      { table: zeros([tokens, tokens]) },
      { optimizer: adam(learningRate), steps, after: (done) => progress(done / steps) },
      () => (current) => crossEntropy(matMul(inputs, current.table), targets, { labelSmoothing: smoothing }),
    );
    const held = Int32Array.from({ length: transitions }, () => source.integer(0, tokens));
    const values = await table.data<'float32'>();
    const rows = Array.from(held, (token) => [...values.subarray(token * tokens, (token + 1) * tokens)]);
    const heldLogits = tensor2d(rows);
    const temperature = await fitTemperature(
      heldLogits,
      held.map((token) => successor(legal[token]!, source)),
    );
    const shareOf = async (transform: UtilityTransform) => {
      const probs = utilityProbs(table, transform);
      const read = await probs.data<'float32'>();
      probs.dispose();
      return legalShare(read, legal, length, samples, rng.split());
    };
    const firstRight =
      legal.filter((next, token) => {
        const row = values.subarray(token * tokens, (token + 1) * tokens);
        return next.includes(row.indexOf(Math.max(...row)));
      }).length / tokens;
    const legalByTemperature = await shareOf(temperatureScaling(temperature));
    const metrics = { legalSequences: await shareOf(smoothingInverse(smoothing)), legalByTemperature, legalFirstChoices: firstRight };
    const baseline = { legalSequences: await shareOf(temperatureScaling(1)) };
    [table, ids, inputs, targets, heldLogits].forEach((part) => part.dispose());
    return { metrics, baseline };
  },
  /** The specification measures 1.00 against 0.138, with all first choices right. */
  shown: ({ metrics, baseline }) => metrics.legalSequences > 0.9 && baseline.legalSequences < 0.3 && metrics.legalFirstChoices > 0.99,
});
