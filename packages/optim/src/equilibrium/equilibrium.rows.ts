/** @file The conformance rows of networks that settle. */
import { asTensor, rng } from '@surrogate/core';
import { identityMatrix, matrixFromRows } from '@surrogate/core/host';
import { hostFunction, tensorFunction, type ConformanceTable } from '@surrogate/testing';
import { matMul, reshape, slice, tensor, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import * as optim from '../index.js';
import { refuse } from '../refuse.rows.js';

const net: optim.EquilibriumNet = {
  weights: matrixFromRows([[0, 1], [-0.5, 0]]), // prettier-ignore
  inputs: matrixFromRows([[1, 0]]),
  biases: Float64Array.of(0.1, -0.1),
};
const x = matrixFromRows([[0.5], [-1]]); // prettier-ignore
const towardsOn = ([, out]: Float64Array) => [0, out! - 1];
const square = ({ re, im }: optim.Complex) => ({ re: Float64Array.of(re * re - im * im), im: Float64Array.of(2 * re * im) });
type Gradient = (net: optim.EquilibriumNet, x: typeof net.weights, slope: optim.StateSlope, options?: object) => unknown;

/** What every function of a network refuses. */
const badNet = (f: Gradient) => ({
  'dtype net.weights': () => f({ ...net, weights: [[1]] as never }, x, towardsOn),
  'shape net.weights': () => f({ ...net, weights: identityMatrix(3) }, x, towardsOn),
  'dtype net.inputs': () => f({ ...net, inputs: 3 as never }, x, towardsOn),
  'shape net.inputs': () => f({ ...net, inputs: identityMatrix(3) }, x, towardsOn),
  'range net.biases': () => f({ ...net, biases: Float64Array.of(NaN, 0) }, x, towardsOn),
  'dtype x': () => f(net, [1] as never, towardsOn),
  'shape x': () => f(net, identityMatrix(2), towardsOn),
  ...refuse('freeSteps', (freeSteps) => f(net, x, towardsOn, { freeSteps }), [NaN, 0]),
});
const badSlope = (f: Gradient) => ({
  'dtype slope': () => f(net, x, 3 as never),
  'shape slope': () => f(net, x, () => [1]),
  'range slope': () => f(net, x, () => [1, NaN]),
});
const jvp = (rows: Tensor) => matMul(rows, tensor([[1, 2], [0, -1]])); // prettier-ignore

/** The rows by name. */
export const equilibriumRows: ConformanceTable = {
  holomorphicDerivative: hostFunction(optim.holomorphicDerivative, {
    call: {
      'a circle': () => optim.holomorphicDerivative(square),
      'an odd one': () => optim.holomorphicDerivative(square, { points: 3 }),
      'one side': () => optim.holomorphicDerivative(square, { points: 1, radius: 0.1 }),
    },
    bad: {
      'dtype f': () => optim.holomorphicDerivative(3 as never),
      'shape f': () => optim.holomorphicDerivative(({ re }) => ({ re: new Float64Array(re > 0 ? 1 : 2), im: new Float64Array(1) })),
      ...refuse('radius', (radius) => optim.holomorphicDerivative(square, { radius }), [NaN, 0]),
      ...refuse('points', (points) => optim.holomorphicDerivative(square, { points }), [NaN, 0]),
    },
  }),
  complexSigmoid: hostFunction(optim.complexSigmoid, {
    call: () => optim.complexSigmoid({ re: Float64Array.of(0.5, 1000, -1000), im: Float64Array.of(1.2, 3, 3) }),
    bad: { 'shape z': () => optim.complexSigmoid({ re: Float64Array.of(1), im: new Float64Array(2) }) },
  }),
  equilibriumStates: hostFunction(optim.equilibriumStates, {
    call: () => optim.equilibriumStates(net, x),
    bad: badNet((n, rows, _slope, options) => optim.equilibriumStates(n, rows, options)),
  }),
  equilibriumGradient: hostFunction(optim.equilibriumGradient, {
    call: () => optim.equilibriumGradient(net, x, towardsOn),
    bad: {
      ...badNet(optim.equilibriumGradient),
      ...badSlope(optim.equilibriumGradient),
      ...refuse('beta', (beta) => optim.equilibriumGradient(net, x, towardsOn, { beta }), [NaN, 0]),
      ...refuse('points', (points) => optim.equilibriumGradient(net, x, towardsOn, { points }), [NaN, 0]),
      ...refuse('nudgedSteps', (nudgedSteps) => optim.equilibriumGradient(net, x, towardsOn, { nudgedSteps }), [NaN, 0]),
    },
  }),
  implicitGradient: hostFunction(optim.implicitGradient, {
    call: () => optim.implicitGradient(net, x, towardsOn),
    bad: { ...badNet(optim.implicitGradient), ...badSlope(optim.implicitGradient) },
  }),
  jacobianHomeostasisLoss: tensorFunction(optim.jacobianHomeostasisLoss, {
    at: [[[1, 2], [0.5, -1]]], // prettier-ignore
    call: (weights) =>
      optim.jacobianHomeostasisLoss((rows) => matMul(rows, asTensor('jacobianHomeostasisLoss', 'weights', weights) as Tensor2D), 2, {
        rng: rng(3),
      }),
    bad: {
      'dtype jvp': () => optim.jacobianHomeostasisLoss(3 as never, 2, { rng: rng(0) }),
      'shape jvp': () => optim.jacobianHomeostasisLoss((rows) => reshape(slice(rows, [0, 0], [1, 2]), [2]), 2, { rng: rng(0) }),
      ...refuse('size', (size) => optim.jacobianHomeostasisLoss(jvp, size, { rng: rng(0) }), [NaN, 0]),
      'dtype rng': () => optim.jacobianHomeostasisLoss(jvp, 2, { rng: 3 as never }),
      ...refuse('samples', (samples) => optim.jacobianHomeostasisLoss(jvp, 2, { rng: rng(0), samples }), [NaN, 0]),
    },
  }),
  jacobianAsymmetry: hostFunction(optim.jacobianAsymmetry, {
    call: () => optim.jacobianAsymmetry(net.weights),
    bad: { 'dtype weights': () => optim.jacobianAsymmetry(3 as never), 'shape weights': () => optim.jacobianAsymmetry(net.inputs) },
  }),
  alignment: hostFunction(optim.alignment, {
    call: { 'two vectors': () => optim.alignment([1, 2], [3, -1]), 'no direction': () => optim.alignment([0], [1]) },
    bad: {
      'range a': () => optim.alignment([NaN], [1]),
      'shape b': () => optim.alignment([1], [1, 2]),
      'dtype b': () => optim.alignment([1], 3 as never),
    },
  }),
};
