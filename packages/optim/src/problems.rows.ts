/** @file What every optimizer is tried on: a bowl, a valley, and the gradients that a small network met. */
import { readFileSync } from 'node:fs';
import type { ByPath } from '@surrogate/core';
import { read } from '@surrogate/testing';
import { add, mul, scalar, square, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';

/** A call as the Python side writes it. */
export interface Call {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly loss?: boolean;
}

/** How many steps each run has. */
export const steps = 20;

/** The cases of an oracle's file, with tensors as records of numbers. */
export function storedCases(name: string) {
  const text = readFileSync(new URL(`../../../tests/oracles/${name}.json`, import.meta.url), 'utf8');
  const { source, cases } = JSON.parse(text) as {
    source: string;
    cases: { name: string; options: Call; inputs: Record<string, Stored>; value: Record<string, Record<string, Stored>> }[];
  };
  return { source, cases };
}

export interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

/** A small network's first parameters, and the gradients that it met. */
const network = storedCases('optim/gradients').cases[0]!.inputs;

const keys = ['b1', 'w1', 'w2'] as const;

/** The gradients of one step. */
export const met = (step: number, wanted: readonly string[]): ByPath =>
  Object.fromEntries(
    wanted.map((key) => {
      const { shape, data } = network[`grads/${key}`]!;
      const size = data.length / steps;
      return [key, tensor(data.slice(step * size, (step + 1) * size), shape.slice(1))];
    }),
  );

export interface Problem {
  readonly start: () => ByPath;
  readonly loss?: (params: ByPath) => Tensor;
}

const first = (...wanted: string[]): ByPath =>
  Object.fromEntries(wanted.map((key) => [key, tensor(network[key]!.data, network[key]!.shape)]));

export const problems: Readonly<Record<string, Problem>> = {
  quadratic: {
    start: () => ({ w: tensor([1, -2, 0.5]) }),
    loss: ({ w }) => mul(sum(mul(square(w!), [1, 4, 0.25])), 0.5),
  },
  rosenbrock: {
    start: () => ({ x: scalar(-1.2), y: scalar(1) }),
    loss: ({ x, y }) => add(square(sub(1, x!)), mul(square(sub(y!, square(x!))), 100)),
  },
  matrix: {
    start: () => ({ w: tensor([1, -2, 0.5, 0.3, 0.7, -1.2], [2, 3]) }),
    loss: ({ w }) => mul(sum(mul(square(w!), tensor([1, 4, 0.25, 2, 0.5, 1], [2, 3]))), 0.5),
  },
  networkInputs: { start: () => first('b1', 'w1') },
  networkMatrix: { start: () => first('w1') },
  networkMatrices: { start: () => first('w1', 'w2') },
  network: { start: () => first(...keys) },
};

/** All numbers of a tree, in the order of its keys. */
export const numbers = async (tree: ByPath): Promise<number[]> =>
  (
    await Promise.all(
      Object.keys(tree)
        .sort()
        .map(async (key) => (await read(tree[key]!)).data),
    )
  ).flat();

/** The same of a stored tree. */
export const flat = (tree: Readonly<Record<string, Stored>>): number[] =>
  Object.keys(tree)
    .sort()
    .flatMap((key) => tree[key]!.data);

/** How far apart two points are. */
export const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((x, i) => x - b[i]!));
