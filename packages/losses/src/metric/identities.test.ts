/** @file What ties the members of metric learning to each other, and what the specification measures. */
import { logSumExp, rng, setChecks } from '@surrogate/core';
import { eachBackend, expectClose, read } from '@surrogate/testing';
import { add, grad, mul, sub, sum, tensor, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import * as metric from '../index.js';

const at = (degrees: number): [number, number] => [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
/** The specification's five unit vectors. */
const fan = [0, 20, 50, 40, 80].map(at);
const fanLabels = [0, 0, 0, 1, 1];

/** Every weighting with its defaults. */
const weightings = Object.entries(metric)
  .filter(([name]) => name.endsWith('Weighting'))
  .map(([name, make]) => [name, (make as () => metric.PairWeighting)()] as const);

const points = [[0.9, -0.3, 0.5], [0.2, 1.1, -0.6], [0.7, 0.4, 1.2], [-0.5, 0.8, 0.3], [0.6, -0.9, -0.2]]; // prettier-ignore
const labels = [0, 1, 0, 1, 1];

eachBackend(() => {
  it('gives the multi-similarity losses of the specification', async () => {
    await expectClose(metric.multiSimilarityLoss(fan, fanLabels), 0.7014382);
    await expectClose(metric.multiSimilarityLoss(fan, fanLabels, { beta: 40 }), 0.7018344);
    await expectClose(metric.multiSimilarityLoss(fan, fanLabels, { miner: metric.allPairs }), 0.7227031);
    await expectClose(metric.multiSimilarityLoss([[1, 0], [1, 0], [-1, 0], [-1, 0]], [0, 0, 1, 1]), 0); // prettier-ignore
  });

  it('gives the cross-entropies of the specification, with unified negatives and without', async () => {
    const cosines = [[0.6, 0.1, -0.2], [0, 0.5, 0.3]]; // prettier-ignore
    // The centres are axes; a fourth one takes what is left of each length.
    const [first, second] = cosines.map((row) => [...row, Math.sqrt(1 - row.reduce((sum, c) => sum + c * c, 0))]) as [number[], number[]];
    const axes = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0]]; // prettier-ignore
    const options = { head: metric.cosFace({ margin: 0 }), scale: 8 };
    const alone = (row: number[], label: number) => metric.unifiedNegativePairLoss([row], axes, [label], options);
    await expectClose(mul(0.5, add(alone(first, 0), alone(second, 1))), 0.1094025, { atol: 1e-6 });
    const joined = cosines.map((row) => [...row, 0.2, -0.1].map((c) => 8 * c));
    await expectClose(metric.crossEntropy(joined, [0, 1]), 0.1697207, { atol: 1e-6 });
  });

  it('weighs positives as general pair weighting says', async () => {
    const similarity: metric.PairDistance = { name: 'given', similarity: true, between: () => tensor2d([[1, 0.9, 0.3], [0.9, 1, 0], [0.3, 0, 1]]) }; // prettier-ignore
    const weights = metric.pairWeights([[1], [1], [1]], [0, 0, 0], {
      weighting: metric.multiSimilarityWeighting(),
      distance: similarity,
      miner: metric.allPairs,
      reducer: metric.sumReducer,
    });
    expect((await read(weights)).data.slice(1, 3).map((w) => w.toFixed(4))).toEqual(['0.1528', '0.5072']);
  });

  it.each(weightings)('%s is blind to what is masked, in value and gradient', async (_name, weighting) => {
    const parts = { weighting, mask: [1, 1, 1, 1, 1, 0] };
    const hidden = [...points, [NaN, Infinity, 0]];
    const loss = (x: Tensor) => metric.pairWeightingLoss(x, [...labels, 0], parts);
    await expectClose(loss(tensor2d(hidden)), metric.pairWeightingLoss(points, labels, { weighting }), { rtol: 1e-4 });
    const slopes = await read(grad(loss)(tensor2d(hidden)));
    expect(slopes.data.slice(-3)).toEqual([0, 0, 0]);
    expect(slopes.data.every(Number.isFinite)).toBe(true);
  });

  it.each(weightings)('%s has no loss and no slope without pairs', async (_name, weighting) => {
    for (const [batch, ids] of [
      [[[1, 2, 3]], [4]],
      [[], []],
    ] as [number[][], number[]][]) {
      const x = tensor2d(batch, [batch.length, 3]);
      const loss = (e: Tensor) => metric.pairWeightingLoss(e, tensor(ids, [ids.length], 'int32'), { weighting });
      // What ranks an anchor's other embeddings finds none here; the ranking of one embedding alone is right.
      await expectClose(loss(x), 0, { atol: 1e-6 });
      expect((await read(grad(loss)(x))).data.every((g) => Math.abs(g) < 1e-6)).toBe(true);
    }
  });

  it('is one library: NT-Xent of one negative is a smooth triplet, SNR of centred rows a squared distance', async () => {
    const one = [[1, 0.2], [0.3, 0.9], [-0.4, 0.7]]; // prettier-ignore
    const given = { distance: metric.cosineSimilarity, miner: metric.givenTriplets([[0, 1, 2]]) };
    await expectClose(
      metric.ntXentLoss(one, [0, 0, 1], { ...given, temperature: 1 }),
      metric.tripletLoss(one, [0, 0, 1], { ...given, margin: 0, smooth: true }),
    );
    await expectClose(metric.snrDistance({ normalize: false }).between(tensor2d([[1, -1]]), tensor2d([[2, -2], [0, 0]])), [1, 1]); // prettier-ignore
  });

  it('takes margins of 0 and 1 as plain softmax', async () => {
    const centers = [[0.8, 0.1, -0.4], [-0.2, 0.7, 0.5]]; // prettier-ignore
    const plain = metric.normalizedSoftmaxLoss(points, centers, labels, { temperature: 0.25 });
    for (const loss of [metric.arcFaceLoss, metric.cosFaceLoss])
      await expectClose(loss(points, centers, labels, { margin: 0, scale: 4 }), plain);
    await expectClose(metric.subCenterArcFaceLoss(points, centers.map((c) => [c, c]), labels, { margin: 0, scale: 4 }), plain); // prettier-ignore
    await expectClose(metric.softTripleLoss(points, centers.map((c) => [c]), labels, { margin: 0, scale: 4 }), plain); // prettier-ignore
    await expectClose(metric.unifiedNegativePairLoss(points, centers, [0, 0, 0, 0, 0], { head: metric.cosFace({ margin: 0 }), scale: 4 }), metric.normalizedSoftmaxLoss(points, centers, [0, 0, 0, 0, 0], { temperature: 0.25 })); // prettier-ignore
  });

  it('keeps the negatives of the batch that the box plot keeps', async () => {
    // Unit vectors in the plane; the pairs of two labels are at 10, 90 and 170 degrees from one anchor each.
    const c = (degrees: number) => Math.cos((degrees * Math.PI) / 180);
    const x = [at(0), at(10), at(90)];
    const centers = [at(0), at(45), at(90)];
    const options = { head: metric.cosFace({ margin: 0.2 }), scale: 3, reduction: 'none' as const };
    const expected = (negatives: number[]) =>
      tidy(() => {
        const rows = [0, 10, 90].map((angle, i) => [0, 45, 90].map((center, k) => 3 * (c(angle - center) - (i === k ? 0.2 : 0))));
        const pool = negatives.map((n) => 3 * n);
        return sub(logSumExp(rows.map((row) => [...row, ...pool])), rows.map((row, i) => row[i]!)); // prettier-ignore
      });
    await expectClose(
      metric.unifiedNegativePairLoss(x, centers, [0, 1, 2], { ...options, whisker: null }),
      expected([c(10), c(90), c(80)]),
    );
    // Quartiles 0 and cos 10: nothing lies beyond; with no whisker at all only what is between them.
    await expectClose(metric.unifiedNegativePairLoss(x, centers, [0, 1, 2], options), expected([c(10), c(90), c(80)]));
    const many = [at(0), at(2), at(90), at(91), at(92)];
    const far = [2, 90, 91, 92, 88, 89, 90, 1, 2, 1].map((a) => c(a));
    const [low, high] = metric.boxWhiskerBounds(far, 0);
    const kept = far.filter((s) => s >= low - 1e-6 && s <= high + 1e-6);
    const five = await read(
      metric.unifiedNegativePairLoss(many, centers.concat([at(120), at(150)]), [0, 1, 2, 3, 4], { ...options, whisker: 0 }),
    );
    const angles = [0, 2, 90, 91, 92];
    const directions = [0, 45, 90, 120, 150];
    const rows = angles.map((angle, i) => directions.map((d, k) => 3 * (c(angle - d) - (i === k ? 0.2 : 0))));
    const wanted = rows.map((row, i) => Math.log([...row, ...kept.map((s) => 3 * s)].reduce((a, z) => a + Math.exp(z), 0)) - row[i]!);
    await expectClose(five.data, wanted, { rtol: 1e-4 });
  });

  it('draws negatives of the usual distances alone, and never one that is too far', async () => {
    const miner = metric.distanceWeightedMiner(rng(5), { farthest: 1 });
    const x = [at(0), at(5), at(30), at(100), at(170)];
    const { triplets, positive, negative } = metric.minePairs(x, [0, 0, 1, 1, 2], { distance: metric.lpDistance(), miner });
    const mined = (await read(triplets!)).data;
    expect(mined.every((v) => v === 0 || v === 1)).toBe(true);
    // Anchors 0 and 1 have one positive and one negative near enough, 30 degrees away; anchor 2 chooses between them.
    const of = (a: number, p: number, n: number) => mined[(a * 5 + p) * 5 + n];
    expect([of(0, 1, 2), of(1, 0, 2)]).toEqual([1, 1]);
    expect(of(2, 3, 0)! + of(2, 3, 1)!).toBe(1);
    expect(mined.reduce((a, b) => a + b)).toBe(3);
    [triplets!, positive, negative].forEach((mask) => mask.dispose());
  });

  it('finds neighbours', async () => {
    await expectClose(metric.recallAtK(fan, fanLabels, { k: 1 }), 0.4);
    await expectClose(metric.recallAtK(fan, fanLabels, { k: 2 }), 0.8);
    await expectClose(metric.recallAtK([[1, 0]], [3]), 0);
    expect(await metric.verificationTar(fan, fanLabels, { far: 0.99 })).toBeCloseTo(1);
  });

  it('gives NaN, not a wrong number, for class weights of labels that were not checked', async () => {
    const before = setChecks(false);
    try {
      const reducer = metric.classWeightedReducer([1]);
      expect((await read(metric.contrastiveLoss(points, labels, { reducer }))).data).toEqual([NaN]);
    } finally {
      setChecks(before);
    }
  });

  it('goes down its own slope', async () => {
    const x = tensor2d(points);
    for (const [name, weighting] of weightings) {
      const loss = (e: Tensor) => metric.pairWeightingLoss(e, labels, { weighting, miner: metric.allPairs });
      const slope = grad(loss)(x);
      const size = (await read(sum(mul(slope, slope)))).data[0]!;
      if (size < 1e-8) continue;
      const lower = (await read(loss(sub(x, mul(1e-3 / Math.sqrt(size), slope))))).data[0]!;
      expect(lower, name).toBeLessThan((await read(loss(x))).data[0]!);
    }
  });
});
