/** @file Gaussian paths from noise to data, and the one along which the least kinetic energy is spent. */
import { checkAtLeast, checkInteger, checkRng, fail, type Rng } from '@surrogate/core';
import { type Matrix } from '@surrogate/core/host';

/** Where a path stands: x_t = a x₁ + m x₀, with data x₁ and standard normal noise x₀. */
export interface PathPoint {
  /** What data are multiplied by. */
  readonly a: number;
  /** What noise is multiplied by. */
  readonly m: number;
  /** da/dt. */
  readonly da: number;
  /** dm/dt. */
  readonly dm: number;
}

/** A path from noise (t = 0) to data (t = 1), by conditional Gaussians N(a x₁, m²). */
export interface GaussianPath {
  /** What it is called. */
  readonly name: string;
  /** The path at t in [0, 1]. */
  at(t: number): PathPoint;
}

/** A path, and what it costs. */
export interface OptimalPath extends GaussianPath {
  /** Θ: the angle between noise and data in the geometry of the data; π/2 where the data are far apart. */
  readonly angle: number;
  /** The kinetic energy, 2 - 2 cos Θ. */
  readonly energy: number;
}

/** How well the clean data can be told at signal-to-noise s: from 0 at s = 0 to 1. */
export type DataSeparation = (s: number) => number;

/** The straight path of conditional optimal transport: a = t, m = 1 - t. */
export const condOtPath: GaussianPath = { name: 'conditional optimal transport', at: (t) => ({ a: t, m: 1 - t, da: 1, dm: -1 }) };

/** The variance-preserving path on the circle: a = sin(πt/2), m = cos(πt/2). */
export const vpPath: GaussianPath = {
  name: 'variance preserving',
  at(t) {
    const quarter = Math.PI / 2;
    const [a, m] = [Math.sin(quarter * t), Math.cos(quarter * t)];
    return { a, m, da: quarter * m, dm: -quarter * a };
  },
};

/** Options of {@link dataSeparation}. */
export interface DataSeparationOptions {
  /** How many noisy points are drawn for each s, >= 1. Default 1000. */
  samples?: number | undefined;
}

/**
 * How well a set of data can be told apart under noise; all that the kinetic energy of a path knows about the data.
 *
 * $$ \lambda(s) = \frac1d\, \mathbb{E} \left\lVert \mathbb{E}[x_1 \mid s x_1 + e] \right\rVert^2, \qquad \tfrac1d \mathbb{E} \lVert x_1 \rVert^2 = 1 $$
 *
 * @param points n x d: the data, as Float64; scale them so that the mean square of their numbers is 1.
 * @param s signal-to-noise ratios a / m, >= 0.
 * @param rng draws data and noise.
 * @param options how many draws.
 * @returns one number for each s, between s² / (1 + s²) and 1 up to the noise of the estimate.
 * @throws SurrogateError `shape` for no points, `range`, `dtype`.
 * @see Shaul, Chen, Nickel, Le, Lipman: On Kinetic Optimal Probability Paths for Generative Models, 2023. arXiv:2306.06626
 * @example
 * import { rng } from '@surrogate/core';
 * import { matrixFromRows } from '@surrogate/core/host';
 * import { dataSeparation } from '@surrogate/losses';
 * dataSeparation(matrixFromRows([[1], [-1]]), [0, 50], rng(0)); // [0, 1]
 */
export function dataSeparation(
  points: Matrix,
  s: readonly number[],
  rng: Rng,
  { samples = 1000 }: DataSeparationOptions = {},
): Float64Array {
  const fn = 'dataSeparation';
  if (!(points?.data instanceof Float64Array)) fail('dtype', fn, 'points', `must be a matrix, got ${typeof points}`);
  if (points.data.length === 0) fail('shape', fn, 'points', 'must not be empty, got 0 numbers');
  checkRng(fn, 'rng', rng);
  checkInteger(fn, 'samples', samples, 1);
  s.forEach((ratio, i) => checkAtLeast(fn, `s[${i}]`, ratio, 0));
  const { rows: n, cols: d, data } = points;
  const squares = Float64Array.from({ length: n }, (_, j) => {
    let total = 0;
    for (let k = 0; k < d; k++) total += data[j * d + k]! ** 2;
    return total;
  });
  const x = new Float64Array(d);
  const logits = new Float64Array(n);
  const expected = new Float64Array(d);
  return Float64Array.from(s, (ratio) => {
    let total = 0;
    for (let draw = 0; draw < samples; draw++) {
      const i = rng.integer(0, n);
      for (let k = 0; k < d; k++) x[k] = ratio * data[i * d + k]! + rng.normal();
      let top = -Infinity;
      for (let j = 0; j < n; j++) {
        let product = 0;
        for (let k = 0; k < d; k++) product += x[k]! * data[j * d + k]!;
        logits[j] = ratio * product - (ratio ** 2 * squares[j]!) / 2;
        top = Math.max(top, logits[j]!);
      }
      expected.fill(0);
      let normalizer = 0;
      for (let j = 0; j < n; j++) {
        const weight = Math.exp(logits[j]! - top);
        normalizer += weight;
        for (let k = 0; k < d; k++) expected[k]! += weight * data[j * d + k]!;
      }
      for (let k = 0; k < d; k++) total += (expected[k]! / normalizer) ** 2;
    }
    return total / (samples * d);
  });
}

/** Options of {@link pathEnergy}. */
export interface PathEnergyOptions {
  /** How many intervals the integral is taken over, >= 1. Default 4000. */
  steps?: number | undefined;
}

/**
 * The kinetic energy of the marginal flow along a path: how far, on average, samples are carried.
 *
 * $$ \int_0^1 \tfrac1d \mathbb{E} \lVert u_t \rVert^2 dt = \int_0^1 a'^2 + m'^2 - \left(1 - \lambda\left(\tfrac{a}{m}\right)\right) \left(a' - \tfrac{a m'}{m}\right)^2 dt $$
 *
 * @param path the path.
 * @param lambda the data's separation.
 * @param options how finely it is integrated, by the midpoint rule.
 * @returns the energy, per dimension.
 * @throws SurrogateError `range`, `dtype` for what is no path.
 * @see Shaul, Chen, Nickel, Le, Lipman: On Kinetic Optimal Probability Paths for Generative Models, 2023. arXiv:2306.06626
 * @example
 * import { condOtPath, pathEnergy } from '@surrogate/losses';
 * pathEnergy(condOtPath, (s) => s ** 2 / (1 + s ** 2)).toFixed(6); // '0.429204'
 */
export function pathEnergy(path: GaussianPath, lambda: DataSeparation, { steps = 4000 }: PathEnergyOptions = {}): number {
  const fn = 'pathEnergy';
  checkPath(fn, path);
  checkSeparation(fn, lambda);
  checkInteger(fn, 'steps', steps, 1);
  let total = 0;
  for (let i = 0; i < steps; i++) {
    const { a, m, da, dm } = path.at((i + 0.5) / steps);
    total += da ** 2 + dm ** 2 - (1 - lambda(a / m)) * (da - (a * dm) / m) ** 2;
  }
  return total / steps;
}

/** Options of {@link kineticOptimalPath}. */
export interface KineticOptimalPathOptions {
  /** How finely the angle is tabulated, >= 2. Default 4000. */
  grid?: number | undefined;
}

/**
 * The path of least kinetic energy for given data. In polar coordinates of (m, a) the energy is that of a flat plane whose angle the data shrink, so that the best path is a straight segment there.
 *
 * $$ \theta(\varphi) = \int_0^\varphi \sqrt{\frac{\lambda(\tan \phi) - \sin^2 \phi}{\cos^2 \phi}}\, d\phi, \qquad E = 2 - 2 \cos \theta(\tfrac{\pi}{2}) $$
 *
 * In high dimension λ is nearly 1 and the path nearly {@link condOtPath}. The paper states an ordinary differential equation; this is its solution.
 *
 * @param lambda the data's separation: {@link dataSeparation} interpolated, or a formula.
 * @param options how finely it is tabulated.
 * @returns the path, its angle and its energy.
 * @throws SurrogateError `range`, `dtype` for what is no function.
 * @see Shaul, Chen, Nickel, Le, Lipman: On Kinetic Optimal Probability Paths for Generative Models, 2023. arXiv:2306.06626
 * @example
 * import { kineticOptimalPath } from '@surrogate/losses';
 * kineticOptimalPath(() => 1).energy.toFixed(3); // '2.000'
 */
export function kineticOptimalPath(lambda: DataSeparation, { grid = 4000 }: KineticOptimalPathOptions = {}): OptimalPath {
  const fn = 'kineticOptimalPath';
  checkSeparation(fn, lambda);
  checkInteger(fn, 'grid', grid, 2);
  const end = Math.PI / 2 - 1e-5;
  const phis = Float64Array.from({ length: grid + 1 }, (_, i) => (end * i) / grid);
  const speeds = phis.map((phi) => {
    const g = (lambda(Math.tan(phi)) - Math.sin(phi) ** 2) / Math.cos(phi) ** 2;
    return Math.sqrt(Math.min(Math.max(g, 0), 1));
  });
  const thetas = new Float64Array(grid + 1);
  for (let i = 1; i <= grid; i++) thetas[i] = thetas[i - 1]! + ((speeds[i]! + speeds[i - 1]!) / 2) * (end / grid);
  // The tangent ends before π/2; the path does not.
  thetas[grid]! += speeds[grid]! * (Math.PI / 2 - end);
  phis[grid] = Math.PI / 2;
  const angle = thetas[grid]!;

  /** φ at θ and its slope, linearly between the points of the table. */
  const phiAt = (theta: number) => {
    let low = 0;
    let high = grid;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (thetas[middle]! <= theta) low = middle;
      else high = middle;
    }
    const [width, height] = [thetas[high]! - thetas[low]!, phis[high]! - phis[low]!];
    const slope = width > 0 ? height / width : 0;
    return { phi: phis[low]! + Math.min(Math.max(slope * (theta - thetas[low]!), 0), height), slope };
  };
  const [across, up] = [Math.cos(angle), Math.sin(angle)];
  return {
    name: 'kinetic optimal',
    angle,
    energy: 2 - 2 * across,
    at(t) {
      const [x, y, dx] = [1 - t + t * across, t * up, across - 1];
      const r = Math.hypot(x, y);
      const dr = (x * dx + y * up) / r;
      const { phi, slope } = phiAt(Math.atan2(y, x));
      const dPhi = (slope * (x * up - y * dx)) / (r * r);
      const [sin, cos] = [Math.sin(phi), Math.cos(phi)];
      return { a: r * sin, m: r * cos, da: dr * sin + r * cos * dPhi, dm: dr * cos - r * sin * dPhi };
    },
  };
}

/** @internal */
export function checkPath(fn: string, path: GaussianPath): void {
  if (typeof path?.at !== 'function') fail('dtype', fn, 'path', `must be a path with the function at, got ${typeof path}`);
}

function checkSeparation(fn: string, lambda: DataSeparation): void {
  if (typeof lambda !== 'function') fail('dtype', fn, 'lambda', `must be a function, got ${typeof lambda}`);
}
