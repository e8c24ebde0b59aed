/** @file Whole steps of training. */
import { rng, step, disposeTree, valueAndGrad } from '@surrogate/core';
import { crossEntropy } from '@surrogate/losses';
import { adamw } from '@surrogate/optim';
import { losses, oneHot, reshape, tensor, train, variable, type Scalar, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { init, logits, type Transformer } from '../../apps/lab/src/model/transformer.js';
import { classIds } from './numbers.js';
import type { Workload } from './workload.js';

const [batch, time, vocabulary] = [64, 16, 28];
const config = { vocabulary, width: 64, heads: 4, layers: 2, context: time };

const inputs = () => ({
  tokens: reshape(classIds(batch * time, vocabulary), [batch, time]),
  targets: tensor(
    Int32Array.from({ length: batch * time }, (_, i) => (i * 31) % vocabulary),
    [batch * time],
    'int32',
  ),
});

const flat = (z: Tensor) => reshape(z, [batch * time, vocabulary]);

/** The flagship's step: about 100 000 parameters, 1024 tokens. */
const flagship: Workload = {
  name: 'transformer-step',
  runs: 15,
  contenders: {
    surrogate() {
      const { tokens, targets } = inputs();
      const optimizer = adamw(1e-3);
      let params: Transformer = init(rng(0), config);
      let state = optimizer.init(params);
      return () => {
        const { value, grads } = valueAndGrad((p: Transformer) => crossEntropy(flat(logits(p, tokens)), targets))(params);
        const stepped = step(optimizer, params, grads, state);
        value.dispose();
        disposeTree(grads);
        [params, state] = [stepped.params, stepped.state];
      };
    },
    stock() {
      const { tokens, targets } = inputs();
      const optimizer = train.adam(1e-3);
      const dense = oneHot(targets, vocabulary);
      const of = (x: Tensor): Variable => variable(x);
      const { embedding, position, layers, head } = init(rng(0), config);
      const params: Transformer = {
        embedding: of(embedding),
        position: of(position),
        layers: layers.map((layer) => Object.fromEntries(Object.entries(layer).map(([name, x]) => [name, of(x as Tensor)])) as never),
        head: of(head),
      };
      return () => {
        optimizer.minimize(() => losses.softmaxCrossEntropy<Tensor, Scalar>(dense, flat(logits(params, tokens))));
      };
    },
  },
};

export const trainingWorkloads: readonly Workload[] = [flagship];
