/** @file Which kernels there are, by their names in tfjs's registry. */
import type { Kernel } from './kernel.js';
import { klRows, klRowsGrad } from './divergences.js';
import { batchMatMul, fusedMatMul } from './matMul.js';
import { adamWStep } from './optimizers.js';
import { unsortedSegmentSum } from './segments.js';
import {
  softmaxCrossEntropy,
  softmaxCrossEntropyGrad,
  tokenEntropy,
  tokenEntropyGrad,
  tokenLogProbs,
  tokenLogProbsGrad,
} from './softmaxRows.js';
import { transpose } from './transpose.js';

/** All kernels. */
export const kernels: Readonly<Record<string, Kernel>> = {
  // tfjs's
  BatchMatMul: batchMatMul,
  Transpose: transpose,
  UnsortedSegmentSum: unsortedSegmentSum,
  _FusedMatMul: fusedMatMul,

  // core's and optim's
  SurrogateAdamWStep: adamWStep,
  SurrogateKlRows: klRows,
  SurrogateKlRowsGrad: klRowsGrad,
  SurrogateSoftmaxCrossEntropy: softmaxCrossEntropy,
  SurrogateSoftmaxCrossEntropyGrad: softmaxCrossEntropyGrad,
  SurrogateTokenEntropy: tokenEntropy,
  SurrogateTokenEntropyGrad: tokenEntropyGrad,
  SurrogateTokenLogProbs: tokenLogProbs,
  SurrogateTokenLogProbsGrad: tokenLogProbsGrad,
};

/**
 * The names of the kernels that this package brings to the wasm backend, tfjs's and the library's own.
 *
 * @example
 * import { wasmKernels } from '@surrogate/wasm';
 * wasmKernels.includes('UnsortedSegmentSum'); // true
 */
export const wasmKernels: readonly string[] = Object.keys(kernels);
