import { rng } from '@surrogate/core';
import { eachBackend, expectClose, startBackend } from '@surrogate/testing';
import { matMul, reshape, tensor2d, type Tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { attackSearch, directionalAttack } from './attack.js';

eachBackend(() => {
  describe('directionalAttack', () => {
    const w = [[1, 2], [-3, 0.5], [0.2, -1]]; // prettier-ignore
    const phi = (x: Tensor) => reshape(matMul(reshape(x, [1, 3]), tensor2d(w)), [2]);

    it('goes to the corner, or the boundary point, that is best for a linear network', async () => {
      const d = [1, 1];
      const pull = w.map((row) => row[0]! * d[0]! + row[1]! * d[1]!);
      await expectClose(directionalAttack(phi, [0.1, 0.2, 0.3], d, { radius: 0.4 }), pull.map((v) => 0.4 * Math.sign(v))); // prettier-ignore
      await expectClose(directionalAttack(phi, [0.1, 0.2, 0.3], d, { radius: 0.4, norm: 'l2' }), pull.map((v) => (0.4 * v) / Math.hypot(...pull))); // prettier-ignore
      await expectClose(directionalAttack(phi, [0.1, 0.2, 0.3], d, { radius: 0.4, min: 0, max: 0.25 }), [0.15, -0.2, -0.3]);
    });
  });
});

describe('attackSearch', () => {
  beforeAll(() => startBackend('cpu'));
  const same = (x: Tensor) => x;
  const bowl = { value: ([a, b]: Float64Array) => ({ value: -((a! - 0.2) ** 2) - 3 * (b! + 0.4) ** 2, gradient: Float64Array.of(-2 * (a! - 0.2), -6 * (b! + 0.4)) }) }; // prettier-ignore

  it('comes to the maximum by polls alone', async () => {
    const { x } = await attackSearch(same, bowl, [1, 1], { budget: 2000, radius: 0, rng: rng(4) });
    await expectClose(Array.from(x), [0.2, -0.4], { atol: 1e-3 });
  });

  it('never accepts what breaks a constraint, and never gets worse', async () => {
    const seen: number[] = [];
    const held = { ...bowl, constraints: ([a]: Float64Array) => [a! - 0.1] };
    const { x, history, evaluations } = await attackSearch(
      (z) => {
        seen.push(1);
        return z;
      },
      held,
      [-1, 1],
      { budget: 60, rng: rng(4) },
    );
    expect(x[0]).toBeLessThanOrEqual(0.1);
    expect(evaluations).toBeLessThanOrEqual(60);
    expect(history.every((value, i) => i === 0 || value >= history[i - 1]!)).toBe(true);
    expect(history.at(-1)!).toBeGreaterThan(history[0]!);
    expect(seen.length).toBeGreaterThan(60);
  });
});
