/** @file A step of each optimizer over a million parameters, beside the same of tfjs where it has one. */
import { step, type GradientTransformation } from '@surrogate/core';
import * as optim from '@surrogate/optim';
import { train, variable, type Optimizer } from '@tensorflow/tfjs-core';
import { jaxOptimizer, jaxOptimizers } from './jax.js';
import { normals } from './numbers.js';
import type { Workload } from './workload.js';

/** A million parameters in 20 matrices: a small transformer's. */
const shape = [200, 250];
const matrices = 20;
const tree = (seed: number) => Array.from({ length: matrices }, (_, i) => normals(shape, seed + i, 0.1));

/** What tfjs has of the same kind. */
const stock: Readonly<Record<string, () => Optimizer>> = {
  sgd: () => train.sgd(1e-3),
  momentum: () => train.momentum(1e-3, 0.9),
  rmsprop: () => train.rmsprop(1e-3),
  adam: () => train.adam(1e-3),
  adamax: () => train.adamax(1e-3),
  adagrad: () => train.adagrad(1e-3),
  adadelta: () => train.adadelta(1e-3),
};

const ours: Readonly<Record<string, () => GradientTransformation>> = {
  sgd: () => optim.sgd(1e-3),
  momentum: () => optim.sgd(1e-3, { momentum: 0.9 }),
  adam: () => optim.adam(1e-3),
  adamw: () => optim.adamw(1e-3),
  nadamw: () => optim.nadamw(1e-3),
  amsgrad: () => optim.amsgrad(1e-3),
  radam: () => optim.radam(1e-3),
  adabelief: () => optim.adabelief(1e-3),
  yogi: () => optim.yogi(1e-3),
  adamax: () => optim.adamax(1e-3),
  adan: () => optim.adan(1e-3),
  ademamix: () => optim.ademamix(1e-3),
  adopt: () => optim.adopt(1e-3),
  rmsprop: () => optim.rmsprop(1e-3),
  adagrad: () => optim.adagrad(1e-3),
  adadelta: () => optim.adadelta(1e-3),
  novograd: () => optim.novograd(1e-3),
  madgrad: () => optim.madgrad(1e-3),
  acprop: () => optim.acprop(1e-3),
  adafactor: () => optim.adafactor(1e-3),
  sm3: () => optim.sm3(1e-3),
  optimisticSgd: () => optim.optimisticSgd(1e-3),
  simplifiedAdemamix: () => optim.simplifiedAdemamix(1e-3),
  rprop: () => optim.rprop(1e-3),
  lion: () => optim.lion(1e-4),
  signSgd: () => optim.signSgd(1e-4),
  signum: () => optim.signum(1e-4),
  lamb: () => optim.lamb(1e-3),
  lars: () => optim.lars(0.1),
  fromage: () => optim.fromage(0.01),
  prodigy: () => optim.prodigy(),
  dAdaptAdamW: () => optim.dAdaptAdamW(),
  dog: () => optim.dog(),
  dowg: () => optim.dowg(),
  cocob: () => optim.cocob(),
  mechanize: () => optim.mechanize(optim.sgd(1)),
  momo: () => optim.momo(1e-3),
  momoAdam: () => optim.momoAdam(1e-3),
  polyakSgd: () => optim.polyakSgd({ most: 1e-3 }),
  sophia: () => optim.sophia(1e-4),
  muon: () => optim.muon(1e-3),
  soap: () => optim.soap(1e-3),
  shampoo: () => optim.shampoo(1e-3),
  galore: () => optim.galore(1e-3, { rank: 16 }),
  scaleByLbfgs: () => optim.chain(optim.scaleByLbfgs(), optim.scale(-1e-3)),
  scheduleFree: () => optim.scheduleFree(optim.adamw(1e-3, { b1: 0 }), 1e-3),
};

/** One step over and over, of ours. */
function stepping(optimizer: GradientTransformation) {
  const grads = tree(1000);
  let params = tree(1);
  let state = optimizer.init(params);
  return () => {
    ({ params, state } = step(optimizer, params, grads, state, { loss: 1 }));
  };
}

/** The same of tfjs; its optimizers find variables by name. */
function steppingStock(name: string, optimizer: Optimizer) {
  const variables = tree(1).map((x, i) => variable(x, true, `table-${name}-${i}`));
  const grads = tree(1000).map((tensor, i) => ({ name: variables[i]!.name, tensor }));
  return () => optimizer.applyGradients(grads);
}

/** `pnpm bench --only step-` times them and counts the kernels that a step calls; PyTorch's are in torch/worker.py. */
export const optimizerTableWorkloads: readonly Workload[] = Object.entries(ours).map(([name, make]) => ({
  name: `step-${name}`,
  // What factors matrices on the host takes seconds at each tenth step.
  runs: ['soap', 'shampoo', 'galore'].includes(name) ? 3 : 9,
  contenders: {
    surrogate: () => stepping(make()),
    ...(stock[name] === undefined ? {} : { stock: () => steppingStock(name, stock[name]!()) }),
    ...(jaxOptimizers.includes(name) ? { 'jax-js': jaxOptimizer(name, shape, matrices) } : {}),
  },
}));
