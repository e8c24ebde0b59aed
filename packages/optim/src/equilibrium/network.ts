/** @file Networks that settle: their fixed points, and two ways to their gradients. */
import { checkAbove, checkInteger, fail } from '@surrogate/core';
import { checkMatrix, matMul, solveLinear, transpose, type ComplexArray, type Matrix } from '@surrogate/core/host';
import { checkFunction, vectorOf } from '../host/vectors.js';
import { holomorphicDerivative, writeSigmoid, type Complex } from './holomorphic.js';

/** Logistic units that feed one another, with n of them and d inputs. */
export interface EquilibriumNet {
  /** n x n: entry (i, j) leads from unit i to unit j; 0 is no connection, and gets no gradient. */
  readonly weights: Matrix;
  /** d x n: from inputs to units; 0 is no connection. */
  readonly inputs: Matrix;
  /** n numbers. */
  readonly biases: Float64Array;
}

/** Gradients of a network's form, and what they were taken at. */
export interface EquilibriumGradient {
  /** The mean over examples of the gradient of the loss. */
  readonly grads: EquilibriumNet;
  /** The units' activities at rest, B x n: what a readout is trained on. */
  readonly states: Matrix;
}

/** Options of {@link equilibriumStates}. */
export interface EquilibriumOptions {
  /** Steps to the free fixed point, >= 1. Default 150. */
  freeSteps?: number | undefined;
}

/** Options of {@link equilibriumGradient}. */
export interface EquilibriumGradientOptions extends EquilibriumOptions {
  /** β, > 0: how strong the nudge is. Default 0.5. */
  beta?: number | undefined;
  /** N, >= 1: how many nudges, around a circle in the complex plane. Default 4. */
  points?: number | undefined;
  /** Steps of each nudged phase, >= 1. Default 20. */
  nudgedSteps?: number | undefined;
}

/** The slope of an example's loss in each unit's activity. */
export type StateSlope = (states: Float64Array, example: number) => ArrayLike<number>;

/** The connections there are, by where they lead: so many of the places are empty in a layered network. */
interface Wiring {
  /** Those to unit j are from the j-th number on to the next. */
  readonly starts: Int32Array;
  readonly from: Int32Array;
  readonly weight: Float64Array;
}

function wiringOf({ rows, cols, data }: Matrix): Wiring {
  const starts = new Int32Array(cols + 1);
  const [from, weight] = [new Int32Array(data.length), new Float64Array(data.length)];
  let count = 0;
  for (let j = 0; j < cols; j++) {
    for (let i = 0; i < rows; i++) {
      const w = data[i * cols + j]!;
      if (w === 0) continue;
      from[count] = i;
      weight[count++] = w;
    }
    starts[j + 1] = count;
  }
  return { starts, from, weight };
}

/** out += s W. */
function addInput({ starts, from, weight }: Wiring, s: Float64Array, out: Float64Array): void {
  for (let j = 0; j < out.length; j++) {
    let sum = out[j]!;
    for (let k = starts[j]!; k < starts[j + 1]!; k++) sum += s[from[k]!]! * weight[k]!;
    out[j] = sum;
  }
}

function checkNet(fn: string, { weights, inputs, biases }: EquilibriumNet, x: Matrix): void {
  checkMatrix(fn, 'net.weights', weights);
  checkMatrix(fn, 'net.inputs', inputs);
  const n = vectorOf(fn, 'net.biases', biases).length;
  if (weights.rows !== n || weights.cols !== n)
    fail('shape', fn, 'net.weights', `must be ${n} x ${n} for ${n} biases, got ${weights.rows} x ${weights.cols}`);
  if (inputs.cols !== n) fail('shape', fn, 'net.inputs', `must have ${n} columns, got ${inputs.cols}`);
  checkMatrix(fn, 'x', x);
  if (x.cols !== inputs.rows) fail('shape', fn, 'x', `must have ${inputs.rows} columns, got ${x.cols}`);
}

/** What comes from outside, B x n. */
function driveOf({ inputs, biases }: EquilibriumNet, x: Matrix): Matrix {
  const drive = matMul(x, inputs);
  return { ...drive, data: drive.data.map((v, i) => v + biases[i % drive.cols]!) };
}

const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));

function settle(wiring: Wiring, drive: Float64Array, steps: number): Float64Array {
  const [s, u] = [new Float64Array(drive.length).fill(0.5), new Float64Array(drive.length)];
  for (let step = 0; step < steps; step++) {
    u.set(drive);
    addInput(wiring, s, u);
    for (let i = 0; i < s.length; i++) s[i] = sigmoid(u[i]!);
  }
  return s;
}

/** From the free fixed point on, with a force on each unit. */
function nudge(wiring: Wiring, drive: Float64Array, free: Float64Array, force: Float64Array, beta: Complex, steps: number): ComplexArray {
  const pushed = { re: drive.map((v, i) => v + beta.re * force[i]!), im: force.map((e) => beta.im * e) };
  const s = { re: free.slice(), im: new Float64Array(free.length) };
  const u = { re: new Float64Array(free.length), im: new Float64Array(free.length) };
  for (let step = 0; step < steps; step++) {
    u.re.set(pushed.re);
    u.im.set(pushed.im);
    addInput(wiring, s.re, u.re);
    if (beta.im !== 0) addInput(wiring, s.im, u.im);
    writeSigmoid(u, s);
  }
  return s;
}

/**
 * The activities at which a network comes to rest.
 *
 * $$ s = \sigma(W^\top s + U^\top x + b) $$
 *
 * Found by iteration from one half; where weights are so strong that it does not settle, what comes back is where it was.
 *
 * @param net the network.
 * @param x inputs, B x d.
 * @returns B x n.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Scellier, Bengio: Equilibrium Propagation, 2016. arXiv:1602.05179
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { equilibriumStates } from '@surrogate/optim';
 * const net = { weights: matrixFromRows([[0, 1], [-1, 0]]), inputs: matrixFromRows([[1, 0]]), biases: Float64Array.of(0, 0) };
 * equilibriumStates(net, matrixFromRows([[0.5]])).data; // [0.47112, 0.615649]
 */
export function equilibriumStates(net: EquilibriumNet, x: Matrix, { freeSteps = 150 }: EquilibriumOptions = {}): Matrix {
  const fn = 'equilibriumStates';
  checkNet(fn, net, x);
  checkInteger(fn, 'freeSteps', freeSteps, 1);
  return statesOf(wiringOf(net.weights), driveOf(net, x), freeSteps);
}

function statesOf(wiring: Wiring, drive: Matrix, steps: number): Matrix {
  const data = new Float64Array(drive.data.length);
  for (let b = 0; b < drive.rows; b++) data.set(settle(wiring, rowOf(drive, b), steps), b * drive.cols);
  return { ...drive, data };
}

const rowOf = ({ cols, data }: Matrix, row: number): Float64Array => data.subarray(row * cols, (row + 1) * cols);

/** Gradients of all parameters from what each unit's input is worth, example by example. */
function gathered(net: EquilibriumNet, x: Matrix, states: Matrix, worth: Matrix): EquilibriumGradient {
  const scaled = { ...worth, data: worth.data.map((v) => v / x.rows) };
  const only = (gradient: Matrix, where: Matrix): Matrix => ({
    ...gradient,
    data: gradient.data.map((v, i) => (where.data[i] === 0 ? 0 : v)),
  });
  const biases = new Float64Array(states.cols);
  scaled.data.forEach((v, i) => (biases[i % states.cols]! += v));
  return {
    grads: {
      weights: only(matMul(transpose(states), scaled), net.weights),
      inputs: only(matMul(transpose(x), scaled), net.inputs),
      biases,
    },
    states,
  };
}

function slopeAt(fn: string, slope: StateSlope, states: Matrix, example: number): Float64Array {
  return vectorOf(fn, 'slope', slope(rowOf(states, example), example), states.cols);
}

/**
 * Gradients by equilibrium propagation: the network settles, is nudged along the loss, and tells by how it moves what each connection is worth.
 *
 * $$ \nabla_W \ell = s\, \Big(\frac{ds}{d\beta}\Big)^\top, \qquad s_\beta = \sigma(W^\top s_\beta + U^\top x + b + \beta\, \nabla_s \ell) $$
 *
 * It is the true gradient where the weights between units are symmetric, as `implicitGradient` computes it, and points elsewhere as far as they are not; {@link jacobianAsymmetry} keeps them together. The force is the slope at rest, which has the derivative of one that is followed. It runs on the host, in doubles.
 *
 * @param net the network.
 * @param x inputs, B x d.
 * @param slope ∂ℓ/∂s of an example at its activities, n numbers.
 * @returns gradients of the mean loss, and the activities at rest.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Laborieux, Zenke: Improving equilibrium propagation without weight symmetry through Jacobian homeostasis, 2023. arXiv:2309.02214
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { equilibriumGradient } from '@surrogate/optim';
 * const net = { weights: matrixFromRows([[0, 1], [1, 0]]), inputs: matrixFromRows([[1, 0]]), biases: Float64Array.of(0, 0) };
 * // The second unit should be on.
 * equilibriumGradient(net, matrixFromRows([[0.5]]), ([, out]) => [0, out - 1]).grads.biases[1] < 0; // true
 */
export function equilibriumGradient(
  net: EquilibriumNet,
  x: Matrix,
  slope: StateSlope,
  { freeSteps = 150, beta = 0.5, points = 4, nudgedSteps = 20 }: EquilibriumGradientOptions = {},
): EquilibriumGradient {
  const fn = 'equilibriumGradient';
  checkNet(fn, net, x);
  checkFunction(fn, 'slope', slope);
  checkInteger(fn, 'freeSteps', freeSteps, 1);
  checkAbove(fn, 'beta', beta, 0);
  checkInteger(fn, 'points', points, 1);
  checkInteger(fn, 'nudgedSteps', nudgedSteps, 1);
  const [wiring, drive] = [wiringOf(net.weights), driveOf(net, x)];
  const states = statesOf(wiring, drive, freeSteps);
  const worth = { ...states, data: new Float64Array(states.data.length) };
  for (let b = 0; b < x.rows; b++) {
    const force = slopeAt(fn, slope, states, b);
    const moved = (z: Complex): ComplexArray => nudge(wiring, rowOf(drive, b), rowOf(states, b), force, z, nudgedSteps);
    worth.data.set(holomorphicDerivative(moved, { radius: beta, points }), b * states.cols);
  }
  return gathered(net, x, states, worth);
}

/**
 * Gradients through the fixed point by the implicit function theorem: what backpropagation through an endless run would give.
 *
 * $$ \nabla_W \ell = s\, \delta^\top, \qquad \delta = D (I - W D)^{-1} \nabla_s \ell, \qquad D = \operatorname{diag}(s (1 - s)) $$
 *
 * @param net the network.
 * @param x inputs, B x d.
 * @param slope ∂ℓ/∂s of an example at its activities, n numbers.
 * @returns gradients of the mean loss, and the activities at rest.
 * @throws SurrogateError `shape`, `range`, `dtype`.
 * @see Almeida: A Learning Rule for Asynchronous Perceptrons with Feedback in a Combinatorial Environment, 1987; Pineda: Generalization of Back-propagation to Recurrent Neural Networks, 1987
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { implicitGradient } from '@surrogate/optim';
 * const net = { weights: matrixFromRows([[0, 1], [1, 0]]), inputs: matrixFromRows([[1, 0]]), biases: Float64Array.of(0, 0) };
 * implicitGradient(net, matrixFromRows([[0.5]]), ([, out]) => [0, out - 1]).grads.biases[1] < 0; // true
 */
export function implicitGradient(
  net: EquilibriumNet,
  x: Matrix,
  slope: StateSlope,
  { freeSteps = 150 }: EquilibriumOptions = {},
): EquilibriumGradient {
  const fn = 'implicitGradient';
  checkNet(fn, net, x);
  checkFunction(fn, 'slope', slope);
  checkInteger(fn, 'freeSteps', freeSteps, 1);
  const states = statesOf(wiringOf(net.weights), driveOf(net, x), freeSteps);
  const n = states.cols;
  const worth = { ...states, data: new Float64Array(states.data.length) };
  for (let b = 0; b < x.rows; b++) {
    const d = rowOf(states, b).map((s) => s * (1 - s));
    const system = net.weights.data.map((w, i) => (i % (n + 1) === 0 ? 1 : 0) - w * d[i % n]!);
    const solved = solveLinear({ rows: n, cols: n, data: system }, slopeAt(fn, slope, states, b));
    worth.data.set(solved.map((v, i) => v * d[i]!), b * n); // prettier-ignore
  }
  return gathered(net, x, states, worth);
}
