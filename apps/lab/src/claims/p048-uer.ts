/** @file P48: what is new is learnt by angle, and does not push aside what came before. */
import { cosineLogits, crossEntropy, reservoir, reservoirAdd, reservoirSample, uerLoss, type Reservoir } from '@surrogate/losses';
import { sgd } from '@surrogate/optim';
import { relu, Rng } from '@surrogate/core';
import { add, argMax, dispose, slice, matMul, tensor1d, tensor2d, tidy, type Tensor } from '@tensorflow/tfjs-core';
import { claim } from '../claim.js';
import { descend } from '../model/descend.js';

interface Example {
  readonly x: readonly number[];
  readonly y: number;
}

/** A hidden layer, and a head without biases. */
interface Net {
  w: Tensor;
  b: Tensor;
  head: Tensor;
}

type Loss = (
  current: { features: Tensor; labels: Tensor },
  replay: { features: Tensor; labels: Tensor } | undefined,
  head: Tensor,
) => Tensor;

const featuresOf = ({ w, b }: Net, x: Tensor) => relu(add(matMul(x, w), b));

/** The stream: the classes of each task mixed, the tasks one after the other. */
function stream(centres: readonly (readonly number[])[], perTask: number, perClass: number, noise: number, rng: Rng): Example[] {
  const tasks = Array.from({ length: centres.length / perTask }, (_, task) =>
    Array.from({ length: perTask * perClass }, (_, i) => {
      const y = task * perTask + (i % perTask);
      return { x: centres[y]!.map((mean) => rng.normal(mean, noise)), y };
    }),
  );
  return tasks.flatMap((task) => Array.from(rng.permutation(task.length), (i) => task[i]!));
}

export default claim({
  paper: 48,
  says: 'Learning the stream by angles and what is replayed by dot products keeps more of the earlier tasks than dot products for both, and favours the last task less.',
  params: {
    classes: 10,
    perTask: 2,
    width: 32,
    noise: 1.3,
    perClass: 300,
    tests: 100,
    batch: 10,
    memory: 100,
    hidden: 64,
    learningRate: 0.05,
  },
  quick: { classes: 4, perClass: 40, tests: 20, memory: 20 },
  seeds: [0, 1, 2, 3, 4],
  async run({ params, rng, progress }) {
    const { classes, perTask, width, noise, perClass, tests, batch, memory, hidden, learningRate } = params;
    const centres = Array.from({ length: classes }, () => [...rng.fillNormal(new Float64Array(width))]);
    const train = stream(centres, perTask, perClass, noise, rng.split());
    const test = stream(centres, perTask, tests, noise, rng.split());
    const [start, draws] = [rng.split(), rng.split().toJSON()];
    const initial = {
      w: [...start.fillNormal(new Float64Array(width * hidden), 0, Math.sqrt(2 / width))],
      head: [...start.fillNormal(new Float64Array(hidden * classes), 0, Math.sqrt(1 / hidden))],
    };

    const learn = async (arm: number, lossOf: Loss) => {
      const source = Rng.fromJSON(draws);
      let kept: Reservoir<Example> = reservoir(memory);
      let at = 0;
      const steps = Math.floor(train.length / batch);
      const net = await descend<Net>(
        { w: tensor2d(initial.w, [width, hidden]), b: tensor1d(new Float32Array(hidden)), head: tensor2d(initial.head, [hidden, classes]) },
        { optimizer: sgd(learningRate), steps, after: (done) => progress((arm + done / steps) / 3) },
        () => {
          const now = train.slice(at, (at += batch));
          const before = reservoirSample(kept, batch, source);
          kept = reservoirAdd(kept, now, source);
          return (current) => {
            const x = tensor2d([...now, ...before].map((example) => [...example.x]));
            const part = (examples: readonly Example[], from: number) => ({
              features: featuresOf(current, slice(x, [from, 0], [examples.length, width])),
              labels: tensor1d(Int32Array.from(examples, ({ y }) => y)),
            });
            return lossOf(part(now, 0), before.length === 0 ? undefined : part(before, now.length), current.head);
          };
        },
      );
      const chosen = tidy(() => argMax(matMul(featuresOf(net, tensor2d(test.map(({ x }) => [...x]))), net.head), 1));
      const decided = await chosen.data<'int32'>();
      dispose([chosen, net.w, net.b, net.head]);
      return {
        accuracy: test.filter(({ y }, i) => decided[i] === y).length / test.length,
        lastTask: decided.filter((k) => k >= classes - perTask).length / test.length,
      };
    };

    /** The same logits for both batches, each of which counts as much as in the other losses. */
    const alike =
      (logitsOf: (features: Tensor, head: Tensor) => Tensor): Loss =>
      (current, replay, head) => {
        const now = crossEntropy(logitsOf(current.features, head), current.labels);
        return replay === undefined ? now : add(now, crossEntropy(logitsOf(replay.features, head), replay.labels));
      };
    const replayed = await learn(0, alike(matMul));
    const cosine = await learn(1, alike(cosineLogits));
    const uer = await learn(2, (current, replay, head) => uerLoss(current, replay, head));
    return { metrics: uer, baseline: { ...replayed, accuracyByAngle: cosine.accuracy } };
  },
  /** The specification measures an accuracy of 0.932 against 0.910, and 0.224 against 0.262 of the predictions in the last task, where 0.2 is right. */
  shown: ({ metrics, baseline }) => metrics.accuracy > baseline.accuracy && metrics.lastTask < baseline.lastTask,
});
