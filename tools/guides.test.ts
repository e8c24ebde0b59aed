/** The examples of the READMEs and the guides run, and give what they say. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runExample } from '@surrogate/testing';
import { describe, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const under = (folder: string, ends: string, recursive = false) =>
  readdirSync(`${root}${folder}`, { recursive, encoding: 'utf8' })
    .map((name) => `${folder}/${name}${ends}`)
    .filter((path) => path.endsWith('.md') && existsSync(`${root}${path}`));
/** The rig's own README shows tests, which do not run by themselves; the API pages repeat docstrings. */
const pages = ['README.md', ...under('packages', '/README.md'), ...under('docs', '', true)].filter(
  (path) => !/^(packages\/testing|docs\/api)\//.test(path),
);

for (const page of pages) {
  const text = readFileSync(`${root}${page}`, 'utf8');
  const blocks = (kind: string) => [...text.matchAll(new RegExp(`^\`\`\`${kind}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code!);
  const numbered = (codes: readonly string[]) => codes.map((code, i) => [i + 1, code] as const);
  const [whole, sketches] = [blocks('ts'), blocks('ts sketch')];
  if (whole.length + sketches.length === 0) continue;
  describe(page, () => {
    // The lab has every package installed.
    if (whole.length > 0) it.each(numbered(whole))('runs its example %i', (_i, code) => runExample(code, `${root}apps/lab`));
    if (sketches.length > 0)
      // A sketch speaks of what the reader has: a model, batches. What it imports must be there.
      it.each(numbered(sketches))('imports what exists in its sketch %i', async (_i, code) => {
        const imports = [...code.matchAll(/^import (\{[^}]*\}) from '([^']+)';$/gm)];
        const names = imports.flatMap(([, braces]) => [...braces!.matchAll(/(?<!type )\b(\w+)\b(?=,| \})/g)].map(([name]) => name));
        await runExample(
          [...imports.map(([line]) => line), `[${names.join(', ')}].includes(undefined as never); // false`].join('\n'),
          `${root}apps/lab`,
        );
      });
  });
}
