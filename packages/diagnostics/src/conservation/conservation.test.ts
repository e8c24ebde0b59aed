import { matMul, matrixFromRows, matrixToRows } from '@surrogate/core/host';
import { expectClose, oracle } from '@surrogate/testing';
import { tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  conservationUpdate,
  conservedNll,
  hardConstraintProjection,
  porousMediumSolution,
  quadratureWeights,
  secondDifferencePenaltyUpdate,
  stefanSolution,
} from '../index.js';

const field = { mean: Float64Array.of(1, 2, 3), covariance: Float64Array.of(0.1, 0.2, 0.4) };
const law = { weights: matrixFromRows([quadratureWeights([0, 0.5, 1])]), values: Float64Array.of(2.5) };
const variancesOf = ({ covariance }: ReturnType<typeof conservationUpdate>) => matrixToRows(covariance).map((row, i) => row[i]!);

describe('a field given its laws', () => {
  oracle(
    'diagnostics/conservation',
    ({ mean, covariance, weights, values, options }) => {
      const found = conservationUpdate(
        { mean: Float64Array.from(mean as number[]), covariance: matrixFromRows(covariance as number[][]) },
        { weights: matrixFromRows(weights as number[][]), values: Float64Array.from(values as number[]) },
        options as object,
      );
      return { mean: tensor(Array.from(found.mean)), covariance: tensor(matrixToRows(found.covariance)) };
    },
    { backends: ['cpu'] },
  );
  oracle('diagnostics/conserved_nll', ({ means, variances, targets, law, options }) =>
    conservedNll({ means, variances, targets }, law, { ...options, reduction: 'none' }),
  );

  it('moves most where it is least certain', async () => {
    const exact = conservationUpdate(field, law);
    await expectClose(Array.from(exact.mean), [1.1538462, 2.6153846, 3.6153846]);
    await expectClose(variancesOf(exact), [0.0923077, 0.0769231, 0.2769231]);
    await expectClose(exact.covariance.data[1]!, -0.0307692, { rtol: 1e-5 });
    expect(Math.abs(matMul(law.weights, exact.mean)[0]! - 2.5)).toBeLessThan(1e-12);
    const soft = conservationUpdate(field, law, { constraintVariance: 0.01 });
    await expectClose(Array.from(soft.mean), [1.1369863, 2.5479452, 3.5479452]);
    await expectClose(variancesOf(soft), [0.0931507, 0.090411, 0.2904110]); // prettier-ignore
    await expectClose(matMul(law.weights, soft.mean)[0]!, 2.4452055);
  });

  it('is the nearest one where all values are as certain', async () => {
    const projected = Array.from(hardConstraintProjection(field.mean, law));
    await expectClose(projected, [4 / 3, 8 / 3, 10 / 3]);
    await expectClose(Array.from(conservationUpdate({ ...field, covariance: Float64Array.of(1, 1, 1) }, law).mean), projected);
  });

  it('obeys laws that are said twice', async () => {
    const twice = { weights: matrixFromRows([law.weights.data, law.weights.data]), values: Float64Array.of(2.5, 2.5) };
    await expectClose(Array.from(conservationUpdate(field, twice).mean), Array.from(conservationUpdate(field, law).mean));
  });

  it('is smoothed where a bump is improbable, and kept where it is straight', async () => {
    const straight = secondDifferencePenaltyUpdate(field);
    await expectClose(Array.from(straight.mean), [1, 2, 3]);
    // One difference of -2 against variances 6 of the field and 0.42 of the prior: the mean moves by Σ Gᵀ / 6.42 times 2.
    const bump = secondDifferencePenaltyUpdate({ mean: Float64Array.of(0, 1, 0), covariance: Float64Array.of(1, 1, 1) });
    await expectClose(Array.from(bump.mean), [2 / 6.42, 1 - 4 / 6.42, 2 / 6.42]);
    await expectClose(variancesOf(bump), [1 - 1 / 6.42, 1 - 4 / 6.42, 1 - 1 / 6.42]);
  });
});

describe('fields whose mass is known', () => {
  it('is that of Stefan', async () => {
    const stefan = stefanSolution({ pStar: 0.6 });
    await expectClose(stefan.front(1), 1.0513396);
    await expectClose(stefan.front(0.05), 0.2350867, { rtol: 1e-6 });
    await expectClose(stefan.mass(0.05), 0.1859462, { rtol: 1e-6 });
    // The value at the front is p*, and 1 - c₁ erf(x / 2√t) before it.
    await expectClose(stefan.value(stefan.front(0.05), 0.05), 0.6);
    const x = Float64Array.from({ length: 201 }, (_, i) => i / 200);
    const total = quadratureWeights(x).reduce((sum, weight, i) => sum + weight * stefan.value(x[i]!, 0.05), 0);
    await expectClose(total, 0.1873954, { rtol: 1e-6 });
  });

  it.each([1, 2, 3])('is that of a porous medium, m = %i', (m) => {
    const { value, mass } = porousMediumSolution({ m });
    const x = Float64Array.from({ length: 20001 }, (_, i) => i / 20000);
    const total = quadratureWeights(x).reduce((sum, weight, i) => sum + weight * value(x[i]!, 0.5), 0);
    expect(Math.abs(total - mass(0.5))).toBeLessThan(2e-4 * mass(0.5));
  });
});
