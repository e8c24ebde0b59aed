/** @file The row of any function: a good call that leaks nothing and says the same on every backend, and calls that are refused. */
import { Tensor } from '@tensorflow/tfjs-core';
import type { SurrogateErrorCode } from '@surrogate/core';
import { assert } from 'vitest';
import { startBackend, type Backend } from '../backends/startBackend.js';
import { difference, type Tolerance } from '../matchers/expectClose.js';
import { disposeResult, expectNoLeak } from '../matchers/expectNoLeak.js';
import { expectSurrogateError } from '../matchers/expectSurrogateError.js';
import { keeping, type BadCalls, type Call, type Declare, type Row } from './row.js';

/** What a row may be told. */
export interface UtilityOptions extends Tolerance {
  /** One good call, or several by name. What a call returns is the caller's. */
  call?: Call | Readonly<Record<string, Call>> | undefined;
  /** Calls that must be refused. */
  bad?: BadCalls | undefined;
  /** Where it runs. Default everywhere. A row that leaves one out says why in `because`. */
  backends?: readonly Backend[] | undefined;
  /** Why something does not apply. */
  because?: string | undefined;
  /** The name that errors carry, where it is not the export's. */
  fn?: string | undefined;
}

/** @internal The numbers in a result, with their places; what is no number is left out. */
export async function numbersIn(value: unknown, path = '', found = new Map<string, number[]>()): Promise<Map<string, number[]>> {
  if (value instanceof Tensor)
    found.set(`${path}:${value.dtype}[${value.shape.join()}]`, Array.from(await value.data<'float32'>(), Number));
  else if (typeof value === 'number') found.set(path, [value]);
  else if (ArrayBuffer.isView(value)) found.set(path, Array.from(value as Float32Array));
  else if (typeof value === 'object' && value !== null)
    for (const [key, part] of Object.entries(value)) await numbersIn(part, `${path}/${key}`, found);
  return found;
}

const resultOf = (call: Call) =>
  keeping(async (keep) => {
    const result = await call(keep);
    const found = await numbersIn(result);
    disposeResult(result);
    return found;
  });

/** A call gives on this backend what it gives on cpu: the same shapes, dtypes and numbers. */
export async function expectSameOnCpu(call: Call, backend: Backend, tolerance: Tolerance = {}): Promise<void> {
  const here = await resultOf(call);
  await startBackend('cpu');
  const there = await resultOf(call).finally(() => startBackend(backend));
  assert.deepEqual([...here.keys()], [...there.keys()], 'shapes and dtypes are those of cpu');
  for (const [place, expected] of there) {
    const wrong = difference(here.get(place)!, expected, { rtol: 1e-4, atol: 1e-5, ...tolerance });
    assert(wrong === undefined, `${place} is not what cpu gives: ${wrong}`);
  }
}

/** Declares the tests of refused calls. */
export function declareBad(it: Declare, fn: string, bad: BadCalls): void {
  for (const [what, calls] of Object.entries(bad)) {
    const [code, argument] = what.split(/ (.*)/) as [SurrogateErrorCode, string];
    it(`refuses ${what}`, async () => {
      for (const call of typeof calls === 'function' ? [calls] : calls)
        await expectSurrogateError(() => keeping(call), { code, fn, argument: argument === '' ? undefined : argument });
    });
  }
}

/**
 * The row of any function.
 *
 * @param subject the export.
 * @param options good calls and bad ones.
 */
export function utility(subject: unknown, options: UtilityOptions): Row {
  const { call, bad = {}, backends, fn } = options;
  const calls: Readonly<Record<string, Call>> = call === undefined ? {} : typeof call === 'function' ? { 'its call': call } : call;
  return {
    subject,
    backends,
    declare(it, name, backend) {
      for (const [title, good] of Object.entries(calls))
        it(`leaves exactly its result behind: ${title}`, async () => {
          await expectNoLeak(() => keeping(good));
          if (backend !== 'cpu') await expectSameOnCpu(good, backend, options);
        });
      declareBad(it, fn ?? name, bad);
    },
  };
}
