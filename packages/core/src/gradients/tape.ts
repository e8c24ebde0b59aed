/** @file What decides whether, and how, an operation is recorded for differentiation. */
import { clone, engine, mul, tidy, zeros, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { checkFinite, checkShape } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';

type Thunks = Record<string, () => Tensor>;

/** The parts of tfjs's engine that its types keep to themselves; stable since 2.0. */
interface Engine {
  readonly state: {
    gradientDepth: number;
    kernelDepth: number;
    activeTape: { saved: Tensor[] }[] | null | undefined;
  };
  runKernelFunc(invocation: {
    forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor;
    backwardsFunc: (upstream: Tensor, saved: Tensor[]) => Thunks;
    inputs: NamedTensorMap;
  }): Tensor;
}

/** @internal */
export const tape = (): Engine => engine() as unknown as Engine;

/** @internal How many gradients enclose the current call; 1 is an ordinary backward pass. */
export const gradientDepth = (): number => tape().state.gradientDepth;

/** Inputs by name. */
export type NamedTensors = Record<string, Tensor>;

/** Gradients by input name; a function is only called when that gradient is needed, and its intermediates are freed at once. An input that is left out is constant. */
export type NamedGradients<I extends NamedTensors> = { readonly [K in keyof I]?: Tensor | (() => Tensor) };

/**
 * Runs `forward` unrecorded and gives its result the gradient that is written down, in terms of the inputs alone, so that it can be differentiated again.
 *
 * @param inputs the tensors that the result depends on, by name.
 * @param forward computes the result.
 * @param gradient computes, from the inputs and the gradient of the result, the gradients of the inputs.
 * @returns the result of `forward`.
 * @example
 * import { differentiable } from '@surrogate/core';
 * import { mul, square, scalar } from '@tensorflow/tfjs-core';
 * const cube = differentiable({ x: scalar(2) }, ({ x }) => mul(x, square(x)), ({ x }, upstream) => ({ x: () => mul(upstream, mul(3, square(x))) }));
 * (await cube.data())[0]; // 8
 */
export function differentiable<I extends NamedTensors>(
  inputs: I,
  forward: (inputs: I) => Tensor,
  gradient: (inputs: I, upstream: Tensor) => NamedGradients<I>,
): Tensor {
  return differentiableWithResiduals(
    inputs,
    () => [forward(inputs)],
    (saved, _residuals, upstream) => gradient(saved, upstream),
  );
}

/** @internal The general form: `forward` also returns what the backward pass will want. Right at gradient depth 1 only, unless there are no residuals. */
export function differentiableWithResiduals<I extends NamedTensors>(
  inputs: I,
  forward: () => [Tensor, ...Tensor[]],
  gradient: (inputs: I, residuals: Tensor[], upstream: Tensor) => NamedGradients<I>,
): Tensor {
  const names = Object.keys(inputs);
  return tape().runKernelFunc({
    inputs,
    forwardFunc: (_backend, save) => {
      const [value, ...residuals] = forward();
      save([...Object.values(inputs), ...residuals]);
      return value;
    },
    backwardsFunc: (upstream, saved) => {
      const restored = Object.fromEntries(names.map((name, i) => [name, saved[i]])) as I;
      // Called here, not inside the thunks: each thunk runs in a tidy of its own, which would dispose what the next one needs.
      const gradients = gradient(restored, saved.slice(names.length), upstream);
      return Object.fromEntries(
        names.map((name) => {
          const given = gradients[name];
          return [name, typeof given === 'function' ? given : () => given ?? zeros(restored[name]!.shape)];
        }),
      );
    },
  });
}

/**
 * Runs a function as if no gradient were being taken around it: nothing that it does is recorded, and gradients taken inside it work as usual.
 *
 * @param body what to run.
 * @returns its result, a constant to any outer gradient.
 * @example
 * import { noGrad } from '@surrogate/core';
 * import { grad, mul, scalar } from '@tensorflow/tfjs-core';
 * const g = grad((x) => mul(x, noGrad(() => mul(x, 1))))(scalar(3));
 * (await g.data())[0]; // 3
 */
export function noGrad<T>(body: () => T): T {
  const { state } = tape();
  const { gradientDepth: depth, kernelDepth, activeTape } = state;
  state.gradientDepth = 0;
  state.kernelDepth = 0;
  state.activeTape = null;
  try {
    return body();
  } finally {
    state.gradientDepth = depth;
    state.kernelDepth = kernelDepth;
    state.activeTape = activeTape;
  }
}

/**
 * The same values, cut off from the computation that made them: gradients do not flow through (what papers write as sg or stop-gradient).
 *
 * @param x any tensor.
 * @returns a tensor over the same data, without copy.
 * @example
 * import { detach } from '@surrogate/core';
 * import { grad, mul, scalar } from '@tensorflow/tfjs-core';
 * const g = grad((x) => mul(x, detach(x)))(scalar(3));
 * (await g.data())[0]; // 3
 */
export function detach<T extends Tensor>(x: T): T {
  return noGrad(() => clone(x));
}

/**
 * The value of one tensor with the gradient of another (the straight-through estimator).
 *
 * $$ y = \text{value}, \qquad \frac{\partial y}{\partial\,\text{surrogate}} = I $$
 *
 * @param value what comes out.
 * @param surrogate what the gradient flows into; same shape.
 * @returns `value`, differentiable as if it were `surrogate`.
 * @throws SurrogateError `shape` where the two differ, `dtype`, `disposed`.
 * @see Bengio, Léonard, Courville: Estimating or Propagating Gradients Through Stochastic Neurons, 2013. arXiv:1308.3432
 * @example
 * import { straightThrough } from '@surrogate/core';
 * import { grad, round, scalar } from '@tensorflow/tfjs-core';
 * const g = grad((x) => straightThrough(round(x), x))(scalar(1.7));
 * (await g.data())[0]; // 1
 */
export function straightThrough(value: TensorLike, surrogate: TensorLike): Tensor {
  const fn = 'straightThrough';
  return tidy(() => {
    const shown = asTensor(fn, 'value', value);
    const felt = asTensor(fn, 'surrogate', surrogate);
    checkShape(fn, 'surrogate', felt.shape, shown.shape);
    return differentiable(
      { surrogate: felt },
      () => clone(shown),
      (_inputs, upstream) => ({ surrogate: upstream }),
    );
  });
}

/**
 * The identity whose gradient is reversed and scaled, for adversarial training.
 *
 * $$ y = x, \qquad \frac{\partial y}{\partial x} = -\lambda I $$
 *
 * @param x any float32 tensor.
 * @param scale the factor λ. Default 1.
 * @returns a tensor with the values of `x`.
 * @throws SurrogateError `range` when the scale is no finite number, `dtype`, `disposed`.
 * @see Ganin, Lempitsky: Unsupervised Domain Adaptation by Backpropagation, 2015. arXiv:1409.7495
 * @example
 * import { reverseGradient } from '@surrogate/core';
 * import { grad, scalar } from '@tensorflow/tfjs-core';
 * const g = grad((x) => reverseGradient(x, 0.5))(scalar(2));
 * (await g.data())[0]; // -0.5
 */
export function reverseGradient(x: TensorLike, scale = 1): Tensor {
  checkFinite('reverseGradient', 'scale', scale);
  return tidy(() =>
    differentiable(
      { x: asTensor('reverseGradient', 'x', x) },
      (inputs) => clone(inputs.x),
      (_inputs, upstream) => ({ x: () => mul(upstream, -scale) }),
    ),
  );
}
