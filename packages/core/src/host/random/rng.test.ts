import { hostCases } from '@surrogate/testing/hostCases';
import { describe, expect, it } from 'vitest';
import { isSurrogateError } from '../errors.js';
import { Rng, rng, type RngState } from './rng.js';
import { seedWords } from './seedWords.js';

const draws = (source: Rng, count = 8) => Array.from({ length: count }, () => source.uniform());
const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: ArrayLike<number>, power: number) => mean(Array.from(values, (value) => value ** power));

function refusal(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    if (isSurrogateError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('the seeds', () => {
  for (const { name, inputs, value } of hostCases<{ entropy: number[]; spawnKey: number[] }, number[]>('core/host_seed_words'))
    it(`hash as NumPy's do: ${name}`, () => expect(seedWords(inputs.entropy, inputs.spawnKey, 8)).toEqual(value));

  it('of 33 and more bits count in full', () => {
    expect(draws(rng(2 ** 40 + 5))).not.toEqual(draws(rng(5)));
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53, '1' as unknown as number])('refuse %s', (seed) => {
    expect(refusal(() => rng(seed))).toMatch(/^range rng: seed must be an integer of at least 0/);
  });
});

describe('split', () => {
  it('gives the same children whatever is drawn around it', () => {
    const quiet = rng(3);
    const busy = rng(3);
    busy.permutation(100);
    const [first, second] = [quiet.split(), quiet.split()];
    const [busyFirst] = [busy.split(), busy.gumbel()];
    const busySecond = busy.split();
    expect(draws(busyFirst)).toEqual(draws(first));
    expect(draws(busySecond)).toEqual(draws(second));
  });

  it('leaves the parent where it stood', () => {
    const parent = rng(3);
    parent.split();
    expect(draws(parent)).toEqual(draws(rng(3)));
  });

  it('gives streams that differ from each other, from the parent and from the grandchildren', () => {
    const parent = rng(3);
    const children = [parent, parent.split(), parent.split(), parent.split().split(), rng(4)];
    expect(new Set(children.map((child) => draws(child, 2).join())).size).toBe(children.length);
  });

  it('gives uncorrelated streams', () => {
    const parent = rng(11);
    const [a, b] = [parent.split(), parent.split()].map((child) => child.fillNormal(new Float64Array(100_000)));
    expect(Math.abs(mean(a!.map((value, i) => value * b![i]!)))).toBeLessThan(4 / Math.sqrt(100_000));
  });
});

describe('toJSON and fromJSON', () => {
  it('go on where the saved generator stood, splits included', () => {
    const source = rng(9);
    source.split();
    source.normal();
    const copy = Rng.fromJSON(JSON.parse(JSON.stringify(source)) as RngState);
    expect(draws(copy)).toEqual(draws(source));
    expect(draws(copy.split())).toEqual(draws(source.split()));
  });

  it.each([null, {}, { key: [1, 2, 3, 4], splits: 0, state: [0, 0, 0, 0] }, { key: [1, 2, 3, -4], splits: 0, state: [1, 2, 3, 4] }])(
    'refuse %j',
    (saved) => expect(refusal(() => Rng.fromJSON(saved as unknown as RngState))).toMatch(/^range Rng.fromJSON: saved/),
  );
});

describe('uniform', () => {
  it('has the moments of its distribution', () => {
    const values = rng(1).fillUniform(new Float64Array(200_000), -1, 3);
    expect(mean(values)).toBeCloseTo(1, 2);
    expect(moment(values, 2)).toBeCloseTo(1 + 16 / 12, 1);
    expect(values.every((value) => value >= -1 && value < 3)).toBe(true);
  });

  it('stays below max also where rounding would reach it', () => {
    const max = 1 + 2 ** -23;
    expect(
      rng(1)
        .fillUniform(new Float32Array(1000), 1, max)
        .every((value) => value === 1),
    ).toBe(true);
    expect(Array.from({ length: 1000 }, () => rng(1).uniform(1, 1 + 2 ** -52)).every((value) => value === 1)).toBe(true);
  });

  it.each([
    [1, 1],
    [NaN, 1],
    [0, Infinity],
    [-1e308, 1e308],
  ])('refuses [%d, %d)', (min, max) => {
    expect(refusal(() => rng(1).uniform(min, max))).toMatch(/^range Rng.uniform: m/);
    expect(refusal(() => rng(1).fillUniform(new Float32Array(2), min, max))).toMatch(/^range Rng.fillUniform: m/);
  });

  it('refuses bounds that float32 cannot tell apart', () => {
    expect(refusal(() => rng(1).fillUniform(new Float32Array(2), 1, 1 + 1e-12))).toMatch(/as a float32/);
  });
});

describe('normal', () => {
  const values = rng(2).fillNormal(new Float64Array(400_000));

  it('has the moments of its distribution', () => {
    const slack = (variance: number) => 4 * Math.sqrt(variance / values.length);
    expect(Math.abs(mean(values))).toBeLessThan(slack(1));
    expect(Math.abs(moment(values, 2) - 1)).toBeLessThan(slack(2));
    expect(Math.abs(moment(values, 3))).toBeLessThan(slack(15));
    expect(Math.abs(moment(values, 4) - 3)).toBeLessThan(slack(96));
  });

  it('reaches the tail beyond 3.44 as often as it should', () => {
    const expected = values.length * 5.76e-4; // 2 (1 - Phi(3.442619855899)), scipy.stats.norm.sf
    const found = values.filter((value) => Math.abs(value) > 3.442619855899).length;
    expect(Math.abs(found - expected)).toBeLessThan(4 * Math.sqrt(expected));
  });

  it('shifts and scales', () => {
    expect(rng(2).normal(5, 0)).toBe(5);
    expect(rng(2).normal(1, 3)).toBe(1 + 3 * rng(2).normal());
    expect(refusal(() => rng(2).normal(0, -1))).toMatch(/^range Rng.normal: stddev must be at least 0, got -1/);
    expect(refusal(() => rng(2).normal(NaN))).toMatch(/^range Rng.normal: mean/);
  });
});

describe('integer, bernoulli, exponential, gumbel', () => {
  it('draws each integer equally often', () => {
    const source = rng(3);
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 50_000; i++) counts[source.integer(-2, 3) + 2]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(refusal(() => source.integer(2, 2))).toMatch(/^range Rng.integer: max must be an integer of at least 3, got 2/);
  });

  it('draws true with the probability asked for', () => {
    const source = rng(4);
    let hits = 0;
    for (let i = 0; i < 50_000; i++) hits += Number(source.bernoulli(0.3));
    expect(Math.abs(hits - 15_000)).toBeLessThan(420);
    expect([source.bernoulli(0), source.bernoulli(1)]).toEqual([false, true]);
    expect(refusal(() => source.bernoulli(NaN))).toMatch(/^range Rng.bernoulli: prob/);
  });

  it('has the means of the exponential and the Gumbel distribution', () => {
    const source = rng(5);
    expect(mean(Array.from({ length: 200_000 }, () => source.exponential()))).toBeCloseTo(1, 1.8);
    const gumbels = source.fillGumbel(new Float64Array(200_000));
    expect(Math.abs(mean(gumbels) - 0.5772156649)).toBeLessThan(0.012);
    expect(gumbels.every(Number.isFinite)).toBe(true);
  });
});

describe('categorical', () => {
  it('draws with probability softmax(logits)', () => {
    const source = rng(6);
    const counts = [0, 0, 0];
    for (let i = 0; i < 60_000; i++) counts[source.categorical([Math.log(1), Math.log(2), Math.log(3)])]!++;
    counts.forEach((count, i) => expect(Math.abs(count - 10_000 * (i + 1))).toBeLessThan(500));
  });

  it('never draws what is at -Infinity', () => {
    expect(rng(6).categorical([-Infinity, -1e300, -Infinity])).toBe(1);
  });

  it.each([[[]], [[-Infinity]], [[NaN, 1]], [[Infinity]]])('refuses %j', (logits) => {
    expect(refusal(() => rng(6).categorical(logits))).toMatch(/^range Rng.categorical: logits/);
  });
});

describe('permutation, choice, shuffle', () => {
  it('keeps what it orders', () => {
    expect(Array.from(rng(7).permutation(50)).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(rng(7).shuffle(['a', 'b', 'c']).sort()).toEqual(['a', 'b', 'c']);
    expect(rng(7).permutation(0).length).toBe(0);
  });

  it('finds each order of three equally often', () => {
    const source = rng(8);
    const counts = new Map<string, number>();
    for (let i = 0; i < 60_000; i++) {
      const order = source.permutation(3).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('chooses distinct numbers, few of many as if from a full shuffle', () => {
    expect(new Set(rng(9).choice(1000, 900)).size).toBe(900);
    expect(new Set(rng(9).choice(1_000_000, 1000)).size).toBe(1000);
    const source = rng(10);
    const counts = new Int32Array(20);
    for (let i = 0; i < 40_000; i++) for (const chosen of source.choice(20, 2)) counts[chosen]!++;
    for (const count of counts) expect(Math.abs(count - 4000)).toBeLessThan(260);
    expect(refusal(() => source.choice(3, 4))).toMatch(/^range Rng.choice: k must be at most n = 3, got 4/);
  });
});
