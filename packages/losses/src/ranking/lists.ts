/** @file The frame of listwise losses: a row is a list of scored items, some of which may be padding. */
import { argsort, asTensor, detach, lossScope, select, type LossOptions, type TensorLike } from '@surrogate/core';
import {
  add,
  broadcastTo,
  cast,
  div,
  equal,
  expandDims,
  fill,
  greater,
  notEqual,
  ones,
  sub,
  sum,
  tidy,
  zerosLike,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { checkBroadcast } from '../common/checks.js';

/** What every listwise loss takes. */
export interface ListOptions extends LossOptions {
  /** bool or 0/1, broadcast to the scores: which items of each list are there at all. Default all. The mask and the weights are of lists. */
  items?: TensorLike | undefined;
}

/** Lists `[..., L]` in which absent items hold zeros. */
export interface Lists {
  readonly scores: Tensor;
  readonly relevance: Tensor;
  /** bool: which items are there. */
  readonly present: Tensor;
}

/** Runs the body of a listwise loss, which gives one loss a list. */
export function listScope(
  fn: string,
  scores: TensorLike,
  relevance: TensorLike,
  options: ListOptions,
  body: (lists: Lists) => Tensor,
): Tensor {
  return tidy(() => {
    const s = asTensor(fn, 'scores', scores);
    const r = asTensor(fn, 'relevance', relevance);
    const given = options.items === undefined ? undefined : asTensor(fn, 'items', options.items);
    if (given !== undefined) checkBroadcast(fn, 'items', given, s.shape);
    // As an input like the others, so that the frame checks and shields it with its list.
    const there: Tensor = given === undefined ? ones(s.shape) : broadcastTo(cast(notEqual(given, 0), 'float32'), s.shape);
    return lossScope(
      fn,
      { scores: s, relevance: r, there },
      options,
      (rows) => {
        const present: Tensor = cast(greater(rows.there, 0), 'bool');
        const clean = (x: Tensor) => select(present, x, zerosLike(x));
        return body({ scores: clean(rows.scores), relevance: clean(rows.relevance), present });
      },
      1,
    );
  });
}

/** x where items are there, else `filler`. */
export const among = (x: Tensor, present: Tensor, filler: number): Tensor => select(present, x, fill(x.shape, filler));

/** The place of each item when sorted from the largest, from 0; absent items come last; a constant to gradients. */
export function placesOf(values: Tensor, present: Tensor): Tensor {
  const order = argsort(among(detach(values), present, -Infinity), { descending: true });
  return cast(argsort(cast(order, 'float32')), 'float32');
}

/** a / b, where 0 / 0 is 0. */
export const ratioOf = (a: Tensor, b: Tensor): Tensor => div(a, add(b, cast(equal(detach(b), 0), 'float32')));

/** x summed over the items of each list. */
export const overItems = (x: Tensor): Tensor => sum(x, -1);

/** x_i - x_j over the items of each list. */
export const differences = (x: Tensor): Tensor => sub(expandDims(x, -1), expandDims(x, -2));
