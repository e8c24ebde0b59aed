/** @file Matrices of a backend that keeps its numbers on the host, for what is factored there. */
import { getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { hostValues } from '../backends/hostValues.js';
import type { Matrix } from '../host/linalg/matrix.js';
import { fail } from '../inputs/checks.js';

/**
 * The numbers of a matrix as doubles, for the factorisations of `@surrogate/core/host`, where no device has to be asked for them: on cpu and wasm.
 *
 * @param fn the public function, for errors.
 * @param argument what the matrix is to that function, for errors.
 * @param x float32 `[M, N]`.
 * @returns a copy.
 * @throws SurrogateError `shape` unless the rank is 2, `backend` where the numbers are on a device, as on webgpu.
 * @example
 * import { hostMatrix } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * hostMatrix('example', 'x', tensor([[1, 2], [3, 4]])).data[2]; // 3
 */
export function hostMatrix(fn: string, argument: string, x: Tensor): Matrix {
  if (x.rank !== 2) fail('shape', fn, argument, `must be a matrix, got shape [${x.shape.join(', ')}]`);
  const [rows, cols] = x.shape as [number, number];
  const values = x.size === 0 ? [] : getBackend() === 'webgpu' ? undefined : hostValues(x);
  if (values === undefined)
    fail('backend', fn, argument, `must be on a backend that keeps its numbers on the host (cpu, wasm), got ${getBackend()}`);
  return { rows, cols, data: Float64Array.from(values) };
}
