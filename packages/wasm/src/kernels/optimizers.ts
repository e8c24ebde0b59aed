/** @file Whole optimizer steps over all parameters in one call, in place; the gradients' global norm and its bound in the same call. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Heap } from '../heap/heap.js';
import type { Kernel, KernelCall } from './kernel.js';

/** What every step may be told. */
interface StepNumbers {
  readonly learningRate: number;
  /** The largest global norm of the gradients; none where it is not given. */
  readonly maxNorm?: number;
}

const sizeOf = ({ shape }: TensorInfo) => shape.reduce((a, b) => a * b, 1);

/** What brings the gradients' common norm down to the bound. */
function shrinking(heap: Heap, grads: readonly TensorInfo[], most: number | undefined): number {
  if (most === undefined) return 1;
  const norm = Math.sqrt(grads.reduce((sum, grad) => sum + heap.run.sumOfSquares(heap.address(grad), sizeOf(grad)), 0));
  return norm <= most ? 1 : most / norm;
}

/** `grad0`, `grad1` ... are made once: with hundreds of parameters the names would take as long as the step. */
const names = new Map<string, string[]>();

/** The tensors of a role; none where this step does without it. */
function column({ inputs }: KernelCall, role: string): TensorInfo[] {
  const known = names.get(role) ?? [];
  names.set(role, known);
  const tensors: TensorInfo[] = [];
  for (let i = 0; ; i++) {
    const tensor = inputs[(known[i] ??= `${role}${i}`)];
    if (tensor === undefined) return tensors;
    tensors.push(tensor);
  }
}

type Step = (param: number, grad: number, columns: readonly number[], size: number, factor: number, i: number) => void;

/** Calls `one` for each parameter with the addresses of its tensors; 0 in a column that this step does without. */
function forEachParameter(call: KernelCall, roles: readonly string[], one: Step): TensorInfo[] {
  const { heap, attrs } = call;
  const [params, grads] = [column(call, 'param'), column(call, 'grad')];
  const columns = roles.map((role) => column(call, role));
  const factor = shrinking(heap, grads, (attrs as unknown as StepNumbers).maxNorm);
  const at = roles.map(() => 0);
  for (let i = 0; i < params.length; i++) {
    for (let c = 0; c < columns.length; c++) at[c] = columns[c]!.length === 0 ? 0 : heap.address(columns[c]![i]!);
    one(heap.address(params[i]!), heap.address(grads[i]!), at, sizeOf(params[i]!), factor, i);
  }
  return [];
}

interface DecayNumbers extends StepNumbers {
  /** One for all parameters, or one for each. */
  readonly weightDecay: number | readonly number[];
}

const decayOf = ({ weightDecay }: DecayNumbers, i: number) => (typeof weightDecay === 'number' ? weightDecay : weightDecay[i]!);

interface AdamWNumbers extends DecayNumbers {
  readonly b1: number;
  readonly b2: number;
  readonly eps: number;
  /** Counted from 1. */
  readonly step: number;
}

/** SurrogateAdamWStep: parameters and moments take their next values where they are. */
export const adamWStep: Kernel = (call) => {
  const numbers = call.attrs as unknown as AdamWNumbers;
  const { learningRate, b1, b2, eps, step } = numbers;
  const corrections = [1 / (1 - b1 ** step), 1 / (1 - b2 ** step)] as const;
  const { adamw } = call.heap.run;
  return forEachParameter(call, ['m', 'v'], (param, grad, [m, v], size, factor, i) =>
    adamw(param, grad, m!, v!, size, learningRate, b1, 1 - b1, b2, 1 - b2, eps, decayOf(numbers, i), ...corrections, factor),
  );
};

interface SgdNumbers extends StepNumbers {
  readonly momentum: number;
  readonly nesterov: boolean;
}

/** SurrogateSgdStep: plain where there is no trace. */
export const sgdStep: Kernel = (call) => {
  const { learningRate, momentum, nesterov } = call.attrs as unknown as SgdNumbers;
  const { sgd } = call.heap.run;
  return forEachParameter(call, ['trace'], (param, grad, [trace], size, factor) =>
    sgd(param, grad, trace!, size, learningRate, momentum, +nesterov, factor),
  );
};

interface LionNumbers extends DecayNumbers {
  readonly b1: number;
  readonly b2: number;
}

/** SurrogateLionStep. */
export const lionStep: Kernel = (call) => {
  const numbers = call.attrs as unknown as LionNumbers;
  const { learningRate, b1, b2 } = numbers;
  const { lion } = call.heap.run;
  return forEachParameter(call, ['m'], (param, grad, [m], size, factor, i) =>
    lion(param, grad, m!, size, learningRate, b1, 1 - b1, b2, 1 - b2, decayOf(numbers, i), factor),
  );
};

interface RMSpropNumbers extends SgdNumbers {
  readonly decay: number;
  readonly eps: number;
}

/** SurrogateRMSpropStep: centred where there is a mean, with momentum where there is a trace. */
export const rmspropStep: Kernel = (call) => {
  const { learningRate, decay, eps, momentum, nesterov } = call.attrs as unknown as RMSpropNumbers;
  const { rmsprop } = call.heap.run;
  return forEachParameter(call, ['v', 'm', 'trace'], (param, grad, [v, m, trace], size, factor) =>
    rmsprop(param, grad, v!, m!, trace!, size, learningRate, decay, 1 - decay, eps, momentum, +nesterov, factor),
  );
};
