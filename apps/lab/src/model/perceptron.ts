/** @file A network with one hidden layer, for pictures. */
import { add, matMul, tensor, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { tanh, type Rng } from '@surrogate/core';

/** Weights and biases of two layers. */
export interface Perceptron {
  readonly hidden: { readonly b: Tensor; readonly w: Tensor };
  readonly out: { readonly b: Tensor; readonly w: Tensor };
}

/** Weights of about unit gain, biases of 0. */
export function initPerceptron(rng: Rng, [inputs, width, classes]: readonly [number, number, number]): Perceptron {
  const layer = (from: number, to: number) => ({
    b: tensor(new Float32Array(to)),
    w: tensor(rng.fillNormal(new Float32Array(from * to), 0, Math.sqrt(1 / from)), [from, to]),
  });
  return { hidden: layer(inputs, width), out: layer(width, classes) };
}

/** Logits `[B, classes]` of pictures `[B, inputs]`. */
export function perceptron({ hidden, out }: Perceptron, x: Tensor): Tensor {
  const features = tanh(add(matMul(x as Tensor2D, hidden.w as Tensor2D), hidden.b));
  return add(matMul(features as Tensor2D, out.w as Tensor2D), out.b);
}
