/** @file Grokking: how late a model generalises after it has fitted, and how to make any model lazier. */
import { checkAbove, checkBetween, disposeTree, fail, noGrad, treeClone, type TensorTree } from '@surrogate/core';
import { mul, sub, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** Options of {@link grokkingDelay}. */
export interface GrokkingOptions {
  /** The part of the first training loss that counts as fitted, in (0, 1). Default 0.01. */
  trainFraction?: number | undefined;
  /** The part of the first test loss that counts as generalised, in (0, 1). Default 0.1. */
  testFraction?: number | undefined;
}

/** When a model fitted, and when it generalised; undefined is never. */
export interface GrokkingDelay {
  /** The first place of the training curve below its fraction. */
  readonly fitted: number | undefined;
  /** That of the test curve. */
  readonly generalized: number | undefined;
  /** How many places later; negative where generalising came first. */
  readonly delay: number | undefined;
}

/**
 * How much later than it fits a model generalises.
 *
 * @param train losses on the training data, one a record.
 * @param test losses on other data, at the same records.
 * @param options what counts as fitted and as generalised.
 * @returns places in the curves.
 * @throws SurrogateError `shape` where the curves are empty or differ in length, `range`.
 * @see Kumar, Bordelon, Gershman, Pehlevan: Grokking as the Transition from Lazy to Rich Training Dynamics, 2023. arXiv:2310.06110
 * @example
 * import { grokkingDelay } from '@surrogate/diagnostics';
 * grokkingDelay([1, 0.005, 0, 0], [1, 1.2, 0.5, 0.05]).delay; // 2
 */
export function grokkingDelay(
  train: ArrayLike<number>,
  test: ArrayLike<number>,
  { trainFraction = 0.01, testFraction = 0.1 }: GrokkingOptions = {},
): GrokkingDelay {
  const fn = 'grokkingDelay';
  checkAbove(fn, 'trainFraction', trainFraction, 0);
  checkBetween(fn, 'trainFraction', trainFraction, 0, 1);
  checkAbove(fn, 'testFraction', testFraction, 0);
  checkBetween(fn, 'testFraction', testFraction, 0, 1);
  if (train.length === 0 || test.length !== train.length)
    fail('shape', fn, 'test', `must have the ${train.length} records of the training curve, at least one, got ${test.length}`);
  const firstBelow = (curve: ArrayLike<number>, fraction: number) => {
    const at = Array.from(curve).findIndex((loss) => loss < fraction * curve[0]!);
    return at < 0 ? undefined : at;
  };
  const [fitted, generalized] = [firstBelow(train, trainFraction), firstBelow(test, testFraction)];
  return { fitted, generalized, delay: fitted === undefined || generalized === undefined ? undefined : generalized - fitted };
}

/** A model that has been made lazier or richer; it holds a copy of the parameters at its start, which `dispose` gives back. */
export interface LazyModel<P, A extends unknown[]> {
  /** The scaled model. */
  apply(params: P, ...inputs: A): Tensor;
  /** Disposes the copy. */
  dispose(): void;
}

/**
 * Makes a model lazy, or rich: the larger α, the less its parameters have to move, and the more it trains as its tangent kernel does.
 *
 * $$ f_\alpha(\theta, x) = \alpha \big( f(\theta, x) - f(\theta_0, x) \big) $$
 *
 * Divide the loss by α², so that the learning rate stays what it was.
 *
 * @param model f, a function of a tree of parameters, and of what else it is given.
 * @param initial θ₀; it is copied.
 * @param alpha α, > 0.
 * @returns the scaled model.
 * @throws SurrogateError `range`, `dtype`, `disposed`.
 * @see Chizat, Oyallon, Bach: On Lazy Training in Differentiable Programming, 2018. arXiv:1812.07956; Kumar, Bordelon, Gershman, Pehlevan, 2023. arXiv:2310.06110
 * @example
 * import { lazyScale } from '@surrogate/diagnostics';
 * import { mul, tensor } from '@tensorflow/tfjs-core';
 * const lazy = lazyScale(({ w }, x) => mul(w, x), { w: tensor([2]) }, 10);
 * (await lazy.apply({ w: tensor([2.5]) }, 3).data())[0]; // 15
 */
export function lazyScale<P extends TensorTree<P>, A extends unknown[]>(
  model: (params: P, ...inputs: A) => Tensor,
  initial: P,
  alpha: number,
): LazyModel<P, A> {
  const fn = 'lazyScale';
  if (typeof model !== 'function') fail('dtype', fn, 'model', `must be a function, got ${model === null ? 'null' : typeof model}`);
  checkAbove(fn, 'alpha', alpha, 0);
  const start = treeClone(initial);
  return {
    apply: (params, ...inputs) =>
      tidy(() =>
        mul(
          alpha,
          sub(
            model(params, ...inputs),
            noGrad(() => model(start, ...inputs)),
          ),
        ),
      ),
    dispose: () => disposeTree(start),
  };
}
