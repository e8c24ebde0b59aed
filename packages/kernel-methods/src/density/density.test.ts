import { rng } from '@surrogate/core';
import { integrate } from '@surrogate/core/host';
import { eachBackend, expectClose, oracle, read } from '@surrogate/testing';
import { exp, tensor, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { leaveOneOutLogDensity, logKernelDensity, sampleKernelDensity, scottBandwidth, silvermanBandwidth } from './density.js';
import { boxBump, epanechnikovBump, exponentialBump, gaussianBump, triangularBump } from './kernels.js';

const bumps = [gaussianBump, exponentialBump, epanechnikovBump, triangularBump, boxBump];
const byName = Object.fromEntries(bumps.map((kernel) => [kernel.name, kernel]));

oracle(
  'kernel-methods/density',
  ({ rule, kernel, x, data, bandwidth, weights }) => {
    if (rule === 'leaveOneOut') return leaveOneOutLogDensity(data as Tensor, { bandwidth: 0.7 });
    if (rule !== undefined) {
      const width = rule === 'scott' ? scottBandwidth(data as Tensor) : silvermanBandwidth(data as Tensor);
      return logKernelDensity(x as Tensor, data as Tensor, { bandwidth: width });
    }
    return logKernelDensity(x as Tensor, data as Tensor, { kernel: byName[kernel as string], bandwidth, weights });
  },
  { rtol: 2e-4, atol: 1e-5 },
);

eachBackend(() => {
  it.each(bumps.map((kernel) => [kernel.name, kernel] as const))('integrates to 1: %s', async (_name, kernel) => {
    const places = Array.from({ length: 2401 }, (_, i) => -12 + i / 100);
    const density = exp(logKernelDensity(places.map((place) => [place]), [[-1], [0.3], [2]], { bandwidth: 0.4, kernel })); // prettier-ignore
    const { data } = await read(density);
    // An edge of the box lies within a cell of the grid.
    expect(Math.abs(data.reduce((sum, value) => sum + value / 100, 0) - 1)).toBeLessThan(0.015);
  });

  it('is minus infinity where no bump reaches', async () =>
    expectClose(logKernelDensity([[5]], [[0], [1]], { kernel: epanechnikovBump }), [-Infinity]));

  it('looks at no point of weight 0', async () => {
    const weighed = logKernelDensity([[0.5]], tensor([0, NaN, 1], [3, 1]), { weights: [2, 0, 1] });
    await expectClose(weighed, logKernelDensity([[0.5]], [[0], [0], [1]]));
  });

  it('draws what has the density', async () => {
    const { data } = await read(sampleKernelDensity(rng(2), [[-3], [3]], 4000, { bandwidth: 0.5 }));
    const right = data.filter((value) => value > 0);
    expect(right.length / data.length).toBeCloseTo(0.5, 1);
    const spread = right.reduce((sum, value) => sum + (value - 3) ** 2, 0) / right.length;
    expect(spread).toBeCloseTo(0.25, 1);
  });
});

it('has the volumes that quadrature gives, in one dimension and in three', () => {
  const shapes: Readonly<Record<string, (r: number) => number>> = {
    gaussian: (r) => Math.exp((-r * r) / 2),
    exponential: (r) => Math.exp(-r),
    epanechnikov: (r) => 1 - r * r,
    triangular: (r) => 1 - r,
    box: () => 1,
  };
  for (const kernel of bumps) {
    const end = kernel === gaussianBump || kernel === exponentialBump ? 40 : 1;
    const radial = (power: number) => integrate((r) => shapes[kernel.name]!(r) * r ** power, 0, end);
    expect(Math.exp(kernel.logVolume(1))).toBeCloseTo(2 * radial(0), 6);
    expect(Math.exp(kernel.logVolume(3))).toBeCloseTo(4 * Math.PI * radial(2), 6);
  }
});
