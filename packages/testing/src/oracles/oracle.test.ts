import { mul, square, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '@surrogate/core';
import { oracle } from '@surrogate/testing';
import { describe, expect, it } from 'vitest';
import { checkCase, oracleCases } from './oracle.js';

const right = (c: { x: Tensor; y: Tensor; options: { kind: string } }) =>
  c.options.kind === 'product' ? mul(square(c.x), c.y) : { same: c.x, parts: [mul(c.y, 2), 3.5] };

oracle('testing/rig', right);

describe('an oracle', () => {
  const [product, record] = oracleCases('testing/rig').cases;

  it('catches a wrong value', async () => {
    await expect(checkCase(product!, (c: { x: Tensor }) => square(c.x))).rejects.toThrow('numbers differ');
    await expect(checkCase(record!, (c: { x: Tensor }) => ({ same: c.x }))).rejects.toThrow('the result has no parts');
  });

  it('catches a wrong gradient', async () => {
    const doubled = (x: Tensor, y: Tensor) =>
      differentiable(
        { x },
        () => mul(square(x), y),
        (inputs, upstream) => ({ x: () => mul(upstream, mul(inputs.x, mul(y, 4))) }),
      );
    await expect(checkCase(product!, (c: { x: Tensor; y: Tensor }) => doubled(c.x, c.y))).rejects.toThrow('gradient by x');
  });
});
