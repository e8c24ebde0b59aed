/** @file Steps of AdamW over a million parameters. */
import { step } from '@surrogate/core';
import { adamw } from '@surrogate/optim';
import { abs, engine, train, variable, type NamedAttrMap, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { jaxAdamW } from './jax.js';
import { normals } from './numbers.js';
import type { Workload } from './workload.js';

const size = 1_000_000;

function million(tensors: number): Workload {
  const shape = [size / tensors];
  const tree = (seed: number) => Array.from({ length: tensors }, (_, i) => normals(shape, seed + i, 0.1));
  return {
    name: `adamw-1e6-in-${tensors}`,
    runs: 75,
    // Gradient read; parameter and two moments read and written.
    bytes: 7 * 4 * size,
    contenders: {
      ...(tensors === 1 ? { 'jax-js': jaxAdamW } : {}),
      surrogate() {
        const optimizer = adamw(1e-3);
        const grads = tree(1000);
        let params = tree(1);
        let state = optimizer.init(params);
        return () => {
          const stepped = step(optimizer, params, grads, state);
          [params, state] = [stepped.params, stepped.state];
        };
      },
      /** The kernel without what the library does around it. */
      kernel() {
        const columns = { param: tree(1), grad: tree(1000), m: tree(2000), v: tree(3000).map((x) => abs(x)) };
        const named = Object.entries(columns).flatMap(([role, tensors]) => tensors.map((x, i) => [`${role}${i}`, x] as [string, Tensor]));
        const inputs: NamedTensorMap = Object.fromEntries(named);
        const attrs: NamedAttrMap = { learningRate: 1e-3, b1: 0.9, b2: 0.999, eps: 1e-8, weightDecay: 1e-4, step: 10 };
        return () => void engine().runKernel('SurrogateAdamWStep', inputs, attrs);
      },
      stock() {
        const optimizer = train.adam(1e-3);
        tree(1).forEach((x, i) => variable(x, true, `p${tensors}-${i}`));
        const grads = tree(1000).map((tensor, i) => ({ name: `p${tensors}-${i}`, tensor }));
        return () => optimizer.applyGradients(grads);
      },
    },
  };
}

export const optimizerWorkloads: readonly Workload[] = [million(1), million(20), million(200)];
