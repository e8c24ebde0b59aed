/** @file Fused ops: the composite is the meaning; where the current backend has a kernel of the op's name, that kernel serves. */
import { engine, getBackend, getKernel, zeros, type Tensor } from '@tensorflow/tfjs-core';
import {
  differentiable,
  differentiableWithResiduals,
  gradientDepth,
  noGrad,
  type NamedGradients,
  type NamedTensors,
} from '../gradients/tape.js';
import { runtime } from '../runtime.js';

/** Numbers, booleans, strings and arrays of numbers: what a kernel can be told beside its tensors. */
export type OpAttributes = Readonly<Record<string, number | boolean | string | readonly number[]>>;

/** What an op is. */
export interface OpDefinition<I extends NamedTensors, A extends OpAttributes> {
  /** The kernel's name in tfjs's registry: `Surrogate...`. */
  readonly name: string;
  /** The definition. Kernels are right when they agree with it. */
  composite(inputs: I, attrs: A): Tensor;
  /** The gradients in terms of the inputs alone, so that they can be differentiated again. Without it the composite is differentiated. */
  gradient?(inputs: I, attrs: A, upstream: Tensor): NamedGradients<I>;
  /**
   * What a kernel may do: the forward kernel, told `residuals: true`, returns its value and then so many residuals; `<name>Grad` receives the inputs, the residuals as
   * `residual0`, `residual1` ..., and `upstream`, and returns the gradients of these inputs in this order; with `apart` it is called once for each that is wanted, told
   * its name as `by`. Gradients that it does not name are the written ones. It is used in an ordinary backward pass; for higher orders the composite runs.
   */
  readonly kernel?: { readonly residuals: number; readonly gradients: readonly (keyof I & string)[]; readonly apart?: boolean };
  /** A frugal way to compute the same on any backend, in an ordinary forward or backward pass; for higher orders the composite runs. */
  readonly streamed?: StreamedOp<I, A>;
}

/** An op computed piece by piece, so that its large intermediate never exists as a whole. */
export interface StreamedOp<I extends NamedTensors, A extends OpAttributes> {
  /** The value, then, where a gradient will be wanted, what the backward pass needs beside the inputs. */
  forward(inputs: I, attrs: A, recorded: boolean): [Tensor, ...Tensor[]];
  /** The gradients of the inputs. */
  backward(inputs: I, attrs: A, residuals: readonly Tensor[], upstream: Tensor): NamedGradients<I>;
}

/** A function that runs an op on the current backend. */
export type Op<I extends NamedTensors, A extends OpAttributes> = ((inputs: I, attrs: A) => Tensor) & {
  readonly definition: OpDefinition<I, A>;
  /** Whether the current backend has a kernel for it. */
  readonly fused: () => boolean;
};

/**
 * Defines an op by what it means, so that backends may bring a faster way to say it.
 *
 * @param definition its name, its composite, and its gradient.
 * @returns a function of named tensors and attributes; call it inside a tidy.
 * @example
 * import { defineOp } from '@surrogate/core';
 * import { mul, square, tensor } from '@tensorflow/tfjs-core';
 * const cube = defineOp({ name: 'ExampleCube', composite: ({ x }) => mul(x, square(x)) });
 * await cube({ x: tensor([1, 2]) }, {}).data(); // [1, 8]
 */
export function defineOp<I extends NamedTensors, A extends OpAttributes>(definition: OpDefinition<I, A>): Op<I, A> {
  runtime().ops.set(definition.name, definition);
  const run = (inputs: I, attrs: A): Tensor => {
    const depth = gradientDepth();
    if (definition.kernel !== undefined && depth <= 1 && hasKernel(definition.name))
      return runKernel(definition, inputs, attrs, depth === 1);
    if (definition.streamed !== undefined && depth <= 1) return runStreamed(definition.streamed, inputs, attrs, depth === 1);
    const { gradient } = definition;
    if (gradient === undefined) return definition.composite(inputs, attrs);
    return differentiable(
      inputs,
      (saved) => definition.composite(saved, attrs),
      (saved, upstream) => gradient(saved, attrs, upstream),
    );
  };
  return Object.assign(run, { definition, fused: () => hasKernel(definition.name) });
}

/** @internal Whether the current backend has a kernel of that name. */
export const hasKernel = (name: string): boolean => getKernel(name, getBackend()) !== undefined;

function runKernel<I extends NamedTensors, A extends OpAttributes>(
  { name, gradient, kernel }: OpDefinition<I, A>,
  inputs: I,
  attrs: A,
  recorded: boolean,
): Tensor {
  const call = (kernelName: string, tensors: NamedTensors, more: OpAttributes) =>
    noGrad(() => {
      const made = engine().runKernel<Tensor | Tensor[]>(kernelName, tensors, { ...attrs, ...more });
      return Array.isArray(made) ? made : [made];
    });
  if (!recorded) return call(name, inputs, { residuals: false })[0]!;
  const fused = kernel!.gradients;
  return differentiableWithResiduals(
    inputs,
    () => call(name, inputs, { residuals: true }) as [Tensor, ...Tensor[]],
    (saved, residuals, upstream) => {
      const named = Object.fromEntries(residuals.map((residual, i) => [`residual${i}`, residual]));
      const back = (more: OpAttributes) => call(`${name}Grad`, { ...saved, ...named, upstream }, more);
      const fromKernel =
        kernel!.apart === true || fused.length === 0
          ? Object.fromEntries(fused.map((input) => [input, () => back({ by: input })[0]!]))
          : gradientsTogether(fused, back({}));
      const others = Object.keys(saved).filter((input) => !fused.includes(input));
      const written =
        gradient === undefined
          ? {}
          : Object.fromEntries(others.map((input) => [input, () => gradientOf(gradient(saved, attrs, upstream), input, saved)]));
      return { ...written, ...fromKernel } as NamedGradients<I>;
    },
  );
}

const gradientsTogether = (inputs: readonly string[], made: readonly Tensor[]) =>
  Object.fromEntries(inputs.map((input, i) => [input, made[i]!]));

function runStreamed<I extends NamedTensors, A extends OpAttributes>(
  streamed: StreamedOp<I, A>,
  inputs: I,
  attrs: A,
  recorded: boolean,
): Tensor {
  return differentiableWithResiduals(
    inputs,
    () => noGrad(() => streamed.forward(inputs, attrs, recorded)),
    (saved, residuals, upstream) => noGrad(() => streamed.backward(saved, attrs, residuals, upstream)),
  );
}

function gradientOf<I extends NamedTensors>(gradients: NamedGradients<I>, input: string, inputs: I): Tensor {
  const given = gradients[input];
  return typeof given === 'function' ? given() : (given ?? zeros(inputs[input]!.shape));
}
