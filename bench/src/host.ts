/** @file What runs on Float64 arrays: no backend takes part. */
import { assign, cholesky, choleskySolve, eigh, matMul, rng, transpose, type Matrix } from '@surrogate/core/host';
import type { Run, Workload } from './workload.js';

const normalMatrix = (rows: number, cols: number): Matrix => ({
  rows,
  cols,
  data: rng(1).fillNormal(new Float64Array(rows * cols)),
});

/** A positive definite matrix. */
function gram(size: number): Matrix {
  const x = normalMatrix(size + 100, size);
  return matMul(transpose(x), x);
}

const host = (name: string, runs: number, prepare: () => Run): Workload => ({
  name: `host: ${name}`,
  runs,
  contenders: { surrogate: prepare },
});

export const hostWorkloads: readonly Workload[] = [
  host('Cholesky solve 500 x 500', 9, () => {
    const [a, b] = [gram(500), rng(2).fillNormal(new Float64Array(500))];
    return () => void choleskySolve(cholesky(a), b);
  }),
  host('symmetric eigendecomposition 500 x 500', 3, () => {
    const a = gram(500);
    return () => void eigh(a);
  }),
  host('assignment 300 x 300', 5, () => {
    const costs = normalMatrix(300, 300);
    return () => void assign(costs);
  }),
  host('a million normals', 9, () => {
    const [source, out] = [rng(1), new Float32Array(1_000_000)];
    return () => void source.fillNormal(out);
  }),
];
