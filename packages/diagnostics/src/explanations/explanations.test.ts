import { rng } from '@surrogate/core';
import { eachBackend, expectClose, oracle } from '@surrogate/testing';
import { add, dot, matMul, mul, sin, slice, squeeze, tanh, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  chooseExplanation,
  cLime,
  explainLocal,
  gradientTimesInput,
  integratedGradients,
  kernelShap,
  lime,
  localFaithfulness,
  occlusion,
  perturbationTest,
  smoothGrad,
  vanillaGradient,
  type LocalNeighborhood,
} from '../index.js';

const column = (x: Tensor, j: number) => squeeze(slice(x, [0, j], [-1, 1]), [1]);
/** x₀ x₁ + 2 x₂ + sin x₀. */
const f = (x: Tensor) => add(add(mul(column(x, 0), column(x, 1)), mul(2, column(x, 2))), sin(column(x, 0)));
const x = [1, 2, -1];
const weightsOf = async (neighborhood: LocalNeighborhood, model = f, at = x) =>
  Array.from((await explainLocal(model, at, neighborhood)).weights);

describe('local explanations', () => {
  oracle(
    'diagnostics/explanations',
    async ({ x, options }) => {
      const { baseline } = options;
      const network = (rows: Tensor) =>
        dot(tanh(matMul(rows as never, [[0.7, -0.4], [-0.3, 0.9], [0.5, 0.2], [-0.8, 0.6]])), tensor([1.1, -0.7])); // prettier-ignore
      const neighborhoods = {
        vanillaGradient: vanillaGradient(),
        gradientTimesInput: gradientTimesInput({ baseline }),
        integratedGradients: integratedGradients({ steps: 50, baseline }),
        occlusion: occlusion({ baseline }),
        kernelShap: kernelShap(rng(0), { baseline }),
        lime: lime(rng(0), { baseline, kernelWidth: 1.5 }),
      };
      const found: Record<string, Tensor> = {};
      for (const [name, neighborhood] of Object.entries(neighborhoods))
        found[name] = tensor(await weightsOf(neighborhood, network, x), [4]);
      return found;
    },
    { backends: ['cpu'], rtol: 1e-4, atol: 1e-5 },
  );

  eachBackend(
    () => {
      it('share the difference to the baseline as Shapley has it', async () => {
        const { weights, bias } = await explainLocal(f, x, kernelShap(rng(0)));
        await expectClose(Array.from(weights), [1.841471, 1, -2], { atol: 1e-5 });
        await expectClose(bias, 0, { atol: 1e-5 });
        await expectClose(await weightsOf(integratedGradients()), [1.841471, 1, -2], { atol: 1e-5 });
      });
    },
    { backends: ['cpu', 'wasm'] },
  );

  it('are least squares over subsets, differences and gradients', async () => {
    const { weights, bias } = await explainLocal(f, x, lime(rng(0)));
    await expectClose([...weights, bias], [2.8054986, 1.4621172, -2, -1.4358192], { atol: 1e-5 });
    await expectClose(await weightsOf(occlusion()), [2.841471, 2, -2], { atol: 1e-5 });
    await expectClose(await weightsOf(vanillaGradient()), [2.5403023, 1, 2], { atol: 1e-5 });
    await expectClose(await weightsOf(gradientTimesInput()), [2.5403023, 2, -2], { atol: 1e-5 });
  });

  it('agree under Gaussian noise, whether values or gradients are matched', async () => {
    const smooth = [2.4768151, 1, 2];
    await expectClose(await weightsOf(smoothGrad(rng(1), { samples: 20000, sigma: 0.5 })), smooth, { atol: 0.02 });
    await expectClose(await weightsOf(cLime(rng(2), { samples: 100000, sigma: 0.5 })), smooth, { atol: 0.03 });
  });

  it('are the slope of a linear model, times the input where coordinates are scaled', async () => {
    const linear = (rows: Tensor) => add(dot(rows as never, tensor([3, -1, 0.5])), 4);
    for (const neighborhood of [cLime(rng(3), { samples: 50 }), smoothGrad(rng(3), { samples: 2 }), vanillaGradient()])
      await expectClose(await weightsOf(neighborhood, linear), [3, -1, 0.5], { atol: 1e-3 });
    const scaled = [lime(rng(4)), lime(rng(4), { samples: 7 }), kernelShap(rng(4)), kernelShap(rng(4), { samples: 7 }), occlusion()];
    for (const neighborhood of [...scaled, integratedGradients({ steps: 2 }), gradientTimesInput()]) {
      const explanation = await explainLocal(linear, x, neighborhood);
      await expectClose([...explanation.weights, explanation.bias], [3, -2, -0.5, 4], { atol: 1e-4 });
      // A model that is linear is explained everywhere, however the explanation was found.
      expect(await localFaithfulness(linear, x, explanation, cLime(rng(5), { samples: 20, sigma: 1 }))).toBeLessThan(1e-8);
    }
  });

  it('give a coordinate that is at the baseline nothing', async () => {
    for (const neighborhood of [lime(rng(6)), kernelShap(rng(6)), occlusion(), integratedGradients()])
      expect(Math.abs((await weightsOf(neighborhood, f, [1, 2, 0]))[2]!)).toBeLessThan(1e-6);
  });

  it('are best where they were fitted', async () => {
    const [near, far] = [cLime(rng(7), { sigma: 0.1 }), cLime(rng(8), { sigma: 1 })];
    const subsets = lime(rng(9), { kernelWidth: Infinity });
    expect((await chooseExplanation(f, x, [near, far, subsets], near)).best).toBe(0);
    expect((await chooseExplanation(f, x, [near, far, subsets], far)).best).toBe(1);
    const { best, errors } = await chooseExplanation(f, x, [near, far, subsets], subsets);
    expect(best).toBe(2);
    await expectClose(errors[2]!, await localFaithfulness(f, x, await explainLocal(f, x, subsets), subsets));
  });

  it('are tested by taking features away', async () => {
    const linear = (rows: Tensor) => dot(rows, tensor([3, -1, 0.5]));
    const [rows, scores] = [[[1, 2, 4], [2, 1, 1]], [[3, -2, 2], [6, -1, 0.5]]]; // prettier-ignore
    // Top: 3 and 6; bottom: 2 (the first of a tie) and 0.5.
    expect(await perturbationTest(linear, rows, scores, { k: 1, order: 'top' })).toBeCloseTo(4.5, 5);
    expect(await perturbationTest(linear, rows, scores, { k: 1 })).toBeCloseTo(1.25, 5);
    expect(await perturbationTest(linear, rows, scores, { k: 0 })).toBe(0);
    const many = Array<number[]>(2000).fill([1, 2, 4]);
    const jitter = await perturbationTest(linear, many, many, { k: 1, order: 'top', noise: { rng: rng(9), sigma: 0.2 } });
    // E|0.5 · N(0, 0.2²)| of the third coordinate.
    expect(Math.abs(jitter - 0.1 * Math.sqrt(2 / Math.PI))).toBeLessThan(0.005);
  });
});
