/** @file Gradients by tfjs's engine that leave it as they found it, also when the function throws. */
import { clone, engine, keep, Tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { endScopes, owned, release, scopeDepth } from '../gradients/scopes.js';
import { noGrad, tape } from '../gradients/tape.js';
import { fail } from '../inputs/checks.js';

/** @internal What a function gave, and its gradients by the inputs, each with an owner of its own. */
export interface Differentiated {
  readonly value: Tensor;
  readonly gradients: readonly Tensor[];
}

/**
 * Runs a body so that whatever it leaves in the engine when it throws is undone: an open tape with the tensors that it has saved, depths, tidies.
 *
 * @internal
 */
export function guarded<T>(body: () => T): T {
  const { state } = tape();
  // Inside another op, or in its backward pass, tfjs has a tape that a new one would overwrite; nothing is recorded there anyway.
  if (state.kernelDepth > 0 || (state.gradientDepth === 0 && (state.activeTape ?? null) !== null)) return noGrad(() => guarded(body));
  const { gradientDepth, kernelDepth } = state;
  const depth = scopeDepth();
  try {
    return tidy(body as () => never);
  } catch (error) {
    endScopes(depth);
    state.gradientDepth = gradientDepth;
    state.kernelDepth = kernelDepth;
    if (gradientDepth === 0) {
      state.activeTape?.forEach(({ saved }) => saved.forEach((x) => x.dispose()));
      state.activeTape = null;
    }
    throw error;
  }
}

const nameOf = (value: unknown): string => (value instanceof Promise ? 'a promise' : value === null ? 'null' : typeof value);

/**
 * The value of a function and the gradients of its sum by some inputs; an input that it does not use has gradient 0. Call it in {@link guarded}.
 *
 * @internal
 */
export function differentiate(fn: string, f: () => Tensor, inputs: readonly Tensor[], upstream?: Tensor): Differentiated {
  const run = () => {
    const y = f();
    if (!(y instanceof Tensor)) fail('dtype', fn, 'f', `must return a tensor, got ${nameOf(y)}`);
    if (y.isDisposed) fail('disposed', fn, 'f', 'must return a live tensor, got a disposed one');
    if (y.dtype !== 'float32') fail('dtype', fn, 'f', `must return a float32 tensor, got ${y.dtype}`);
    return y;
  };
  // tfjs takes no empty list of inputs.
  if (inputs.length === 0) return { value: owned(tidy(run)), gradients: [] };
  const { value, grads } = engine().gradients(run, [...inputs], upstream, true) as unknown as {
    value: Tensor;
    grads: (Tensor | undefined)[];
  };
  const seen = new Set<Tensor>([value, ...inputs]);
  const gradients = grads.map((gradient, i) => {
    const own = gradient === undefined ? zerosLike(inputs[i]!) : seen.has(gradient) ? clone(gradient) : owned(gradient);
    seen.add(own);
    return own;
  });
  return { value: owned(value), gradients };
}

/** The tensors in plain objects and arrays, replaced one by one. */
function mapTensors(value: unknown, f: (x: Tensor) => Tensor): unknown {
  if (value instanceof Tensor) return f(value);
  if (Array.isArray(value)) return value.map((part) => mapTensors(part, f));
  if (typeof value !== 'object' || value === null || ![Object.prototype, null].includes(Object.getPrototypeOf(value) as null)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapTensors(part, f)]));
}

/** Carries tensors out of a forward pass, which disposes all but its value. */
export class Luggage<T> {
  readonly #kept = new Set<Tensor>();
  #value: T | undefined;

  /** Called inside. */
  pack(value: T): void {
    this.#value = mapTensors(value, (x) => {
      const own = owned(x);
      // A tensor that stands in two places is given away twice.
      const single = this.#kept.has(own) ? clone(own) : own;
      this.#kept.add(single);
      return keep(single);
    }) as T;
  }

  /** Called outside: the tensors belong to the innermost tidy again. */
  unpack(): T {
    this.#kept.forEach(release);
    this.#kept.clear();
    return this.#value as T;
  }

  /** After a throw. */
  drop(): void {
    this.#kept.forEach((x) => x.dispose());
  }
}
