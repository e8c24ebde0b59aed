import { disposeTree } from '@surrogate/core';
import { adamw, chain, clipByGlobalNorm } from '@surrogate/optim';
import { expectClose } from '@surrogate/testing';
import { add, memory, mul, square, sub, sum, tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { labBackends, startBackend, type LabBackend } from '../backend.js';
import { descend } from './descend.js';

async function minimum(backend: LabBackend): Promise<number[]> {
  await startBackend(backend);
  const before = memory().numTensors;
  const target = tensor([1, -2]);
  const optimizer = chain(clipByGlobalNorm(1), adamw(0.1, { weightDecay: 0.01 }));
  const seen: number[] = [];
  const found = await descend(
    { layers: [{ w: tensor([0, 0]) }], scale: tensor(2) },
    { optimizer, steps: 60, after: (done) => void seen.push(done) },
    () =>
      ({ layers, scale }) =>
        add(sum(square(sub(mul(layers[0].w, scale), target))), square(sub(scale, 1))),
  );
  const numbers = [...(await found.layers[0].w.data()), ...(await found.scale.data())];
  disposeTree(found);
  target.dispose();
  expect(seen).toHaveLength(60);
  expect(memory().numTensors).toBe(before);
  return numbers;
}

describe('descent', () => {
  it('goes the same way on every backend of the lab, kernels or not, and leaves only its result', async () => {
    const ways: number[][] = [];
    for (const backend of labBackends) ways.push(await minimum(backend));
    for (const way of ways) await expectClose(way, ways[0]!, { rtol: 1e-3, atol: 1e-4 });
    const [w0, w1, scale] = ways[0]! as [number, number, number];
    expect(Math.hypot(w0 * scale - 1, w1 * scale + 2)).toBeLessThan(0.2);
  });
});
