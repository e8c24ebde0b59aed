/** @file The conformance rows of inner searches and differences. */
import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { disposed, utility, type ConformanceTable } from '@surrogate/testing';
import * as core from '../index.js';

const squares = (x: Tensor) => sum(square(x));
const wave = ({ w }: { w: Tensor }) => mul(w, square(w));

/** The rows by name. */
export const searchRows: ConformanceTable = {
  pgdMaximize: utility(core.pgdMaximize, {
    call: {
      'a cube': () =>
        core.pgdMaximize(
          squares,
          [
            [1, -2],
            [0.5, 3],
          ],
          { eps: 0.5 },
        ),
      'a ball, from a random start': () =>
        core.pgdMaximize(
          squares,
          [
            [1, -2],
            [0.5, 3],
          ],
          { eps: 0.5, norm: 'l2', rng: core.rng(3), min: -2, max: 3.2 },
        ),
    },
    bad: {
      'dtype objective': [() => core.pgdMaximize(3 as never, [1], { eps: 1 }), () => core.pgdMaximize(() => 3 as never, [1], { eps: 1 })],
      'dtype x': () => core.pgdMaximize(squares, 'three' as never, { eps: 1 }),
      'disposed x': () => core.pgdMaximize(squares, disposed(), { eps: 1 }),
      'range eps': () => core.pgdMaximize(squares, [1], { eps: 0 }),
      'range norm': () => core.pgdMaximize(squares, [1], { eps: 1, norm: 'l1' as never }),
      'range steps': () => core.pgdMaximize(squares, [1], { eps: 1, steps: 0 }),
      'range stepSize': () => core.pgdMaximize(squares, [1], { eps: 1, stepSize: 0 }),
      'dtype rng': () => core.pgdMaximize(squares, [1], { eps: 1, rng: 3 as never }),
      'range min': () => core.pgdMaximize(squares, [1], { eps: 1, min: NaN }),
      'range max': () => core.pgdMaximize(squares, [1], { eps: 1, min: 1, max: 0 }),
    },
  }),
  finiteDifferenceJvp: utility(core.finiteDifferenceJvp, {
    call: (keep) => core.finiteDifferenceJvp(wave)({ w: keep(tensor([1, 2])) }, { w: keep(tensor([1, -1])) }),
    rtol: 1e-2,
    bad: {
      'dtype f': [
        () => core.finiteDifferenceJvp(3 as never),
        (keep) => core.finiteDifferenceJvp(() => 3 as never)({ w: keep(tensor([1])) }, { w: keep(tensor([1])) }),
      ],
      'range step': () => core.finiteDifferenceJvp(wave, { step: 0 }),
      'shape direction': (keep) => core.finiteDifferenceJvp(wave)({ w: keep(tensor([1])) }, { w: keep(tensor([1, 2])) }),
      'disposed params': (keep) => core.finiteDifferenceJvp(wave)({ w: disposed() }, { w: keep(tensor([1])) }),
      'dtype direction': (keep) => core.finiteDifferenceJvp(wave)({ w: keep(tensor([1])) }, { w: 'three' } as never),
    },
  }),
};
