/** @file The lattice of connectionist temporal classification: all ways to spread labels over frames, summed by dynamic programming. */
import { detach, exp, logSumExp, maximum, select } from '@surrogate/core';
import {
  add,
  broadcastTo,
  cast,
  concat,
  equal,
  expandDims,
  fill,
  less,
  log,
  logicalAnd,
  maximum as larger,
  mul,
  notEqual,
  pad,
  range,
  reshape,
  reverse,
  slice,
  stack,
  sub,
  unstack,
  type Tensor,
} from '@tensorflow/tfjs-core';

/** The logarithm of nothing: finite, so that differences of two of them are no NaN. */
const nothing = -1e30;

/** What does not depend on the predictions: B sequences, T frames, L = 2 S + 1 states (the labels, with blanks around them). */
export type Lattice = {
  /** int32 `[B, L]`: the class of each state. */
  readonly states: Tensor;
  /** float32 `[2 B, L]`, forwards then backwards: the logarithm of 1 where a state may be entered from two before it, else of 0. */
  readonly skips: Tensor;
  /** float32 `[2 B, L]`: the logarithm of 1 at the state that the first frame comes from, else of 0. */
  readonly start: Tensor;
  /** bool `[T, 2 B, L]`: which frames exist. */
  readonly exists: Tensor;
  /** float32 `[B, L]`: the logarithm of 1 at the two states in which a path may end, else of 0. */
  readonly end: Tensor;
};

const moved = (x: Tensor, by: number): Tensor => {
  const [rows, states] = x.shape as [number, number];
  return slice(
    pad(
      x,
      [
        [0, 0],
        [by, 0],
      ],
      nothing,
    ),
    [0, 0],
    [rows, states],
  );
};

const logOf = (condition: Tensor): Tensor => mul(nothing, sub(1, cast(condition, 'float32')));
const at = (places: Tensor, states: number): Tensor => logOf(equal(expandDims(places, -1), range(0, states)));

/**
 * The lattice of label sequences.
 *
 * @param labels float32 `[B, S]`: class ids; what is beyond a sequence's count is any number.
 * @param counts float32 `[B]`: how many labels each has.
 * @param frames float32 `[B]`: how many frames each has.
 */
export function latticeOf(labels: Tensor, counts: Tensor, frames: Tensor, time: number, blank: number): Lattice {
  const [batch, most] = labels.shape as [number, number];
  const size = 2 * most + 1;
  const blanks = fill([batch, most], blank);
  const states: Tensor = concat([reshape(stack([blanks, labels], -1), [batch, 2 * most]), fill([batch, 1], blank)], 1);
  // A blank may be left out between two labels that differ.
  const skips = logOf(logicalAnd(notEqual(states, blank), notEqual(states, moved(states, 2))));
  const last = mul(2, counts);
  const count = Array.from({ length: time }, (_, t) => t);
  const forwards = count.map((t) => less(t, frames));
  const existing: Tensor = concat([stack(forwards), stack([...forwards].reverse())], 1);
  return {
    states: cast(states, 'int32'),
    // A path walked backwards leaves a state for the one two before it where it may be entered from there.
    skips: concat([skips, moved(reverse(skips, 1), 2)], 0),
    start: concat([at(fill([batch], 0), size), at(sub(size - 1, last), size)], 0),
    exists: cast(broadcastTo(expandDims(existing, -1), [time, 2 * batch, size]), 'bool'),
    end: larger(at(last, size), at(sub(last, 1), size)),
  };
}

/** After each frame, the log-probability of all ways to be in each state: `[N, L]` each. The steps are recorded where a gradient of a gradient is taken. */
function walk(start: Tensor, skips: Tensor, exists: Tensor, emissions: Tensor): Tensor[] {
  const there = unstack(exists);
  let before = start;
  return unstack(emissions).map((emitted, t) => {
    const [stay, next, skip] = [before, moved(before, 1), add(moved(before, 2), skips)];
    const highest = detach(maximum(maximum(stay, next), skip));
    const sum = [stay, next, skip].map((x) => exp(sub(x, highest))).reduce((a, b) => add(a, b));
    before = select(there[t]!, add(emitted, add(highest, log(sum))), before);
    return before;
  });
}

/** Log-probabilities of the states' classes, `[T, B, L]`, never less than the logarithm of nothing. */
const emitted = (stateLogProbs: Tensor): Tensor => maximum(stateLogProbs, nothing);

const half = (x: Tensor, part: 0 | 1): Tensor => {
  const [rows, ...rest] = x.shape as [number, ...number[]];
  return slice(x, [(part * rows) / 2, ...rest.map(() => 0)], [rows / 2, ...rest]);
};

/** The log-probability of each sequence, `[B]`; the logarithm of nothing where there are too few frames. */
const total = (final: Tensor, end: Tensor): Tensor => logSumExp(add(final, end));

/** The log-probability of each sequence, `[B]`, and whether it is possible at all. */
export function logLikelihood(stateLogProbs: Tensor, lattice: Lattice): Tensor {
  const { start, skips, exists, end } = lattice;
  const [time, , size] = stateLogProbs.shape as [number, number, number];
  const batch = end.shape[0];
  const steps = walk(half(start, 0), half(skips, 0), slice(exists, [0, 0, 0], [time, batch, size]), emitted(stateLogProbs));
  return total(steps.at(-1)!, end);
}

/** The probability of being in each state at each frame, given the labels: `[T, B, L]`; 0 where the labels are impossible or the frame does not exist. */
export function occupancy(stateLogProbs: Tensor, lattice: Lattice): Tensor {
  const { start, skips, exists, end } = lattice;
  const y = emitted(stateLogProbs);
  // One walk from both ends at once: from the last frame and the last state it is the same recurrence.
  const steps = stack(walk(start, skips, exists, concat([y, reverse(y, [0, 2])], 1)));
  const [time, , size] = y.shape as [number, number, number];
  const batch = end.shape[0];
  const forwards = slice(steps, [0, 0, 0], [time, batch, size]);
  const backwards = reverse(slice(steps, [0, batch, 0], [time, batch, size]), [0, 2]);
  const whole = total(slice(forwards, [time - 1, 0, 0], [1, batch, size]), expandDims(end, 0));
  const possible = isPossible(whole);
  const known = mul(possible, whole);
  const inside = mul(expandDims(possible, -1), cast(slice(exists, [0, 0, 0], [time, batch, size]), 'float32'));
  // The emission is counted from both ends.
  const joint = sub(sub(add(forwards, backwards), y), expandDims(known, -1));
  return mul(inside, exp(select(cast(broadcastTo(inside, joint.shape), 'bool'), joint, fill(joint.shape, nothing))));
}

/** 1 where a log-probability is not that of nothing, a constant to gradients. */
export const isPossible = (logProb: Tensor): Tensor => cast(less(nothing / 2, detach(logProb)), 'float32');
