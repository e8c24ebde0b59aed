/** @file The spherical family (Vincent et al. 2015): losses that see a row of outputs only through its sum, its squared norm and the label's output. */
import { checkAbove, checkFinite, dotLast, safeSqrt, softplus } from '@surrogate/core';
import { add, div, log, mean, mul, neg, square, sub, sum, tidy, type Tensor } from '@tensorflow/tfjs-core';

/** What a spherical loss sees of a row of outputs. */
export interface SphericalSums {
  /** The label's output. */
  readonly label: number;
  /** The sum of all. */
  readonly sum: number;
  /** The sum of their squares. */
  readonly squares: number;
}

/** A loss of the family. */
export interface SphericalLoss {
  /** What it is called in reports and messages. */
  readonly name: string;
  /** One loss a row `[...]`, from outputs and one-hot labels `[..., K]`. */
  rows(outputs: Tensor, target: Tensor): Tensor;
  /** The loss of one row and its derivatives by the three sums, on the host. */
  ofSums(sums: SphericalSums, classes: number): { readonly value: number; readonly slopes: SphericalSums };
}

/** Options of {@link sphericalZ}. */
export interface SphericalZOptions {
  /** How fast the loss bends, a > 0; towards infinity it is a hinge. Default 2. */
  sharpness?: number | undefined;
  /** Where it bends, b: how many standard deviations the label should stand out; well below √(K - 1). Default 2. */
  location?: number | undefined;
  /** Added to the variance of the outputs, > 0. Default 1e-6. */
  eps?: number | undefined;
}

/** A member whose tensor function leaves exactly its result behind. */
const tidied = ({ name, rows, ofSums }: SphericalLoss): SphericalLoss => ({
  name,
  rows: (outputs, target) => tidy(() => rows(outputs, target)),
  ofSums,
});

const sumOf = (x: Tensor): Tensor => sum(x, -1);

/** @internal The member {@link sphericalZ}, with errors in the name of whoever takes the options. */
export function sphericalZFor(fn: string, { sharpness: a = 2, location: b = 2, eps = 1e-6 }: SphericalZOptions): SphericalLoss {
  checkAbove(fn, 'sharpness', a, 0);
  checkFinite(fn, 'location', b);
  checkAbove(fn, 'eps', eps, 0);
  return tidied({
    name: 'z',
    // In two passes: the difference of large squares would cancel in float32.
    rows: (z, target) => {
      const centred = sub(z, mean(z, -1, true));
      const deviation = safeSqrt(add(mean(square(centred), -1), eps));
      return mul(1 / a, softplus(mul(a, sub(b, div(dotLast(target, centred), deviation)))));
    },
    ofSums: ({ label, sum, squares }, classes) => {
      const mu = sum / classes;
      const sigma = Math.sqrt(Math.max(squares / classes - mu * mu, 0) + eps);
      const lead = label - mu;
      const u = a * (b - lead / sigma);
      const slope = -1 / (1 + Math.exp(-u));
      return {
        value: (Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)))) / a,
        slopes: {
          label: slope / sigma,
          sum: slope * ((lead * mu) / (classes * sigma ** 3) - 1 / (classes * sigma)),
          squares: (-slope * lead) / (2 * classes * sigma ** 3),
        },
      };
    },
  });
}

/**
 * The Z-loss as a member of the spherical family: by how many standard deviations the label's output stands out of the row, through a softplus.
 *
 * $$ \ell = \frac1a \operatorname{softplus}\left( a\, (b - \hat z_y) \right), \qquad \hat z_y = \frac{z_y - \bar z}{\sqrt{\operatorname{var}(z) + \varepsilon}} $$
 *
 * @param options a, b and ε.
 * @returns the member.
 * @throws SurrogateError `range` for options outside their range.
 * @see de Brébisson, Vincent: The Z-loss: a shift and scale invariant classification loss belonging to the Spherical Family, 2016. arXiv:1604.08859
 * @example
 * import { sphericalZ } from '@surrogate/losses';
 * sphericalZ({ sharpness: 1, location: 1 }).ofSums({ label: 2, sum: 3, squares: 5 }, 3).value; // 0.587076
 */
export function sphericalZ(options: SphericalZOptions = {}): SphericalLoss {
  return sphericalZFor('sphericalZ', options);
}

/** The squared distance of the outputs from the one-hot label. */
export const sphericalSquaredError: SphericalLoss = tidied({
  name: 'squaredError',
  rows: (z, target) => sumOf(square(sub(z, target))),
  ofSums: ({ label, squares }) => ({ value: squares - 2 * label + 1, slopes: { label: -2, sum: 0, squares: 1 } }),
});

/** The logarithm of a softmax whose exponentials are Taylor polynomials of order 2, which are positive everywhere. */
export const logTaylorSoftmax: SphericalLoss = tidied({
  name: 'logTaylorSoftmax',
  rows: (z, target) => {
    const taylor = add(1, add(z, mul(0.5, square(z))));
    return sub(log(sumOf(taylor)), dotLast(target, log(taylor)));
  },
  ofSums: ({ label, sum, squares }, classes) => {
    const [top, bottom] = [1 + label + label ** 2 / 2, classes + sum + squares / 2];
    return { value: Math.log(bottom / top), slopes: { label: -(1 + label) / top, sum: 1 / bottom, squares: 0.5 / bottom } };
  },
});

/** Options of {@link logSphericalSoftmax}. */
export interface SphericalSoftmaxOptions {
  /** Added to each square, > 0. Default 1e-3. */
  eps?: number | undefined;
}

/**
 * The logarithm of a softmax with squares in place of exponentials.
 *
 * $$ \ell = -\log \frac{z_y^2 + \varepsilon}{\sum_k (z_k^2 + \varepsilon)} $$
 *
 * @param options ε.
 * @returns the member.
 * @throws SurrogateError `range` when eps <= 0.
 * @see de Brébisson, Vincent: An Exploration of Softmax Alternatives Belonging to the Spherical Loss Family, 2016. arXiv:1511.05042
 * @example
 * import { logSphericalSoftmax } from '@surrogate/losses';
 * logSphericalSoftmax({ eps: 1 }).ofSums({ label: 2, sum: 3, squares: 5 }, 3).value; // 0.470004
 */
export function logSphericalSoftmax(options: SphericalSoftmaxOptions = {}): SphericalLoss {
  const { eps = 1e-3 } = options;
  checkAbove('logSphericalSoftmax', 'eps', eps, 0);
  return tidied({
    name: 'logSphericalSoftmax',
    rows: (z, target) => {
      const squares = add(square(z), eps);
      return add(log(sumOf(squares)), neg(dotLast(target, log(squares))));
    },
    ofSums: ({ label, squares }, classes) => {
      const [top, bottom] = [label ** 2 + eps, squares + classes * eps];
      return { value: Math.log(bottom / top), slopes: { label: (-2 * label) / top, sum: 0, squares: 1 / bottom } };
    },
  });
}
