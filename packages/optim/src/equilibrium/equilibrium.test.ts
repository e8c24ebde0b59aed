import { rng, type Rng } from '@surrogate/core';
import { identityMatrix, matMul, matrixFromRows, solveLinear, transpose, type Matrix } from '@surrogate/core/host';
import { expectClose, read } from '@surrogate/testing';
import { matMul as product, tensor2d, type Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { alignment, jacobianAsymmetry, jacobianHomeostasisLoss } from './homeostasis.js';
import { complexSigmoid, holomorphicDerivative } from './holomorphic.js';
import { equilibriumGradient, equilibriumStates, implicitGradient, type EquilibriumNet } from './network.js';

/** Six inputs, sixteen hidden units, three outputs that feed back. */
function layered(source: Rng, symmetric: boolean): EquilibriumNet {
  const n = 19;
  const weights = new Float64Array(n * n);
  for (let i = 0; i < 16; i++)
    for (let j = 16; j < n; j++) {
      weights[i * n + j] = source.normal() / 4;
      weights[j * n + i] = symmetric ? weights[i * n + j]! : source.normal() / 2;
    }
  const inputs = new Float64Array(6 * n);
  for (let i = 0; i < 6; i++) for (let j = 0; j < 16; j++) inputs[i * n + j] = source.normal() / 2;
  return { weights: { rows: n, cols: n, data: weights }, inputs: { rows: 6, cols: n, data: inputs }, biases: new Float64Array(n) };
}
const wanted = [1, 0, 1];
const slope = (s: Float64Array) => s.map((v, i) => (i < 16 ? 0 : v - wanted[i - 16]!));
const lossOf = (net: EquilibriumNet, x: Matrix) => {
  const states = equilibriumStates(net, x);
  return states.data.reduce((sum, v, i) => (i % 19 < 16 ? sum : sum + (v - wanted[(i % 19) - 16]!) ** 2 / 2), 0) / x.rows;
};
const inputsOf = (source: Rng): Matrix => ({ rows: 3, cols: 6, data: source.fillNormal(new Float64Array(18)) });

describe('holomorphicDerivative', () => {
  it('is exact for polynomials of a degree below the number of points', async () => {
    // 3 z - 2 z² + z³
    const f = ({ re, im }: { re: number; im: number }) => {
      const square = [re * re - im * im, 2 * re * im] as const;
      const cube = [square[0] * re - square[1] * im, square[0] * im + square[1] * re] as const;
      return { re: Float64Array.of(3 * re - 2 * square[0] + cube[0]), im: Float64Array.of(3 * im - 2 * square[1] + cube[1]) };
    };
    await expectClose(Array.from(holomorphicDerivative(f, { radius: 2 })), [3], { rtol: 1e-12 });
    await expectClose(Array.from(holomorphicDerivative(f, { radius: 1, points: 1 })), [2]);
    await expectClose(Array.from(holomorphicDerivative(f, { radius: 1, points: 2 })), [4]);
  });
});

it('has the logistic function of complex numbers', async () => {
  const { re, im } = complexSigmoid({ re: Float64Array.of(0.5, 800, -800, -2), im: Float64Array.of(1.2, 1, 1, 0) });
  await expectClose(Array.from(re), [0.6748661071, 1, 0, 1 / (1 + Math.exp(2))], { rtol: 1e-9 });
  await expectClose(Array.from(im), [0.3127682114, 0, 0, 0], { rtol: 1e-9 });
});

describe('equilibriumGradient', () => {
  it('is five times closer to the exact derivative with each finer circle', () => {
    const source = rng(2);
    const [net, x] = [layered(source, false), inputsOf(source)];
    const exactWorth = () => {
      const states = equilibriumStates(net, x);
      const worth = new Float64Array(states.data.length);
      for (let b = 0; b < x.rows; b++) {
        const s = states.data.subarray(b * 19, (b + 1) * 19);
        const d = s.map((v) => v * (1 - v));
        // (I - D A) ds = D e, with A = Wᵀ.
        const system = identityMatrix(19).data.map(
          (one, i) => one - d[Math.floor(i / 19)]! * net.weights.data[(i % 19) * 19 + Math.floor(i / 19)]!,
        );
        worth.set(
          solveLinear(
            { rows: 19, cols: 19, data: system },
            slope(s).map((e, i) => d[i]! * e),
          ),
          b * 19,
        );
      }
      return matMul(transpose(states), { rows: 3, cols: 19, data: worth.map((v) => v / 3) }).data.map((v, i) =>
        net.weights.data[i] === 0 ? 0 : v,
      );
    };
    const exact = exactWorth();
    const errors = [1, 2, 4, 6].map((points) => {
      const { grads } = equilibriumGradient(net, x, slope, { points, nudgedSteps: 60 });
      return Math.hypot(...grads.weights.data.map((v, i) => v - exact[i]!)) / Math.hypot(...exact);
    });
    expect(errors[0]).toBeLessThan(0.2);
    for (const i of [1, 2, 3]) expect(errors[i]).toBeLessThan(errors[i - 1]! / 5);
  });

  it('is the gradient where weights are symmetric, and not where they are not', () => {
    const source = rng(4);
    const x = inputsOf(source);
    const angle = (net: EquilibriumNet) =>
      alignment(
        equilibriumGradient(net, x, slope, { points: 6, nudgedSteps: 60 }).grads.weights.data,
        implicitGradient(net, x, slope).grads.weights.data,
      );
    expect(angle(layered(source, true))).toBeGreaterThan(1 - 1e-8);
    expect(angle(layered(source, false))).toBeLessThan(0.999);
  });
});

describe('implicitGradient', () => {
  it('is what differences of the loss at rest give, for every kind of parameter', async () => {
    const source = rng(5);
    const [net, x] = [layered(source, false), inputsOf(source)];
    const { grads } = implicitGradient(net, x, slope);
    const differenced = (data: Float64Array, at: number, h = 1e-5) => {
      const was = data[at]!;
      data[at] = was + h;
      const above = lossOf(net, x);
      data[at] = was - h;
      const below = lossOf(net, x);
      data[at] = was;
      return (above - below) / (2 * h);
    };
    for (const [values, gradient, places] of [
      [net.weights.data, grads.weights.data, [17, 16 * 19 + 2]],
      [net.inputs.data, grads.inputs.data, [0, 23]],
      [net.biases, grads.biases, [3, 18]],
    ] as const)
      for (const at of places) await expectClose(gradient[at]!, differenced(values, at), { rtol: 1e-5, atol: 1e-9 });
    expect(grads.weights.data[1]).toBe(0);
  });
});

describe('homeostasis', () => {
  const rows = [[0.5, 2, -1], [0, 1, 0.3], [1, -0.4, 2]]; // prettier-ignore

  it('estimates half the squared asymmetry, whose gradient the exact one has', async () => {
    const exact = jacobianAsymmetry(matrixFromRows(rows));
    // ½ ‖J - Jᵀ‖² = ‖J‖² - tr J², over n.
    const j = matrixFromRows(rows);
    const trace = [0, 1, 2].reduce((sum, i) => sum + matMul(j, j).data[4 * i]!, 0);
    await expectClose(exact.value, (j.data.reduce((sum, v) => sum + v * v, 0) - trace) / 3, { rtol: 1e-12 });
    const made = tensor2d(rows);
    const estimate = jacobianHomeostasisLoss((v) => product(v as Tensor2D, made, false, true), 3, { rng: rng(0), samples: 4000 });
    await expectClose((await read(estimate)).data[0]!, exact.value, { rtol: 0.1 });
    const h = 1e-6;
    const moved = matrixFromRows(rows.map((row, i) => row.map((v, k) => (i === 0 && k === 1 ? v + h : v))));
    await expectClose(exact.gradient.data[1]!, (jacobianAsymmetry(moved).value - exact.value) / h, { rtol: 1e-4 });
  });
});
