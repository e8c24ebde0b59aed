/** @file A linear output layer over any number of classes, trained by exact gradient steps whose cost does not depend on that number (Vincent et al. 2015). */
import { checkFinite, checkInteger, checkShape, fail } from '@surrogate/core';
import { checkRecord } from '../common/checks.js';
import { sphericalZFor, type SphericalLoss } from './record.js';

/**
 * The weights W = V U + 1 wᵀ of K classes over d inputs, with what a step needs to know of all of them at once.
 *
 * A plain record of numbers, to be copied or saved as one likes; a step changes its arrays.
 */
export interface SphericalHead {
  /** d, the length of an input. */
  readonly inputs: number;
  /** K, how many classes there are. */
  readonly classes: number;
  /** V, `[K · d]`: the only part that grows with the classes; a step touches one row. */
  readonly factor: Float64Array;
  /** U, `[d · d]`. */
  readonly mixing: Float64Array;
  /** The inverse of U, `[d · d]`. */
  readonly unmixing: Float64Array;
  /** w, `[d]`: what all classes share. */
  readonly shared: Float64Array;
  /** WᵀW, `[d · d]`. */
  readonly gram: Float64Array;
  /** Wᵀ1, `[d]`. */
  readonly total: Float64Array;
}

/** Options of {@link sphericalHeadStep}. */
export interface SphericalStepOptions {
  /** How far the step goes, >= 0. */
  learningRate: number;
  /** The member of the spherical family. Default `sphericalZ()`. */
  loss?: SphericalLoss | undefined;
}

/** What a step tells. */
export interface SphericalStep {
  /** The loss before the step. */
  readonly loss: number;
  /** Its gradient by the inputs, `[d]`. */
  readonly inputsGradient: Float64Array;
}

/** Below this the step is all but singular, and above it the inverse has drifted too far from its matrix. */
const singular = 1e-3;
const drifted = 1e-9;

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

/** A x for A `[d · d]`, and xᵀ A. */
function times(a: Float64Array, x: Float64Array): Float64Array {
  const d = x.length;
  return x.map((_, i) => {
    let sum = 0;
    for (let j = 0; j < d; j++) sum += a[i * d + j]! * x[j]!;
    return sum;
  });
}
function timesLeft(x: Float64Array, a: Float64Array): Float64Array {
  const d = x.length;
  const sum = new Float64Array(d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) sum[j] = sum[j]! + x[i]! * a[i * d + j]!;
  return sum;
}

/** A += scale · x yᵀ. */
function addOuter(a: Float64Array, scale: number, x: Float64Array, y: Float64Array): void {
  const d = y.length;
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) a[i * d + j] = a[i * d + j]! + scale * x[i]! * y[j]!;
}

/** x + scale · y. */
const plus = (x: Float64Array, scale: number, y: Float64Array): Float64Array => x.map((value, i) => value + scale * y[i]!);

const rowOf = (head: SphericalHead, k: number): Float64Array => {
  const { inputs: d, factor, mixing, shared } = head;
  return plus(
    shared,
    1,
    timesLeft(
      Float64Array.from({ length: d }, (_, i) => factor[k * d + i]!),
      mixing,
    ),
  );
};

/** Writes weights as V, with U = I and w = 0. */
function settle(head: SphericalHead, weights: Float64Array): void {
  const { inputs: d, classes, factor, mixing, unmixing, shared, gram, total } = head;
  factor.set(weights);
  for (const part of [mixing, unmixing, shared, gram, total]) part.fill(0);
  for (let i = 0; i < d; i++) mixing[i * d + i] = unmixing[i * d + i] = 1;
  for (let k = 0; k < classes; k++) {
    const row = weights.subarray(k * d, (k + 1) * d);
    addOuter(gram, 1, row, row);
    for (let i = 0; i < d; i++) total[i] = total[i]! + row[i]!;
  }
}

/**
 * A linear output layer for losses of the spherical family.
 *
 * $$ W = V U + \mathbf 1 w^\top, \qquad o = W h $$
 *
 * @param weights the first weights, `[K · d]`, class by class; copied.
 * @param inputs d, >= 1.
 * @returns the layer, as a record of float64 arrays.
 * @throws SurrogateError `range` when inputs is no whole number >= 1, `shape` when the weights are not K rows of d.
 * @see Vincent, de Brébisson, Bouthillier: Efficient Exact Gradient Update for Training Deep Networks with Very Large Sparse Targets, 2015. arXiv:1412.7091
 * @example
 * import { sphericalHead } from '@surrogate/losses';
 * sphericalHead(new Float64Array(1000 * 8), 8).classes; // 1000
 */
export function sphericalHead(weights: ArrayLike<number>, inputs: number): SphericalHead {
  checkInteger('sphericalHead', 'inputs', inputs, 1);
  const classes = weights.length / inputs;
  if (!Number.isInteger(classes) || classes < 1)
    fail('shape', 'sphericalHead', 'weights', `must be one or more rows of ${inputs} numbers, got ${weights.length}`);
  const square = () => new Float64Array(inputs * inputs);
  const head: SphericalHead = {
    inputs,
    classes,
    factor: new Float64Array(weights.length),
    mixing: square(),
    unmixing: square(),
    shared: new Float64Array(inputs),
    gram: square(),
    total: new Float64Array(inputs),
  };
  settle(head, Float64Array.from(weights));
  return head;
}

/**
 * The weights of a layer, multiplied out.
 *
 * $$ W = V U + \mathbf 1 w^\top $$
 *
 * @param head the layer.
 * @returns float64 `[K · d]`, class by class.
 * @example
 * import { sphericalHead, sphericalHeadWeights } from '@surrogate/losses';
 * [...sphericalHeadWeights(sphericalHead([1, 2, 3, 4], 2))]; // [1, 2, 3, 4]
 */
export function sphericalHeadWeights(head: SphericalHead): Float64Array {
  const weights = new Float64Array(head.classes * head.inputs);
  for (let k = 0; k < head.classes; k++) weights.set(rowOf(head, k), k * head.inputs);
  return weights;
}

/**
 * One step of stochastic gradient descent on a layer, the same as on its K · d weights, at a cost of d².
 *
 * $$ W \leftarrow W - \eta\, (A \mathbf 1 + B\, o + C\, e_y)\, h^\top, \qquad A = \frac{\partial L}{\partial \sum_k o_k},\quad B = 2 \frac{\partial L}{\partial \sum_k o_k^2},\quad C = \frac{\partial L}{\partial o_y} $$
 *
 * Changes the layer. Where the factors would lose their precision they are multiplied out once, which costs K · d².
 *
 * @param head the layer.
 * @param hidden h, `[d]`.
 * @param label the class, in [0, K).
 * @param options the learning rate and the loss.
 * @returns the loss before the step and its gradient by h.
 * @throws SurrogateError `shape` when h has another length, `range` for a label or a learning rate out of range, `dtype` when the loss is no such record.
 * @see Vincent, de Brébisson, Bouthillier: Efficient Exact Gradient Update for Training Deep Networks with Very Large Sparse Targets, 2015. arXiv:1412.7091
 * @see de Brébisson, Vincent: The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family, 2016. arXiv:1604.08859
 * @example
 * import { sphericalHead, sphericalHeadStep, sphericalSquaredError } from '@surrogate/losses';
 * const head = sphericalHead([0, 0, 0, 0], 2);
 * sphericalHeadStep(head, [1, 1], 0, { learningRate: 0.25, loss: sphericalSquaredError }).loss; // 1
 * sphericalHeadStep(head, [1, 1], 0, { learningRate: 0.25, loss: sphericalSquaredError }).loss; // 0
 */
export function sphericalHeadStep(
  head: SphericalHead,
  hidden: ArrayLike<number>,
  label: number,
  options: SphericalStepOptions,
): SphericalStep {
  const fn = 'sphericalHeadStep';
  const { learningRate, loss = sphericalZFor(fn, {}) } = options;
  const { inputs: d, classes, gram, total } = head;
  checkShape(fn, 'hidden', [hidden.length], [d]);
  checkInteger(fn, 'label', label);
  if (label >= classes) fail('range', fn, 'label', `must be a class id in [0, ${classes}), got ${label}`);
  checkFinite(fn, 'learningRate', learningRate);
  if (learningRate < 0) fail('range', fn, 'learningRate', `must be at least 0, got ${learningRate}`);
  checkRecord(fn, 'loss', loss, ['ofSums']);

  const h = Float64Array.from(hidden);
  const row = rowOf(head, label);
  const seen = times(gram, h);
  const { value, slopes } = loss.ofSums({ label: dot(row, h), sum: dot(total, h), squares: dot(h, seen) }, classes);
  const [a, b, c] = [slopes.sum, 2 * slopes.squares, slopes.label];
  const inputsGradient = h.map((_, i) => a * total[i]! + b * seen[i]! + c * row[i]!);
  const [shrink, all, one] = [learningRate * b, -learningRate * a, -learningRate * c];
  const left = 1 - shrink * dot(h, h);
  if (Math.abs(left) < singular) stepMultipliedOut(head, h, label, shrink, all, one);
  else {
    stepFactors(head, { h, label, row, seen, shrink, all, one, left });
    const back = timesLeft(timesLeft(h, head.unmixing), head.mixing);
    if (back.some((x, i) => Math.abs(x - h[i]!) > drifted * (1 + Math.abs(h[i]!)))) settle(head, sphericalHeadWeights(head));
  }
  return { loss: value, inputsGradient };
}

/** W ← W (I - shrink h hᵀ) + all 1 hᵀ + one e_y hᵀ, weight by weight. */
function stepMultipliedOut(head: SphericalHead, h: Float64Array, label: number, shrink: number, all: number, one: number): void {
  const d = head.inputs;
  const weights = sphericalHeadWeights(head);
  for (let k = 0; k < head.classes; k++) {
    const row = weights.subarray(k * d, (k + 1) * d);
    row.set(plus(row, all - shrink * dot(row, h) + (k === label ? one : 0), h));
  }
  settle(head, weights);
}

interface Move {
  readonly h: Float64Array;
  readonly label: number;
  /** The label's weights, and WᵀW h, before the step. */
  readonly row: Float64Array;
  readonly seen: Float64Array;
  /** The step is W ← W M + all 1 hᵀ + one e_y hᵀ with M = I - shrink h hᵀ and det M = left. */
  readonly shrink: number;
  readonly all: number;
  readonly one: number;
  readonly left: number;
}

function stepFactors(head: SphericalHead, { h, label, row, seen, shrink, all, one, left }: Move): void {
  const { inputs: d, classes, factor, mixing, unmixing, shared, gram, total } = head;
  const shrunk = (x: Float64Array) => plus(x, -shrink * dot(x, h), h);
  const [totalMoved, rowMoved] = [shrunk(total), shrunk(row)];

  addOuter(mixing, -shrink, times(mixing, h), h);
  addOuter(unmixing, shrink / left, h, timesLeft(h, unmixing));
  shared.set(plus(shrunk(shared), all, h));
  const stepOfRow = timesLeft(h, unmixing);
  for (let i = 0; i < d; i++) factor[label * d + i] = factor[label * d + i]! + one * stepOfRow[i]!;

  // M WᵀW M, then the products with the two vectors that were added.
  const curvature = shrink * shrink * dot(h, seen) + classes * all * all + 2 * all * one + one * one;
  const cross = plus(
    totalMoved.map((x, i) => all * x + one * rowMoved[i]!),
    -shrink,
    seen,
  );
  addOuter(gram, 1, cross, h);
  addOuter(gram, 1, h, cross);
  addOuter(gram, curvature, h, h);
  total.set(plus(totalMoved, classes * all + one, h));
}
