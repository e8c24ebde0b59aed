import { grad, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { rng } from '@surrogate/core';
import { eachBackend, expectClose, read } from '@surrogate/testing';
import { expect, it } from 'vitest';
import {
  logSphericalSoftmax,
  logTaylorSoftmax,
  sphericalHead,
  sphericalHeadStep,
  sphericalHeadWeights,
  sphericalLoss,
  sphericalSquaredError,
  sphericalZ,
  zLoss,
  type SphericalLoss,
} from '../index.js';

const members = [sphericalZ({ sharpness: 1.5, location: 1 }), sphericalSquaredError, logTaylorSoftmax, logSphericalSoftmax()];
const outputs = [1.3, -0.4, 0.2, 2.1, -1];
const sums = (row: readonly number[], label: number) => ({
  label: row[label]!,
  sum: row.reduce((a, b) => a + b),
  squares: row.reduce((a, b) => a + b * b, 0),
});

eachBackend(() => {
  it.each(members)('$name has one value and one slope, from outputs and from their sums', async (loss) => {
    const label = 3;
    const { value, slopes } = loss.ofSums(sums(outputs, label), outputs.length);
    await expectClose(sphericalLoss([outputs], [label], { loss }), value, { rtol: 1e-4 });
    const slope = grad((z: Tensor) => sphericalLoss(z, [label], { loss }))(tensor([outputs]));
    const bySums = outputs.map((o, k) => slopes.sum + 2 * slopes.squares * o + (k === label ? slopes.label : 0));
    await expectClose(slope, [bySums], { rtol: 1e-3, atol: 1e-5 });
  });

  it('the Z-loss is the member of its name', () => expectClose(sphericalLoss([outputs], [0]), zLoss([outputs], [0])));
});

/** A step on the weights themselves. */
function denseStep(weights: Float64Array, h: Float64Array, label: number, rate: number, loss: SphericalLoss): void {
  const d = h.length;
  const classes = weights.length / d;
  const o = Array.from({ length: classes }, (_, k) => h.reduce((sum, x, i) => sum + x * weights[k * d + i]!, 0));
  const { slopes } = loss.ofSums(sums(o, label), classes);
  o.forEach((value, k) => {
    const slope = slopes.sum + 2 * slopes.squares * value + (k === label ? slopes.label : 0);
    for (let i = 0; i < d; i++) weights[k * d + i]! -= rate * slope * h[i]!;
  });
}

it.each(members)('steps on the factors are steps on the weights, for $name', (loss) => {
  const random = rng(4);
  const [classes, d] = [20, 5];
  const dense = random.fillNormal(new Float64Array(classes * d), 0, 0.3);
  const head = sphericalHead(dense, d);
  for (let t = 0; t < 200; t++) {
    const h = random.fillNormal(new Float64Array(d));
    const label = random.integer(0, classes);
    // Large steps now and then, at which the factors are multiplied out.
    const learningRate = t % 50 === 49 && loss === sphericalSquaredError ? 0.5 / h.reduce((s, x) => s + x * x, 0) : 0.02;
    sphericalHeadStep(head, h, label, { learningRate, loss });
    denseStep(dense, h, label, learningRate, loss);
  }
  const factored = sphericalHeadWeights(head);
  for (let i = 0; i < dense.length; i++) expect(Math.abs(factored[i]! - dense[i]!)).toBeLessThan(1e-9);
});

it('tells the gradient by the inputs', async () => {
  const random = rng(5);
  const weights = random.fillNormal(new Float64Array(12));
  const h = [0.3, -0.7, 1.1];
  const { inputsGradient, loss } = sphericalHeadStep(sphericalHead(weights, 3), h, 2, { learningRate: 0 });
  const at = (x: readonly number[]) => sphericalHeadStep(sphericalHead(weights, 3), x, 2, { learningRate: 0 }).loss;
  expect(at(h)).toBe(loss);
  h.forEach((_, i) => {
    const moved = (by: number) => at(h.map((x, j) => (i === j ? x + by : x)));
    expect(inputsGradient[i]).toBeCloseTo((moved(1e-5) - moved(-1e-5)) / 2e-5, 6);
  });
  const outputs = Array.from({ length: 4 }, (_, k) => h.reduce((sum, x, i) => sum + x * weights[3 * k + i]!, 0));
  expect((await read(zLoss([outputs], [2]))).data[0]).toBeCloseTo(loss, 5);
});
