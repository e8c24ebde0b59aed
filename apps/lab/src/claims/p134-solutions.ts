/** @file P134: optimizers that reach one accuracy leave different solutions behind. */
import { activationFingerprint, forgetting, solutionFingerprint } from '@surrogate/diagnostics';
import { disposeTree, Rng, type GradientTransformation } from '@surrogate/core';
import { crossEntropy } from '@surrogate/losses';
import { adam, muon, sgd, shampoo } from '@surrogate/optim';
import { gather, tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { denseOutputs, denseParams, denseVector, type DenseParams } from '../model/denseNet.js';
import { descend } from '../model/descend.js';
import { hiddenClasses } from '../model/hiddenClasses.js';
import { activations, initialParams, type HostNet } from '../model/hostNet.js';
import { accuracyOfOutputs } from '../model/trainDense.js';

/** At rates that suit them. */
const optimizers: Readonly<Record<string, () => GradientTransformation>> = {
  SGD: () => sgd(0.05, { momentum: 0.9 }),
  Adam: () => adam(0.003),
  Shampoo: () => shampoo(0.003),
  Muon: () => muon(0.02),
};

export default claim({
  paper: 134,
  says: 'Four optimizers reach the same accuracy on one task, and their solutions differ: what each adds to the hidden kernel has another effective and another stable rank. How much each forgets of tasks that come one after another is reported.',
  params: { width: 64, classes: 10, each: 300, batch: 64, steps: 500, tasks: 5, taskSteps: 60 },
  quick: { width: 8, classes: 4, each: 9, batch: 8, steps: 2, tasks: 2, taskSteps: 1 },
  seeds: [0, 1, 2],
  async run({ params, rng, progress }) {
    const { width, classes, each, batch, steps, tasks, taskSteps } = params;
    const net: HostNet = { sizes: [30, width, width, classes], activation: 'relu' };
    // As far apart as makes Adam right on 97 % of held-out rows, the specification's accuracy, over three seeds that are not the claim's.
    const world = hiddenClasses({ signal: 10, nuisance: 20, centers: 1.6, within: 1, noise: 1 }, rng.split());
    const all = world.draw(classes, each, rng.split());
    const part = (held: boolean) => {
      const rows = all.labels.flatMap((_, i) => ((i % 3 === 0) === held ? [i] : []));
      return { x: rows.map((i) => all.rows[i]!), labels: rows.map((i) => all.labels[i]!) };
    };
    const [train, test] = [part(false), part(true)];
    const table = (rows: readonly Float64Array[]) => tensor2d(Float32Array.from(rows.flatMap((row) => Array.from(row))), [rows.length, 30]);
    const [x, unseen] = [table(train.x), table(test.x)];
    const begin = initialParams(net, rng.split());
    const order = rng.split().toJSON();
    let done = 0;
    const total = 4 * (steps + tasks * taskSteps);
    /** Trains on the rows of some classes. */
    const fit = (start: DenseParams, optimizer: GradientTransformation, count: number, draw: Rng, among: readonly number[]) =>
      descend(start, { optimizer, steps: count, after: () => progress(++done / total) }, () => {
        const rows = Int32Array.from({ length: batch }, () => among[draw.integer(0, among.length)]!);
        const labels = Int32Array.from(rows, (row) => train.labels[row]!);
        return (now: DenseParams) => crossEntropy(denseOutputs(net, now, gather(x, tensor1d(rows, 'int32'))), labels);
      });
    /** The part of held-out rows of some classes that are right. */
    const accuracy = async (now: DenseParams, wanted: (label: number) => boolean = () => true) => {
      const outputs = tidy(() => denseOutputs(net, now, unseen));
      const values = await outputs.data<'float32'>();
      outputs.dispose();
      const rows = test.labels.flatMap((label, i) => (wanted(label) ? [i] : []));
      const kept = Float32Array.from(rows.flatMap((i) => Array.from(values.subarray(i * classes, (i + 1) * classes))));
      return accuracyOfOutputs(kept, rows.map((i) => test.labels[i]!)); // prettier-ignore
    };
    const start = denseParams(net, begin);
    const solution = async (make: () => GradientTransformation) => {
      const everything = train.labels.map((_, i) => i);
      const end = await fit(denseParams(net, begin), make(), steps, Rng.fromJSON(order), everything);
      const { updates } = await solutionFingerprint(end, { start });
      const handed = activations(
        net,
        await denseVector(net, end),
        Float64Array.from(test.x.flatMap((row) => Array.from(row))),
        test.x.length,
      );
      const { active } = activationFingerprint({ rows: test.x.length, cols: width, data: handed[2]! });
      const reached = await accuracy(end);
      disposeTree(end);
      return { accuracy: reached, rank: updates['1/w']!.effectiveRank, stable: updates['1/w']!.stableRank, active };
    };
    /** Classes arrive a few at a time, and none comes back. */
    const incremental = async (make: () => GradientTransformation) => {
      const taskOf = (label: number) => Math.floor((label * tasks) / classes);
      const draw = Rng.fromJSON(order);
      let now = denseParams(net, begin);
      const rows: number[][] = [];
      for (let task = 0; task < tasks; task++) {
        const own = train.labels.flatMap((label, i) => (taskOf(label) === task ? [i] : []));
        now = await fit(now, make(), taskSteps, draw, own);
        const row: number[] = [];
        for (let old = 0; old <= task; old++) row.push(await accuracy(now, (label) => taskOf(label) === old));
        rows.push(row);
      }
      disposeTree(now);
      return { own: rows.reduce((sum, row, t) => sum + row[t]!, 0) / tasks, forgotten: forgetting(rows) };
    };
    const found: ({ name: string } & Awaited<ReturnType<typeof solution>> & Awaited<ReturnType<typeof incremental>>)[] = [];
    for (const [name, make] of Object.entries(optimizers)) found.push({ name, ...(await solution(make)), ...(await incremental(make)) });
    [x, unseen].forEach((t) => t.dispose());
    disposeTree(start);
    const of = (key: 'accuracy' | 'rank' | 'stable' | 'forgotten' | 'own') => found.map((row) => row[key]);
    const [sgdRow, adamRow, shampooRow] = [found[0]!, found[1]!, found[2]!];
    return {
      metrics: {
        accuracySpread: Math.max(...of('accuracy')) - Math.min(...of('accuracy')),
        leastAccuracy: Math.min(...of('accuracy')),
        rankRatio: Math.max(...of('rank')) / Math.min(...of('rank')),
        stableRankRatio: Math.max(...of('stable')) / Math.min(...of('stable')),
        forgotten: shampooRow.forgotten,
        ownTask: shampooRow.own,
        forgottenBySgd: sgdRow.forgotten,
      },
      baseline: { forgotten: adamRow.forgotten, ownTask: adamRow.own },
      sections: [
        {
          kind: 'table' as const,
          title: 'What each optimizer leaves behind',
          caption: 'Ranks are those of what was added to the second kernel; the last two columns are of tasks that came one after another.',
          columns: ['optimizer', 'accuracy', 'effective rank', 'stable rank', 'active units', 'own-task accuracy', 'forgotten'],
          rows: found.map((row) => [row.name, row.accuracy, row.rank, row.stable, row.active, row.own, row.forgotten]),
        },
      ],
    };
  },
  /** The specification measures accuracies of 0.966 to 0.968, effective ranks of 36.9 to 51.4, stable ranks of 10.0 to 17.0, and at an own-task accuracy of about 0.98 a forgetting of 0.922 by Shampoo, 0.981 by Adam, 0.984 by SGD. Here the ranks differ more than that, but accuracies do too: at this rate Muon stays 0.02 behind the others, which is why it is not shown. Nor is it after 1500 steps, the specification's number: the spread is 0.020 there, and the ratios are 1.74 and 3.18. */
  shown: ({ metrics }) => metrics.accuracySpread < 0.02 && metrics.rankRatio > 1.2 && metrics.stableRankRatio > 1.3,
});
