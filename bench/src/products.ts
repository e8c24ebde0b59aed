/** @file Matrix products. */
import { matMul } from '@tensorflow/tfjs-core';
import { jaxProduct } from './jax.js';
import { discard, normals } from './numbers.js';
import type { Workload } from './workload.js';

const product = (m: number, n: number, k: number, transposeA: boolean, transposeB: boolean): Workload => {
  const prepare = () => {
    const [a, b] = [normals(transposeA ? [k, m] : [m, k], 1), normals(transposeB ? [n, k] : [k, n], 2)];
    return discard(() => matMul(a, b, transposeA, transposeB));
  };
  return {
    name: `matMul-${m}x${n}x${k}-${transposeA ? 't' : 'n'}${transposeB ? 't' : 'n'}`,
    runs: 15,
    flops: 2 * m * n * k,
    contenders: { surrogate: prepare, stock: prepare, 'jax-js': jaxProduct(m, n, k, transposeA, transposeB) },
  };
};

export const productWorkloads: readonly Workload[] = [
  ...[false, true].flatMap((a) => [false, true].map((b) => product(512, 512, 512, a, b))),
  // The products of a transformer's layer and of its gradients.
  product(1024, 256, 64, false, false),
  product(64, 256, 1024, true, false),
  product(1024, 64, 256, false, true),
];
