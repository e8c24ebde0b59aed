/** @file Every optimizer against optax, on three problems. */
import { readFileSync } from 'node:fs';
import { disposeState, disposeTree, grad, step, type ByPath, type GradientTransformation, type StateTree } from '@surrogate/core';
import { eachBackend, oracle, read } from '@surrogate/testing';
import { add, mul, scalar, square, sub, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as optim from './index.js';

const steps = 20;

/** The cases of an oracle's file, with tensors as records of numbers. */
function storedCases(name: string) {
  const text = readFileSync(new URL(`../../../tests/oracles/${name}.json`, import.meta.url), 'utf8');
  const { source, cases } = JSON.parse(text) as {
    source: string;
    cases: { name: string; options: Call; inputs: Record<string, Stored>; value: Record<string, Record<string, Stored>> }[];
  };
  return { source, cases };
}

interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

/** A small network's first parameters, and the gradients that it met. */
const network = storedCases('optim/gradients').cases[0]!.inputs;

const keys = ['b1', 'w1', 'w2'] as const;
const plain = ['quadratic', 'rosenbrock', 'network'] as const;
const met = (step: number, wanted: readonly string[]): ByPath =>
  Object.fromEntries(
    wanted.map((key) => {
      const { shape, data } = network[`grads/${key}`]!;
      const size = data.length / steps;
      return [key, tensor(data.slice(step * size, (step + 1) * size), shape.slice(1))];
    }),
  );

interface Problem {
  readonly start: () => ByPath;
  readonly loss?: (params: ByPath) => Tensor;
}

const first = (...wanted: string[]): ByPath =>
  Object.fromEntries(wanted.map((key) => [key, tensor(network[key]!.data, network[key]!.shape)]));

const problems: Readonly<Record<string, Problem>> = {
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
  networkMatrix: { start: () => first('w1') },
  networkMatrices: { start: () => first('w1', 'w2') },
  network: { start: () => first(...keys) },
};

async function train(transformation: GradientTransformation, { start, loss }: Problem, told: boolean): Promise<ByPath> {
  let params = start();
  let state: StateTree = transformation.init(params);
  for (let i = 0; i < steps; i++) {
    const grads = loss === undefined ? met(i, Object.keys(params)) : grad(loss)(params);
    const value = tidy(() => (loss === undefined ? scalar(1) : loss(params)));
    const extra = told ? { loss: (await read(value)).data[0]! } : undefined;
    ({ params, state } = step(transformation, params, grads, state, extra));
    disposeTree(grads);
    value.dispose();
  }
  disposeState(state);
  return params;
}

interface Call {
  readonly fn: string;
  readonly args: readonly unknown[];
  readonly loss?: boolean;
}

const isCall = (value: unknown): value is Call => typeof value === 'object' && value !== null && 'fn' in value;

/** An argument as the Python side writes it: calls in it are made. */
function argument(value: unknown): unknown {
  if (isCall(value)) return made(value);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, argument(part)]));
}

function made({ fn, args }: Call): unknown {
  if (fn === 'keepNonNegative') return optim.keepInside(optim.projectNonNegative);
  return (optim as unknown as Record<string, (...args: unknown[]) => unknown>)[fn]!(...args.map(argument));
}

/** Where an optimizer ends on each of some problems. */
async function ends(options: Call, names: readonly string[]): Promise<Record<string, ByPath>> {
  const results: Record<string, ByPath> = {};
  for (const name of names) results[name] = await train(made(options) as GradientTransformation, problems[name]!, options.loss === true);
  return results;
}

const numbers = async (tree: ByPath): Promise<number[]> =>
  (
    await Promise.all(
      Object.keys(tree)
        .sort()
        .map(async (key) => (await read(tree[key]!)).data),
    )
  ).flat();

const flat = (tree: Readonly<Record<string, Stored>>): number[] =>
  Object.keys(tree)
    .sort()
    .flatMap((key) => tree[key]!.data);

const distance = (a: readonly number[], b: readonly number[]): number => Math.hypot(...a.map((x, i) => x - b[i]!));

/** How far our end points are from theirs, as a part of the way that was gone. */
async function strays(options: Call, stored: Readonly<Record<string, Record<string, Stored>>>): Promise<number[]> {
  const ours = await ends(options, Object.keys(stored));
  return Promise.all(
    Object.entries(ours).map(async ([name, end]) => {
      const [start, here, there] = [await numbers(problems[name]!.start()), await numbers(end), flat(stored[name]!)];
      return distance(here, there) / distance(start, there);
    }),
  );
}

// The gradients of both backends are those of one formula, so that the third, which rounds sines and roots otherwise, adds nothing but time.
const closely = { rtol: 1e-5, atol: 1e-6, backends: ['cpu', 'wasm'] } as const;
oracle('optim/catalogue', ({ options }) => ends(options as Call, options.fn === 'sm3' ? ['quadratic', 'network'] : plain), closely);
oracle('optim/torch', ({ options }) => ends(options as Call, ['matrix', 'rosenbrock', 'network']), closely);

eachBackend(
  () => {
    for (const file of ['optim/catalogueLoose', 'optim/torchLoose']) {
      const { source, cases } = storedCases(file);
      it.each(cases.map(({ name, options, value }) => [name, options, value] as const))(
        `ends where ${source} does, to a thousandth of the way: %s`,
        async (_name, options, value) => {
          for (const stray of await strays(options, value)) expect(stray).toBeLessThan(1e-3);
        },
      );
    }
  },
  { backends: ['cpu', 'wasm'] },
);
