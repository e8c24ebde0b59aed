import { abs, div, log, memory, mul, square, sub, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { differentiable } from '@surrogate/core';
import { checkGradient, eachBackend } from '@surrogate/testing';
import { expect, it } from 'vitest';

/** x³ with a gradient that is off by one per cent. */
const wrongCube = (x: Tensor) =>
  differentiable(
    { x },
    () => mul(x, square(x)),
    (inputs, upstream) => ({ x: () => mul(upstream, mul(3.03, square(inputs.x))) }),
  );

/** x³ whose second derivative is lost, as where a saved output is used in a gradient. */
const onceOnly = (x: Tensor) =>
  differentiable(
    { x },
    () => mul(x, square(x)),
    (inputs, upstream) => {
      const slope = differentiable(
        { y: inputs.x },
        () => mul(3, square(inputs.x)),
        () => ({}),
      );
      return { x: () => mul(upstream, slope) };
    },
  );

eachBackend(() => {
  const x = [
    [0.3, -1.2],
    [2, 0.7],
  ];

  it('accepts right gradients to second order', async () => {
    const { numTensors } = memory();
    await checkGradient((a, b) => div(mul(a, square(b)), sum(square(a))), [x, x], { order: 2 });
    await checkGradient((p) => log(p), [[0.05, 0.5, 0.9]], { order: 2, eps: 0.02 });
    expect(memory().numTensors).toBe(numTensors);
  });

  it('accepts a function that does not depend on one of its inputs', () => checkGradient((a) => square(a), [x, x], { order: 2 }));

  it('rejects a gradient that is off by one per cent', async () => {
    await expect(checkGradient(wrongCube, [x])).rejects.toThrow('the gradient along direction 0');
  });

  it('rejects a second derivative that is silently lost', async () => {
    await checkGradient(onceOnly, [x]);
    await expect(checkGradient(onceOnly, [x], { order: 2 })).rejects.toThrow('Hessian-vector product');
  });

  it('rejects a gradient that is not finite', async () => {
    await expect(checkGradient((a) => div(sub(a, a), sub(a, a)), [x])).rejects.toThrow();
  });

  it('accepts at a tie what lies between the one-sided derivatives, and nothing else', async () => {
    const zero = tensor([0, 0]);
    await checkGradient((a) => abs(a), [[0, 0]], { ties: true });
    const outside = (a: Tensor) =>
      differentiable(
        { a },
        () => abs(a),
        (_inputs, upstream) => ({ a: () => mul(upstream, 5) }),
      );
    await expect(checkGradient(outside, [zero], { ties: true })).rejects.toThrow('one-sided');
    zero.dispose();
  });
});
