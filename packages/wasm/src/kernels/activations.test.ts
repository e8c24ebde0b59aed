import '../register.js';
import * as core from '@surrogate/core';
import { expectClose, expectNoLeak, startBackend } from '@surrogate/testing';
import { expm1, fill, grad, log, log1p, mul, softplus, sum, tanh, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agree } from '../testing/agree.js';
import { bothBuilds, type Build } from '../testing/builds.js';
import { numbers } from '../testing/numbers.js';

beforeAll(() => startBackend('wasm'));
afterAll(() => startBackend('cpu'));

const builds = bothBuilds();

/** Each with the largest error in units of the last place, which are those of the smallest normal number where a result is subnormal. */
const functions = [
  ['tanh', 'tanhOf', Math.tanh, 2.5],
  ['expm1', 'expm1Of', Math.expm1, 1.5],
  ['log', 'logOf', Math.log, 1.5],
  ['log1p', 'log1pOf', Math.log1p, 1.5],
  ['softplus', 'softplusOf', (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))), 2],
] as const;

/** Of every exponent and sign, the subnormal ones too, some numbers. */
function everywhere(count: number): Float32Array {
  const values: number[] = [];
  for (let exponent = -149; exponent < 128; exponent++)
    for (let i = 0; i < count; i++) values.push(2 ** exponent * (1 + i / count), -(2 ** exponent) * (1 + i / count));
  return Float32Array.from(values);
}

describe.each(functions)('%s', (_name, approximate, exact, most) => {
  const apply = ({ run, memory }: Build, values: Float32Array): Float32Array => {
    const at = 1024;
    new Float32Array(memory.buffer, at, values.length).set(values);
    run[approximate](at, at + values.byteLength, values.length);
    return new Float32Array(memory.buffer, at + values.byteLength, values.length);
  };

  it.each(builds)('errs by less than it says, for every exponent, in the $name build', (build) => {
    const values = everywhere(53);
    let worst = 0;
    apply(build, values).forEach((made, i) => {
      const truth = exact(values[i]!);
      const rounded = Math.fround(truth);
      if (made === rounded || (Number.isNaN(made) && Number.isNaN(rounded))) return;
      worst = Math.max(worst, Math.abs(made - truth) / 2 ** Math.max(Math.floor(Math.log2(Math.abs(truth))) - 23, -149));
    });
    expect(worst).toBeLessThan(most);
  });

  it.each(builds)('is what it is at zeros, infinities and NaN, in the $name build', (build) => {
    const values = Float32Array.of(0, -0, Infinity, -Infinity, NaN, 1e30, -1e30, -1);
    const wanted = Float32Array.from(values, exact);
    apply(build, values).forEach((made, i) => {
      const near = Object.is(made, wanted[i]) || Math.abs(made - wanted[i]!) <= 2e-7 * Math.abs(wanted[i]!);
      expect(near, `${made} for ${values[i]!}`).toBe(true);
    });
  });
});

const ops = [tanh, expm1, log, log1p, softplus];

it.each([0, 1, 3, 4, 7, 8, 9, 33])('%i numbers agree with the cpu backend', (n) =>
  agree(() => ops.map((f) => f(tensor(numbers(n, 1, 5), [n]))), { rtol: 5e-7, atol: 2e-7 }),
);

it("the library's own log1p and softplus agree with their composites, gradients to second order with them", () =>
  agree(
    () =>
      [core.log1p, core.softplus, core.logSigmoid].flatMap((f) => {
        const [x, weights] = [tensor(numbers(21, 1, 0.9)), tensor(numbers(21, 2))];
        const slope = (x: Tensor) => grad((x: Tensor) => sum(mul(f(x), weights)))(x);
        return [f(x), slope(x), grad((x: Tensor) => sum(mul(slope(x), weights)))(x)];
      }),
    { rtol: 2e-6, atol: 1e-7 },
  ));

it('100 003 numbers agree', () => agree(() => [softplus(tensor(numbers(100_003, 1, 5)))], { rtol: 5e-7, atol: 2e-7 }));

it('memory may grow, and nothing is left behind', async () => {
  await startBackend('wasm');
  const x = tensor(numbers(11, 1, 3));
  const before = await Promise.all(ops.map(async (f) => [...(await f(x).data())]));
  fill([40_000_000], 1).dispose();
  for (const [i, f] of ops.entries()) await expectClose(f(x), before[i]!);
  await expectNoLeak(() => ops.map((f) => f(x)));
});
