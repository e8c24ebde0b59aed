/** @file The conformance rows of fused ops and of backends. */
import { mul, square, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { tensorFunction, utility, type BadCalls, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';
import type { TensorLike } from '../index.js';
import { asTensor, named, others, rows, text } from '../shared.rows.js';

const cubeOp = core.defineOp<{ x: Tensor }, Record<string, never>>({
  name: 'SurrogateConformanceCube',
  composite: ({ x }) => mul(x, square(x)),
  gradient: ({ x }, _attrs, upstream) => ({ x: () => mul(upstream, mul(3, square(x))) }),
});

/** A fused op of logits and ids as a function of the logits. */
const opOnIds =
  <A>(op: (inputs: never, attrs: A) => Tensor, attrs: A, role: string, fn = 'op') =>
  (logits: TensorLike) =>
    tidy(() => op({ logits: asTensor(fn, 'logits', logits), [role]: tensor([0, 2], [2], 'int32') } as never, attrs));

const linear = {
  hidden: [
    [0.3, -0.8],
    [1.1, 0.4],
    [-0.5, 0.9],
  ],
  kernel: [
    [0.2, -0.7, 1.3],
    [0.6, 0.5, -0.4],
  ],
};

const linearRefusals = (
  call: (hidden: TensorLike, kernel: TensorLike, ids: TensorLike, options?: object) => Tensor,
  ids: string,
): BadCalls => ({
  'shape hidden': () => call(1, linear.kernel, [0, 2, 1]),
  'shape kernel': () => call(linear.hidden, [[1, 2, 3]], [0, 2, 1]),
  [`shape ${ids}`]: () => call(linear.hidden, linear.kernel, [0, 2]),
  [`dtype ${ids}`]: () => call(linear.hidden, linear.kernel, [0.5, 2, 1]),
  [`range ${ids}`]: () => call(linear.hidden, linear.kernel, [0, 3, 1]),
  'shape bias': () => call(linear.hidden, linear.kernel, [0, 2, 1], { bias: [1, 2] }),
  'shape mask': () => call(linear.hidden, linear.kernel, [0, 2, 1], { mask: [1, 2] }),
  'range chunk': () => call(linear.hidden, linear.kernel, [0, 2, 1], { chunk: 0 }),
});

/** The rows by name. */
export const opRows: ConformanceTable = {
  // fused ops

  defineOp: tensorFunction(core.defineOp, {
    at: [[0.3, -1.2]],
    call: (x) => tidy(() => cubeOp({ x: asTensor('defineOp', 'x', x) }, {})),
  }),
  softmaxCrossEntropyOp: tensorFunction(core.softmaxCrossEntropyOp, {
    at: [rows],
    call: {
      ids: (x) =>
        opOnIds(core.softmaxCrossEntropyOp, { labelSmoothing: 0, zLoss: 0, temperature: 1 }, 'target', 'softmaxCrossEntropyOp')(x),
      'smooth, warm and normalised': (x) =>
        opOnIds(core.softmaxCrossEntropyOp, { labelSmoothing: 0.1, zLoss: 0.01, temperature: 2 }, 'target', 'softmaxCrossEntropyOp')(x),
    },
  }),
  softmaxCrossEntropySumOp: tensorFunction(core.softmaxCrossEntropySumOp, {
    at: [rows, [0.7, 0.3]],
    call: (x, weights) =>
      tidy(() => {
        const tensors = named('softmaxCrossEntropySumOp', { logits: x, weights });
        const target = tensor([0, 2], [2], 'int32');
        return core.softmaxCrossEntropySumOp({ ...tensors, target }, { labelSmoothing: 0.1, zLoss: 0.01, temperature: 2 });
      }),
  }),
  tokenLogProbsOp: tensorFunction(core.tokenLogProbsOp, {
    at: [rows],
    call: opOnIds(core.tokenLogProbsOp, { temperature: 2 }, 'tokens', 'tokenLogProbsOp'),
  }),
  tokenEntropyOp: tensorFunction(core.tokenEntropyOp, {
    at: [rows],
    call: (x) => tidy(() => core.tokenEntropyOp(named('tokenEntropyOp', { logits: x }), { temperature: 2 })),
  }),
  klRowsOp: tensorFunction(core.klRowsOp, {
    at: [rows, others],
    call: (p, q) => tidy(() => core.klRowsOp(named('klRowsOp', { p, q }), { temperature: 2 })),
  }),
  mixtureKlRowsOp: tensorFunction(core.mixtureKlRowsOp, {
    at: [rows, others],
    call: (p, q) =>
      tidy(() => core.mixtureKlRowsOp(named('mixtureKlRowsOp', { p, q }), { share: 0.3, weightP: 2, weightQ: 0.5, temperature: 2 })),
  }),
  linearCrossEntropy: tensorFunction(core.linearCrossEntropy, {
    at: [linear.hidden, linear.kernel],
    call: {
      mean: (h, w) => core.linearCrossEntropy(h, w, [0, 2, 1], { chunk: 2, labelSmoothing: 0.1, zLoss: 0.01 }),
      'weighted sum': (h, w) => core.linearCrossEntropy(h, w, [0, 2, -1], { reduction: 'sum', ignoreIndex: -1, weights: [2, 1, 1] }),
      none: (h, w) => core.linearCrossEntropy(h, w, [0, 2, 1], { reduction: 'none', bias: [0.1, 0, -0.2], mask: [1, 0, 1] }),
    },
    bad: {
      ...linearRefusals(core.linearCrossEntropy, 'labels'),
      'range labelSmoothing': () => core.linearCrossEntropy(linear.hidden, linear.kernel, [0, 2, 1], { labelSmoothing: 1 }),
      'range zLoss': () => core.linearCrossEntropy(linear.hidden, linear.kernel, [0, 2, 1], { zLoss: -1 }),
      'range reduction': () => core.linearCrossEntropy(linear.hidden, linear.kernel, [0, 2, 1], { reduction: text }),
    },
  }),
  linearTokenLogProbs: tensorFunction(core.linearTokenLogProbs, {
    at: [linear.hidden, linear.kernel],
    call: (h, w) => core.linearTokenLogProbs(h, w, [0, 2, 1], { chunk: 2, temperature: 2, bias: [0.1, 0, -0.2], mask: [1, 0, 1] }),
    bad: {
      ...linearRefusals(core.linearTokenLogProbs, 'tokens'),
      'range temperature': () => core.linearTokenLogProbs(linear.hidden, linear.kernel, [0, 2, 1], { temperature: 0 }),
    },
  }),

  // backends

  ready: utility(core.ready, {
    call: () => core.ready('cpu'),
    bad: { 'backend backend': () => core.ready('abacus') },
    backends: ['cpu'],
    because: 'it changes the backend',
  }),
};
