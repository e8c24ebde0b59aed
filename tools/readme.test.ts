/** The examples of the README run, and give what they say. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runExample } from '@surrogate/testing';
import { describe, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const blocks = [...readFileSync(`${root}README.md`, 'utf8').matchAll(/^(?:#+ (.+)\n\n)?```ts\n([\s\S]*?)^```$/gm)];

describe('the README', () => {
  // The lab has every package installed.
  it.each(blocks.map(([, title, code]) => [title ?? 'the first', code!] as const))('runs its example: %s', (_title, code) =>
    runExample(code, `${root}apps/lab`),
  );
});
