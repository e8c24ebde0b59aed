/** @file Trains the step sizes of an unfolded solver, one layer more at a time. */
import { mean, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import {
  asTensor,
  checkBoolean,
  checkInteger,
  checkShape,
  disposeState,
  disposeTree,
  fail,
  type GradientTransformation,
  type TensorLike,
} from '@surrogate/core';
import { checkFunction } from '../host/vectors.js';
import { adam } from '../optimizers/adamw.js';
import { projectBox } from '../projections/simple.js';
import { minimize } from '../solvers/minimize.js';
import { chain } from '../transforms/chain.js';
import { keepInside } from '../wrappers/projected.js';
import { checkTransformation } from '../wrappers/check.js';
import type { UnfoldedParams, UnfoldedSolver } from './unfolded.js';

/** What an unfolded solver is trained on. */
export interface UnfoldedBatch {
  /** y, float32 `[B, M]`. */
  readonly measurements: TensorLike;
  /** x, float32 `[B, N]`; needed for supervised training alone. */
  readonly signals?: TensorLike | undefined;
}

/** Options of {@link trainUnfolded}. */
export interface TrainUnfoldedOptions {
  /** Steps of the optimizer for each layer, >= 1. Default 100. */
  stepsPerLayer?: number | undefined;
  /** Learn from the true signals; else from the solver's own objective. Default false. */
  supervised?: boolean | undefined;
  /** Train layers 1 to t on the output of layer t, for t from 1 to T; else all of them at once, for as many steps. Default true. */
  incremental?: boolean | undefined;
  /** Default Adam with 0.01, with step sizes kept between a fifth and eight times the safe one. */
  optimizer?: GradientTransformation | undefined;
  /** Told after each step; what it returns is awaited. */
  onStep?: ((progress: { readonly step: number; readonly layers: number; readonly loss: number }) => unknown) | undefined;
}

/**
 * Trains the step sizes of an unfolded solver.
 *
 * $$ \text{supervised: } \operatorname{mean}_b \lVert x_t - x^\star \rVert^2, \qquad \text{else: } \operatorname{mean}_b \tfrac12 \lVert y - A x_t \rVert^2 + \lambda\, r(x_t) $$
 *
 * @param solver `unfoldedIsta` or `unfoldedIht`.
 * @param draw the batch of a step, from 0; what it makes is disposed of after the step, what was there before stays.
 * @returns a promise of the trained step sizes, the caller's.
 * @throws SurrogateError `range`, `dtype`, `shape`; `range` for supervised training without signals.
 * @see Nagahisa, Hayakawa, Iiguni: Comparison between Supervised and Unsupervised Learning in Deep Unfolded Sparse Signal Recovery, 2025. arXiv:2509.01331
 * @example
 * import { identityMatrix } from '@surrogate/core/host';
 * import { trainUnfolded, unfoldedIsta } from '@surrogate/optim';
 * const solver = unfoldedIsta(identityMatrix(2, 0.5), { lambda: 0.01, layers: 1 });
 * const batch = { measurements: [[0.5, 0]], signals: [[1, 0]] };
 * const { steps } = await trainUnfolded(solver, () => batch, { supervised: true, stepsPerLayer: 200 });
 * (await steps.data())[0].toFixed(1); // '4.2'
 */
export async function trainUnfolded(
  solver: UnfoldedSolver,
  draw: (step: number) => UnfoldedBatch,
  {
    stepsPerLayer = 100,
    supervised = false,
    incremental = true,
    optimizer = chain(
      adam(0.01),
      keepInside((params) => projectBox(params, 0.2 * solver.safeStep, 8 * solver.safeStep)),
    ),
    onStep,
  }: TrainUnfoldedOptions = {},
): Promise<UnfoldedParams> {
  const fn = 'trainUnfolded';
  for (const part of ['init', 'apply', 'trainable'] as const) checkFunction(fn, `solver.${part}`, solver?.[part]);
  checkFunction(fn, 'draw', draw);
  checkInteger(fn, 'stepsPerLayer', stepsPerLayer, 1);
  checkBoolean(fn, 'supervised', supervised);
  checkBoolean(fn, 'incremental', incremental);
  checkTransformation(fn, optimizer, 'optimizer');
  const lossOf = (params: UnfoldedParams, layers: number, step: number): Tensor => {
    const { measurements, signals } = draw(step);
    const x = solver.apply(params, measurements, { layers });
    if (!supervised) return mean(solver.trainable(x, measurements));
    if (signals === undefined) fail('range', fn, 'draw', 'must return signals for supervised training, got none');
    const truth = asTensor(fn, 'signals', signals);
    checkShape(fn, 'signals', truth.shape, x.shape);
    return mean(sum(square(sub(x, truth)), -1));
  };
  let params = { steps: solver.init().steps };
  for (let layers = incremental ? 1 : solver.layers; layers <= solver.layers; layers++) {
    const before = incremental ? (layers - 1) * stepsPerLayer : 0;
    const steps = incremental ? stepsPerLayer : solver.layers * stepsPerLayer;
    const start = params;
    try {
      const trained = await minimize((now: { steps: Tensor }, step) => lossOf(now, layers, before + step), start, optimizer, {
        steps,
        onStep: ({ step, loss }) => onStep?.({ step: before + step, layers, loss }),
      });
      disposeState(trained.state);
      params = trained.params;
    } finally {
      disposeTree(start);
    }
  }
  return params;
}
