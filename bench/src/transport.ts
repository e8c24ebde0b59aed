/** @file Optimal transport: as many Sinkhorn rounds as POT's `sinkhorn_log` takes to stopThr 1e-6 on samples like these, and the distance on the line. */
import { pairwiseSquaredDistances, rng } from '@surrogate/core';
import { sinkhorn, wasserstein1d } from '@surrogate/divergences';
import { add, expandDims, logSumExp, mul, sub, tensor, tidy, zeros, type Tensor } from '@tensorflow/tfjs-core';
import { discard } from './numbers.js';
import type { Workload } from './workload.js';

/** Squared distances between two normal samples in the plane, a step apart. */
function costs(size: number): Tensor {
  const source = rng(0);
  const points = (shift: number) => tensor(source.fillNormal(new Float32Array(2 * size), shift), [size, 2]);
  return tidy(() => pairwiseSquaredDistances(points(0), points(1)));
}

/** The rounds in stock ops, in log space. */
function stockRounds(cost: Tensor, epsilon: number, rounds: number): Tensor {
  const size = cost.shape[0];
  const soft = (price: Tensor, axis: 0 | 1) =>
    mul(-epsilon, sub(logSumExp(mul(sub(expandDims(price, 1 - axis), cost), 1 / epsilon), axis), Math.log(size)));
  const potentials = { f: zeros([size]), g: zeros([size]) };
  for (let round = 0; round < rounds; round++)
    Object.assign(
      potentials,
      tidy(() => {
        const f = soft(potentials.g, 1);
        return { f, g: soft(f, 0) };
      }),
    );
  return add(potentials.f, potentials.g);
}

const rounds = (epsilon: number, iterations: number, runs: number): Workload => ({
  name: `sinkhorn-1000x1000-eps${epsilon}`,
  runs,
  contenders: {
    surrogate() {
      const cost = costs(1000);
      return discard(() => sinkhorn(cost, { epsilon, iterations }));
    },
    stock() {
      const cost = costs(1000);
      return discard(() => stockRounds(cost, epsilon, iterations));
    },
  },
});

export const transportWorkloads: readonly Workload[] = [
  rounds(1, 20, 5),
  rounds(0.1, 350, 3),
  {
    name: 'wasserstein1d-1000000',
    runs: 3,
    contenders: {
      surrogate() {
        const source = rng(0);
        const [x, y] = [0, 1].map((shift) => tensor(source.fillNormal(new Float32Array(1_000_000), shift))) as [Tensor, Tensor];
        return discard(() => wasserstein1d(x, y));
      },
    },
  },
];
