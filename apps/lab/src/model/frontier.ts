/** @file Reward against KL: what an objective buys for the distance that it goes. */

/** A policy on the plane. */
export interface FrontierPoint {
  readonly kl: number;
  readonly reward: number;
}

/** From the reference through the points in order of KL. */
export function frontier(reference: FrontierPoint, points: readonly FrontierPoint[]): FrontierPoint[] {
  return [reference, ...[...points].sort((a, b) => a.kl - b.kl)];
}

/** The largest KL that every curve reaches. */
export function commonKl(curves: readonly (readonly FrontierPoint[])[]): number {
  return Math.min(...curves.map((curve) => Math.max(...curve.map(({ kl }) => kl))));
}

/** The reward at a KL, on the straight lines between a curve's points. */
export function rewardAt(curve: readonly FrontierPoint[], kl: number): number {
  const after = curve.findIndex((point) => point.kl >= kl);
  if (after < 0) return NaN;
  const [a, b] = [curve[Math.max(after - 1, 0)]!, curve[after]!];
  return b.kl === a.kl ? b.reward : a.reward + ((b.reward - a.reward) * (kl - a.kl)) / (b.kl - a.kl);
}
