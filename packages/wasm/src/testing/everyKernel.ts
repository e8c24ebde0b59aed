/** @file A small call of every kernel, for where it matters that all of them work: on shared memory, after memory has grown. */
import {
  klRowsOp,
  layerNormOp,
  linearCrossEntropy,
  linearRecurrenceOp,
  linearTokenLogProbs,
  log1p as ownLog1p,
  logSoftmax as ownLogSoftmax,
  logSumExp as ownLogSumExp,
  mixtureKlRowsOp,
  noGrad,
  pairwiseSquaredDistancesOp,
  softmax as ownSoftmax,
  softmaxCrossEntropyOp,
  softmaxCrossEntropySumOp,
  softplus as ownSoftplus,
  tokenEntropyOp,
  tokenLogProbsOp,
} from '@surrogate/core';
import {
  abs,
  add,
  avgPool,
  conv2d,
  depthwiseConv2d,
  engine,
  fill,
  grads,
  matMul,
  maxPool,
  mul,
  reshape,
  sum,
  tensor,
  tidy,
  type NamedAttrMap,
  type NamedTensorMap,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { numbers } from './numbers.js';

const [rows, classes] = [5, 7] as const;

const made = (shape: number[], seed: number, scale = 1) =>
  tensor(
    numbers(
      shape.reduce((a, b) => a * b, 1),
      seed,
      scale,
    ),
    shape,
  );

/** What the calls work on; odd sizes, so that whole lanes and rests both occur. */
export const given = () => ({
  x: made([rows, classes], 1, 3),
  y: made([rows, classes], 2, 3),
  positive: tensor(
    numbers(rows * classes, 3).map((value) => 1.5 + value),
    [rows, classes],
  ),
  line: made([classes], 4),
  column: made([rows], 5),
  ids: tensor([1, 0, 6, 3, 3], [rows], 'int32'),
  image: made([2, 5, 6, 5], 6),
  filter: made([3, 2, 5, 3], 7),
  deep: made([3, 2, 5, 1], 8),
  hidden: made([rows, 3], 9),
  kernel: made([3, classes], 10),
});

/** The tensors that the calls work on. */
export type Given = ReturnType<typeof given>;

/** A value, and its gradients under an upstream that differs from cell to cell. */
function withGradients(f: (...inputs: Tensor[]) => Tensor, ...inputs: Tensor[]): Tensor[] {
  const value = f(...inputs);
  const upstream = made(value.shape, 11);
  return [value, ...grads((...given: Tensor[]) => sum(mul(f(...given), upstream)))(inputs)];
}

const run = (kernel: string, inputs: NamedTensorMap, attrs: object = {}): Tensor =>
  engine().runKernel<Tensor>(kernel, inputs, attrs as NamedAttrMap);

const each = (kernels: readonly string[], inputs: NamedTensorMap, attrs: object = {}): Tensor[] =>
  kernels.map((kernel) => run(kernel, inputs, attrs));

const crossEntropy = { labelSmoothing: 0.1, zLoss: 0.01, temperature: 2 };
const image4 = (x: Tensor) => x as Tensor4D;
const batch = (x: Tensor) => reshape(x, [1, ...x.shape]);

/** What every backend computes; on wasm it takes every kernel but the ones below. */
export const calls: Readonly<Record<string, (given: Given) => Tensor[]>> = {
  'functions of each number': ({ x, positive }) => [
    ...each(['Abs', 'Neg', 'Relu', 'Square', 'Exp', 'Expm1', 'Tanh', 'Softplus', 'Sign', 'Identity'], { x }),
    ...each(['Log', 'Log1p', 'Sqrt', 'Rsqrt', 'Reciprocal'], { x: positive }),
    ...each(['Step', 'LeakyRelu'], { x }, { alpha: 0.3 }),
    run('ClipByValue', { x }, { clipValueMin: -1, clipValueMax: 1 }),
  ],
  pairs: ({ x, line }) => [
    ...each(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'], { a: x, b: line }),
    ...each(['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'], { a: x, b: line }),
  ],
  'choices and copies': ({ x, y, ids }) => [
    run('Select', { condition: run('Greater', { a: x, b: y }), t: x, e: y }),
    run('Cast', { x: ids }, { dtype: 'float32' }),
    run('Tile', { x }, { reps: [2, 3] }),
    run('Transpose', { x }, { perm: [1, 0] }),
  ],
  reductions: ({ x }) => [
    run('Sum', { x }, { axis: [0] }),
    run('Mean', { x }, { axis: [1] }),
    run('Max', { x }, { reductionIndices: [0, 1] }),
    run('Softmax', { logits: x }, { dim: 1 }),
  ],
  products: ({ x, y, column }) => [
    matMul(x, y, true),
    matMul(x, y, false, true),
    run('_FusedMatMul', { a: batch(x), b: batch(y), bias: column }, { transposeA: false, transposeB: true, activation: 'relu' }),
    engine().runKernel<Tensor>('Einsum', [x, y] as never, { equation: 'ij,kj->ik' }),
  ],
  segments: ({ x, ids }) => [run('UnsortedSegmentSum', { x, segmentIds: ids }, { numSegments: 4 })],
  convolutions: ({ image, filter, deep }) => [
    ...withGradients((x, w) => conv2d(image4(x), image4(w), 2, 'same'), image, filter),
    ...withGradients((x, w) => depthwiseConv2d(image4(x), image4(w), 1, 'valid'), image, deep),
  ],
  pooling: ({ image }) => [maxPool, avgPool].flatMap((pool) => withGradients((x) => pool(image4(x), 3, 2, 'valid'), image)),
  softmaxes: ({ x }) => [
    ...[ownSoftmax, ownLogSoftmax, ownLogSumExp].flatMap((f) => withGradients((x) => f(x, { axis: -1 }), x)),
    ...withGradients((x) => tokenEntropyOp({ logits: x }, { temperature: 2 }), x),
  ],
  'softplus and log1p': ({ x, positive }) => [...withGradients(ownSoftplus, x), ...withGradients(ownLog1p, positive)],
  'cross-entropy': ({ x, column, ids, hidden, kernel, line }) => [
    ...withGradients((logits) => softmaxCrossEntropyOp({ logits, target: ids }, crossEntropy), x),
    ...withGradients((logits, weights) => softmaxCrossEntropySumOp({ logits, target: ids, weights }, crossEntropy), x, column),
    ...withGradients((logits) => tokenLogProbsOp({ logits, tokens: ids }, { temperature: 2 }), x),
    ...(['mean', 'none'] as const).flatMap((reduction) =>
      withGradients((h, k, bias) => linearCrossEntropy(h, k, ids, { bias, reduction, chunk: 2 }), hidden, kernel, line),
    ),
    ...withGradients((h, k) => linearTokenLogProbs(h, k, ids, { chunk: 2 }), hidden, kernel),
  ],
  divergences: ({ x, y }) => [
    ...withGradients((p, q) => klRowsOp({ p: p, q: q }, { temperature: 2 }), x, y),
    ...withGradients((p, q) => mixtureKlRowsOp({ p: p, q: q }, { temperature: 1, share: 0.3, weightP: 0.4, weightQ: 0.6 }), x, y),
  ],
  'norms, scans and distances': ({ x, y, line, positive }) => [
    ...withGradients((x, gain, offset) => layerNormOp({ x, gain, offset }, { eps: 1e-5, centred: true }), x, line, line),
    ...withGradients((x, decay) => linearRecurrenceOp({ x, decay }, { reverse: true }), x, positive),
    ...withGradients((x, y) => pairwiseSquaredDistancesOp({ x, y }, {}), x, y),
  ],
};

/** A step of an optimizer over tensors of its own, which it writes over. */
function stepped(kernel: string, roles: readonly string[], attrs: Record<string, number | boolean>): Tensor[] {
  const inputs = Object.fromEntries(
    ['param', 'grad', ...roles].flatMap((role, c) =>
      [rows, 9].map((size, i) => [`${role}${i}`, add(abs(made([size], c + 1)), role === 'v' ? 1 : 0)]),
    ),
  );
  noGrad(() => engine().runKernel(kernel, inputs, { learningRate: 0.1, ...attrs }));
  return Object.values(inputs);
}

const rounds = { epsilon: 0.5, penalty: 2, annealing: 0.5, first: 0, iterations: 3, settle: true };
const even = (n: number) => fill([n], 1 / n);
const transport = (kernel: string, inputs: NamedTensorMap) => engine().runKernel<Tensor[]>(kernel, inputs, rounds);

/** Kernels that no other backend has, of ops that other packages define, where the composites are, too. */
export const kernelCalls: Readonly<Record<string, (given: Given) => Tensor[]>> = {
  AdamW: () => stepped('SurrogateAdamWStep', ['m', 'v'], { b1: 0.9, b2: 0.99, eps: 1e-6, weightDecay: 0.1, step: 2, maxNorm: 1 }),
  SGD: () => stepped('SurrogateSgdStep', ['trace'], { momentum: 0.9, nesterov: true }),
  Lion: () => stepped('SurrogateLionStep', ['m'], { b1: 0.9, b2: 0.99, weightDecay: 0.1 }),
  RMSprop: () => stepped('SurrogateRMSpropStep', ['v', 'm', 'trace'], { decay: 0.9, eps: 1e-6, momentum: 0.9, nesterov: false }),
  logSoftmax: ({ x }) => [run('LogSoftmax', { logits: x })],
  Sinkhorn: ({ positive, line }) => [
    ...transport('SurrogateSinkhornRounds', { cost: positive, a: even(rows), b: even(classes), g: line }),
    ...transport('SurrogateSinkhornSelfRounds', { cost: matMul(positive, positive, false, true), a: even(rows) }),
  ],
};

/** All numbers that some calls make, by their names. */
export async function results(of: typeof calls, inputs: Given): Promise<Record<string, number[]>> {
  const all: Record<string, number[]> = {};
  for (const [name, call] of Object.entries(of)) {
    const tensors = tidy(() => call(inputs));
    all[name] = (await Promise.all(tensors.map(async (x) => [...(await x.data())]))).flat();
    tensors.forEach((x) => x.dispose());
  }
  return all;
}
