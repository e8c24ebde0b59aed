/** @file Conjugate gradients that stop early: at a tolerance, at the edge of a ball, where the curvature turns. */
import { div, neg, stack, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { disposeTree, noGrad, treeAxpy, treeClone, treeDot, treeScale, treeZerosLike, type TensorTree } from '@surrogate/core';

/** When it stops. */
interface TruncatedOptions<P> {
  readonly steps: number;
  /** Of the residual's length, relative to the target's. */
  readonly tolerance: number;
  readonly damping?: number;
  readonly precondition?: ((residual: P) => P) | undefined;
  /** Solutions stay within this distance of 0. */
  readonly radius?: number;
}

/** Where it stopped; the solution is the caller's. */
interface Truncated<P> {
  readonly solution: P;
  readonly residualNorm: number;
  readonly steps: number;
  readonly ended: 'tolerance' | 'steps' | 'boundary' | 'curvature';
  /** How much lower ½ x·Ax - b·x is than at 0. */
  readonly decrease: number;
}

const tidied = <T>(f: () => T): T => noGrad(() => tidy(f as never) as T);

async function read(values: Tensor): Promise<number[]> {
  const numbers = await values.data<'float32'>().finally(() => values.dispose());
  return Array.from(numbers);
}

/** How far along p from x the ball ends; of its two ends the lower one, which behind x may be where the curvature is negative. */
function toBoundary(radius: number, xx: number, xp: number, pp: number, slope: number, pq: number): number {
  const root = Math.sqrt(Math.max(0, xp * xp + pp * (radius * radius - xx)));
  const [ahead, behind] = [(radius * radius - xx) / (xp + root), -(xp + root) / pp];
  const rise = (tau: number) => tau * (0.5 * tau * pq - slope);
  return rise(behind) < rise(ahead) ? behind : ahead;
}

/** Solves A x = b by conjugate gradients from 0; one download a step. */
export async function truncatedConjugateGradient<P extends TensorTree<P>>(
  multiply: (vector: P) => P,
  target: P,
  { steps, tolerance, damping = 0, precondition, radius = Infinity }: TruncatedOptions<P>,
): Promise<Truncated<P>> {
  const turned = (residual: P): P => (precondition === undefined ? treeClone(residual) : precondition(residual));
  const begun = tidied(() => {
    const [x, r, p] = [treeZerosLike(target), treeClone(target), turned(target)];
    return { x, r, p, numbers: stack([treeDot(r, r), treeDot(r, p)]) };
  });
  let { x, r, p }: { x: P; r: P; p: P } = begun;
  /** Replaces trees by newer ones. */
  const forget = (...trees: P[]) => trees.forEach((tree) => disposeTree(tree));
  let taken = 0;
  let ended: Truncated<P>['ended'] = 'steps';
  try {
    let [rr, rz] = (await read(begun.numbers)) as [number, number];
    const enough = tolerance * Math.sqrt(rr);
    if (rr === 0) ended = 'tolerance';
    while (ended === 'steps' && taken < steps) {
      const next = tidied(() => {
        const image = multiply(p);
        const q = damping === 0 ? treeClone(image) : treeAxpy(damping, p, image);
        const pq = treeDot(p, q);
        const along = div(rz, pq);
        const [farther, rest] = [treeAxpy(along, p, x), treeAxpy(neg(along), q, r)];
        const z = turned(rest);
        const numbers = [pq, treeDot(farther, farther), treeDot(rest, rest), treeDot(rest, z), treeDot(x, x), treeDot(x, p), treeDot(p, p)];
        return { q, farther, rest, z, numbers: stack(numbers) };
      });
      const [pq, reached, left, leftZ, xx, xp, pp] = (await read(next.numbers)) as [number, number, number, number, number, number, number];
      const bends = pq > 0 && Number.isFinite(reached);
      if (bends && reached < radius * radius) {
        const turn = tidied(() => treeAxpy(leftZ / rz, p, next.z));
        forget(x, r, p, next.q, next.z);
        [x, r, p, rr, rz] = [next.farther, next.rest, turn, left, leftZ];
        taken++;
        if (Math.sqrt(rr) <= enough) ended = 'tolerance';
        continue;
      }
      ended = bends ? 'boundary' : 'curvature';
      if (radius < Infinity) {
        const tau = toBoundary(radius, xx, xp, pp, rz, pq);
        const edge = tidied(() => [treeAxpy(tau, p, x), treeAxpy(-tau, next.q, r)] as [P, P]);
        forget(x, r);
        [x, r] = edge;
        taken++;
      }
      forget(next.q, next.farther, next.rest, next.z);
    }
    const [solved, remains, rest] = (await read(
      tidied(() => stack([treeDot(target, x), treeDot(r, x), treeDot(r, r)])),
    )) as [number, number, number]; // prettier-ignore
    const solution = treeScale(x, 1);
    return { solution, residualNorm: Math.sqrt(rest), steps: taken, ended, decrease: (solved + remains) / 2 };
  } finally {
    forget(x, r, p);
  }
}
