/** @file Gradient transformations in the form that tf.layers wants. */
import { engine, Optimizer, scalar, Tensor, tidy, zerosLike, type NamedTensorMap, type Variable } from '@tensorflow/tfjs-core';
import { fail } from '../inputs/checks.js';
import { disposeState, disposing, mapState } from '../optim/state.js';
import { step } from '../optim/step.js';
import type { GradientTransformation } from '../optim/transformation.js';
import type { StateTree } from '../trees/types.js';

interface NamedTensor {
  readonly name: string;
  readonly tensor: Tensor;
}

/** What tf.layers sees. */
class TransformationOptimizer extends Optimizer {
  static readonly className = 'SurrogateOptimizer';
  #state: StateTree | undefined;
  #names: readonly string[] = [];
  #pending: ReadonlyMap<string, Tensor> | undefined;

  constructor(readonly transformation: GradientTransformation) {
    super();
  }

  applyGradients(variableGradients: NamedTensorMap | NamedTensor[]): void {
    const given = new Map(
      Array.isArray(variableGradients)
        ? variableGradients.map(({ name, tensor }) => [name, tensor] as const)
        : Object.entries(variableGradients),
    );
    if (this.#state === undefined) this.#start([...given.keys()]);
    const stranger = [...given.keys()].find((name) => !this.#names.includes(name));
    if (stranger !== undefined)
      fail('shape', 'toTfOptimizer', 'gradients', `must be of the variables of the first step, got one more of ${stranger}: compile again`);
    const params = this.#variables();
    tidy(() => {
      // A variable that a loss does not use comes without a gradient.
      const grads = Object.fromEntries(
        this.#names.map((name) => [name, (given.get(name) as Tensor | null | undefined) ?? zerosLike(params[name]!)]),
      );
      const { state } = step(this.transformation, params, grads as never, this.#state!);
      // It outlives this tidy.
      mapState('toTfOptimizer', 'state', state, (leaf) => (leaf instanceof Tensor ? void (leaf.kept = true) : undefined));
      this.#state = state;
    });
    this.incrementIterations();
  }

  #variables(): Record<string, Variable> {
    const { registeredVariables } = engine();
    return Object.fromEntries(this.#names.map((name) => [name, registeredVariables[name]!]));
  }

  #start(names: readonly string[]): void {
    this.#names = names;
    const pending = this.#pending;
    tidy(() => {
      const fresh = this.transformation.init(this.#variables() as never);
      const state = mapState('toTfOptimizer', 'state', fresh, (leaf, path) => {
        const saved = pending?.get(path);
        if (leaf instanceof Tensor) {
          const own = saved?.clone() ?? leaf;
          own.kept = true;
          return own;
        }
        return typeof leaf === 'number' && saved !== undefined ? this.#numbers.get(path) : leaf;
      });
      this.#state = disposing(state as StateTree);
    });
    this.#drop();
  }

  readonly #numbers = new Map<string, number>();

  #drop(): void {
    this.#pending?.forEach((x) => x.dispose());
    this.#pending = undefined;
  }

  override async getWeights(): Promise<NamedTensor[]> {
    const found: NamedTensor[] = [await this.saveIterations()];
    if (this.#state !== undefined)
      mapState('toTfOptimizer', 'state', this.#state, (leaf, path) => {
        if (leaf instanceof Tensor) found.push({ name: path, tensor: leaf.clone() });
        else if (typeof leaf === 'number') found.push({ name: path, tensor: scalar(leaf) });
      });
    return found;
  }

  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const rest = await this.extractIterations(weights);
    if (this.#state !== undefined) disposeState(this.#state);
    this.#state = undefined;
    this.#drop();
    for (const { name, tensor } of rest) if (tensor.size === 1) this.#numbers.set(name, (await tensor.data())[0]!);
    this.#pending = new Map(rest.map(({ name, tensor }) => [name, Object.assign(tensor.clone(), { kept: true })]));
  }

  override dispose(): void {
    this.#drop();
    if (this.#state !== undefined) disposeState(this.#state);
    this.#state = undefined;
    this.iterations_ = 0;
  }

  getConfig() {
    return {};
  }
}

/**
 * Makes of a gradient transformation an optimizer for `model.compile`, `optimizer.minimize` and whatever else takes a `tf.Optimizer`.
 *
 * @param transformation an optimizer of this library.
 * @returns a `tf.Optimizer` with a state of its own, which begins with its first step and is saved by `getWeights`; dispose it when training is over.
 * @throws SurrogateError `dtype` for what is no transformation; its steps throw `shape` when they meet a variable that the first one did not have.
 * @example
 * import { defineTransformation, toTfOptimizer } from '@surrogate/core';
 * import { mul, square, variable, scalar, type Scalar } from '@tensorflow/tfjs-core';
 * const descent = defineTransformation('descent', {
 *   init: () => ({}),
 *   update: (grads, state) => ({ updates: Object.fromEntries(Object.entries(grads).map(([path, g]) => [path, mul(g, -0.1)])), state }),
 * });
 * const x = variable(scalar(3));
 * toTfOptimizer(descent).minimize(() => square(x) as Scalar, false, [x]);
 * (await x.data())[0]; // 2.4
 */
export function toTfOptimizer(transformation: GradientTransformation): Optimizer {
  if (typeof transformation?.init !== 'function' || typeof transformation.update !== 'function')
    fail(
      'dtype',
      'toTfOptimizer',
      'transformation',
      `must be a gradient transformation, got ${transformation === null ? 'null' : typeof transformation}`,
    );
  return new TransformationOptimizer(transformation);
}
