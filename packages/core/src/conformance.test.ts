/** @file Every export of core, held to what all of them promise. */
import { grad, mul, neg, scalar, square, squaredDifference, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { classLoss, conformance, disposed, elementwise, regressionLoss, tensorFunction, utility, type BadCalls } from '@surrogate/testing';
import * as core from './index.js';
import { treeRows } from './trees/trees.rows.js';
import type { ClassLossOptions, Labels, LossOptions, NumericDType, Rng, TensorLike } from './index.js';

const rows = [
  [0.4, -1.3, 1.1],
  [2.2, 0.3, -0.6],
];
const others = [
  [0.1, 0.8, -0.2],
  [-1.2, 0.5, 0.9],
];
const text = 'three' as never;

/** Arguments of a fused op as tensors. */
const named = <K extends string>(fn: string, inputs: Record<K, TensorLike>) =>
  Object.fromEntries(Object.entries<TensorLike>(inputs).map(([name, x]) => [name, asTensor(fn, name, x)])) as Record<K, Tensor>;

/** What works on the host alone. */
const host = (subject: unknown, call: () => unknown, bad: BadCalls = {}, fn?: string) =>
  utility(subject, { call, bad, fn, backends: ['cpu'], because: 'it touches no tensor' });

const asTensor = (fn: string, argument: string, x: TensorLike, dtype?: NumericDType) => core.asTensor(fn, argument, x, dtype);

const squared = (predictions: TensorLike, targets: TensorLike, options: LossOptions = {}) =>
  core.lossScope('lossScope', { predictions, targets }, options, (row) => squaredDifference(row.predictions, row.targets));

const crossEntropy = (logits: TensorLike, labels: Labels, options: ClassLossOptions = {}) =>
  core.classLossScope('classLossScope', { logits, labels }, options, (row) => neg(core.dotLast(row.target, core.logSoftmax(row.logits))));

const cubeOp = core.defineOp<{ x: Tensor }, Record<string, never>>({
  name: 'SurrogateConformanceCube',
  composite: ({ x }) => mul(x, square(x)),
  gradient: ({ x }, _attrs, upstream) => ({ x: () => mul(upstream, mul(3, square(x))) }),
});

/** A draw of a given shape: the same on every backend, and refused without a generator. */
const draw = (fn: (rng: Rng, shape: number[]) => Tensor, bad: BadCalls = {}) =>
  utility(fn, {
    call: { vector: () => fn(core.rng(3), [4]), scalar: () => fn(core.rng(3), []), nothing: () => fn(core.rng(3), [0, 2]) },
    rtol: 0,
    atol: 0,
    bad: {
      'dtype rng': () => fn(3 as never, [2]),
      'shape shape': () => fn(core.rng(0), 2 as never),
      'range shape': () => fn(core.rng(0), [-1]),
      ...bad,
    },
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

const tokenRefusals = (call: (options: object) => Tensor): BadCalls => ({
  'range temperature': [() => call({ temperature: 0 }), () => call({ temperature: NaN })],
  'shape mask': () => call({ mask: [1, 1, 1] }),
});

const recurrenceOp = (x: TensorLike, decay: TensorLike, reverse: boolean) =>
  tidy(() =>
    core.linearRecurrenceOp(
      { x: asTensor('linearRecurrenceOp', 'x', x), decay: asTensor('linearRecurrenceOp', 'decay', decay) },
      { reverse },
    ),
  );

/** The distances within each of two sets. */
const apart = (x: TensorLike, y: TensorLike) => tidy(() => mul(core.pairwiseSquaredDistances(x), core.pairwiseSquaredDistances(y)));

/** The root of a positive definite matrix, and that matrix. */
const root = [
  [1.2, 0.3],
  [-0.4, 0.9],
];
const spd = (fn: string, x: TensorLike) => core.gramMatrix(asTensor(fn, 'a', x));

conformance(core, {
  // errors and checks
  SurrogateError: host(core.SurrogateError, () => new core.SurrogateError('range', 'f', 'x', 'must be more, got less').message),
  isSurrogateError: host(core.isSurrogateError, () => core.isSurrogateError(new Error('no'))),
  setChecks: host(core.setChecks, () => core.setChecks(core.setChecks(true))),
  fail: host(core.fail, () => undefined, { 'range x': () => core.fail('range', 'f', 'x', 'must be more, got less') }, 'f'),
  checkAbove: host(
    core.checkAbove,
    () => core.checkAbove('f', 'x', 1, 0),
    { 'range x': [0, NaN, Infinity, text].map((x) => () => core.checkAbove('f', 'x', x, 0)) },
    'f',
  ),
  checkAtLeast: host(
    core.checkAtLeast,
    () => core.checkAtLeast('f', 'x', 0, 0),
    { 'range x': [-1, NaN, Infinity, text].map((x) => () => core.checkAtLeast('f', 'x', x, 0)) },
    'f',
  ),
  checkBetween: host(
    core.checkBetween,
    () => core.checkBetween('f', 'x', 1, 0, 1, true),
    { 'range x': [-1, 1, NaN, text].map((x) => () => core.checkBetween('f', 'x', x, 0, 1)) },
    'f',
  ),
  checkBoolean: host(
    core.checkBoolean,
    () => core.checkBoolean('f', 'x', true),
    { 'dtype x': () => core.checkBoolean('f', 'x', 1 as never) },
    'f',
  ),
  checkFinite: host(
    core.checkFinite,
    () => core.checkFinite('f', 'x', -3),
    { 'range x': [NaN, Infinity, text].map((x) => () => core.checkFinite('f', 'x', x)) },
    'f',
  ),
  checkInteger: host(
    core.checkInteger,
    () => core.checkInteger('f', 'x', 3),
    { 'range x': [-1, 0.5, NaN, text].map((x) => () => core.checkInteger('f', 'x', x)) },
    'f',
  ),
  checkOneOf: host(
    core.checkOneOf,
    () => core.checkOneOf('f', 'x', 'a', ['a', 'b']),
    { 'range x': ['c', 1 as never].map((x) => () => core.checkOneOf<string>('f', 'x', x, ['a', 'b'])) },
    'f',
  ),
  checkRank: host(core.checkRank, () => core.checkRank('f', 'x', [2, 3], 1, 2), { 'shape x': () => core.checkRank('f', 'x', [2], 2) }, 'f'),
  checkShape: host(
    core.checkShape,
    () => core.checkShape('f', 'x', [2, 3], [null, 3]),
    { 'shape x': () => core.checkShape('f', 'x', [2], [3]) },
    'f',
  ),
  checkRng: host(
    core.checkRng,
    () => core.checkRng('f', 'rng', core.rng(0)),
    { 'dtype rng': () => core.checkRng('f', 'rng', 3 as never) },
    'f',
  ),

  // inputs
  asTensor: utility(core.asTensor, {
    fn: 'f',
    call: {
      numbers: () => asTensor('f', 'x', rows),
      integers: () => asTensor('f', 'x', [1, 2], 'int32'),
      truth: () => asTensor('f', 'x', true, 'bool'),
    },
    bad: {
      'dtype x': [
        () => asTensor('f', 'x', text),
        () => asTensor('f', 'x', [0.5], 'int32'),
        (keep) => asTensor('f', 'x', keep(tensor([1])), 'int32'),
      ],
      'shape x': () => asTensor('f', 'x', [[1], [1, 2]]),
      'disposed x': () => asTensor('f', 'x', disposed()),
    },
  }),
  asClassTarget: utility(core.asClassTarget, {
    fn: 'f',
    call: { ids: () => core.asClassTarget('f', [0, 1], [2, 3]), soft: () => core.asClassTarget('f', others, [2, 3]) },
    bad: {
      'shape labels': () => core.asClassTarget('f', [0, 1, 2], [2, 3]),
      'dtype labels': [() => tidy(() => core.asClassTarget('f', [0.5, 1], [2, 3])), () => core.asClassTarget('f', text, [2, 3])],
      'range labels': () => tidy(() => core.asClassTarget('f', [0, 3], [2, 3])),
      'disposed labels': () => core.asClassTarget('f', disposed([0, 1], 'int32'), [2, 3]),
    },
  }),

  // losses
  lossScope: { ...regressionLoss(squared), subject: core.lossScope },
  classLossScope: { ...classLoss(crossEntropy), subject: core.classLossScope },
  reduceLoss: tensorFunction(core.reduceLoss, {
    at: [
      [1, 5, -2],
      [1, 2, 0.5],
    ],
    call: {
      mean: (x, w) => core.reduceLoss(x, w),
      sum: (x, w) => core.reduceLoss(x, w, 'sum'),
      none: (x, w) => core.reduceLoss(x, w, 'none'),
    },
    extremes: [
      [
        [1, 2],
        [0, 0],
      ],
    ],
    bad: {
      'shape weights': () => core.reduceLoss([1, 2], [1, 2, 3]),
      'range reduction': () => core.reduceLoss([1, 2], undefined, text),
    },
  }),
  reduceTokens: tensorFunction(core.reduceTokens, {
    at: [rows],
    call: {
      token: (x) => core.reduceTokens(x),
      sequence: (x) =>
        core.reduceTokens(x, {
          normalizer: 'sequence',
          mask: [
            [1, 1, 0],
            [1, 0, 0],
          ],
        }),
      'a constant': (x) => core.reduceTokens(x, { normalizer: 4, weights: [[2], [1]] }),
      'nothing left': (x) => core.reduceTokens(x, { mask: [[0], [0]] }),
    },
    bad: {
      'shape losses': () => core.reduceTokens([1, 2]),
      'shape mask': () => core.reduceTokens(rows, { mask: [1, 1] }),
      'range normalizer': [() => core.reduceTokens(rows, { normalizer: text }), () => core.reduceTokens(rows, { normalizer: 0 })],
    },
  }),

  // what is recorded
  detach: utility(core.detach, {
    call: { value: (keep) => core.detach(keep(tensor(rows))), gradient: (keep) => grad((x) => mul(x, core.detach(x)))(keep(scalar(3))) },
  }),
  noGrad: utility(core.noGrad, {
    call: {
      value: (keep) => core.noGrad(() => square(keep(scalar(3)))),
      gradient: (keep) =>
        grad((x) =>
          mul(
            x,
            core.noGrad(() => square(x)),
          ),
        )(keep(scalar(3))),
    },
  }),
  straightThrough: utility(core.straightThrough, {
    call: {
      value: () => core.straightThrough([1, 2], [0.4, 0.6]),
      gradient: (keep) =>
        grad((x) =>
          mul(
            x,
            core.straightThrough(
              tidy(() => mul(x, 2)),
              x,
            ),
          ),
        )(keep(scalar(3))),
    },
    bad: {
      'shape surrogate': () => core.straightThrough([1, 2], [1]),
      'dtype value': () => core.straightThrough(text, [1]),
      'disposed surrogate': () => core.straightThrough([1], disposed()),
    },
  }),
  reverseGradient: utility(core.reverseGradient, {
    call: { value: () => core.reverseGradient([1, 2]), gradient: (keep) => grad((x) => core.reverseGradient(x, 0.5))(keep(scalar(3))) },
    bad: {
      'range scale': () => core.reverseGradient([1], NaN),
      'dtype x': () => core.reverseGradient(text),
      'disposed x': () => core.reverseGradient(disposed()),
    },
  }),
  differentiable: tensorFunction(core.differentiable, {
    at: [[0.3, -1.2]],
    call: (x) =>
      tidy(() =>
        core.differentiable(
          { x: asTensor('differentiable', 'x', x) },
          (inputs) => mul(inputs.x, square(inputs.x)),
          (inputs, upstream) => ({ x: () => mul(upstream, mul(3, square(inputs.x))) }),
        ),
      ),
  }),

  // primitives
  exp: elementwise(core.exp, { extremes: [-1e4, 0, 80] }),
  expRemainder: elementwise(core.expRemainder, { extremes: [-1e4, 0, 80] }),
  oneMinusExp: elementwise(core.oneMinusExp, { extremes: [-1e4, 0, 80] }),
  log1mExp: elementwise(core.log1mExp, { domain: [-3, -0.1], extremes: [-1e4, -1] }),
  log1pExp: elementwise(core.log1pExp),
  softplus: elementwise(core.softplus),
  sigmoid: elementwise(core.sigmoid),
  logSigmoid: elementwise(core.logSigmoid),
  tanh: elementwise(core.tanh),
  logCosh: elementwise(core.logCosh),
  safeSqrt: elementwise(core.safeSqrt, { domain: [0.1, 4], extremes: [0, 1e30, -1] }),
  safeAbs: elementwise(core.safeAbs, { domain: [0.1, 3], kinks: [0] }),
  relu: elementwise(core.relu, { domain: [0.1, 3], kinks: [0] }),
  clip: tensorFunction(core.clip, {
    at: [[-2, -0.5, 0.3, 2]],
    call: (x) => core.clip(x, -1, 1),
    ties: [[[-1, 1]]],
    extremes: [[[-Infinity, Infinity, 0]]],
    bad: { 'range low': () => core.clip([1], NaN, 1), 'range high': () => core.clip([1], 2, 1) },
  }),
  maximum: tensorFunction(core.maximum, {
    at: [
      [0.3, -1, 2],
      [0.6, -2, 1],
    ],
    ties: [
      [
        [1, 2],
        [1, 2],
      ],
    ],
    extremes: [
      [
        [-Infinity, Infinity],
        [0, 0],
      ],
    ],
    bad: { 'shape b': () => core.maximum([1, 2], [1, 2, 3]) },
  }),
  minimum: tensorFunction(core.minimum, {
    at: [
      [0.3, -1, 2],
      [0.6, -2, 1],
    ],
    ties: [
      [
        [1, 2],
        [1, 2],
      ],
    ],
    extremes: [
      [
        [-Infinity, Infinity],
        [0, 0],
      ],
    ],
    bad: { 'shape b': () => core.minimum([1, 2], [1, 2, 3]) },
  }),
  max: tensorFunction(core.max, {
    at: [rows],
    call: {
      all: (x) => core.max(x),
      last: (x) => core.max(x, { axis: -1 }),
      'kept columns': (x) => core.max(x, { axis: [0], keepDims: true }),
    },
    ties: [[[[1, 1, 0]]]],
    extremes: [[[[-Infinity, 1]]]],
    bad: { 'range axis': [() => core.max(rows, { axis: 2 }), () => core.max(rows, { axis: [0, 0] })] },
  }),
  min: tensorFunction(core.min, {
    at: [rows],
    call: {
      all: (x) => core.min(x),
      last: (x) => core.min(x, { axis: -1 }),
      'kept columns': (x) => core.min(x, { axis: [0], keepDims: true }),
    },
    ties: [[[[1, 1, 2]]]],
    extremes: [[[[Infinity, 1]]]],
    bad: { 'range axis': [() => core.min(rows, { axis: 2 }), () => core.min(rows, { axis: NaN })] },
  }),
  pow: tensorFunction(core.pow, {
    at: [
      [0.5, 2, 1.5],
      [2, 0.5, -1],
    ],
    gradient: { eps: 0.02 },
    extremes: [
      [
        [0, 0, 1e10],
        [2, 0, 2],
      ],
    ],
    bad: { 'shape exponent': () => core.pow([1, 2], [1, 2, 3]) },
  }),
  xLogY: tensorFunction(core.xLogY, {
    at: [
      [0.5, 2],
      [0.3, 4],
    ],
    extremes: [
      [
        [0, 0, 1],
        [0, 1, 1e10],
      ],
    ],
    bad: { 'shape y': () => core.xLogY([1, 2], [1, 2, 3]) },
  }),
  dotLast: tensorFunction(core.dotLast, {
    at: [rows, others],
    extremes: [
      [
        [0, 1],
        [-Infinity, 3],
      ],
    ],
    bad: { 'shape values': () => core.dotLast(rows, [1, 2]), 'shape weights': () => core.dotLast(1, 2) },
  }),
  logAddExp: tensorFunction(core.logAddExp, {
    at: [rows, others],
    extremes: [
      [
        [1e4, -Infinity, -Infinity],
        [1e4, 2, -Infinity],
      ],
    ],
    bad: { 'shape b': () => core.logAddExp([1, 2], [1, 2, 3]) },
  }),
  logSumExp: tensorFunction(core.logSumExp, {
    at: [rows],
    call: {
      last: (x) => core.logSumExp(x),
      columns: (x) => core.logSumExp(x, { axis: 0, keepDims: true }),
      masked: (x) => core.logSumExp(x, { mask: [[1, 0, 1]] }),
    },
    extremes: [
      [
        [
          [1e4, 1e4, 1],
          [-Infinity, -Infinity, -Infinity],
          [-1e4, 1e4, 0],
        ],
      ],
    ],
    bad: { 'range axis': () => core.logSumExp(rows, { axis: 2 }), 'shape mask': () => core.logSumExp(rows, { mask: [1, 1] }) },
  }),
  softmax: tensorFunction(core.softmax, {
    at: [rows],
    call: { last: (x) => core.softmax(x), 'warm columns': (x) => core.softmax(x, { axis: 0, temperature: 2 }) },
    extremes: [
      [
        [
          [1e4, 1e4],
          [-Infinity, 2],
          [-Infinity, -Infinity],
        ],
      ],
    ],
    bad: {
      'range axis': () => core.softmax(rows, { axis: 2 }),
      'range temperature': () => core.softmax(rows, { temperature: 0 }),
      'shape logits': () => core.softmax(1),
    },
  }),
  logSoftmax: tensorFunction(core.logSoftmax, {
    at: [rows],
    call: { last: (x) => core.logSoftmax(x), 'warm columns': (x) => core.logSoftmax(x, { axis: 0, temperature: 2 }) },
    extremes: [
      [
        [
          [1e4, 1e4],
          [-Infinity, 2],
          [-Infinity, -Infinity],
        ],
      ],
    ],
    bad: {
      'range axis': () => core.logSoftmax(rows, { axis: 2 }),
      'range temperature': () => core.logSoftmax(rows, { temperature: 0 }),
      'shape logits': () => core.logSoftmax(1),
    },
  }),
  safeNorm: tensorFunction(core.safeNorm, {
    at: [rows],
    call: { all: (x) => core.safeNorm(x), last: (x) => core.safeNorm(x, { axis: -1 }) },
    extremes: [
      [
        [
          [0, 0],
          [1e30, 1e30],
          [1e-30, 0],
        ],
      ],
    ],
    bad: { 'range axis': () => core.safeNorm(rows, { axis: 2 }) },
  }),
  l2Normalize: tensorFunction(core.l2Normalize, {
    at: [rows],
    call: { last: (x) => core.l2Normalize(x), columns: (x) => core.l2Normalize(x, { axis: 0 }) },
    extremes: [
      [
        [
          [0, 0],
          [1e30, 1e30],
        ],
      ],
    ],
    bad: { 'range axis': () => core.l2Normalize(rows, { axis: 2 }) },
  }),
  select: tensorFunction(core.select, {
    at: [
      [1, 2, 3],
      [4, 5, 6],
    ],
    call: (a, b) => core.select([true, false, true], a, b),
    extremes: [
      [
        [1, Infinity, 3],
        [-Infinity, 5, 6],
      ],
    ],
    bad: {
      'shape a': () => core.select([true], [1, 2], [1]),
      'shape b': () => core.select([true], [1], [1, 2]),
      'dtype condition': [() => core.select(text, 1, 2), (keep) => core.select(keep(tensor([1])), [1], [2])],
    },
  }),

  // indexing
  takeAlongAxis: tensorFunction(core.takeAlongAxis, {
    at: [rows],
    call: {
      last: (x) =>
        core.takeAlongAxis(x, [
          [2, 2],
          [0, 1],
        ]),
      columns: (x) => core.takeAlongAxis(x, [[1, 0, 1]], 0),
    },
    bad: {
      'shape indices': () => core.takeAlongAxis(rows, [0, 1]),
      'range indices': () => core.takeAlongAxis(rows, [[3], [0]]),
      'dtype indices': [() => core.takeAlongAxis(rows, [[0.5], [0]]), (keep) => core.takeAlongAxis(rows, keep(tensor([[0], [0]])))],
      'range axis': () => core.takeAlongAxis(rows, [[0], [0]], 2),
    },
  }),
  oneHotMask: utility(core.oneHotMask, {
    call: { ids: () => core.oneHotMask([[1, 0]], 3), 'one class': () => core.oneHotMask([0, 0], 1), nothing: () => core.oneHotMask([], 2) },
    bad: {
      'range ids': () => core.oneHotMask([2], 2),
      'range depth': () => core.oneHotMask([0], 0),
      'dtype ids': () => core.oneHotMask([0.5], 2),
      'disposed ids': () => core.oneHotMask(disposed([0], 'int32'), 2),
    },
  }),

  // scans, sorts, segments
  linearRecurrence: tensorFunction(core.linearRecurrence, {
    at: [rows, others],
    call: {
      forward: (x, decay) => core.linearRecurrence(x, decay),
      'reverse and masked': (x, decay) => core.linearRecurrence(x, decay, { reverse: true, mask: [[1, 0, 1]] }),
    },
    extremes: [[[[1, 1e-20, 2]], [[1e30, 0, -1e30]]]],
    bad: {
      'shape x': () => core.linearRecurrence(1, 1),
      'shape decay': () => core.linearRecurrence([1, 2], [1, 2, 3]),
      'shape mask': () => core.linearRecurrence([1, 2], 1, { mask: [1, 1, 1] }),
      'dtype reverse': () => core.linearRecurrence([1, 2], 1, { reverse: 1 as never }),
    },
  }),
  discountedSum: tensorFunction(core.discountedSum, {
    at: [rows, others],
    call: { all: (x, d) => core.discountedSum(x, d), masked: (x, d) => core.discountedSum(x, d, { mask: [[1], [0]] }) },
    bad: {
      'shape discount': () => core.discountedSum([1, 2], [1, 2, 3]),
      'shape mask': () => core.discountedSum([1], 1, { mask: [1, 1] }),
    },
  }),
  linearRecurrenceOp: tensorFunction(core.linearRecurrenceOp, {
    at: [rows, others],
    call: {
      forward: (x, decay) => recurrenceOp(x, decay, false),
      reverse: (x, decay) => recurrenceOp(x, decay, true),
    },
  }),
  cumprod: tensorFunction(core.cumprod, {
    at: [rows],
    call: {
      last: (x) => core.cumprod(x),
      'exclusive columns, backwards': (x) => core.cumprod(x, { axis: 0, exclusive: true, reverse: true }),
    },
    extremes: [[[[0, 2, 0, -3]]]],
    bad: {
      'shape x': () => core.cumprod(1),
      'range axis': () => core.cumprod(rows, { axis: 2 }),
      'dtype exclusive': () => core.cumprod(rows, { exclusive: 1 as never }),
      'dtype reverse': () => core.cumprod(rows, { reverse: 1 as never }),
    },
  }),
  sort: tensorFunction(core.sort, {
    at: [rows],
    call: { last: (x) => core.sort(x), 'columns, descending': (x) => core.sort(x, { axis: 0, descending: true }) },
    ties: [[[1, 1, 0]]],
    extremes: [[[[Infinity, -Infinity, 1e38, -1e38]]]],
    bad: {
      'shape x': () => core.sort(1),
      'range axis': () => core.sort(rows, { axis: 2 }),
      'dtype descending': () => core.sort(rows, { descending: 1 as never }),
    },
  }),
  argsort: utility(core.argsort, {
    call: { last: () => core.argsort(rows), columns: () => core.argsort(rows, { axis: 0, descending: true }) },
    bad: {
      'shape x': () => core.argsort(1),
      'range axis': () => core.argsort(rows, { axis: 2 }),
      'dtype x': () => core.argsort(text),
      'disposed x': () => core.argsort(disposed()),
    },
  }),
  topK: tensorFunction(core.topK, {
    at: [rows],
    call: {
      largest: (x) => tidy(() => core.topK(x, 2).values),
      'smallest of columns': (x) => tidy(() => core.topK(x, 1, { axis: 0, largest: false }).values),
    },
    bad: {
      'shape x': () => core.topK(1, 1),
      'range k': [() => core.topK(rows, 4), () => core.topK(rows, -1)],
      'range axis': () => core.topK(rows, 1, { axis: 2 }),
      'dtype largest': () => core.topK(rows, 1, { largest: 1 as never }),
    },
  }),
  quantile: tensorFunction(core.quantile, {
    at: [rows],
    call: {
      'one of all': (x) => core.quantile(x, 0.3),
      'several of columns': (x) => core.quantile(x, [0.1, 0.9], { axis: 0, keepDims: true }),
    },
    extremes: [[[[Infinity, 1, -Infinity]]]],
    bad: {
      'range q': [() => core.quantile(rows, 2), () => core.quantile(rows, [0.5, NaN])],
      'shape q': () => core.quantile(rows, []),
      'range axis': () => core.quantile(rows, 0.5, { axis: 2 }),
      'range interpolation': () => core.quantile(rows, 0.5, { interpolation: text }),
    },
  }),
  median: tensorFunction(core.median, {
    at: [rows],
    call: { all: (x) => core.median(x), columns: (x) => core.median(x, { axis: 0 }) },
    bad: { 'range axis': () => core.median(rows, { axis: 2 }) },
  }),
  gatherNd: tensorFunction(core.gatherNd, {
    at: [rows],
    call: {
      elements: (x) =>
        core.gatherNd(x, [
          [0, 1],
          [1, 2],
          [0, 1],
        ]),
      'whole rows': (x) => core.gatherNd(x, [[1], [0]]),
    },
    bad: {
      'shape indices': [() => core.gatherNd(rows, [[0, 1, 2]]), () => core.gatherNd(rows, 0)],
      'range indices': () => core.gatherNd(rows, [[2]]),
      'dtype indices': () => core.gatherNd(rows, [[0.5]]),
    },
  }),
  segmentSum: tensorFunction(core.segmentSum, {
    at: [rows],
    call: { apart: (x) => core.segmentSum(x, [2, 0], 3), together: (x) => core.segmentSum(x, [1, 1], 3) },
    bad: {
      'shape x': () => core.segmentSum(1, [0], 1),
      'shape ids': () => core.segmentSum(rows, [0], 1),
      'range ids': () => core.segmentSum(rows, [0, 1], 1),
      'dtype ids': () => core.segmentSum(rows, [0.5, 0], 1),
      'range count': () => core.segmentSum(rows, [0, 0], -1),
    },
  }),
  segmentMean: tensorFunction(core.segmentMean, {
    at: [rows],
    call: { apart: (x) => core.segmentMean(x, [2, 0], 3), together: (x) => core.segmentMean(x, [1, 1], 3) },
    bad: {
      'shape x': () => core.segmentMean(1, [0], 1),
      'shape ids': () => core.segmentMean(rows, [0], 1),
      'range ids': () => core.segmentMean(rows, [0, 1], 1),
      'dtype ids': () => core.segmentMean(rows, [0.5, 0], 1),
      'range count': () => core.segmentMean(rows, [0, 0], -1),
    },
  }),

  // moments and distances
  maskedMean: tensorFunction(core.maskedMean, {
    at: [rows],
    call: { all: (x) => core.maskedMean(x), masked: (x) => core.maskedMean(x, { mask: [[1, 0, 1]], axis: 1, keepDims: true }) },
    extremes: [[[[1e30, -1e30, 0]]]],
    bad: { 'shape mask': () => core.maskedMean(rows, { mask: [1, 1] }), 'range axis': () => core.maskedMean(rows, { axis: 2 }) },
  }),
  maskedVariance: tensorFunction(core.maskedVariance, {
    at: [rows],
    call: { all: (x) => core.maskedVariance(x), masked: (x) => core.maskedVariance(x, { mask: [[1, 0, 1]], axis: 1, ddof: 0 }) },
    extremes: [[[[3, 3, 3]]]],
    bad: {
      'shape mask': () => core.maskedVariance(rows, { mask: [1, 1] }),
      'range axis': () => core.maskedVariance(rows, { axis: 2 }),
      'range ddof': () => core.maskedVariance(rows, { ddof: -1 }),
    },
  }),
  standardize: tensorFunction(core.standardize, {
    at: [rows],
    call: {
      all: (x) => core.standardize(x),
      masked: (x) => core.standardize(x, { mask: [[1, 0, 1]], ddof: 0 }),
    },
    extremes: [[[[3, 3, 3]]]],
    bad: {
      'shape mask': () => core.standardize(rows, { mask: [1, 1] }),
      'range axis': () => core.standardize(rows, { axis: 2 }),
      'range ddof': () => core.standardize(rows, { ddof: NaN }),
      'range eps': () => core.standardize(rows, { eps: 0 }),
    },
  }),
  pairwiseSquaredDistances: tensorFunction(core.pairwiseSquaredDistances, {
    at: [rows, others],
    call: { two: (x, y) => core.pairwiseSquaredDistances(x, y), 'one and another': (x, y) => apart(x, y) },
    extremes: [
      [
        [
          [1e18, 0],
          [0, 0],
        ],
        [[1e18, 0]],
      ],
    ],
    bad: {
      'shape x': () => core.pairwiseSquaredDistances([1, 2]),
      'shape y': [() => core.pairwiseSquaredDistances(rows, [[1, 2]]), () => core.pairwiseSquaredDistances(rows, [1, 2, 3])],
    },
  }),
  pairwiseSquaredDistancesOp: tensorFunction(core.pairwiseSquaredDistancesOp, {
    at: [rows, others],
    call: (x, y) =>
      tidy(() =>
        core.pairwiseSquaredDistancesOp(
          { x: asTensor('pairwiseSquaredDistancesOp', 'x', x), y: asTensor('pairwiseSquaredDistancesOp', 'y', y) },
          {},
        ),
      ),
  }),
  gramMatrix: tensorFunction(core.gramMatrix, {
    at: [rows, others],
    bad: { 'shape x': () => core.gramMatrix([1, 2]), 'shape y': () => core.gramMatrix(rows, [[1, 2]]) },
  }),
  centerGram: tensorFunction(core.centerGram, {
    at: [
      [
        [1, 0.3],
        [-0.2, 2],
      ],
    ],
    bad: { 'shape gram': [() => core.centerGram(rows), () => core.centerGram(1)] },
  }),

  // linear algebra
  cholesky: tensorFunction(core.cholesky, {
    at: [root],
    call: {
      one: (x) => tidy(() => core.cholesky(spd('cholesky', x))),
      jitter: (x) => tidy(() => core.cholesky(spd('cholesky', x), { jitter: 0.5 })),
    },
    bad: {
      'shape a': [() => core.cholesky(rows), () => core.cholesky([1])],
      'range jitter': () => core.cholesky(root, { jitter: -1 }),
      'disposed a': () => core.cholesky(disposed([[1]])),
      'dtype a': () => core.cholesky(text),
    },
  }),
  spdSolve: tensorFunction(core.spdSolve, {
    at: [root, root],
    call: (x, b) => tidy(() => core.spdSolve(spd('spdSolve', x), b)),
    bad: {
      'shape a': () => core.spdSolve(rows, [1, 2]),
      'shape b': () => core.spdSolve(root, [1, 2, 3]),
      'range jitter': () => core.spdSolve(root, [1, 2], { jitter: NaN }),
    },
  }),
  logDet: tensorFunction(core.logDet, {
    at: [root],
    call: (x) => tidy(() => core.logDet(spd('logDet', x))),
    bad: { 'shape a': () => core.logDet(rows), 'range jitter': () => core.logDet(root, { jitter: -1 }) },
  }),
  triangularSolve: tensorFunction(core.triangularSolve, {
    at: [root, root],
    call: {
      lower: (l, b) => core.triangularSolve(l, b),
      'upper, transposed': (l, b) => core.triangularSolve(l, b, { lower: false, transposed: true }),
    },
    bad: {
      'shape l': () => core.triangularSolve(rows, [1, 2]),
      'shape b': () => core.triangularSolve(root, [1, 2, 3]),
      'dtype lower': () => core.triangularSolve(root, [1, 2], { lower: 1 as never }),
      'dtype transposed': () => core.triangularSolve(root, [1, 2], { transposed: 1 as never }),
    },
  }),
  newtonSchulz: tensorFunction(core.newtonSchulz, {
    at: [rows],
    call: (x) => core.newtonSchulz(x, { steps: 2 }),
    gradient: { rtol: 6e-3 },
    extremes: [[[[0, 0]]]],
    bad: {
      'shape x': () => core.newtonSchulz([1]),
      'range steps': () => core.newtonSchulz(rows, { steps: 0 }),
      'range eps': () => core.newtonSchulz(rows, { eps: 0 }),
      'shape coefficients': () => core.newtonSchulz(rows, { coefficients: [1, 2] as never }),
      'range coefficients': () => core.newtonSchulz(rows, { coefficients: [1, NaN, 2] }),
    },
  }),
  einsum: tensorFunction(core.einsum, {
    at: [rows, others],
    call: {
      product: (x, y) => core.einsum('ij,kj->ik', x, y),
      'sum over all': (x, y) => core.einsum('ij,ij->', x, y),
      spread: (x, y) => core.einsum('...j,...j', x, y),
    },
    bad: {
      'shape operands': [() => core.einsum('ij,jk', rows), () => core.einsum('i', rows), () => core.einsum('ij,jk', rows, rows)],
      'range equation': [() => core.einsum('i->j', [1]), () => core.einsum('i>j', [1]), () => core.einsum('i->ii', [1])],
      'dtype equation': () => core.einsum(3 as never, [1]),
    },
  }),

  // sequences
  shiftTokens: utility(core.shiftTokens, {
    call: () => core.shiftTokens([[5, 6, 7]]),
    bad: {
      'shape tokens': [() => core.shiftTokens([5, 6]), (keep) => core.shiftTokens(keep(tensor([], [2, 0], 'int32')))],
      'dtype tokens': () => core.shiftTokens([[0.5, 1]]),
      'disposed tokens': () => core.shiftTokens(disposed([[1, 2]], 'int32')),
    },
  }),
  tokenLogProbs: tensorFunction(core.tokenLogProbs, {
    at: [rows],
    call: {
      plain: (x) => core.tokenLogProbs(x, [0, 2]),
      'warm and masked': (x) => core.tokenLogProbs(x, [0, 2], { temperature: 2, mask: [1, 0] }),
    },
    extremes: [
      [
        [
          [1e4, -1e4, 0],
          [0, -Infinity, 2],
        ],
      ],
    ],
    bad: {
      ...tokenRefusals((options) => core.tokenLogProbs(rows, [0, 2], options)),
      'shape tokens': () => core.tokenLogProbs(rows, [0]),
      'range tokens': () => core.tokenLogProbs(rows, [0, 3]),
      'dtype tokens': () => core.tokenLogProbs(rows, [0.5, 1]),
      'shape logits': () => core.tokenLogProbs(1, 0),
    },
  }),
  tokenEntropy: tensorFunction(core.tokenEntropy, {
    at: [rows],
    call: { plain: (x) => core.tokenEntropy(x), 'warm and masked': (x) => core.tokenEntropy(x, { temperature: 2, mask: [1, 0] }) },
    extremes: [
      [
        [
          [1e4, -1e4, 0],
          [0, -Infinity, 2],
        ],
      ],
    ],
    bad: { ...tokenRefusals((options) => core.tokenEntropy(rows, options)), 'shape logits': () => core.tokenEntropy(1) },
  }),
  klFromLogits: tensorFunction(core.klFromLogits, {
    at: [rows, others],
    call: {
      plain: (p, q) => core.klFromLogits(p, q),
      'warm and masked': (p, q) => core.klFromLogits(p, q, { temperature: 2, mask: [1, 0] }),
    },
    extremes: [
      [
        [
          [1e4, -1e4],
          [0, -Infinity],
        ],
        [
          [-100, 100],
          [0, 1],
        ],
      ],
    ],
    bad: {
      ...tokenRefusals((options) => core.klFromLogits(rows, others, options)),
      'shape logitsQ': () => core.klFromLogits(rows, [[1, 2]]),
    },
  }),
  sequenceLogProbs: tensorFunction(core.sequenceLogProbs, {
    at: [rows],
    call: {
      sum: (x) => core.sequenceLogProbs(x),
      'mean of what is left': (x) =>
        core.sequenceLogProbs(x, {
          reduction: 'mean',
          mask: [
            [1, 1, 0],
            [0, 0, 0],
          ],
          weights: [[2, 1, 1]],
        }),
    },
    bad: {
      'shape logProbs': () => core.sequenceLogProbs([1, 2]),
      'shape mask': () => core.sequenceLogProbs(rows, { mask: [1, 1] }),
      'range reduction': () => core.sequenceLogProbs(rows, { reduction: text }),
    },
  }),
  klEstimator: tensorFunction(core.klEstimator, {
    at: [rows, others],
    call: {
      k1: (p, q) => core.klEstimator(p, q, { kind: 'k1' }),
      k2: (p, q) => core.klEstimator(p, q, { kind: 'k2' }),
      k3: (p, q) => core.klEstimator(p, q, { mask: [[1, 0, 1]] }),
    },
    bad: {
      'shape refLogProbs': () => core.klEstimator([1], [1, 2]),
      'shape mask': () => core.klEstimator(rows, others, { mask: [1, 1] }),
      'range kind': () => core.klEstimator(rows, others, { kind: text }),
    },
  }),

  ...treeRows,

  // random numbers
  Rng: host(core.Rng, () => core.Rng.fromJSON(core.rng(3).toJSON()).toJSON()),
  rng: host(core.rng, () => core.rng(3).split().toJSON(), {
    'range seed': [() => core.rng(-1), () => core.rng(0.5), () => core.rng(text)],
  }),
  randomUniform: draw(core.randomUniform, { 'range max': () => core.randomUniform(core.rng(0), [2], { min: 1, max: 1 }) }),
  randomNormal: draw(core.randomNormal, { 'range stddev': () => core.randomNormal(core.rng(0), [2], { stddev: -1 }) }),
  randomBernoulli: {
    ...draw((rng, shape) => core.randomBernoulli(rng, shape, 0.4), { 'range prob': () => core.randomBernoulli(core.rng(0), [2], 2) }),
    subject: core.randomBernoulli,
  },
  randomRademacher: draw(core.randomRademacher),
  randomGumbel: draw(core.randomGumbel),
  randomCategorical: utility(core.randomCategorical, {
    call: () => core.randomCategorical(core.rng(3), rows),
    bad: {
      'dtype rng': () => core.randomCategorical(3 as never, rows),
      'shape logits': [() => core.randomCategorical(core.rng(0), 1), () => core.randomCategorical(core.rng(0), [[]])],
      'range logits': [() => core.randomCategorical(core.rng(0), [NaN, 1]), () => core.randomCategorical(core.rng(0), [-Infinity])],
    },
  }),
  randomPermutation: utility(core.randomPermutation, {
    call: () => core.randomPermutation(core.rng(3), 5),
    bad: { 'dtype rng': () => core.randomPermutation(3 as never, 5), 'range n': () => core.randomPermutation(core.rng(0), -1) },
  }),
  randomChoice: utility(core.randomChoice, {
    call: () => core.randomChoice(core.rng(3), 9, 4),
    bad: {
      'dtype rng': () => core.randomChoice(3 as never, 5, 2),
      'range n': () => core.randomChoice(core.rng(0), 0.5, 0),
      'range k': () => core.randomChoice(core.rng(0), 2, 3),
    },
  }),

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
});
