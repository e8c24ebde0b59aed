import '../register.js';
import { noGrad } from '@surrogate/core';
import { expectClose, startBackend } from '@surrogate/testing';
import { engine, tensor, type NamedAttrMap, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, it } from 'vitest';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const attrs = { learningRate: 0.01, b1: 0.9, b2: 0.99, eps: 1e-6, weightDecay: [0.1, 0], step: 2 };

function adamW(p: Float32Array, g: Float32Array, m: Float32Array, v: Float32Array, decay: number): [number[], number[], number[]] {
  const first = [...m].map((x, i) => 0.9 * x + 0.1 * g[i]!);
  const second = [...v].map((x, i) => 0.99 * x + 0.01 * g[i]! ** 2);
  const next = [...p].map((x, i) => x - 0.01 * ((first[i]! / 0.19) / (Math.sqrt(second[i]! / 0.0199) + 1e-6) + decay * x)); // prettier-ignore
  return [next, first, second];
}

const run = (inputs: Record<string, Tensor>) =>
  noGrad(() => engine().runKernel('SurrogateAdamWStep', inputs, attrs as unknown as NamedAttrMap));

it.each([
  [0, 1],
  [3, 4],
  [5, 100_003],
])('steps a tree of %i and %i numbers', async (first, second) => {
  // prettier-ignore
  const hosts = [first, second].map((n, i) => [1, 2, 3, 4].map((seed) => numbers(n, seed + 7 * i).map(seed === 4 ? Math.abs : (x) => x)));
  const roles = ['param', 'grad', 'm', 'v'];
  const inputs = Object.fromEntries(hosts.flatMap((columns, i) => columns.map((values, c) => [`${roles[c]!}${i}`, tensor(values)])));
  run(inputs);
  for (const [i, [p, g, m, v]] of hosts.entries()) {
    const expected = adamW(p!, g!, m!, v!, attrs.weightDecay[i]!);
    for (const [role, values] of expected.entries())
      await expectClose([...(await inputs[`${['param', 'm', 'v'][role]!}${i}`]!.data())], values);
    await expectClose([...(await inputs[`grad${i}`]!.data())], [...g!]);
  }
});
