/** @file First-order linear recurrences along the last axis: discounted sums, advantages, moving averages. */
import {
  add,
  broadcastTo,
  cast,
  fill,
  mul,
  notEqual,
  pad,
  reshape,
  slice,
  tidy,
  zerosLike,
  onesLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkBoolean, fail } from '../inputs/checks.js';
import { asTensor, type TensorLike } from '../inputs/tensors.js';
import { select } from '../math/select.js';
import { defineOp, type Op } from '../ops/defineOp.js';

/** Inputs of {@link linearRecurrenceOp}. */
export type LinearRecurrenceInputs = { x: Tensor; decay: Tensor };

/** Attributes of {@link linearRecurrenceOp}. */
export type LinearRecurrenceAttributes = {
  /** Whether it runs from the last step to the first. */
  readonly reverse: boolean;
};

/** x moved by some steps in the direction of the recurrence; zeros move in. */
function moved(x: Tensor, by: number, reverse: boolean): Tensor {
  const [rows, steps] = x.shape as [number, number];
  if (by >= steps) return zerosLike(x);
  const kept = slice(x, [0, reverse ? by : 0], [rows, steps - by]);
  return pad(kept, [[0, 0], reverse ? [0, by] : [by, 0]]);
}

/** Pairs (a, b) stand for y = a·(what was before) + b; combining those 1, 2, 4 ... apart takes log₂ T rounds. */
function scan(x: Tensor, decay: Tensor, reverse: boolean): Tensor {
  const steps = x.shape[1]!;
  let b = x;
  // Before the first step there is nothing: its decay is 0, so that a long product never meets an empty place as Infinity · 0.
  let a = moved(moved(decay, 1, !reverse), 1, reverse);
  for (let apart = 1; apart < steps; apart *= 2) {
    b = add(b, mul(a, moved(b, apart, reverse)));
    if (2 * apart < steps) a = mul(a, moved(a, apart, reverse));
  }
  return b === x ? x.clone() : b;
}

/**
 * A linear recurrence along each row, as a fused op.
 *
 * $$ y_t = x_t + d_t\, y_{t-1}, \qquad y_{-1} = 0 \qquad (y_t = x_t + d_t\, y_{t+1} \text{ in reverse}) $$
 *
 * @param inputs `x` and `decay`, float32 `[N, T]`. The decay of the step that comes first has no effect.
 * @param attrs the direction.
 * @returns float32 `[N, T]`.
 * @see Blelloch: Prefix Sums and Their Applications, 1990
 * @example
 * import { linearRecurrenceOp } from '@surrogate/core';
 * import { tensor } from '@tensorflow/tfjs-core';
 * await linearRecurrenceOp({ x: tensor([[1, 2, 3]]), decay: tensor([[0, 0.5, 0.5]]) }, { reverse: false }).data(); // [1, 2.5, 4.25]
 */
export const linearRecurrenceOp: Op<LinearRecurrenceInputs, LinearRecurrenceAttributes> = defineOp<
  LinearRecurrenceInputs,
  LinearRecurrenceAttributes
>({
  name: 'SurrogateLinearRecurrence',
  composite: ({ x, decay }, { reverse }) => scan(x, decay, reverse),
  // The adjoint is the same recurrence the other way round, with each decay one step later.
  gradient: ({ x, decay }, { reverse }, upstream) => {
    const adjoint = linearRecurrenceOp({ x: upstream, decay: moved(decay, 1, !reverse) }, { reverse: !reverse });
    return {
      x: adjoint,
      decay: () => mul(adjoint, moved(linearRecurrenceOp({ x, decay }, { reverse }), 1, reverse)),
    };
  },
  kernel: { residuals: 0, gradients: ['x', 'decay'] },
});

/** Options of {@link linearRecurrence}. */
export interface RecurrenceOptions {
  /** From the last step to the first. Default false. */
  reverse?: boolean | undefined;
  /** bool or 0/1, broadcast to x: the steps that exist. The others are skipped, as if they were not there, and give 0. */
  mask?: TensorLike | undefined;
}

/**
 * A linear recurrence along the last axis.
 *
 * $$ y_t = x_t + d_t\, y_{t-1}, \qquad y_{-1} = 0 \qquad (y_t = x_t + d_t\, y_{t+1} \text{ in reverse}) $$
 *
 * @param x float32 `[..., T]`.
 * @param decay float32, broadcast to x: how much of the step before stays; 0 starts anew.
 * @returns float32 `[..., T]`; where masked out, x and decay may hold NaN.
 * @throws SurrogateError `shape` where decay or mask do not broadcast to x or x is a scalar, `dtype`, `disposed`.
 * @example
 * import { linearRecurrence } from '@surrogate/core';
 * await linearRecurrence([1, 2, 3], 0.5, { reverse: true }).data(); // [2.75, 3.5, 3]
 */
export function linearRecurrence(x: TensorLike, decay: TensorLike, options: RecurrenceOptions = {}): Tensor {
  return recurrence('linearRecurrence', 'decay', x, decay, options);
}

/**
 * The discounted sums of what is to come: returns of rewards.
 *
 * $$ G_t = \sum_{k \ge 0} \Big(\prod_{j < k} \gamma_{t+j}\Big) x_{t+k} = x_t + \gamma_t G_{t+1} $$
 *
 * @param x float32 `[..., T]`, such as rewards.
 * @param discount float32, broadcast to x; 0 where an episode ends.
 * @returns float32 `[..., T]`.
 * @throws SurrogateError `shape` where discount or mask do not broadcast to x or x is a scalar, `dtype`, `disposed`.
 * @example
 * import { discountedSum } from '@surrogate/core';
 * await discountedSum([1, 1, 1], 0.9).data(); // [2.71, 1.9, 1]
 */
export function discountedSum(x: TensorLike, discount: TensorLike, options: Pick<RecurrenceOptions, 'mask'> = {}): Tensor {
  return recurrence('discountedSum', 'discount', x, discount, { mask: options.mask, reverse: true });
}

function recurrence(fn: string, factor: string, x: TensorLike, decay: TensorLike, { reverse = false, mask }: RecurrenceOptions): Tensor {
  checkBoolean(fn, 'reverse', reverse);
  return tidy(() => {
    const given = asTensor(fn, 'x', x);
    if (given.rank === 0) fail('shape', fn, 'x', 'must have rank 1 or more, got a scalar');
    const decays = broadcastInto(fn, factor, asTensor(fn, factor, decay), given.shape);
    const alive =
      mask === undefined ? undefined : broadcastInto(fn, 'mask', cast(notEqual(asTensor(fn, 'mask', mask), 0), 'bool'), given.shape);
    if (given.size === 0) return given.clone();
    const rows = (tensor: Tensor) => reshape(tensor, [-1, given.shape.at(-1)!]);
    const result =
      alive === undefined
        ? linearRecurrenceOp({ x: rows(given), decay: rows(decays) }, { reverse })
        : linearRecurrenceOp(
            { x: rows(select(alive, given, zerosLike(given))), decay: rows(select(alive, decays, onesLike(given))) },
            { reverse },
          );
    const shaped = reshape(result, given.shape);
    return alive === undefined ? shaped : select(alive, shaped, zerosLike(shaped));
  });
}

/** A tensor spread to a larger shape, or an error in the name of the argument. */
function broadcastInto(fn: string, argument: string, x: Tensor, shape: number[]): Tensor {
  const offset = shape.length - x.rank;
  if (offset < 0 || x.shape.some((size, i) => size !== 1 && size !== shape[i + offset]))
    fail('shape', fn, argument, `must broadcast to shape [${shape.join(', ')}], got [${x.shape.join(', ')}]`);
  if (shape.includes(0)) return cast(fill(shape, 0), x.dtype);
  return broadcastTo(x, shape);
}
