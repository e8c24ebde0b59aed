/** @file Runs an example, and compares what its expressions give with the comments behind them. */
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { engine, Tensor } from '@tensorflow/tfjs-core';
import { assert } from 'vitest';
import { isClose } from '../matchers/expectClose.js';
import { entrySources } from './extract.js';
import { rewriteExample } from './rewrite.js';

/** What five significant digits leave open, and the dust of float32 beside 0. */
const digits = { rtol: 2e-5, atol: 1e-6 };

/** @internal Whether a value is what a comment says: numbers to five digits, arrays and records part by part, all else exactly. */
export function isAsWritten(actual: unknown, expected: unknown): boolean {
  if (typeof expected === 'number') return typeof actual === 'number' && isClose(actual, expected, digits);
  if (typeof expected !== 'object' || expected === null) return Object.is(actual, expected);
  const value = ArrayBuffer.isView(actual) ? Array.from(actual as Float32Array) : actual;
  if (typeof value !== 'object' || value === null || Array.isArray(value) !== Array.isArray(expected)) return false;
  const keys = Object.keys(expected);
  return (
    Object.keys(value).length === keys.length &&
    keys.every((key) => key in value && isAsWritten((value as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key]))
  );
}

function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) return show(Array.from(value as Float32Array));
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  if (typeof value === 'number') return String(Number(value.toPrecision(6)));
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, part]) => `${key}: ${show(part)}`)
      .join(', ')} }`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function check(expression: string, actual: unknown, written: string): void {
  assert(
    !(actual instanceof Promise) && !(actual instanceof Tensor),
    `${expression} is a ${actual instanceof Promise ? 'promise' : 'tensor'}: read it with await x.data()`,
  );
  let expected: unknown;
  try {
    expected = new Function(`return (${written});`)();
  } catch {
    assert.fail(`the comment behind ${expression} is no value that can be compared: ${written}`);
  }
  assert(isAsWritten(actual, expected), `${expression} is ${show(actual)} where ${written} was written`);
}

/** Loads a module as the package would: Surrogate packages from their sources, all else from what the package has installed. */
function importer(folder: string) {
  const require = createRequire(join(folder, 'package.json'));
  // A backend is the reader's own: it comes from here, where the tests have theirs.
  const resolve = (specifier: string) => (specifier.includes('tfjs-backend') ? createRequire(import.meta.url) : require).resolve(specifier);
  return async (specifier: string): Promise<unknown> => {
    const [, name, entry] = /^(@surrogate\/[^/]+)(\/.*)?$/.exec(specifier) ?? [];
    const path =
      name === undefined
        ? resolve(specifier)
        : entrySources(require(`${name}/package.json`).name === undefined ? folder : dirname(require.resolve(`${name}/package.json`))).get(
            entry === undefined ? '.' : `.${entry}`,
          );
    assert(path !== undefined, `${specifier} is not an entry of its package`);
    return import(/* @vite-ignore */ path.endsWith('.ts') ? path : pathToFileURL(path).href);
  };
}

type Body = ($import: (specifier: string) => Promise<unknown>, $check: typeof check) => Promise<void>;
const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (...args: string[]) => Body;

/**
 * Runs one example in the name of a package.
 *
 * @param code the example.
 * @param folder the package.
 */
export async function runExample(code: string, folder: string): Promise<void> {
  const body = new AsyncFunction('$import', '$check', rewriteExample(code));
  engine().startScope();
  try {
    await body(importer(folder), check);
  } finally {
    engine().endScope();
  }
}
