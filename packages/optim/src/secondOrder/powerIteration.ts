/** @file The largest eigenvalue of what can only be multiplied with. */
import { div, square, addN, sum, sqrt, tidy, type Scalar } from '@tensorflow/tfjs-core';
import {
  checkInteger,
  checkRng,
  disposeTree,
  fail,
  maximum,
  noGrad,
  randomNormal,
  treeDot,
  treeLeaves,
  treeMap,
  type Rng,
  type TensorTree,
} from '@surrogate/core';

/** Options of {@link powerIteration}. */
export interface PowerIterationOptions {
  /** What the first vector is drawn from. */
  rng: Rng;
  /** How many products, >= 1. Default 100. */
  iterations?: number | undefined;
}

/** An eigenvalue and its vector; both belong to the caller. */
export interface Eigenpair<P> {
  /** A float32 scalar. */
  readonly value: Scalar;
  /** Of length 1, a tree of the parameters' form. */
  readonly vector: P;
}

/** A tree of length 1. */
function unit<P extends TensorTree<P>>(tree: P): P {
  const length = tidy(() => maximum(sqrt(addN(treeLeaves(tree).map(({ tensor }) => sum(square(tensor))))), 1e-30));
  try {
    return treeMap(tree, (x) => div(x, length));
  } finally {
    length.dispose();
  }
}

/**
 * The eigenvalue of the largest size of a symmetric matrix that is known by its products: with `hvp` the sharpness of a loss.
 *
 * $$ v_{k+1} = \frac{A v_k}{\lVert A v_k \rVert}, \qquad \lambda = \langle v_K, A v_K \rangle $$
 *
 * @param multiply A v of a tree v: `(v) => hvp(loss)(params, v)`; what it returns is disposed.
 * @param like a tree of the vectors' form, such as the parameters.
 * @param options the generator and the number of products, which is fixed: nothing is read.
 * @returns the eigenvalue, with its sign, and its vector.
 * @throws SurrogateError `range`, `dtype`, `shape` for a tree without numbers.
 * @see von Mises, Pollaczek-Geiringer: Praktische Verfahren der Gleichungsauflösung, 1929.
 * @example
 * import { powerIteration } from '@surrogate/optim';
 * import { hvp, rng } from '@surrogate/core';
 * import { mul, square, sum, tensor, type Tensor } from '@tensorflow/tfjs-core';
 * const loss = ({ w }: { w: Tensor }) => sum(mul(square(w), [1, 5]));
 * const params = { w: tensor([1, 1]) };
 * const { value } = powerIteration((v) => hvp(loss)(params, v), params, { rng: rng(0) });
 * (await value.data())[0]; // 10
 */
export function powerIteration<P extends TensorTree<P>>(
  multiply: (vector: P) => P,
  like: P,
  { rng, iterations = 100 }: PowerIterationOptions,
): Eigenpair<P> {
  const fn = 'powerIteration';
  if (typeof multiply !== 'function') fail('dtype', fn, 'multiply', `must be a function of a tree, got ${typeof multiply}`);
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'iterations', iterations, 1);
  if (treeLeaves(like).every(({ tensor }) => tensor.size === 0)) fail('shape', fn, 'like', 'must hold numbers, got none');
  return noGrad(() => {
    const drawn = treeMap(like, (x) => randomNormal(rng, x.shape));
    let vector = unit(drawn);
    disposeTree(drawn);
    for (let i = 0; ; i++) {
      let image: P;
      try {
        image = multiply(vector);
      } catch (error) {
        disposeTree(vector);
        throw error;
      }
      if (i === iterations) {
        const value = treeDot(vector, image);
        disposeTree(image);
        return { value, vector };
      }
      disposeTree(vector);
      vector = unit(image);
      disposeTree(image);
    }
  });
}
