/** @file Which kernels there are, by their names in tfjs's registry. */
import * as activations from './activations.js';
import * as pairs from './broadcast.js';
import { conv2DBackpropFilter, conv2DBackpropInput, depthwiseBackpropFilter, depthwiseBackpropInput } from './convolutions.js';
import { pairwiseSquaredDistances, pairwiseSquaredDistancesGrad } from './distances.js';
import { klRows, klRowsGrad, mixtureKlRows, mixtureKlRowsGrad } from './divergences.js';
import { einsum } from './einsum.js';
import * as elementwise from './elementwise.js';
import type { Kernel } from './kernel.js';
import * as linear from './linear.js';
import { batchMatMul, fusedMatMul } from './matMul.js';
import { layerNorm, layerNormGrad } from './norms.js';
import { adamWStep, lionStep, rmspropStep, sgdStep } from './optimizers.js';
import { avgPoolGrad, maxPoolGrad } from './pooling.js';
import { max, mean, sum } from './reductions.js';
import { linearRecurrence, linearRecurrenceGrad } from './scans.js';
import { unsortedSegmentSum } from './segments.js';
import * as softmaxes from './softmax.js';
import * as rows from './softmaxRows.js';
import { sinkhornRounds, sinkhornSelfRounds } from './transport.js';
import { transpose } from './transpose.js';

/** All kernels. */
export const kernels: Readonly<Record<string, Kernel>> = {
  // what tfjs lacks
  Conv2DBackpropFilter: conv2DBackpropFilter,
  DepthwiseConv2dNativeBackpropFilter: depthwiseBackpropFilter,
  DepthwiseConv2dNativeBackpropInput: depthwiseBackpropInput,
  Einsum: einsum,
  UnsortedSegmentSum: unsortedSegmentSum,

  // what is slow there
  Abs: elementwise.abs,
  Add: pairs.add,
  AvgPoolGrad: avgPoolGrad,
  BatchMatMul: batchMatMul,
  Cast: pairs.cast,
  ClipByValue: elementwise.clipByValue,
  Conv2DBackpropInput: conv2DBackpropInput,
  Equal: pairs.equal,
  Exp: elementwise.exponential,
  Expm1: activations.expm1,
  Greater: pairs.greater,
  GreaterEqual: pairs.greaterEqual,
  Identity: elementwise.identity,
  LeakyRelu: elementwise.leakyRelu,
  Less: pairs.less,
  LessEqual: pairs.lessEqual,
  Log: activations.log,
  Log1p: activations.log1p,
  LogSoftmax: softmaxes.logSoftmax,
  Max: max,
  Maximum: pairs.maximum,
  MaxPoolGrad: maxPoolGrad,
  Mean: mean,
  Minimum: pairs.minimum,
  Multiply: pairs.multiply,
  Neg: elementwise.neg,
  NotEqual: pairs.notEqual,
  RealDiv: pairs.realDiv,
  Reciprocal: elementwise.reciprocal,
  Relu: elementwise.relu,
  Rsqrt: elementwise.rsqrt,
  Select: elementwise.select,
  Sign: elementwise.sign,
  Softmax: softmaxes.softmax,
  Softplus: activations.softplus,
  Sqrt: elementwise.sqrt,
  Square: elementwise.square,
  Step: elementwise.step,
  Sub: pairs.sub,
  Sum: sum,
  Tanh: activations.tanh,
  Tile: pairs.tile,
  Transpose: transpose,
  _FusedMatMul: fusedMatMul,

  // the library's own
  SurrogateAdamWStep: adamWStep,
  SurrogateKlRows: klRows,
  SurrogateKlRowsGrad: klRowsGrad,
  SurrogateLayerNorm: layerNorm,
  SurrogateLayerNormGrad: layerNormGrad,
  SurrogateLinearCrossEntropyRows: linear.linearCrossEntropyRows,
  SurrogateLinearCrossEntropyRowsGrad: linear.linearCrossEntropyRowsGrad,
  SurrogateLinearCrossEntropySum: linear.linearCrossEntropySum,
  SurrogateLinearCrossEntropySumGrad: linear.linearCrossEntropySumGrad,
  SurrogateLinearRecurrence: linearRecurrence,
  SurrogateLinearRecurrenceGrad: linearRecurrenceGrad,
  SurrogateLinearTokenLogProbs: linear.linearTokenLogProbs,
  SurrogateLinearTokenLogProbsGrad: linear.linearTokenLogProbsGrad,
  SurrogateLionStep: lionStep,
  SurrogateLog1p: activations.log1p,
  SurrogateLogSoftmax: softmaxes.logSoftmaxOp,
  SurrogateLogSoftmaxGrad: softmaxes.logSoftmaxOpGrad,
  SurrogateLogSumExp: softmaxes.logSumExpOp,
  SurrogateLogSumExpGrad: softmaxes.logSumExpOpGrad,
  SurrogateMixtureKlRows: mixtureKlRows,
  SurrogateMixtureKlRowsGrad: mixtureKlRowsGrad,
  SurrogatePairwiseSquaredDistances: pairwiseSquaredDistances,
  SurrogatePairwiseSquaredDistancesGrad: pairwiseSquaredDistancesGrad,
  SurrogateRMSpropStep: rmspropStep,
  SurrogateSgdStep: sgdStep,
  SurrogateSinkhornRounds: sinkhornRounds,
  SurrogateSinkhornSelfRounds: sinkhornSelfRounds,
  SurrogateSoftplus: activations.softplus,
  SurrogateSoftmax: softmaxes.softmaxOp,
  SurrogateSoftmaxGrad: softmaxes.softmaxOpGrad,
  SurrogateSoftmaxCrossEntropy: rows.softmaxCrossEntropy,
  SurrogateSoftmaxCrossEntropyGrad: rows.softmaxCrossEntropyGrad,
  SurrogateSoftmaxCrossEntropySum: rows.softmaxCrossEntropySum,
  SurrogateSoftmaxCrossEntropySumGrad: rows.softmaxCrossEntropySumGrad,
  SurrogateTokenEntropy: rows.tokenEntropy,
  SurrogateTokenEntropyGrad: rows.tokenEntropyGrad,
  SurrogateTokenLogProbs: rows.tokenLogProbs,
  SurrogateTokenLogProbsGrad: rows.tokenLogProbsGrad,
};

/**
 * The names of the kernels that this package brings to the wasm backend, tfjs's and the library's own.
 *
 * @example
 * import { wasmKernels } from '@surrogate/wasm';
 * wasmKernels.includes('UnsortedSegmentSum'); // true
 */
export const wasmKernels: readonly string[] = Object.keys(kernels);
