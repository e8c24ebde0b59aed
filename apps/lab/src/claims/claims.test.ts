/** @file Every claim runs with its quick parameters, tells where it stands, and leaves no tensor behind. */
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../backend.js';
import type { Metrics } from '../claim.js';
import { claimNames, loadClaim } from '../registry.js';

const quickly = async (name: string, seed = 0) => {
  const claim = await loadClaim(name);
  return claim.run({ seed, quick: true, progress: () => undefined, say: () => undefined });
};

describe.each(await claimNames())('%s', (name) => {
  beforeAll(() => startBackend('wasm'));

  it('says what it shows in one sentence', async () => {
    const { says, papers } = await loadClaim(name);
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(papers.every((paper) => Number.isInteger(paper))).toBe(true);
  });

  it('runs, twice with the same figures, and leaves nothing behind', async () => {
    const before = memory().numTensors;
    const [first, second] = [await quickly(name), await quickly(name)];
    expect(memory().numTensors).toBe(before);
    expect(second).toEqual(first);
    const finite = (figures: Metrics) => Object.values(figures).every(Number.isFinite);
    expect(finite(first.metrics) && finite(first.baseline)).toBe(true);
  });
});
