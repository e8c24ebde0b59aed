/** @file The fingerprint of a whole solution: its kernels, its units, and how sharp the loss is where it stands. */
import { checkRng, fail, onHost, treeLeaves, type ByPath, type HostArray, type Rng, type TensorTree } from '@surrogate/core';
import { checkMatrix, type Matrix } from '@surrogate/core/host';
import { reshape, sub, type Tensor } from '@tensorflow/tfjs-core';
import { sharpness } from '../dynamics/sharpness.js';
import { kernelFingerprint, type KernelFingerprint } from './fingerprint.js';

/** What {@link activationFingerprint} tells. */
export interface ActivationFingerprint {
  /** The part of the units that no example turns on. */
  readonly deadUnits: number;
  /** The part of the activations that are above 0. */
  readonly active: number;
  /** How many directions of the activations count, as in `kernelFingerprint`. */
  readonly effectiveRank: number;
}

/**
 * The fingerprint of a layer's activations on a batch: how many of its units are ever used, and how many directions they make.
 *
 * $$ \frac{1}{n} \Big| \lbrace j : \max_i a_{ij} \le 0 \rbrace \Big| $$
 *
 * A unit is on where it is above 0, which is meant for ReLU and its like. It runs on the host, in doubles.
 *
 * @param activations a row for each example, a column for each unit.
 * @returns parts in [0, 1], and the effective rank.
 * @throws SurrogateError `dtype`, `shape` for no entries, `range`.
 * @see Pascanu et al.: Optimizers Qualitatively Alter Solutions And We Should Leverage This, 2025. arXiv:2507.12224
 * @example
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { activationFingerprint } from '@surrogate/diagnostics';
 * activationFingerprint(matrixFromRows([[3, 0, 0], [0, 1, 0]])); // { deadUnits: 0.333333, active: 0.333333, effectiveRank: 1.754765 }
 */
export function activationFingerprint(activations: Matrix): ActivationFingerprint {
  const fn = 'activationFingerprint';
  checkMatrix(fn, 'activations', activations);
  const { rows, cols, data } = activations;
  if (data.length === 0) fail('shape', fn, 'activations', `must have entries, got ${rows} x ${cols}`);
  const used = new Uint8Array(cols);
  data.forEach((a, k) => {
    if (a > 0) used[k % cols] = 1;
  });
  const { effectiveRank } = kernelFingerprint(activations);
  return { deadUnits: used.filter((u) => u === 0).length / cols, active: data.filter((a) => a > 0).length / data.length, effectiveRank };
}

/** Options of {@link solutionFingerprint}. */
export interface SolutionFingerprintOptions<P> {
  /** Where training started, of the structure of the parameters: what it added to each kernel gets a fingerprint too. */
  start?: P | undefined;
  /** What layers hand on for a batch of examples, `[N, units]` each, by names of yours. */
  activations?: ByPath | undefined;
  /** A function of the parameters that returns a float32 scalar, for the sharpness. */
  loss?: ((params: P) => Tensor) | undefined;
  /** What the search for the sharpness begins from; needed where a loss is given. It moves on. */
  rng?: Rng | undefined;
  /** How many products with the Hessian that search may take, >= 1. Default 20. */
  iterations?: number | undefined;
}

/** What {@link solutionFingerprint} tells. */
export interface SolutionFingerprint {
  /** Of each parameter of two axes or more, by its path. */
  readonly kernels: Readonly<Record<string, KernelFingerprint>>;
  /** Of what training added to each of these; empty where no start is given. */
  readonly updates: Readonly<Record<string, KernelFingerprint>>;
  /** Of each layer whose activations are given. */
  readonly activations: Readonly<Record<string, ActivationFingerprint>>;
  /** The top eigenvalue of the loss's Hessian, where a loss is given. */
  readonly sharpness?: number;
}

/** Tensors of two axes or more as matrices, whose columns are the last axis. */
const asMatrix = ({ shape, data }: HostArray): Matrix => ({ rows: shape[0]!, cols: shape[1]!, data: Float64Array.from(data) });
const flat = (x: Tensor): Tensor => reshape(x, [-1, x.shape.at(-1)!]);
const mapped = <T>(arrays: Readonly<Record<string, HostArray>>, f: (matrix: Matrix) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(arrays).map(([path, array]) => [path, f(asMatrix(array))]));

/**
 * The fingerprint of a solution, by which those of one loss and accuracy can be told apart: ranks and sparsity of its kernels and of their updates, units in use, and sharpness.
 *
 * $$ \exp H\Big( \frac{s(W)}{\sum s(W)} \Big), \quad \exp H\Big( \frac{s(W - W_0)}{\sum s(W - W_0)} \Big), \quad \lambda_{\max}\big( \nabla^2 L(W) \big) $$
 *
 * What costs more than reading the kernels is asked for: give `start`, `activations`, or a `loss` with an `rng`.
 *
 * @param params a tree of float32 tensors; kernels of more than two axes become matrices whose columns are the last one.
 * @param options what else to look at.
 * @returns the parts.
 * @throws SurrogateError `shape` for activations that are no matrix and for a start of another structure, `dtype`, `range`, `disposed`.
 * @see Pascanu et al.: Optimizers Qualitatively Alter Solutions And We Should Leverage This, 2025. arXiv:2507.12224
 * @example
 * import { rng } from '@surrogate/core';
 * import { solutionFingerprint } from '@surrogate/diagnostics';
 * import { mul, square, sum, tensor2d } from '@tensorflow/tfjs-core';
 * const w = tensor2d([[3, 0], [0, 1]]);
 * const found = await solutionFingerprint({ w }, { loss: (now) => sum(mul(square(now.w), 2)), rng: rng(0) });
 * found.kernels.w.stableRank; // 1.111111
 * found.sharpness; // 4
 */
export async function solutionFingerprint<P extends TensorTree<P>>(
  params: P,
  { start, activations = {}, loss, rng, iterations }: SolutionFingerprintOptions<P> = {},
): Promise<SolutionFingerprint> {
  const fn = 'solutionFingerprint';
  if (loss !== undefined) checkRng(fn, 'rng', rng as Rng);
  for (const [name, { rank }] of Object.entries(activations))
    if (rank !== 2) fail('shape', fn, `activations.${name}`, `must have 2 axes, got ${rank}`);
  const kernels = treeLeaves(params).filter(({ tensor }) => tensor.rank > 1);
  const before = new Map(start === undefined ? [] : treeLeaves(start).map(({ path, tensor }) => [path, tensor] as const));
  const startOf = (path: string, { shape }: Tensor): Tensor => {
    const tensor = before.get(path);
    if (tensor?.shape.join() !== shape.join())
      fail('shape', fn, `start.${path}`, `must be [${shape}], got ${tensor === undefined ? 'nothing' : `[${tensor.shape}]`}`);
    return tensor;
  };
  const now = await onHost(() => Object.fromEntries(kernels.map(({ path, tensor }) => [path, flat(tensor)])));
  const moved = await onHost(() =>
    start === undefined ? {} : Object.fromEntries(kernels.map(({ path, tensor }) => [path, flat(sub(tensor, startOf(path, tensor)))])),
  );
  const handed = await onHost(() => activations);
  return {
    kernels: mapped(now, kernelFingerprint),
    updates: mapped(moved, kernelFingerprint),
    activations: mapped(handed, activationFingerprint),
    ...(loss === undefined ? {} : { sharpness: await sharpness(loss, params, { rng: rng!, iterations }) }),
  };
}
