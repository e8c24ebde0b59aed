/** @file Whole steps of training. */
import { disposeTree, rng, sigmoid, step, tanh, valueAndGrad, type TensorTree } from '@surrogate/core';
import { crossEntropy } from '@surrogate/losses';
import { adamw } from '@surrogate/optim';
import {
  add,
  conv2d,
  grad,
  keep,
  losses,
  matMul,
  maxPool,
  mul,
  oneHot,
  relu,
  reshape,
  split,
  sub,
  tensor,
  Tensor,
  train,
  unstack,
  variable,
  zeros,
  type Scalar,
  type Tensor2D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { init, logits, type Transformer } from '../../apps/lab/src/model/transformer.js';
import { classIds, discard, normals } from './numbers.js';
import type { Contender, Run, Workload } from './workload.js';

/** The tree with variables for leaves, which is what tfjs's optimizers look for. */
function variablesOf<P>(tree: P): P {
  if (tree instanceof Tensor) return variable(tree) as P;
  if (Array.isArray(tree)) return tree.map(variablesOf) as P;
  return Object.fromEntries(Object.entries(tree as object).map(([key, part]) => [key, variablesOf<unknown>(part)])) as P;
}

/** How a model is trained: ours with AdamW as one kernel, tfjs with its own loss and Adam. */
function training<P extends TensorTree<P>>(
  name: string,
  make: () => P,
  logitsOf: (params: P) => Tensor,
  labels: () => Tensor,
  classes: number,
  contenders: readonly Contender[],
): Workload {
  const ours = (): Run => {
    const target = labels();
    const optimizer = adamw(1e-3);
    let params = make();
    let state = optimizer.init(params);
    return () => {
      const { value, grads } = valueAndGrad((p: P) => crossEntropy(logitsOf(p), target))(params);
      const stepped = step(optimizer, params, grads, state);
      value.dispose();
      disposeTree(grads);
      [params, state] = [stepped.params, stepped.state];
    };
  };
  const theirs = (): Run => {
    const dense = oneHot(labels(), classes);
    const optimizer = train.adam(1e-3);
    const params = variablesOf(make());
    return () => {
      optimizer.minimize(() => losses.softmaxCrossEntropy<Tensor, Scalar>(dense, logitsOf(params)));
    };
  };
  const known = contenders.map((contender) => [contender, contender === 'surrogate' ? ours : theirs] as const);
  // On the cpu backend a step takes seconds.
  return { name, runs: contenders.includes('cpu') ? 5 : 15, contenders: Object.fromEntries(known) };
}

/** The flagship's step: about 100 000 parameters, 1024 tokens. */
function flagship(): Workload {
  const [batch, time, vocabulary] = [64, 16, 28];
  let tokens: Tensor | undefined;
  return training(
    'transformer-step',
    () => init(rng(0), { vocabulary, width: 64, heads: 4, layers: 2, context: time }),
    (params: Transformer) => {
      tokens ??= keep(reshape(classIds(batch * time, vocabulary), [batch, time]));
      return reshape(logits(params, tokens), [batch * time, vocabulary]);
    },
    () =>
      tensor(
        Int32Array.from({ length: batch * time }, (_, i) => (i * 31) % vocabulary),
        [batch * time],
        'int32',
      ),
    vocabulary,
    ['surrogate', 'stock'],
  );
}

/** Two layers of convolutions over 64 images of 28 x 28. tfjs's wasm backend has not the gradients for it. */
function convolutions(): Workload {
  const images = () => normals([64, 28, 28, 1], 9) as Tensor4D;
  let input: Tensor4D | undefined;
  return training(
    'conv-step',
    () => ({ first: normals([5, 5, 1, 8], 1, 0.2), second: normals([5, 5, 8, 16], 2, 0.1), last: normals([784, 10], 3, 0.05) }),
    ({ first, second, last }) => {
      input ??= keep(images());
      const layer = (x: Tensor4D, filter: Tensor) => maxPool(relu(conv2d(x, filter as Tensor4D, 1, 'same')), 2, 2, 'same');
      return matMul(reshape(layer(layer(input, first), second), [64, 784]), last);
    },
    () => classIds(64, 10),
    10,
    ['surrogate', 'cpu'],
  );
}

/** A gated recurrent unit over 16 steps of 64 sequences. */
function recurrent(): Workload {
  const width = 64;
  let input: Tensor | undefined;
  return training(
    'gru-step',
    () => ({ inward: normals([28, 3 * width], 1, 0.2), across: normals([width, 3 * width], 2, 0.1), head: normals([width, 28], 3, 0.1) }),
    ({ inward, across, head }) => {
      input ??= keep(normals([16, 64, 28], 9));
      let h: Tensor = zeros([64, width]);
      for (const x of unstack(input)) {
        const [resetX, updateX, newX] = split(matMul(x as Tensor2D, inward as Tensor2D), 3, 1) as [Tensor, Tensor, Tensor];
        const [resetH, updateH, newH] = split(matMul(h as Tensor2D, across as Tensor2D), 3, 1) as [Tensor, Tensor, Tensor];
        const update = sigmoid(add(updateX, updateH));
        const next = tanh(add(newX, mul(sigmoid(add(resetX, resetH)), newH)));
        h = add(next, mul(update, sub(h, next)));
      }
      return matMul(h as Tensor2D, head as Tensor2D);
    },
    () => classIds(64, 28),
    28,
    ['surrogate', 'stock'],
  );
}

/** The first loss and gradient that a program computes. */
const first: Workload = {
  name: 'first-call',
  runs: 5,
  cold: true,
  contenders: {
    surrogate() {
      const [logits, labels] = [normals([8, 10], 1), classIds(8, 10)];
      return discard(() => grad((z: Tensor) => crossEntropy(z, labels))(logits));
    },
    stock() {
      const [logits, dense] = [normals([8, 10], 1), oneHot(classIds(8, 10), 10)];
      return discard(() => grad((z: Tensor) => losses.softmaxCrossEntropy(dense, z))(logits));
    },
  },
};

export const trainingWorkloads: readonly Workload[] = [flagship(), convolutions(), recurrent(), first];
