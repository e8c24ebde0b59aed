/** @file A character-level transformer: plain functions over a tree of weights. */
import { randomNormal, rmsNorm, softmax, type Rng } from '@surrogate/core';
import { add, concat, matMul, mul, oneHot, relu, reshape, slice, tensor2d, tidy, transpose, type Tensor } from '@tensorflow/tfjs-core';

/** How large the model is. */
export interface TransformerConfig {
  readonly vocabulary: number;
  readonly width: number;
  readonly heads: number;
  readonly layers: number;
  /** The most tokens that it can look at. */
  readonly context: number;
}

/** The weights of one layer. */
interface Layer {
  /** `[width, heads, width / heads]`, as `key` and `value` are. */
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** `[width, width]`. */
  readonly mix: Tensor;
  /** `[width, 4 * width]`. */
  readonly up: Tensor;
  /** `[4 * width, width]`. */
  readonly down: Tensor;
}

/** The weights, a tree of tensors. */
export interface Transformer {
  /** `[vocabulary, width]`. */
  readonly embedding: Tensor;
  /** `[context, width]`. */
  readonly position: Tensor;
  readonly layers: readonly Layer[];
  /** `[width, vocabulary]`. */
  readonly head: Tensor;
}

/** What a layer remembers of the tokens that it has seen: `[batch, heads, time, width / heads]`. */
export type Memory = { readonly keys: Tensor; readonly values: Tensor };

/** Logits, and what to hand back in with the tokens that follow. */
export interface Extended {
  /** float32 `[batch, time, vocabulary]`. */
  readonly logits: Tensor;
  readonly memory: readonly Memory[];
}

/** Fresh weights: normal with variance 1 / inputs, what flows back into the residual stream scaled down by its depth. */
export function init(rng: Rng, { vocabulary, width, heads, layers, context }: TransformerConfig): Transformer {
  const normal = (shape: number[], stddev: number) => randomNormal(rng, shape, { stddev });
  const inward = width ** -0.5;
  const residual = inward * (2 * layers) ** -0.5;
  return {
    embedding: normal([vocabulary, width], inward),
    position: normal([context, width], inward),
    layers: Array.from({ length: layers }, () => ({
      query: normal([width, heads, width / heads], inward),
      key: normal([width, heads, width / heads], inward),
      value: normal([width, heads, width / heads], inward),
      mix: normal([width, width], residual),
      up: normal([width, 4 * width], inward),
      down: normal([4 * width, width], residual / 2),
    })),
    head: normal([width, vocabulary], inward),
  };
}

/**
 * What follows each token, given it and those before it.
 *
 * @param params the weights.
 * @param tokens int32 `[batch, time]`, time at most the context.
 * @returns float32 logits `[batch, time, vocabulary]`.
 */
export function logits(params: Transformer, tokens: Tensor): Tensor {
  return tidy(() => extend(params, tokens).logits);
}

/**
 * The same for tokens that follow others, of which only the memory is needed: how one samples a token at a time.
 *
 * @param params the weights.
 * @param tokens int32 `[batch, time]`.
 * @param memory what the call for the tokens before returned; none for the first.
 * @returns the logits and the memory of all tokens so far; run it in a `tidy`.
 */
export function extend(params: Transformer, tokens: Tensor, memory: readonly Memory[] = []): Extended {
  const [batch, time] = tokens.shape as [number, number];
  const [vocabulary, width] = params.embedding.shape as [number, number];
  const before = memory[0]?.keys.shape[2] ?? 0;
  // A product with one-hot rows: on wasm as tfjs has it, a gather has no gradient.
  const embedded = matMul(oneHot(reshape(tokens, [-1]), vocabulary), params.embedding);
  const position = slice(params.position, [before, 0], [time, width]);
  let x = reshape(add(reshape(embedded, [batch, time, width]), position), [-1, width]);
  const seen = causalMask(time, before);
  const remembered = params.layers.map((layer, i) => {
    const attended = attend(layer, rmsNorm(x), seen, batch, memory[i]);
    x = add(x, matMul(attended.mixed, layer.mix));
    x = add(x, matMul(relu(matMul(rmsNorm(x), layer.up)), layer.down));
    return attended.memory;
  });
  return { logits: reshape(matMul(rmsNorm(x), params.head), [batch, time, vocabulary]), memory: remembered };
}

function attend(layer: Layer, x: Tensor, mask: Tensor, batch: number, past: Memory | undefined): { mixed: Tensor; memory: Memory } {
  const [width, heads, each] = layer.query.shape as [number, number, number];
  const project = (weights: Tensor) =>
    transpose(reshape(matMul(x, reshape(weights, [width, width])), [batch, -1, heads, each]), [0, 2, 1, 3]);
  const keys = past === undefined ? project(layer.key) : concat([past.keys, project(layer.key)], 2);
  const values = past === undefined ? project(layer.value) : concat([past.values, project(layer.value)], 2);
  const scores = mul(matMul(project(layer.query), keys, false, true), each ** -0.5);
  const heard = matMul(softmax(add(scores, mask)), values);
  return { mixed: reshape(transpose(heard, [0, 2, 1, 3]), [-1, width]), memory: { keys, values } };
}

/** `[time, before + time]`: 0 where a token may look, far below any score where it would see the future. */
function causalMask(time: number, before: number): Tensor {
  const length = before + time;
  const values = Float32Array.from({ length: time * length }, (_, i) => (i % length > before + Math.floor(i / length) ? -1e9 : 0));
  return tensor2d(values, [time, length]);
}
