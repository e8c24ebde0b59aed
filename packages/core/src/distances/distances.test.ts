import { checkGradient, eachBackend, expectClose, expectNoLeak, oracle, type OracleCase } from '@surrogate/testing';
import { add, grad, min, mul, slice, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { isSurrogateError } from '../host/errors.js';
import { rng } from '../host/random/rng.js';
import { randomNormal } from '../random/draws.js';
import { centerGram, gramMatrix, pairwiseSquaredDistances } from './pairwise.js';

const calls: Record<string, (c: OracleCase) => Tensor> = {
  pairwiseSquaredDistances: ({ x, y }) => pairwiseSquaredDistances(x, y),
  gramMatrix: ({ x, y }) => gramMatrix(x, y),
  centerGram: ({ gram }) => centerGram(gram),
};
oracle('core/distances', (c) => calls[c.call]!(c), { rtol: 1e-4 });

const throws = (body: () => unknown) => expect(body).toThrow(expect.toSatisfy(isSurrogateError));

eachBackend(() => {
  it('has first and second derivatives, of one matrix and of two', async () => {
    const [x, y] = [[[1, 2], [0.5, -1], [3, 0]], [[0, 1], [1, 1]]]; // prettier-ignore
    await checkGradient((a, b) => mul(pairwiseSquaredDistances(a, b), pairwiseSquaredDistances(a, b)), [x, y], { order: 2 });
    await checkGradient((a) => mul(pairwiseSquaredDistances(a), pairwiseSquaredDistances(a)), [x], { order: 2 });
    await checkGradient((a) => mul(gramMatrix(a), gramMatrix(a)), [x], { order: 2 });
    await checkGradient((a) => mul(centerGram(a), centerGram(a)), [[[1, 2], [0.5, -1]]], { order: 2 }); // prettier-ignore
  });

  it('is never negative and precise for many points far from 0', async () => {
    const x = add(randomNormal(rng(0), [150, 20], { stddev: 0.1 }), 100);
    const distances = pairwiseSquaredDistances(x);
    expect((await min(distances).data())[0]).toBe(0);
    const rows = (await x.array()) as number[][];
    const values = (await distances.array()) as number[][];
    for (const [i, j] of [
      [0, 1],
      [3, 149],
      [70, 71],
    ] as const)
      // prettier-ignore
      expect(values[i]![j]! / rows[i]!.reduce((total, v, k) => total + (v - rows[j]![k]!) ** 2, 0)).toBeCloseTo(1, 3);
    const slope = grad((a: Tensor) => sum(pairwiseSquaredDistances(a)))(x);
    const mean = rows[0]!.map((_, k) => rows.reduce((total, row) => total + row[k]!, 0) / 150);
    const wanted = rows[5]!.map((v, k) => 4 * 150 * (v - mean[k]!));
    await expectClose(slice(slope, [5, 0], [1, 20]), [wanted], { rtol: 1e-3, atol: 1e-2 });
  });

  it('takes nothing, and refuses what does not fit', async () => {
    expect(pairwiseSquaredDistances(tensor([], [0, 3]), tensor([], [0, 3])).shape).toEqual([0, 0]);
    expect(pairwiseSquaredDistances(tensor([], [0, 3]), [[1, 2, 3]]).shape).toEqual([0, 1]);
    await expectClose(pairwiseSquaredDistances(tensor([], [2, 0])), [[0, 0], [0, 0]]); // prettier-ignore
    expect(centerGram(tensor([], [0, 0])).shape).toEqual([0, 0]);
    await expectNoLeak(() => pairwiseSquaredDistances([[1, 2]], [[3, 4]]));
    await expectNoLeak(() => gramMatrix([[1, 2]]));
    await expectNoLeak(() => centerGram([[1]]));
    throws(() => pairwiseSquaredDistances([1, 2]));
    throws(() => pairwiseSquaredDistances([[1, 2]], [[1]]));
    throws(() => gramMatrix([[1, 2]], [1, 2]));
    throws(() => centerGram([[1, 2]]));
  });
});
