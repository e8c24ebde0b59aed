/** @file papers.json tells the truth: what it lists exists, and every numbered claim is listed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

interface Paper {
  paper: number;
  title: string;
  year: number;
  arxiv?: string;
  package: string;
  exports: string[];
  claims: string[];
  confidence: string;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const papers = JSON.parse(readFileSync(`${root}papers.json`, 'utf8')) as Paper[];
const claimsFolder = `${root}apps/lab/src/claims`;
const claimNames = readdirSync(claimsFolder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length));

describe('papers.json', () => {
  it('is sorted by number, and no number comes twice', () => {
    const numbers = papers.map(({ paper }) => paper);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  it('lists every numbered claim under its paper', () => {
    const listed = new Set(papers.flatMap(({ paper, claims }) => claims.map((claim) => `${paper} ${claim}`)));
    const numbered = claimNames.flatMap((name) => (/^p\d{3}-/.test(name) ? [`${Number(name.slice(1, 4))} ${name}`] : []));
    expect(numbered.filter((claim) => !listed.has(claim))).toEqual([]);
  });

  describe.each(papers.map((paper) => [`P${paper.paper}`, paper] as const))('%s', (_name, paper) => {
    it('has the fields of an entry', () => {
      expect(paper).toEqual({
        paper: expect.any(Number) as number,
        title: expect.stringMatching(/\S/) as string,
        year: expect.any(Number) as number,
        ...('arxiv' in paper ? { arxiv: expect.stringMatching(/^(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?\/\d{7})$/) as string } : {}),
        package: expect.stringMatching(/^[a-z-]+$/) as string,
        exports: expect.any(Array) as string[],
        claims: expect.any(Array) as string[],
        confidence: expect.stringMatching(/^(code|text|recall)$/) as string,
      });
    });

    it('is exported', async () => {
      expect(paper.exports.length).toBeGreaterThan(0);
      const module = (await import(`${root}packages/${paper.package}/src/index.ts`)) as object;
      expect(Object.keys(module)).toEqual(expect.arrayContaining(paper.exports));
    });

    it('has its claims in the lab', () => {
      expect(paper.claims.length).toBeGreaterThan(0);
      const prefix = `p${String(paper.paper).padStart(3, '0')}-`;
      for (const claim of paper.claims) {
        expect(claim.startsWith(prefix)).toBe(true);
        expect(existsSync(`${claimsFolder}/${claim}.ts`)).toBe(true);
      }
    });
  });
});
