/** @file Tests from stored values of trusted implementations: one test a case and backend. */
import { readFileSync } from 'node:fs';
import { grads, mul, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { assert, it } from 'vitest';
import { eachBackend, type EachBackendOptions } from '../backends/eachBackend.js';
import { expectClose, type Tolerance } from '../matchers/expectClose.js';

/** A tensor as the Python side writes it. */
interface Encoded {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly data: readonly number[];
}

/** Results as the Python side writes them: a tensor, a number, or records and lists of these. */
type Expected = Encoded | number | readonly Expected[] | { readonly [name: string]: Expected };

interface StoredCase {
  readonly name: string;
  readonly inputs: Readonly<Record<string, Encoded | unknown>>;
  readonly options?: unknown;
  readonly value: Expected;
  /** What the value is multiplied by before it is summed for the gradients; ones by default. */
  readonly upstream?: Encoded;
  readonly gradients?: Readonly<Record<string, Encoded>>;
}

/** The inputs of one case as tensors (plain numbers and lists as they are), and `options`; what they are, the script that made them knows. */
export type OracleCase = ReturnType<typeof JSON.parse>;

/** How an oracle is compared. */
export interface OracleOptions extends Tolerance, EachBackendOptions {}

const special: Readonly<Record<string, number>> = { NaN, Infinity, '-Infinity': -Infinity };

/** @internal Reads `tests/oracles/<name>.json`. */
export function oracleCases(name: string): { source: string; cases: StoredCase[] } {
  const text = readFileSync(new URL(`../../../../tests/oracles/${name}.json`, import.meta.url), 'utf8');
  return JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' && value in special ? special[value] : value)) as {
    source: string;
    cases: StoredCase[];
  };
}

const isEncoded = (value: unknown): value is Encoded =>
  typeof value === 'object' && value !== null && 'shape' in value && 'dtype' in value && 'data' in value;

const decode = ({ data, shape, dtype }: Encoded) => tensor(data as number[], shape as number[], dtype);

async function compare(actual: unknown, expected: Expected, tolerance: Tolerance): Promise<void> {
  if (isEncoded(expected)) {
    const wanted = decode(expected);
    await expectClose(actual as Tensor, wanted, tolerance).finally(() => wanted.dispose());
  } else if (typeof expected === 'number') await expectClose(actual as number, expected, tolerance);
  else
    for (const [key, part] of Object.entries(expected)) {
      assert(typeof actual === 'object' && actual !== null && key in actual, `the result has no ${key}`);
      await compare((actual as Record<string, unknown>)[key], part, tolerance);
    }
}

/** @internal One case on the current backend. */
export async function checkCase(stored: StoredCase, f: (oracleCase: OracleCase) => unknown, tolerance: Tolerance = {}): Promise<void> {
  const decoded = Object.entries(stored.inputs).map(([key, value]) => [key, isEncoded(value) ? decode(value) : value] as const);
  const named = { ...Object.fromEntries(decoded), options: stored.options ?? {} };
  await compare(await f(named), stored.value, tolerance);
  if (stored.gradients === undefined) return;
  const names = Object.keys(stored.gradients);
  const computed = tidy(() => {
    const upstream = stored.upstream === undefined ? 1 : decode(stored.upstream);
    return grads((...inputs: Tensor[]) =>
      sum(mul(f({ ...named, ...Object.fromEntries(names.map((key, i) => [key, inputs[i]])) }) as Tensor, upstream)),
    )(names.map((key) => named[key as keyof typeof named] as Tensor));
  });
  for (const [i, key] of names.entries())
    await compare(computed[i], stored.gradients[key]!, tolerance).catch((error: Error) => {
      error.message = `gradient by ${key}: ${error.message}`;
      throw error;
    });
}

/**
 * Declares a test for each case of an oracle file, on each backend: the value, and the gradients of its sum where the file has them.
 *
 * @param name such as `losses/focal` for `tests/oracles/losses/focal.json`.
 * @param f computes the value from a case: `(c) => focalLoss(c.logits, c.labels, c.options)`; it may return a record where the file's value is one.
 * @param options tolerances and backends.
 */
export function oracle(name: string, f: (oracleCase: OracleCase) => unknown, options: OracleOptions = {}): void {
  const { source, cases } = oracleCases(name);
  eachBackend(() => {
    it.each(cases.map((stored) => [stored.name, stored] as const))(`agrees with ${source}: %s`, (_name, stored) =>
      checkCase(stored, f, options),
    );
  }, options);
}
