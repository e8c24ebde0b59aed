import {
  klEstimator,
  klFromLogits,
  linearCrossEntropy,
  linearTokenLogProbs,
  reduceTokens,
  rng,
  sequenceLogProbs,
  shiftTokens,
  softmaxCrossEntropyOp,
  tokenEntropy,
  tokenEntropyOp,
  tokenLogProbs,
  tokenLogProbsOp,
  type SoftmaxCrossEntropyAttributes,
} from '@surrogate/core';
import { backends, checkGradient, eachBackend, expectClose, expectNoLeak, oracle } from '@surrogate/testing';
import { grad, log, sum, tensor, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';

type Inputs = Record<string, Tensor>;

const functions: Record<string, (inputs: Inputs, options: object) => Tensor> = {
  tokenLogProbs: ({ logits, tokens }, options) => tokenLogProbs(logits!, tokens!, options),
  tokenEntropy: ({ logits }, options) => tokenEntropy(logits!, options),
  klFromLogits: ({ logits, other }, options) => klFromLogits(logits!, other!, options),
  sequenceLogProbs: ({ logits, ...rest }, options) => sequenceLogProbs(logits!, { ...rest, ...options }),
  softmaxCrossEntropy: ({ logits, target }, attrs) =>
    softmaxCrossEntropyOp({ logits: logits!, target: target! }, attrs as SoftmaxCrossEntropyAttributes),
  linearCrossEntropy: ({ hidden, kernel, labels, bias, weights }, options) =>
    linearCrossEntropy(hidden!, kernel!, labels!, { bias, weights, ...options }),
  linearTokenLogProbs: ({ hidden, kernel, labels, bias }, options) => linearTokenLogProbs(hidden!, kernel!, labels!, { bias, ...options }),
};
oracle(
  'core/tokens',
  ({ options, ...inputs }) => {
    const { fn, ...rest } = options as { fn: string };
    return functions[fn]!(inputs as Inputs, rest);
  },
  { rtol: 2e-4, atol: 2e-6 },
);

const logits = [
  [
    [0.3, -1.2, 2],
    [0.1, 0.4, -0.3],
  ],
];

eachBackend((backend) => {
  // The conformance table holds the other backends to cpu's derivatives.
  if (backend === 'cpu')
    describe('second derivatives', () => {
      it('tokenLogProbs', () => checkGradient((z) => tokenLogProbs(z, [[2, 0]], { temperature: 0.7 }), [logits], { order: 2 }));
      it('tokenEntropy', () => checkGradient((z) => tokenEntropy(z), [logits], { order: 2 }));
      it('klFromLogits', () =>
        checkGradient(
          (a, b) => klFromLogits(a, b),
          [
            logits,
            [
              [
                [0.1, 0.5, 1],
                [0.4, 0.4, 0.9],
              ],
            ],
          ],
          { order: 2 },
        ));
      it('klEstimator', () =>
        checkGradient(
          (a, b) => klEstimator(a, b),
          [
            [-1.2, -0.4],
            [-0.7, -1.9],
          ],
          { order: 2 },
        ));
      it('cross-entropy with all its attributes, in logits and target', () =>
        checkGradient(
          (z, t) => softmaxCrossEntropyOp({ logits: z, target: t }, { labelSmoothing: 0.1, zLoss: 0.01, temperature: 0.8 }),
          [
            logits[0]!,
            [
              [0.2, 0.3, 0.5],
              [0.6, 0.1, 0.3],
            ],
          ],
          { order: 2 },
        ));
      it('linearCrossEntropy, streamed at the first order and composed at the second', () =>
        checkGradient(
          (h, w) => linearCrossEntropy(h, w, [0, 2, 1], { chunk: 2, labelSmoothing: 0.1 }),
          [
            [
              [0.3, -1],
              [1, 0.2],
              [0.5, 0.5],
            ],
            [
              [0.2, -0.4, 1],
              [0.7, 0.1, -0.6],
            ],
          ],
          {
            order: 2,
          },
        ));
    });

  describe('what is masked out', () => {
    const dirty = () =>
      tensor([
        [
          [0.3, -1.2, 2],
          [NaN, Infinity, -Infinity],
        ],
      ]);
    const mask = [[1, 0]];

    it('reaches neither value nor gradient of token functions', async () => {
      const z = dirty();
      for (const f of [
        (x: Tensor) => tokenLogProbs(x, [[2, 77]], { mask }),
        (x: Tensor) => tokenEntropy(x, { mask }),
        (x: Tensor) =>
          klFromLogits(
            x,
            tensor([
              [
                [0, 0, 0],
                [NaN, NaN, NaN],
              ],
            ]),
            { mask },
          ),
      ]) {
        const values = await f(z).data();
        expect(Math.abs(values[1]!)).toBe(0);
        expect(Number.isFinite(values[0])).toBe(true);
        const slope = await grad((x: Tensor) => sum(f(x)))(z).data();
        expect(Array.from(slope.slice(3), Math.abs)).toEqual([0, 0, 0]);
        expect(slope.slice(0, 3).every(Number.isFinite)).toBe(true);
      }
    });

    it('reaches neither value nor gradient of sequences', async () => {
      const x = tensor([
        [-1, NaN],
        [Infinity, NaN],
      ]);
      const options = {
        mask: [
          [1, 0],
          [0, 0],
        ],
        reduction: 'mean',
      } as const;
      await expectClose(sequenceLogProbs(x, options), [-1, 0]);
      await expectClose(grad((z: Tensor) => sum(sequenceLogProbs(z, options)))(x), [
        [1, 0],
        [0, 0],
      ]);
      await expectClose(
        reduceTokens(x, {
          mask: [
            [1, 0],
            [0, 0],
          ],
        }),
        -1,
      );
    });
  });

  describe('edges', () => {
    it('klFromLogits is 0 to the last bit at p = q, never negative beside it, and knows zeros', async () => {
      const random = rng(5);
      const row = Array.from({ length: 500 }, () => 3 * random.normal());
      await expectClose(klFromLogits([row], [row]), [0], { atol: 0 });
      const beside = await klFromLogits([row], [row.map((z) => z + 1e-5 * random.normal())]).data();
      expect(beside[0]).toBeGreaterThanOrEqual(0);
      expect(beside[0]).toBeLessThan(1e-9);
      await expectClose(klFromLogits([[0, -Infinity, -Infinity]], [[0, 0, -Infinity]]), [Math.LN2]);
      await expectClose(klFromLogits([[0, 0]], [[0, -Infinity]]), [Infinity]);
    });

    it('a token out of range that could not be checked gives NaN', async () => {
      const rows = tensor([
        [0, 1],
        [2, 3],
      ]);
      await expectClose(tokenLogProbsOp({ logits: rows, tokens: tensor([0, 7], [2], 'int32') }, { temperature: 1 }), [-1.31326163, NaN]);
      const attrs = { labelSmoothing: 0, zLoss: 0, temperature: 1 };
      await expectClose(softmaxCrossEntropyOp({ logits: rows, target: tensor([-1, 1], [2], 'int32') }, attrs), [NaN, 0.31326163]);
    });

    it('entropy of a certain token is 0 with gradient 0', async () => {
      const z = tensor([[0, -Infinity]]);
      await expectClose(tokenEntropyOp({ logits: z }, { temperature: 1 }), [0]);
      await expectClose(grad((x: Tensor) => tokenEntropyOp({ logits: x }, { temperature: 1 }))(z), [[0, 0]]);
    });

    it('linear functions take no rows', async () => {
      await expectClose(
        linearCrossEntropy(
          tensor([], [0, 2]),
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          tensor([], [0], 'int32'),
        ),
        0,
      );
      expect(
        linearTokenLogProbs(
          tensor([], [0, 2]),
          [
            [1, 2, 3],
            [4, 5, 6],
          ],
          tensor([], [0], 'int32'),
        ).shape,
      ).toEqual([0]);
    });

    it('linearCrossEntropy does not depend on the chunk', async () => {
      const random = rng(8);
      const h = tensor(
        Array.from({ length: 20 }, () => random.normal()),
        [10, 2],
      );
      const w = tensor(
        Array.from({ length: 14 }, () => random.normal()),
        [2, 7],
      );
      const labels = Array.from({ length: 10 }, (_, i) => i % 7);
      const whole = await linearCrossEntropy(h, w, labels, { chunk: 10 }).data();
      for (const chunk of [1, 3, 64]) await expectClose(linearCrossEntropy(h, w, labels, { chunk }), whole, { rtol: 1e-5 });
      await expectNoLeak(() => grad((x: Tensor) => linearCrossEntropy(x, w, labels, { chunk: 3 }))(h));
      await expectNoLeak(() => grad((x: Tensor) => sum(linearCrossEntropy(x, w, labels, { chunk: 3, reduction: 'none' })))(h));
      [h, w].forEach((x) => x.dispose());
    });
  });

  it('shiftTokens', async () => {
    const { inputs, targets } = shiftTokens([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(inputs.dtype).toBe('int32');
    await expectClose(inputs, [
      [1, 2],
      [4, 5],
    ]);
    await expectClose(targets, [
      [2, 3],
      [5, 6],
    ]);
  });

  it('reduceTokens averages in three ways', async () => {
    const losses = [
      [1, 3],
      [5, 100],
      [7, 7],
    ];
    const mask = [
      [1, 1],
      [1, 0],
      [0, 0],
    ];
    await expectClose(reduceTokens(losses, { mask }), 3);
    await expectClose(reduceTokens(losses, { mask, normalizer: 'sequence' }), 3.5);
    await expectClose(reduceTokens(losses, { mask, normalizer: 2 }), 4.5);
    await expectClose(reduceTokens(losses, { mask: [[0], [0], [0]], normalizer: 'sequence' }), 0);
  });

  if (backend === backends[0])
    it('the mean of the estimators is the divergence', async () => {
      const [p, q] = [
        [0.5, 0.3, 0.2],
        [0.3, 0.3, 0.4],
      ];
      const exact = (await klFromLogits([p.map(Math.log)], [q.map(Math.log)]).data())[0]!;
      const expectation = async (kind: 'k1' | 'k3') =>
        (await tidy(() => klEstimator(log(tensor(p)), log(tensor(q)), { kind })).data<'float32'>()).reduce(
          (total, k, i) => total + p[i]! * k,
          0,
        );
      await expectClose(await expectation('k1'), exact, { rtol: 1e-5 });
      await expectClose(await expectation('k3'), exact, { rtol: 1e-5 });
      await expectClose(klEstimator([-1], [-2], { kind: 'k2' }), [0.5]);
    });
});
