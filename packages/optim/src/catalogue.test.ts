/** @file Every optimizer against optax, on three problems. */
import { disposeState, disposeTree, grad, step, type ByPath, type GradientTransformation, type StateTree } from '@surrogate/core';
import { eachBackend, oracle, read } from '@surrogate/testing';
import { scalar, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as optim from './index.js';
import { distance, flat, met, numbers, problems, steps, storedCases, type Call, type Problem, type Stored } from './problems.rows.js';

const plain = ['quadratic', 'rosenbrock', 'network'] as const;

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
oracle('optim/cautious', ({ options }) => ends(options as Call, plain), closely);
oracle('optim/torchWrappers', ({ on, options }) => ends(options as Call, on as string[]), closely);

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
