/** @file Rules that treat each parameter by itself: some tensors of memory, a gradient in, an update out. */
import type { Tensor } from '@tensorflow/tfjs-core';
import { defineTransformation, type ByPath, type GradientTransformation, type Scheduled } from '@surrogate/core';
import { valueAt } from '../schedules/scheduled.js';
import { mapByPath } from './byPath.js';

/** Steps so far, and what is remembered of each parameter, by name and path. */
export type LeafState = { count: number; slots: Record<string, ByPath> };

/** What a rule knows beside the gradient. */
export interface Now {
  /** Steps with this one, from 1. */
  readonly t: number;
  readonly param: Tensor;
  readonly path: string;
  /** A hyper-parameter at this step. */
  at(hyper: Scheduled): number;
}

/** An update, and what is remembered next. */
export type LeafUpdate<K extends string> = readonly [update: Tensor, next: Readonly<Record<K, Tensor>>];

/** A transformation that applies one rule to each parameter. */
export function leafwise<K extends string>(
  fn: string,
  slots: Readonly<Record<K, (param: Tensor) => Tensor>>,
  rule: (gradient: Tensor, memory: Readonly<Record<K, Tensor>>, now: Now) => LeafUpdate<K>,
): GradientTransformation<LeafState> {
  const names = Object.keys(slots) as K[];
  return defineTransformation<LeafState>(fn, {
    init: (params) => ({ count: 0, slots: Object.fromEntries(names.map((name) => [name, mapByPath(params, (x) => slots[name](x))])) }),
    update(updates, { count, slots: memory }, params) {
      const next: Record<string, ByPath> = Object.fromEntries(names.map((name) => [name, {}]));
      const moved = mapByPath(updates, (g, path) => {
        const own = Object.fromEntries(names.map((name) => [name, memory[name]![path]!])) as Record<K, Tensor>;
        const [update, after] = rule(g, own, { t: count + 1, param: params[path]!, path, at: (hyper) => valueAt(hyper, count) });
        names.forEach((name) => (next[name]![path] = after[name]));
        return update;
      });
      return { updates: moved, state: { count: count + 1, slots: next } };
    },
  });
}
