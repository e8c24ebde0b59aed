/** @file Adaptive quadrature. */
import { checkAtLeast, checkInteger, fail } from '../../inputs/checks.js';

/** How exact {@link integrate} must be. */
export interface IntegrateOptions {
  /** Of the integral. Default 1e-10. */
  relativeTolerance?: number | undefined;
  /** Beside the relative one. Default 1e-14. */
  absoluteTolerance?: number | undefined;
  /** How many pieces the interval may be cut into. Default 500. */
  maxPieces?: number | undefined;
}

/** Kronrod's 15 points on [-1, 1], from the outermost to 0; every second one is a point of Gauss's 7. */
const points = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993943, 0.5860872354676911, 0.4058451513773972,
  0.20778495500789848, 0,
];
const kronrod = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679, 0.1903505780647854,
  0.20443294007529889, 0.20948214108472782,
];
const gauss = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694];

interface Piece {
  readonly low: number;
  readonly high: number;
  readonly value: number;
  readonly error: number;
}

function piece(f: (x: number) => number, low: number, high: number): Piece {
  const middle = (low + high) / 2;
  const half = (high - low) / 2;
  let [fine, coarse] = [0, 0];
  for (let i = 0; i < 8; i++) {
    const sum = i === 7 ? f(middle) : f(middle - half * points[i]!) + f(middle + half * points[i]!);
    fine += kronrod[i]! * sum;
    if (i % 2 === 1) coarse += gauss[(i - 1) / 2]! * sum;
  }
  if (Number.isNaN(fine)) fail('range', 'integrate', 'f', `must not be NaN inside the interval, got it in [${low}, ${high}]`);
  return { low, high, value: fine * half, error: Math.abs((fine - coarse) * half) };
}

/** The integral over an unbounded interval as one over [0, 1) or (-1, 1). */
function bounded(f: (x: number) => number, low: number, high: number): [(t: number) => number, number, number] {
  if (Number.isFinite(low) && Number.isFinite(high)) return [f, low, high];
  const tail = (x: number, weight: number) => {
    const value = f(x);
    return value === 0 ? 0 : value * weight;
  };
  if (Number.isFinite(low)) return [(t) => tail(low + t / (1 - t), 1 / (1 - t) ** 2), 0, 1];
  if (Number.isFinite(high)) return [(t) => tail(high - t / (1 - t), 1 / (1 - t) ** 2), 0, 1];
  return [(t) => tail(t / (1 - t * t), (1 + t * t) / (1 - t * t) ** 2), -1, 1];
}

/**
 * The integral of a function over an interval, halving the piece of the largest error until all is exact enough.
 *
 * @param f a function of one number; it is never called at the ends, where it may be singular.
 * @param low the lower end; may be -Infinity.
 * @param high the upper end, above low; may be Infinity.
 * @returns the integral.
 * @throws SurrogateError `range` when low is not below high or f is NaN, `convergence` when the pieces do not suffice.
 * @see Piessens, de Doncker, Überhuber, Kahaner: QUADPACK, 1983
 * @example
 * import { integrate } from '@surrogate/core/host';
 * integrate((x) => Math.exp(-x * x), -Infinity, Infinity); // 1.7724539
 */
export function integrate(f: (x: number) => number, low: number, high: number, options: IntegrateOptions = {}): number {
  const { relativeTolerance = 1e-10, absoluteTolerance = 1e-14, maxPieces = 500 } = options;
  if (!(low < high)) fail('range', 'integrate', 'high', `must be above low = ${low}, got ${high}`);
  checkAtLeast('integrate', 'relativeTolerance', relativeTolerance, 0);
  checkAtLeast('integrate', 'absoluteTolerance', absoluteTolerance, 0);
  checkInteger('integrate', 'maxPieces', maxPieces, 1);
  const [g, a, b] = bounded(f, low, high);
  const pieces = [piece(g, a, b)];
  for (;;) {
    const value = pieces.reduce((sum, part) => sum + part.value, 0);
    const error = pieces.reduce((sum, part) => sum + part.error, 0);
    if (error <= Math.max(absoluteTolerance, relativeTolerance * Math.abs(value))) return value;
    const worst = pieces.reduce((most, part, i) => (part.error > pieces[most]!.error ? i : most), 0);
    const { low: from, high: to } = pieces[worst]!;
    const middle = (from + to) / 2;
    if (pieces.length >= maxPieces || !(from < middle && middle < to))
      fail(
        'convergence',
        'integrate',
        'f',
        `must be integrable in ${maxPieces} pieces; the integral is about ${value}, the error ${error}`,
      );
    pieces.splice(worst, 1, piece(g, from, middle), piece(g, middle, to));
  }
}
