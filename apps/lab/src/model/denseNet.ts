/** @file A dense network as a tree of tensors, and its way to and from one vector of doubles. */
import { relu, tanh } from '@surrogate/core';
import { add, matMul, tensor1d, tensor2d, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { layersOf, type HostNet } from './hostNet.js';

/** The layers of a network. */
export type DenseParams = readonly { readonly w: Tensor2D; readonly b: Tensor1D }[];

/** The parameters as tensors. */
export const denseParams = (net: HostNet, params: Float64Array): DenseParams =>
  layersOf(net).layers.map(({ from, to, weights, biases }) => ({
    w: tensor2d(Float32Array.from(params.subarray(weights, weights + from * to)), [from, to]),
    b: tensor1d(Float32Array.from(params.subarray(biases, biases + to))),
  }));

/** The parameters as one vector. */
export async function denseVector(net: HostNet, params: DenseParams): Promise<Float64Array> {
  const { layers, count } = layersOf(net);
  const vector = new Float64Array(count);
  for (const [i, { weights, biases }] of layers.entries()) {
    vector.set(await params[i]!.w.data(), weights);
    vector.set(await params[i]!.b.data(), biases);
  }
  return vector;
}

/** What the network says of rows of inputs. */
export function denseOutputs({ activation }: HostNet, params: DenseParams, x: Tensor): Tensor {
  return params.reduce<Tensor>((input, { w, b }, i) => {
    const out = add(matMul(input as Tensor2D, w), b);
    return i === params.length - 1 ? out : activation === 'relu' ? relu(out) : tanh(out);
  }, x);
}
