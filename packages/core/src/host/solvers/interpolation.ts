/** @file Interpolation that never leaves the range of its neighbours. */
import { fail } from '../../inputs/checks.js';

/**
 * A smooth curve through points that rises where they rise and falls where they fall: piecewise cubic, once differentiable.
 *
 * @param x the places, strictly ascending, at least 2.
 * @param y the values there.
 * @returns the curve; beyond the ends it keeps the end's value.
 * @throws SurrogateError `shape` when the lengths differ or there are fewer than 2 points, `range` when x does not ascend or a number is not finite.
 * @see Fritsch, Butland: A Method for Constructing Local Monotone Piecewise Cubic Interpolants, 1984
 * @example
 * import { monotoneInterpolation } from '@surrogate/core/host';
 * const curve = monotoneInterpolation([0, 1, 2], [0, 1, 1]);
 * curve(0.5); // 0.6875
 * curve(1.5); // 1
 */
export function monotoneInterpolation(x: ArrayLike<number>, y: ArrayLike<number>): (at: number) => number {
  const [xs, ys] = [Float64Array.from(x), Float64Array.from(y)];
  if (xs.length < 2 || xs.length !== ys.length)
    fail('shape', 'monotoneInterpolation', 'y', `must have the length of x, which is at least 2, got ${ys.length} and ${xs.length}`);
  xs.forEach((value, i) => {
    if (!Number.isFinite(value) || !Number.isFinite(ys[i]) || (i > 0 && !(value > xs[i - 1]!)))
      fail('range', 'monotoneInterpolation', 'x', `must ascend strictly, all numbers finite, got (${value}, ${ys[i]}) at [${i}]`);
  });
  const steps = xs.slice(1).map((value, i) => value - xs[i]!);
  const chords = steps.map((step, i) => (ys[i + 1]! - ys[i]!) / step);
  const slopes = xs.map((_, i) => slopeAt(i, steps, chords));
  return (at) => {
    if (Number.isNaN(at)) return NaN;
    if (at <= xs[0]!) return ys[0]!;
    if (at >= xs.at(-1)!) return ys.at(-1)!;
    const i = pieceOf(xs, at);
    const [h, t] = [steps[i]!, (at - xs[i]!) / steps[i]!];
    const c = 3 * chords[i]! - 2 * slopes[i]! - slopes[i + 1]!;
    const d = slopes[i]! + slopes[i + 1]! - 2 * chords[i]!;
    return ys[i]! + h * t * (slopes[i]! + t * (c + t * d));
  };
}

/** The last i with xs[i] <= at. */
function pieceOf(xs: Float64Array, at: number): number {
  let [low, high] = [0, xs.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= at) low = middle;
    else high = middle;
  }
  return low;
}

/** The weighted harmonic mean of the neighbouring chords; 0 at an extremum; at the ends a parabola's slope, held to the chord's sign and three times its size. */
function slopeAt(i: number, steps: Float64Array, chords: Float64Array): number {
  const last = chords.length;
  if (last === 1) return chords[0]!;
  if (i === 0) return endSlope(steps[0]!, steps[1]!, chords[0]!, chords[1]!);
  if (i === last) return endSlope(steps[last - 1]!, steps[last - 2]!, chords[last - 1]!, chords[last - 2]!);
  const [before, after] = [chords[i - 1]!, chords[i]!];
  if (before * after <= 0) return 0;
  const w1 = 2 * steps[i]! + steps[i - 1]!;
  const w2 = steps[i]! + 2 * steps[i - 1]!;
  return (w1 + w2) / (w1 / before + w2 / after);
}

function endSlope(step: number, next: number, chord: number, nextChord: number): number {
  const slope = ((2 * step + next) * chord - step * nextChord) / (step + next);
  if (Math.sign(slope) !== Math.sign(chord)) return 0;
  return Math.sign(chord) !== Math.sign(nextChord) && Math.abs(slope) > 3 * Math.abs(chord) ? 3 * chord : slope;
}
