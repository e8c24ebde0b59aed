/** @file Gradients and Hessian-vector products against differences, to what float32 allows. */
import { add, clone, grads, mul, sum, Tensor, tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { type TensorLike } from '@surrogate/core';
import { assert } from 'vitest';
import { direction, uniforms } from './directions.js';
import { extrapolate, steps, type Estimate } from './ridders.js';

/** How a gradient is checked. */
export interface GradientCheckOptions {
  /** 1 checks the gradient, 2 also Hessian-vector products by double backward. Default 1. */
  order?: 1 | 2 | undefined;
  /** Allowed error as a part of the derivative's size. Default 3e-3. */
  rtol?: number | undefined;
  /** Allowed error beside that. Default 3e-4. */
  atol?: number | undefined;
  /** The largest step, as a part of each input (of 0.5 where that is larger). Default 0.05; less near a kink or the end of a domain. */
  eps?: number | undefined;
  /** The point is a tie or kink: the gradient must lie between the one-sided derivatives, and second derivatives must be finite. Default false. */
  ties?: boolean | undefined;
}

type F = (...inputs: Tensor[]) => Tensor;

/** A point: one array an input. */
type Point = readonly Float32Array[];

const directions = 2;

/** The function under test as a scalar (its outputs in a random projection) on host arrays. */
class Projected {
  private constructor(
    private readonly f: F,
    private readonly shapes: readonly (readonly number[])[],
    readonly weights: Float32Array,
    private readonly outputShape: readonly number[],
  ) {}

  static async of(f: F, point: Point, shapes: readonly (readonly number[])[]): Promise<Projected> {
    const output = tidy(() => f(...point.map((x, i) => tensor(x, shapes[i] as number[]))));
    const values = await output.data<'float32'>();
    output.dispose();
    const weights = direction(values.length, uniforms(11));
    // An output that is infinite by design has no difference to look at.
    values.forEach((value, i) => Number.isFinite(value) || (weights[i] = 0));
    return new Projected(f, shapes, weights, output.shape);
  }

  private tensors = (point: Point) => point.map((x, i) => tensor(x, this.shapes[i] as number[], 'float32'));

  async value(point: Point): Promise<number> {
    const output = tidy(() => this.f(...this.tensors(point)));
    const values = await output.data<'float32'>();
    output.dispose();
    return values.reduce((total, value, i) => (this.weights[i] === 0 ? total : total + value * this.weights[i]!), 0);
  }

  /** Linked to all inputs, because tfjs throws where a result does not depend on one. */
  private linked = (y: Tensor, inputs: readonly Tensor[]) =>
    inputs.reduce<Tensor>((total, x) => add(total, sum(mul(x, zeros(x.shape)))), y);

  private gradients = (inputs: Tensor[]) =>
    grads((...xs: Tensor[]) => this.linked(sum(mul(this.f(...xs), tensor(this.weights, this.outputShape as number[]))), xs))(inputs);

  async gradient(point: Point): Promise<Point> {
    return download(tidy(() => this.gradients(this.tensors(point))));
  }

  /** The Hessian times a vector, by differentiating the gradient once more. */
  async hessianVector(point: Point, vector: Point): Promise<Point> {
    return download(
      tidy(() => {
        const v = this.tensors(vector);
        const slope = (...xs: Tensor[]) =>
          this.linked(
            this.gradients(xs)
              .map((g, i) => sum(mul(g, v[i]!)))
              .reduce((a, b) => add(a, b)),
            xs,
          );
        return grads(slope)(this.tensors(point));
      }),
    );
  }
}

async function download(tensors: Tensor[]): Promise<Point> {
  const values = await Promise.all(tensors.map((x) => x.data<'float32'>()));
  tensors.forEach((x) => x.dispose());
  return values;
}

const moved = (point: Point, along: Point, by: number): Point => point.map((x, i) => x.map((value, j) => value + by * along[i]![j]!));

/** A direction scaled to the inputs; what is not finite (behind a mask, or -Infinity on purpose) stays where it is. */
function scaledDirection(point: Point, uniform: () => number): Point {
  return point.map((x) => direction(x.length, uniform).map((v, j) => (Number.isFinite(x[j]!) ? v * Math.max(0.5, Math.abs(x[j]!)) : 0)));
}

const dots = (a: Point, b: Point): number[] => a.flatMap((x, i) => Array.from(x, (value, j) => value * b[i]![j]!));

function assertFinite(what: string, gradient: Point): void {
  gradient.forEach((g, i) => {
    const at = g.findIndex((value) => !Number.isFinite(value));
    assert(at < 0, `${what} by input ${i} is ${g[at]} at ${at}`);
  });
}

function assertNear(what: string, actual: number, { value, error }: Estimate, allowed: number): void {
  assert(
    error <= Math.max(10 * allowed, 0.02 * Math.abs(value)),
    `${what}: too rough to be checked here (differences give ${value} ± ${error}); take another point or eps`,
  );
  assert(
    Math.abs(actual - value) <= allowed + 2 * error,
    `${what} is ${actual}, differences give ${value} ± ${error} (allowed ${allowed})`,
  );
}

/**
 * Passes where the gradient of a function agrees with differences of it, along random directions and for a random projection of its outputs.
 *
 * @param f a function of float32 tensors.
 * @param inputs where to check, at points where f is smooth (else say `ties`).
 * @param options the order, the tolerances, the step.
 */
export async function checkGradient(f: F, inputs: readonly TensorLike[], options: GradientCheckOptions = {}): Promise<void> {
  const { order = 1, rtol = 3e-3, atol = 3e-4, eps = 0.05, ties = false } = options;
  const tensors = inputs.map((x) => (x instanceof Tensor ? clone(x) : tensor(x as number[], undefined, 'float32')));
  const shapes = tensors.map((x) => x.shape);
  const point = await download(tensors);
  const projected = await Projected.of(f, point, shapes);
  const gradient = await projected.gradient(point);
  assertFinite('the gradient', gradient);
  const uniform = uniforms(7);
  const sides = steps.map((part) => part * eps);
  for (let n = 0; n < directions; n++) {
    const along = scaledDirection(point, uniform);
    const terms = dots(gradient, along);
    const actual = terms.reduce((a, b) => a + b, 0);
    const allowed = atol + rtol * Math.hypot(...terms);
    const values: (readonly [number, number])[] = [];
    for (const h of sides)
      values.push([await projected.value(moved(point, along, h)), await projected.value(moved(point, along, -h))] as const);
    if (ties) {
      const middle = await projected.value(point);
      const [right, left] = [1, -1].map((sign) =>
        extrapolate(
          values.map((pair, i) => (sign * (pair[sign === 1 ? 0 : 1] - middle)) / sides[i]!),
          1,
        ),
      ) as [Estimate, Estimate];
      const slack = allowed + 2 * Math.max(right.error, left.error);
      const [low, high] = [Math.min(right.value, left.value) - slack, Math.max(right.value, left.value) + slack];
      assert(
        low <= actual && actual <= high,
        `the gradient along direction ${n} is ${actual}, which is outside the one-sided derivatives [${low}, ${high}]`,
      );
    } else {
      const quotients = values.map(([plus, minus], i) => (plus - minus) / (2 * sides[i]!));
      assertNear(`the gradient along direction ${n}`, actual, extrapolate(quotients, 2), allowed);
    }
  }
  if (order === 2) await checkSecondOrder(projected, point, { rtol, atol, eps, ties });
}

type Resolved = { rtol: number; atol: number; eps: number; ties: boolean };

async function checkSecondOrder(projected: Projected, point: Point, { rtol, atol, eps, ties }: Resolved): Promise<void> {
  const along = scaledDirection(point, uniforms(5));
  const products = await projected.hessianVector(point, along);
  assertFinite('the Hessian-vector product', products);
  if (ties) return;
  const pairs: (readonly [Point, Point])[] = [];
  for (const part of steps)
    pairs.push([
      await projected.gradient(moved(point, along, part * eps)),
      await projected.gradient(moved(point, along, -part * eps)),
    ] as const);
  const size = Math.max(...products.flatMap((product) => Array.from(product, Math.abs)));
  products.forEach((product, i) =>
    product.forEach((actual, j) => {
      const quotients = pairs.map(([plus, minus], k) => (plus[i]![j]! - minus[i]![j]!) / (2 * eps * steps[k]!));
      assertNear(`the Hessian-vector product by input ${i} at ${j}`, actual, extrapolate(quotients, 2), atol + rtol * size);
    }),
  );
}
