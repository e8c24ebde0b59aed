/** @file The transformer as a model of names: what it says of names, and names that it says. */
import { klFromLogits, noGrad, randomCategorical, sequenceLogProbs, tokenLogProbs, type Rng } from '@surrogate/core';
import { crossEntropy } from '@surrogate/losses';
import { concat, dispose, expandDims, squeeze, sum, tensor, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { decode, tokenBatch } from '../data/vocabulary.js';
import { extend, logits, type Memory, type Transformer } from './transformer.js';

/** A batch of names as tensors. */
export interface NameTensors {
  /** int32 `[names, time]`. */
  readonly inputs: Tensor;
  /** int32 `[names, time]`. */
  readonly targets: Tensor;
  /** float32 `[names, time]`. */
  readonly mask: Tensor;
}

/** The most names that go through the model at once where no gradient is taken. */
const chunkSize = 256;

/** Names as the model reads them. */
export function nameTensors(names: readonly string[], context: number): NameTensors {
  const { rows, length, inputs, targets, mask } = tokenBatch(names, context);
  const shape = [rows, length];
  return { inputs: tensor(inputs, shape, 'int32'), targets: tensor(targets, shape, 'int32'), mask: tensor(mask, shape) };
}

/** log π of each name, its end included: float32 `[names]`. */
export function nameLogProbs(model: Transformer, { inputs, targets, mask }: NameTensors): Tensor {
  return sequenceLogProbs(tokenLogProbs(logits(model, inputs), targets, { mask }), { mask });
}

/** The same on the host, for any number of names. */
export function readLogProbs(model: Transformer, names: readonly string[]): Promise<Float32Array> {
  return perName(names, contextOf(model), (batch) => nameLogProbs(model, batch));
}

/** Bits per symbol over the names, the end of each name included. */
export async function bitsPerCharacter(model: Transformer, names: readonly string[]): Promise<number> {
  const context = contextOf(model);
  const nats = await perName(names, context, ({ inputs, targets, mask }) =>
    sum(crossEntropy(logits(model, inputs), targets, { mask, reduction: 'none' }), -1),
  );
  const symbols = names.reduce((count, { length }) => count + Math.min(length + 1, context), 0);
  return total(nats) / symbols / Math.LN2;
}

/** The KL of a model from another, in nats a name: exact at each token, averaged over names that the first one drew. */
export async function klFrom(model: Transformer, reference: Transformer, drawn: readonly string[]): Promise<number> {
  const kls = await perName(drawn, contextOf(model), ({ inputs, mask }) =>
    sum(klFromLogits(logits(model, inputs), logits(reference, inputs), { mask }), -1),
  );
  return total(kls) / drawn.length;
}

/** Draws names, all at once, a token at a time from what the layers remember. */
export async function sampleNames(model: Transformer, count: number, rng: Rng): Promise<string[]> {
  const context = contextOf(model);
  const drawn: Tensor[] = [];
  let memory: readonly Memory[] = [];
  let last: Tensor = zeros([count, 1], 'int32');
  const start = last;
  for (let t = 0; t < context; t++) {
    const next = tidy(() =>
      noGrad(() => {
        const extended = extend(model, last, memory);
        return { token: expandDims(randomCategorical(rng, squeeze(extended.logits, [1])), 1), memory: [...extended.memory] };
      }),
    );
    disposeMemory(memory);
    ({ token: last, memory } = next);
    drawn.push(last);
  }
  disposeMemory(memory);
  const tokens = concat(drawn, 1);
  const ids = await tokens.data<'int32'>();
  dispose([start, tokens, ...drawn]);
  return Array.from({ length: count }, (_, row) => decode(ids.subarray(row * context, (row + 1) * context)));
}

async function perName(names: readonly string[], context: number, score: (batch: NameTensors) => Tensor): Promise<Float32Array> {
  const out = new Float32Array(names.length);
  for (let start = 0; start < names.length; start += chunkSize) {
    const scores = tidy(() => score(nameTensors(names.slice(start, start + chunkSize), context)));
    out.set(await scores.data<'float32'>(), start);
    scores.dispose();
  }
  return out;
}

const contextOf = (model: Transformer): number => model.position.shape[0];
const total = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0);
const disposeMemory = (memory: readonly Memory[]): void => memory.forEach(({ keys, values }) => dispose([keys, values]));
