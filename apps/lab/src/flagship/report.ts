/** @file The flagship's report: reward against KL first, then every arm, then how the names were learned. */
import { commonKl, frontier, rewardAt, type FrontierPoint } from '../model/frontier.js';
import type { Curve, Section } from '../report/sections.js';
import type { ArmResult, Judged, LearningCurve } from './stages.js';

/** What an objective bought, on one kind of labels. */
export interface Frontier {
  readonly objective: string;
  readonly labels: string;
  readonly points: readonly FrontierPoint[];
}

/** The curves of all objectives, and the reward of each at the largest KL that all of them reach. */
export function frontiers(start: FrontierPoint, arms: readonly ArmResult[]): { kl: number; curves: (Frontier & { reward: number })[] } {
  const groups = new Map<string, ArmResult[]>();
  for (const arm of arms) {
    const key = `${arm.objective}/${arm.labels}`;
    groups.set(key, [...(groups.get(key) ?? []), arm]);
  }
  const curves = [...groups.values()].map((group) => ({
    objective: group[0]!.objective,
    labels: group[0]!.labels,
    points: frontier(start, group),
  }));
  const kl = commonKl(curves.map(({ points }) => points));
  return { kl, curves: curves.map((curve) => ({ ...curve, reward: rewardAt(curve.points, kl) })) };
}

/** All sections. */
export function flagshipSections(
  start: Judged,
  arms: readonly ArmResult[],
  { kl, curves }: ReturnType<typeof frontiers>,
  learned: LearningCurve,
  trigram: number,
): Section[] {
  const points: Curve[] = curves.map((curve) => ({
    name: curve.objective,
    panel: `${curve.labels} labels`,
    points: curve.points.map((point) => ({ x: point.kl, y: point.reward })),
  }));
  const objectives = [...new Set(curves.map(({ objective }) => objective))];
  const labels = [...new Set(curves.map((curve) => curve.labels))];
  const rewardOf = (objective: string, label: string) =>
    curves.find((curve) => curve.objective === objective && curve.labels === label)?.reward ?? NaN;
  const last = learned.at(-1)!.step;
  return [
    {
      kind: 'picture',
      title: 'Reward against KL from the reference',
      caption:
        'Every curve starts at the reference, the model that only learned to say names; each further point is one strength of the KL penalty. Reward is the mean log-odds, by the reward model, that a drawn name is female. ' +
        'The KL is exact at each token, averaged over drawn names. Robust DPO is told the share of flipped labels; where there are none it is DPO.',
      x: 'KL from the reference (nats a name)',
      y: 'mean reward',
      curves: points,
    },
    {
      kind: 'table',
      title: `Reward at equal KL, ${kl.toFixed(2)} nats a name`,
      caption:
        'Interpolated on the curves, at the largest KL that all of them reach. Objectives that lie on one curve differ in how far a β carries them, not in what the distance buys.',
      columns: ['objective', ...labels.map((label) => `${label} labels`)],
      rows: objectives.map((objective) => [objective, ...labels.map((label) => rewardOf(objective, label))]),
    },
    {
      kind: 'table',
      title: 'Every policy',
      columns: ['objective', 'labels', 'β', 'reward', 'KL', 'distinct', 'samples'],
      rows: [
        ['reference', '', '', start.reward, start.kl, start.distinct, start.samples.join(' ')],
        ...arms.map((arm) => [arm.objective, arm.labels, String(arm.beta), arm.reward, arm.kl, arm.distinct, arm.samples.join(' ')]),
      ],
    },
    {
      kind: 'picture',
      title: 'Learning to say names',
      caption: 'Names that were held out, the end of each name included.',
      x: 'training step',
      y: 'bits a character',
      curves: [
        { name: 'transformer', points: learned.map(({ step, bits }) => ({ x: step, y: bits })) },
        { name: 'smoothed trigram', points: [{ x: learned[0]!.step, y: trigram }, { x: last, y: trigram }] }, // prettier-ignore
      ],
    },
  ];
}
