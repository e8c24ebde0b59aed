/** @file How far two Gaussians are from each other, and how much of them they share; on the host. */
import { normalCdf } from '@surrogate/core/host';

/** A Gaussian on the line. */
export interface Gaussian {
  readonly mean: number;
  readonly std: number;
}

/** KL(p‖q); 0 where either has no spread. */
export function gaussianKl(p: Gaussian, q: Gaussian): number {
  if (p.std <= 0 || q.std <= 0) return 0;
  const [ratio, apart] = [p.std / q.std, (p.mean - q.mean) / q.std];
  return (ratio * ratio + apart * apart - 1) / 2 - Math.log(ratio);
}

/** Below this, two Gaussians are as good as points. */
const leastStd = 1e-8;

/** The area under both densities, in [0, 1]. */
export function gaussianOverlap(p: Gaussian, q: Gaussian): number {
  const [narrow, wide] = [p, q].map(({ mean, std }) => ({ mean, std: Math.max(std, leastStd) })).sort((a, b) => a.std - b.std) as [
    Gaussian,
    Gaussian,
  ];
  const apart = narrow.mean - wide.mean;
  const cdf = ({ mean, std }: Gaussian, x: number) => normalCdf((x - mean) / std);
  const [tight, loose] = [narrow.std ** 2, wide.std ** 2];
  if (loose - tight <= 1e-12 * loose) return 2 * normalCdf(-Math.abs(apart) / (2 * wide.std));
  // The densities cross twice, around the narrower one, which is the greater in between.
  const middle = (narrow.mean * loose - wide.mean * tight) / (loose - tight);
  const half = (narrow.std * wide.std * Math.sqrt(apart ** 2 + (loose - tight) * Math.log(loose / tight))) / (loose - tight);
  const between = (of: Gaussian) => cdf(of, middle + half) - cdf(of, middle - half);
  return 1 - (between(narrow) - between(wide));
}
