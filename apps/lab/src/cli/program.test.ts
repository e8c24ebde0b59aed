import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimNames } from '../registry.js';
import { program } from './program.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lab-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => {
  process.exitCode = undefined;
});

/** What the command line prints and how it ends, with errors thrown in place of an exit. */
async function lab(...words: string[]): Promise<{ out: string; error: string }> {
  const heard = { out: '', error: '' };
  const command = program((text) => (heard.out += text));
  for (const each of [command, ...command.commands])
    each.exitOverride().configureOutput({ writeErr: (text) => (heard.error += text), writeOut: (text) => (heard.out += text) });
  try {
    await command.parseAsync(words, { from: 'user' });
  } catch (error) {
    heard.error ||= String(error);
  }
  return heard;
}

describe('lab', () => {
  it('lists the claims with their papers', async () => {
    const { out } = await lab('list');
    for (const name of await claimNames()) expect(out).toContain(name);
    expect(out).toContain('P12');
  });

  it('prints exactly one JSON object', async () => {
    const { out, error } = await lab('run', 'p012-robust-dpo', '--quick', '--json', '--backend', 'cpu', '--seed', '3', '--out', folder);
    expect(error).toBe('');
    const result = JSON.parse(out) as Record<string, unknown>;
    expect(Object.keys(result)).toEqual(['claim', 'papers', 'seed', 'backend', 'seconds', 'metrics', 'baseline', 'verdict']);
    expect(result).toMatchObject({ claim: 'p012-robust-dpo', papers: [12], seed: 3, backend: 'cpu', verdict: 'reported' });
    expect(process.exitCode).toBe(undefined);
    expect(await readFile(join(folder, 'p012-robust-dpo', 'report.html'), 'utf8')).toContain('seed 3');
  });

  it('runs every claim, one JSON object a line', async () => {
    const { out, error } = await lab('run', '--all', '--quick', '--json', '--out', folder);
    expect(error).toBe('');
    const names = out.trimEnd().split('\n').map((line) => (JSON.parse(line) as { claim: string }).claim); // prettier-ignore
    expect(names).toEqual(await claimNames());
  });

  it.each([
    [['run', 'p999-nothing'], /no claim is named 'p999-nothing'; there are .*p012-robust-dpo/],
    [['run', 'p012-robust-dpo', '--backend', 'abacus'], /'abacus' is invalid. Allowed choices are wasm, cpu/],
    [['run', 'p012-robust-dpo', '--seed', 'x'], /'x' is invalid. It is not a whole number/],
    [['run'], /name a claim, or give --all/],
    [['run', 'p012-robust-dpo', '--all'], /name a claim, or give --all/],
  ])('explains what is wrong with %j', async (words, message) => {
    const { out, error } = await lab(...words);
    expect(error).toMatch(message);
    expect(out).toBe('');
  });
});
