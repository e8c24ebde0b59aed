/** @file Connectionist temporal classification (Graves et al. 2006): labels whose places in time are not known. */
import {
  asClassTarget,
  asTensor,
  checkBoolean,
  checkInteger,
  checkRank,
  checkShape,
  differentiable,
  fail,
  logSumExp,
  lossScope,
  select,
  softmax,
  takeAlongAxis,
  type LossOptions,
  type TensorLike,
} from '@surrogate/core';
import {
  add,
  broadcastTo,
  cast,
  div,
  equal,
  expandDims,
  fill,
  less,
  matMul,
  maximum,
  mul,
  neg,
  range,
  sub,
  sum,
  Tensor,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { isPossible, latticeOf, logLikelihood, occupancy, type Lattice } from './ctcLattice.js';

/** Options of {@link ctcLoss}. */
export interface CtcOptions extends LossOptions {
  /** The class that says nothing. Default 0. */
  blank?: number | undefined;
  /** int32 `[B]`: how many frames each sequence has. Default all. */
  inputLengths?: TensorLike | undefined;
  /** int32 `[B]`: how many labels each sequence has. Default all. */
  labelLengths?: TensorLike | undefined;
  /** Divides each loss by its number of labels, as torch's mean does. Default false. */
  perLabel?: boolean | undefined;
  /** Counts sequences whose labels do not fit into their frames as 0 instead of Infinity; their gradient is 0 either way. Default false. */
  zeroInfinity?: boolean | undefined;
}

const fn = 'ctcLoss';

/** Lengths as float32 `[B]`. */
function lengthsOf(argument: string, given: TensorLike | undefined, batch: number, most: number): Tensor {
  if (given === undefined) return fill([batch], most);
  const lengths = asTensor(fn, argument, given, 'int32');
  checkShape(fn, argument, lengths.shape, [batch]);
  if (!(given instanceof Tensor)) {
    const wrong = (Array.isArray(given) ? given : Array.from(given as Int32Array)).findIndex((length) => length < 0 || length > most);
    if (wrong >= 0) fail('range', fn, argument, `must be in [0, ${most}], got ${String((given as number[])[wrong])} at [${wrong}]`);
  }
  return cast(lengths, 'float32');
}

/** The log-probability that each row of states is emitted: `[T, B, L]`. */
function statesOf(logits: Tensor, { states }: Lattice): Tensor {
  const [batch, time] = logits.shape as [number, number];
  const ids: Tensor = broadcastTo(expandDims(states, 1), [batch, time, states.shape[1]!]);
  return transpose(sub(takeAlongAxis(logits, ids), logSumExp(logits, { keepDims: true })), [1, 0, 2]);
}

/** -log of each sequence's probability; the gradient is the difference of what is predicted and what the labels make of it. */
function rowsOf(logits: Tensor, lattice: Lattice): Tensor {
  return differentiable(
    // The lattice is among the inputs because what a gradient needs must outlive the call.
    { logits, ...lattice },
    (inputs) => neg(logLikelihood(statesOf(inputs.logits, inputs), inputs)),
    (inputs, upstream) => ({
      logits: () => {
        const inStates = transpose(occupancy(statesOf(inputs.logits, inputs), inputs), [1, 0, 2]);
        const classOfState = equal(expandDims(inputs.states, -1), range(0, inputs.logits.shape[2]!, 1, 'int32'));
        const wanted = matMul(inStates, cast(classOfState, 'float32'));
        // Frames that do not exist, and impossible labels, are in no state.
        const counted = sum(inStates, -1, true);
        return mul(expandDims(expandDims(upstream, -1), -1), sub(mul(counted, softmax(inputs.logits)), wanted));
      },
    }),
  );
}

/**
 * CTC loss: the negative log-probability of a sequence of labels, summed over all ways to place it on the frames with blanks between.
 *
 * $$ \ell(z, y) = -\log \sum_{\pi : \mathcal B(\pi) = y} \prod_t \operatorname{softmax}(z_t)_{\pi_t} $$
 *
 * where B merges what repeats and then drops the blanks. The gradient comes from one recursion from both ends, in log space.
 *
 * @param logits float32 `[B, T, K]`, unnormalised, the blank among the classes.
 * @param labels int32 `[B, S]`: class ids without blanks; beyond a sequence's length any class id, or -1.
 * @param options the blank, the lengths, and what every loss takes; a row is a sequence.
 * @returns a scalar, or `[B]` with `reduction: 'none'`. Infinity, with gradient 0, where labels need more frames than there are.
 * @throws SurrogateError `shape` for other ranks or no frame, `range` for a blank, an id or a length that is out of range, `dtype`, `disposed`.
 * @see Graves, Fernández, Gomez, Schmidhuber: Connectionist Temporal Classification: Labelling Unsegmented Sequence Data with Recurrent Neural Networks, 2006
 * @example
 * import { ctcLoss } from '@surrogate/losses';
 * // Of the nine paths over two frames three say "1": 01, 10 and 11.
 * (await ctcLoss([[[0, 0, 0], [0, 0, 0]]], [[1]]).data())[0]; // 1.098612
 */
export function ctcLoss(logits: TensorLike, labels: TensorLike, options: CtcOptions = {}): Tensor {
  const { blank = 0, perLabel = false, zeroInfinity = false } = options;
  checkInteger(fn, 'blank', blank);
  checkBoolean(fn, 'perLabel', perLabel);
  checkBoolean(fn, 'zeroInfinity', zeroInfinity);
  return tidy(() => {
    const z = asTensor(fn, 'logits', logits);
    checkRank(fn, 'logits', z.shape, 3);
    const [batch, time, classes] = z.shape as [number, number, number];
    if (time === 0) fail('shape', fn, 'logits', 'must have one frame or more, got none');
    if (blank >= classes) fail('range', fn, 'blank', `must be a class id in [0, ${classes}), got ${blank}`);
    const given = asTensor(fn, 'labels', labels, 'int32');
    checkShape(fn, 'labels', given.shape, [batch, null]);
    asClassTarget(fn, labels, [...given.shape, classes], -1);
    const most = given.shape[1]!;
    const counts = lengthsOf('labelLengths', options.labelLengths, batch, most);
    const frames = lengthsOf('inputLengths', options.inputLengths, batch, time);
    return lossScope(
      fn,
      { logits: z },
      options,
      (rows) => {
        const lattice = latticeOf(maximum(cast(given, 'float32'), 0), counts, frames, time, blank);
        const loss = rowsOf(rows.logits, lattice);
        const possible = isPossible(neg(loss));
        // The gradient of an impossible row is 0, so that a constant may stand for its value.
        const known = add(mul(possible, loss), zeroInfinity ? 0 : infinityWhere(less(possible, 1)));
        return perLabel ? div(known, maximum(counts, 1)) : known;
      },
      2,
    );
  });
}

const infinityWhere = (condition: Tensor): Tensor => select(condition, fill(condition.shape, Infinity), fill(condition.shape, 0));
