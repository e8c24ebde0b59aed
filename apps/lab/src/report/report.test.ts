import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Performance } from '../run.js';
import { chart } from './chart.js';
import { page } from './page.js';
import { save } from './save.js';
import { readable, tableText, type Picture, type Table } from './sections.js';

const picture: Picture = {
  kind: 'picture',
  title: 'Reward & KL',
  x: 'KL',
  y: 'reward',
  curves: [
    { name: 'a < b', panel: 'clean', points: [{ x: 0, y: 0 }, { x: 1, y: 2 }] }, // prettier-ignore
    { name: 'c', panel: 'noisy', points: [{ x: 0, y: 0 }, { x: 1, y: 1 }] }, // prettier-ignore
  ],
};
const table: Table = { kind: 'table', title: 'Arms', columns: ['arm', 'reward'], rows: [['<one>', 1.23456], ['two', 12]] }; // prettier-ignore
const performance: Performance = {
  result: {
    claim: 'p000-demo',
    papers: [1],
    seed: 0,
    backend: 'cpu',
    seconds: 1.5,
    metrics: { a: 1 },
    baseline: { a: 2 },
    verdict: 'shown',
  },
  says: 'One is less than two.',
  params: { width: 3 },
  findings: { metrics: { a: 1 }, baseline: { a: 2 }, verdict: 'shown', sections: [picture, table], runs: [] },
};

describe('a picture', () => {
  const svg = chart(picture);

  it('is an SVG document of its own', () => {
    expect(svg).toMatch(/^<svg[^>]*xmlns="http:\/\/www.w3.org\/2000\/svg"/);
    expect(svg).toContain('viewBox');
  });

  it('names its curves, axes and panels, escaped', () => {
    for (const text of ['a &#60; b', '>c<', 'clean', 'noisy', 'KL', 'reward']) expect(svg).toContain(text);
  });
});

describe('the page', () => {
  it('holds verdict, pictures, tables, figures and parameters, and needs no other file', () => {
    const html = page(performance);
    for (const text of ['One is less than two.', 'class="verdict shown"', '<svg', '&#60;one&#62;', '1.235', 'width'])
      expect(html).toContain(text);
    expect(html).not.toMatch(/<(script|link|img)/);
  });
});

describe('numbers', () => {
  it.each([
    [3, '3'],
    [0.123456, '0.1235'],
    [123456.7, '123457'],
    [0.0000123456, '1.23e-5'],
    [NaN, 'NaN'],
    ['word', 'word'],
  ])('shows %s as %s', (value, text) => expect(readable(value)).toBe(text));

  it('lines up in a table', () => {
    expect(tableText(table)).toBe('arm    reward\n<one>   1.235\ntwo        12');
  });
});

describe('saving', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lab-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('writes JSON, pictures and the page', async () => {
    const report = await save(folder, performance);
    expect(report).toBe(join(folder, 'p000-demo', 'report.html'));
    expect((await readdir(join(folder, 'p000-demo'))).sort()).toEqual(['picture-1.svg', 'report.html', 'result.json']);
    expect(JSON.parse(await readFile(join(folder, 'p000-demo', 'result.json'), 'utf8'))).toMatchObject(performance.result);
  });
});
