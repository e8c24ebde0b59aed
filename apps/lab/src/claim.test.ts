import { describe, expect, it } from 'vitest';
import { claim } from './claim.js';
import { perform } from './run.js';

const demo = claim({
  paper: 7,
  says: 'A draw is below one half of two.',
  params: { draws: 4 },
  quick: { draws: 2 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress, say }) {
    const values = Array.from({ length: params.draws }, () => rng.uniform());
    progress(1, 'drawn');
    say(`${params.draws} draws`);
    return { metrics: { mean: values.reduce((sum, value) => sum + value, 0) / params.draws, draws: params.draws }, baseline: { two: 2 } };
  },
  shown: ({ metrics, baseline }) => metrics.mean < baseline.two / 2,
});

function listener() {
  const heard: { done: number[]; lines: string[] } = { done: [], lines: [] };
  return { heard, progress: (done: number) => void heard.done.push(done), say: (line: string) => void heard.lines.push(line) };
}

describe('a claim', () => {
  it('runs over all its seeds, and means are what counts', async () => {
    const { heard, ...ears } = listener();
    const findings = await demo.run({ seed: 10, quick: false, ...ears });
    expect(findings.runs.map(({ seed }) => seed)).toEqual([10, 11, 12]);
    expect(findings.metrics['mean']).toBeCloseTo(findings.runs.reduce((sum, run) => sum + run.metrics['mean']!, 0) / 3, 12);
    expect(findings.verdict).toBe('shown');
    expect(heard.lines).toEqual(['4 draws', '4 draws', '4 draws']);
    expect(heard.done).toEqual([...heard.done].sort((a, b) => a - b));
    expect(heard.done.at(-1)).toBe(1);
  });

  it('is quick with its quick parameters and one seed', async () => {
    const findings = await demo.run({ seed: 0, quick: true, ...listener() });
    expect(findings.runs).toHaveLength(1);
    expect(findings.metrics['draws']).toBe(2);
    expect(findings.verdict).toBe('reported');
  });

  it('gives the same figures for the same seed, and others for another', async () => {
    const figures = async (seed: number) => (await demo.run({ seed, quick: false, ...listener() })).metrics;
    expect(await figures(3)).toEqual(await figures(3));
    expect(await figures(3)).not.toEqual(await figures(4));
  });

  it.each([
    ['not-shown', () => false],
    ['reported', undefined],
  ] as const)('can be %s', async (verdict, shown) => {
    const other = claim({
      paper: [1, 2],
      says: 'Nothing.',
      params: {},
      quick: {},
      seeds: [0],
      run: () => Promise.resolve({ metrics: { a: NaN }, baseline: {} }),
      ...(shown === undefined ? {} : { shown }),
    });
    expect((await other.run({ seed: 0, quick: false, ...listener() })).verdict).toBe(verdict);
    expect(other.papers).toEqual([1, 2]);
  });

  it('results in exactly what programs read', async () => {
    const { result } = await perform('p007-demo', demo, 'cpu', { seed: 0, quick: false, ...listener() });
    expect(Object.keys(result)).toEqual(['claim', 'papers', 'seed', 'backend', 'seconds', 'metrics', 'baseline', 'verdict']);
    expect(result).toMatchObject({ claim: 'p007-demo', papers: [7], seed: 0, backend: 'cpu', verdict: 'shown' });
  });
});
