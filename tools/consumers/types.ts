/** @file What a strict TypeScript user writes; compiled in the consumer project under both kinds of resolution. */
import { robustDpoLoss } from '@surrogate/align';
import { isSurrogateError, ready, step, type LossOptions, type Reduction, type Rng } from '@surrogate/core';
import { matrixFromRows, rng, SurrogateError } from '@surrogate/core/host';
import { fitLogisticProbe, probeLogits, type LinearProbe } from '@surrogate/diagnostics';
import { distributionMatchingLoss, fDistill } from '@surrogate/distill';
import { fDivergence, kl, type FDivergence } from '@surrogate/divergences';
import { gaussianProcess, predictProcess, rbfCovariance, type GaussianProcess } from '@surrogate/kernel-methods';
import { crossEntropy, focalLoss, type FocalOptions } from '@surrogate/losses';
import { adamw } from '@surrogate/optim';
import '@surrogate/wasm';
import { tensor1d, tensor2d, type Tensor } from '@tensorflow/tfjs-core';

interface Params {
  layers: { w: Tensor; b: Tensor }[];
  head: Tensor;
}

// A user's setting that may be absent is passed on as it is.
const setting: { gamma: number | undefined } = { gamma: undefined };
const options: FocalOptions = { gamma: setting.gamma, reduction: 'none' };
const reduction: Reduction = 'mean';
const shared: LossOptions = { reduction };

export async function train(params: Params, grads: Params): Promise<Params> {
  await ready();
  const transformation = adamw(1e-3, { weightDecay: setting.gamma });
  const { params: updated } = step(transformation, params, grads, transformation.init(params));
  return updated;
}

const generator: Rng = rng(0);
const divergence: FDivergence = kl;
const logProbs = tensor1d([-1]);
export const losses: Tensor[] = [
  crossEntropy([[1, 2]], [0], shared),
  focalLoss(tensor2d([[1, 2]]), [0], options),
  fDivergence(tensor2d([[0]]), tensor2d([[0]]), divergence),
  robustDpoLoss({ chosen: logProbs, rejected: logProbs, refChosen: logProbs, refRejected: logProbs }, { flipRate: 0.1 }),
];
export async function probed(features: Tensor): Promise<Tensor> {
  const probe: LinearProbe = await fitLogisticProbe(features, [0, 1], 2, { c: setting.gamma });
  return probeLogits(features, probe);
}
const process: GaussianProcess = gaussianProcess(matrixFromRows([[0]]), Float64Array.of(1), { covariance: rbfCovariance() });
export const mean: Float64Array = predictProcess(process, process.x).mean;
export const draw: number = generator.uniform();
export const codeOf = (error: unknown): string => (isSurrogateError(error) ? error.code : error instanceof SurrogateError ? error.fn : '');

// @ts-expect-error a reduction that does not exist
crossEntropy([[1, 2]], [0], { reduction: 'median' });
// @ts-expect-error a misspelt option
focalLoss([[1, 2]], [0], { gama: 2 });

export function distilled(generated: Tensor, teacher: Tensor, student: Tensor, logits: Tensor, times: Tensor): Tensor {
  const weighter = fDistill({ divergence: kl, decay: setting.gamma });
  const { weights } = weighter.apply(weighter.init(), { logits, times });
  return distributionMatchingLoss(generated, teacher, student, { importance: weights });
}
