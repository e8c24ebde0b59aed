import { grad, rng } from '@surrogate/core';
import { matrixFromRows, matrixToRows } from '@surrogate/core/host';
import { eachBackend, expectClose, keeping, oracle } from '@surrogate/testing';
import { square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { grokkingDelay, kernelTargetAlignment, lazyScale, polynomialStudent, polynomialTestLossTerms } from '../index.js';

describe('the polynomial student', () => {
  oracle(
    'diagnostics/lazy',
    (c) => {
      const student = polynomialStudent(c.options as never);
      const [w, x, y] = [matrixFromRows(c.w as number[][]), matrixFromRows(c.x as number[][]), Float64Array.from(c.y as number[])];
      const { loss, gradient } = student.lossAndGradient(w, x, y);
      const kernel = student.kernel(w, x);
      return {
        outputs: tensor(Array.from(student.outputs(w, x))),
        loss,
        gradient: tensor(matrixToRows(gradient)),
        kernel: tensor(matrixToRows(kernel)),
        alignment: kernelTargetAlignment(kernel, y, { center: false }),
        centered: kernelTargetAlignment(kernel, y),
      };
    },
    { backends: ['cpu'] },
  );

  it('says of one row what it says of the row twice', () => {
    const student = polynomialStudent({ inputs: 3, width: 3, alpha: 2 });
    const weights = student.init(rng(1));
    const row = [1, -2, 0.5];
    const once = student.lossAndGradient(weights, matrixFromRows([row]), Float64Array.of(1));
    const twice = student.lossAndGradient(weights, matrixFromRows([row, row]), Float64Array.of(1, 1));
    expect(once.loss).toBeCloseTo(twice.loss, 12);
    once.gradient.data.forEach((value, i) => expect(value).toBeCloseTo(twice.gradient.data[i]!, 12));
  });

  it('has the test loss that many inputs have', () => {
    const [inputs, random] = [6, rng(1)];
    const student = polynomialStudent({ inputs, width: 10, alpha: 1.3, epsilon: 0.4 });
    const weights = student.init(random);
    const beta = random.fillNormal(new Float64Array(inputs));
    const rows = 100000;
    const x = { rows, cols: inputs, data: random.fillNormal(new Float64Array(rows * inputs)) };
    const y = (p: number) => 0.5 * beta.reduce((total, b, j) => total + b * x.data[p * inputs + j]!, 0) ** 2 / inputs; // prettier-ignore
    const seen = student.outputs(weights, x).reduce((total, value, p) => total + (value - y(p)) ** 2 / rows, 0);
    const { total } = polynomialTestLossTerms(weights, beta, { alpha: 1.3, epsilon: 0.4 });
    expect(Math.abs(seen - total)).toBeLessThan(0.05 * total);
  });
});

describe('kernels and targets', () => {
  it('are aligned where the kernel is made of the target', () => {
    const y = Float64Array.of(1, -2, 0.5, 0.5);
    const own = matrixFromRows(Array.from(y, (a) => Array.from(y, (b) => a * b)));
    expect(kernelTargetAlignment(own, y)).toBeCloseTo(1, 12);
    expect(kernelTargetAlignment(matrixFromRows([[2, 1], [1, 2]]), Float64Array.of(1, -1), { center: false })).toBeCloseTo(0.316227766, 9); // prettier-ignore
  });
});

describe('grokking', () => {
  it('is never where a curve stays up', () => {
    expect(grokkingDelay([1, 0.5], [1, 0.05])).toEqual({ fitted: undefined, generalized: 1, delay: undefined });
    expect(grokkingDelay([1, 1, 0.001], [1, 0.05, 0.01]).delay).toBe(-1);
  });

  eachBackend(
    () => {
      it('comes with laziness, whose gradients are α times the model’s', () =>
        keeping(async (keep) => {
          const model = ({ w }: { w: Tensor }) => sum(square(w));
          const params = { w: keep(tensor([1, 2])) };
          const lazy = lazyScale(model, params, 5);
          await expectClose(keep(lazy.apply(params)), 0);
          await expectClose(keep(grad(lazy.apply)(params).w), [10, 20]);
          lazy.dispose();
        }));
    },
    { backends: ['cpu'] },
  );
});
