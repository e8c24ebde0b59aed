import { conformance, schedule, transformation, utility, type BadCalls } from '@surrogate/testing';
import { tensor } from '@tensorflow/tfjs-core';
import { catalogueRows } from './catalogue.rows.js';
import * as optim from './index.js';
import { attackRows } from './blackbox/attack.rows.js';
import { bayesianRows } from './blackbox/bayesian.rows.js';
import { boostingRows } from './boosting/boosting.rows.js';
import { constrainedRows } from './constrained/constrained.rows.js';
import { coordinateRows } from './coordinate/coordinate.rows.js';
import { equalityRows } from './equality/equality.rows.js';
import { leastSquaresRows } from './leastSquares/leastSquares.rows.js';
import { equilibriumRows } from './equilibrium/equilibrium.rows.js';
import { evolutionRows } from './evolution/evolution.rows.js';
import { federatedRows } from './federated/federated.rows.js';
import { mergingRows } from './merging/merging.rows.js';
import { paretoRows } from './multiObjective/pareto.rows.js';
import { normalizationRows } from './normalization/normalization.rows.js';
import { onlineRows } from './online/online.rows.js';
import { reparameterizeRows } from './reparameterize/reparameterize.rows.js';
import { refinedRows } from './schedules/refined.rows.js';
import { gradientNormalizedRows } from './secondOrder/gradientNormalized.rows.js';
import { surrogateRows } from './surrogates/surrogates.rows.js';
import { unfoldingRows } from './unfolding/unfolding.rows.js';
import { partRows } from './parts.rows.js';
import { refuse } from './refuse.rows.js';
import { toolRows } from './tools.rows.js';

const { adam, adamw, chain, clipByGlobalNorm, constant, linear, sgd } = optim;

/** What every relative of Adam refuses. */
const refuseMoments = (make: (learningRate: number, options?: { b1?: number; b2?: number; eps?: number }) => unknown): BadCalls => ({
  ...refuse('learningRate', (learningRate) => make(learningRate)),
  ...refuse('b1', (b1) => make(0.1, { b1 }), [NaN, 1]),
  ...refuse('b2', (b2) => make(0.1, { b2 }), [NaN, 1]),
  ...refuse('eps', (eps) => make(0.1, { eps })),
});

const params = () => ({ w: tensor([1, 2]) });

conformance(optim, {
  ...attackRows,
  ...bayesianRows,
  ...boostingRows,
  ...constrainedRows,
  ...coordinateRows,
  ...equalityRows,
  ...equilibriumRows,
  ...evolutionRows,
  ...federatedRows,
  ...gradientNormalizedRows,
  ...leastSquaresRows,
  ...mergingRows,
  ...normalizationRows,
  ...onlineRows,
  ...paretoRows,
  ...refinedRows,
  ...reparameterizeRows,
  ...surrogateRows,
  ...unfoldingRows,
  ...catalogueRows,
  ...partRows,
  ...toolRows,
  constant: schedule(constant, { make: { 'a number': () => constant(0.1) }, bad: refuse('value', constant, [NaN, Infinity]) }),
  linear: schedule(linear, {
    make: { up: () => linear(0, 1, { steps: 10 }), down: () => linear(1, 0.1, { steps: 100 }) },
    bad: {
      ...refuse('from', (from) => linear(from, 1, { steps: 5 }), [NaN]),
      ...refuse('to', (to) => linear(1, to, { steps: 5 }), [NaN]),
      ...refuse('steps', (steps) => linear(1, 0, { steps }), [NaN, 0, 1.5]),
    },
  }),
  polynomial: schedule(optim.polynomial, {
    make: { square: () => optim.polynomial(1, 0, { steps: 10, power: 2 }) },
    bad: {
      ...refuse('from', (from) => optim.polynomial(from, 1, { steps: 5 }), [NaN]),
      ...refuse('to', (to) => optim.polynomial(1, to, { steps: 5 }), [NaN]),
      ...refuse('steps', (steps) => optim.polynomial(1, 0, { steps }), [NaN, 0, 1.5]),
      ...refuse('power', (power) => optim.polynomial(1, 0, { steps: 5, power }), [NaN, 0]),
    },
  }),
  cosineDecay: schedule(optim.cosineDecay, {
    make: { 'to 0': () => optim.cosineDecay(1, { steps: 100 }), 'to a tenth': () => optim.cosineDecay(1, { steps: 100, alpha: 0.1 }) },
    bad: {
      ...refuse('from', (from) => optim.cosineDecay(from, { steps: 5 }), [NaN]),
      ...refuse('steps', (steps) => optim.cosineDecay(1, { steps }), [NaN, 0]),
      ...refuse('alpha', (alpha) => optim.cosineDecay(1, { steps: 5, alpha })),
      ...refuse('exponent', (exponent) => optim.cosineDecay(1, { steps: 5, exponent }), [NaN, 0]),
    },
  }),
  exponentialDecay: schedule(optim.exponentialDecay, {
    make: { smooth: () => optim.exponentialDecay(1, { steps: 10, rate: 0.9 }) },
    bad: {
      ...refuse('from', (from) => optim.exponentialDecay(from, { steps: 5, rate: 0.5 }), [NaN]),
      ...refuse('steps', (steps) => optim.exponentialDecay(1, { steps, rate: 0.5 }), [NaN, 0]),
      ...refuse('rate', (rate) => optim.exponentialDecay(1, { steps: 5, rate }), [NaN, 0]),
    },
  }),
  inverseSqrt: schedule(optim.inverseSqrt, {
    make: { 'after 4': () => optim.inverseSqrt(1, { warmupSteps: 4 }) },
    bad: {
      ...refuse('peak', (peak) => optim.inverseSqrt(peak, { warmupSteps: 4 }), [NaN]),
      ...refuse('warmupSteps', (warmupSteps) => optim.inverseSqrt(1, { warmupSteps }), [NaN, 0]),
    },
  }),
  joinSchedules: schedule(optim.joinSchedules, {
    make: { 'three parts': () => optim.joinSchedules([linear(0, 1, { steps: 10 }), constant(1), linear(1, 0, { steps: 50 })], [10, 100]) },
    bad: {
      'range boundaries': [
        () => optim.joinSchedules([constant(1)], [5]),
        () => optim.joinSchedules([constant(1), constant(2), constant(3)], [5, 5]),
      ],
      'dtype schedules[1]': () => optim.joinSchedules([constant(1), 3 as never], [5]),
    },
  }),
  scaleSchedule: schedule(optim.scaleSchedule, {
    make: { half: () => optim.scaleSchedule(constant(1), 0.5) },
    bad: {
      'dtype schedule': () => optim.scaleSchedule(1 as never, 2),
      ...refuse('factor', (f) => optim.scaleSchedule(constant(1), f), [NaN]),
    },
  }),
  piecewiseConstant: schedule(optim.piecewiseConstant, {
    make: { 'two steps': () => optim.piecewiseConstant(1, { 10: 0.1, 100: 0.5 }) },
    bad: {
      ...refuse('from', (from) => optim.piecewiseConstant(from, {}), [NaN]),
      'range factors': [() => optim.piecewiseConstant(1, { 1.5: 1 }), () => optim.piecewiseConstant(1, { 3: NaN })],
    },
  }),
  warmupCosine: schedule(optim.warmupCosine, {
    make: {
      'with warm-up': () => optim.warmupCosine(1, { warmupSteps: 10, steps: 100 }),
      without: () => optim.warmupCosine(1, { warmupSteps: 0, steps: 100, to: 0.1 }),
    },
    bad: {
      ...refuse('peak', (peak) => optim.warmupCosine(peak, { warmupSteps: 1, steps: 5 }), [NaN]),
      ...refuse('warmupSteps', (warmupSteps) => optim.warmupCosine(1, { warmupSteps, steps: 5 })),
      ...refuse('steps', (steps) => optim.warmupCosine(1, { warmupSteps: 5, steps }), [NaN, 5]),
      ...refuse('from', (from) => optim.warmupCosine(1, { warmupSteps: 1, steps: 5, from }), [NaN]),
      ...refuse('to', (to) => optim.warmupCosine(1, { warmupSteps: 1, steps: 5, to }), [NaN]),
    },
  }),
  warmupStableDecay: schedule(optim.warmupStableDecay, {
    make: {
      'three parts': () => optim.warmupStableDecay(1, { steps: 100 }),
      'by a root': () => optim.warmupStableDecay(1, { steps: 100, shape: 'oneMinusSqrt' }),
      'by a factor': () => optim.warmupStableDecay(1, { steps: 100, shape: 'exponential' }),
      'without a fall': () => optim.warmupStableDecay(1, { steps: 100, decay: 0, to: 1 }),
    },
    bad: {
      ...refuse('peak', (peak) => optim.warmupStableDecay(peak, { steps: 5 }), [NaN]),
      ...refuse('steps', (steps) => optim.warmupStableDecay(1, { steps }), [NaN, 0]),
      ...refuse('warmup', (warmup) => optim.warmupStableDecay(1, { steps: 5, warmup }), [NaN, -0.1, 1]),
      'range shape': () => optim.warmupStableDecay(1, { steps: 5, shape: 'square' as never }),
      ...refuse('decay', (decay) => optim.warmupStableDecay(1, { steps: 5, decay }), [NaN, -0.1, 0.99]),
      ...refuse('to', (to) => optim.warmupStableDecay(1, { steps: 5, to }), [NaN]),
    },
  }),
  chain: transformation(chain, {
    make: {
      nothing: () => chain(),
      'clipping and a kernel': () => chain(clipByGlobalNorm(1), adamw(0.1)),
    },
    bad: { 'dtype parts[0]': () => chain({} as never) },
  }),
  clipByGlobalNorm: transformation(clipByGlobalNorm, {
    make: { 'to 1': () => clipByGlobalNorm(1) },
    bad: refuse('maxNorm', clipByGlobalNorm, [NaN, 0]),
  }),
  clipByBlockNorm: transformation(optim.clipByBlockNorm, {
    make: { 'to 1': () => optim.clipByBlockNorm(1) },
    bad: refuse('maxNorm', optim.clipByBlockNorm, [NaN, 0]),
  }),
  clipByValue: transformation(optim.clipByValue, {
    make: { 'to 1': () => optim.clipByValue(1) },
    bad: refuse('bound', optim.clipByValue, [NaN, 0]),
  }),
  trace: transformation(optim.trace, {
    make: { 'heavy ball': () => optim.trace(0.9), Nesterov: () => optim.trace(linear(0.5, 0.9, { steps: 10 }), { nesterov: true }) },
    bad: refuse('decay', optim.trace, [NaN, -0.1, 1]),
  }),
  scale: transformation(optim.scale, { make: { half: () => optim.scale(0.5) }, bad: refuse('factor', optim.scale, [NaN]) }),
  scaleBySchedule: transformation(optim.scaleBySchedule, {
    make: { linear: () => optim.scaleBySchedule(linear(1, 0, { steps: 10 })) },
    bad: refuse('schedule', optim.scaleBySchedule, [NaN]),
  }),
  scaleByLearningRate: transformation(optim.scaleByLearningRate, {
    make: { 'a number': () => optim.scaleByLearningRate(0.1), 'a schedule': () => optim.scaleByLearningRate(linear(0, 1, { steps: 5 })) },
    descends: true,
    bad: refuse('learningRate', optim.scaleByLearningRate),
  }),
  scaleByAdam: transformation(optim.scaleByAdam, {
    make: { 'by default': () => optim.scaleByAdam(), Nesterov: () => optim.scaleByAdam({ nesterov: true }) },
    bad: {
      ...refuse('b1', (b1) => optim.scaleByAdam({ b1 }), [NaN, -0.1, 1]),
      ...refuse('b2', (b2) => optim.scaleByAdam({ b2 }), [NaN, -0.1, 1]),
      ...refuse('eps', (eps) => optim.scaleByAdam({ eps })),
      ...refuse('epsRoot', (epsRoot) => optim.scaleByAdam({ epsRoot })),
    },
  }),
  addDecayedWeights: transformation(optim.addDecayedWeights, {
    make: {
      'of all': () => optim.addDecayedWeights(0.1),
      'of weights': () => optim.addDecayedWeights(0.1, { mask: (path) => path.endsWith('w') }),
    },
    bad: refuse('weightDecay', optim.addDecayedWeights),
  }),
  sgd: transformation(sgd, {
    make: {
      plain: () => sgd(0.1),
      momentum: () => sgd(0.05, { momentum: 0.8 }),
      Nesterov: () => sgd(0.05, { momentum: 0.8, nesterov: true }),
    },
    descends: true,
    bad: {
      ...refuse('learningRate', sgd),
      ...refuse('momentum', (momentum) => sgd(0.1, { momentum }), [NaN, 1]),
      'dtype nesterov': () => sgd(0.1, { nesterov: 1 as never }),
    },
  }),
  adam: transformation(adam, {
    make: { 'by default': () => adam(0.05) },
    descends: true,
    bad: {
      ...refuse('learningRate', adam),
      ...refuse('b1', (b1) => adam(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => adam(0.1, { b2 }), [NaN, 1]),
      ...refuse('eps', (eps) => adam(0.1, { eps })),
      ...refuse('epsRoot', (epsRoot) => adam(0.1, { epsRoot })),
    },
  }),
  adamw: transformation(adamw, {
    make: {
      'by default': () => adamw(0.05),
      'of weights': () => adamw(linear(0, 0.1, { steps: 50 }), { weightDecay: 0.1, mask: (path) => path.endsWith('w') }),
    },
    descends: true,
    bad: {
      ...refuse('learningRate', adamw),
      ...refuse('b1', (b1) => adamw(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => adamw(0.1, { b2 }), [NaN, 1]),
      ...refuse('eps', (eps) => adamw(0.1, { eps })),
      ...refuse('epsRoot', (epsRoot) => adamw(0.1, { epsRoot })),
      ...refuse('weightDecay', (weightDecay) => adamw(0.1, { weightDecay })),
    },
  }),
  nadamw: transformation(optim.nadamw, {
    make: { 'by default': () => optim.nadamw(0.05) },
    descends: true,
    bad: { ...refuseMoments(optim.nadamw), ...refuse('weightDecay', (weightDecay) => optim.nadamw(0.1, { weightDecay })) },
  }),
  amsgrad: transformation(optim.amsgrad, {
    make: { 'by default': () => optim.amsgrad(0.05) },
    descends: true,
    bad: refuseMoments(optim.amsgrad),
  }),
  radam: transformation(optim.radam, {
    make: { 'by default': () => optim.radam(0.05), 'soon rectified': () => optim.radam(0.05, { b2: 0.9, threshold: 4 }) },
    descends: true,
    bad: { ...refuseMoments(optim.radam), ...refuse('threshold', (threshold) => optim.radam(0.1, { threshold }), [NaN, 3]) },
  }),
  adabelief: transformation(optim.adabelief, {
    make: { 'by default': () => optim.adabelief(0.05) },
    descends: true,
    bad: { ...refuseMoments(optim.adabelief), ...refuse('epsRoot', (epsRoot) => optim.adabelief(0.1, { epsRoot })) },
  }),
  yogi: transformation(optim.yogi, {
    make: { 'by default': () => optim.yogi(0.05) },
    descends: true,
    bad: { ...refuseMoments(optim.yogi), ...refuse('start', (start) => optim.yogi(0.1, { start })) },
  }),
  adamax: transformation(optim.adamax, {
    make: { 'by default': () => optim.adamax(0.05) },
    descends: true,
    bad: refuseMoments(optim.adamax),
  }),
  rmsprop: transformation(optim.rmsprop, {
    make: {
      'by default': () => optim.rmsprop(0.02),
      'centered, with momentum': () => optim.rmsprop(0.002, { centered: true, momentum: 0.9, nesterov: true }),
    },
    bad: {
      ...refuse('learningRate', (learningRate) => optim.rmsprop(learningRate)),
      ...refuse('decay', (decay) => optim.rmsprop(0.1, { decay }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.rmsprop(0.1, { eps })),
      ...refuse('momentum', (momentum) => optim.rmsprop(0.1, { momentum }), [NaN, 1]),
      'dtype centered': () => optim.rmsprop(0.1, { centered: 1 as never }),
      'dtype nesterov': () => optim.rmsprop(0.1, { nesterov: 1 as never }),
    },
  }),
  adagrad: transformation(optim.adagrad, {
    make: { 'by default': () => optim.adagrad(0.2) },
    descends: true,
    bad: {
      ...refuse('learningRate', (learningRate) => optim.adagrad(learningRate)),
      ...refuse('start', (start) => optim.adagrad(0.1, { start })),
      ...refuse('eps', (eps) => optim.adagrad(0.1, { eps })),
    },
  }),
  adadelta: transformation(optim.adadelta, {
    make: { 'by default': () => optim.adadelta(10) },
    descends: true,
    bad: {
      ...refuse('learningRate', (learningRate) => optim.adadelta(learningRate)),
      ...refuse('decay', (decay) => optim.adadelta(0.1, { decay }), [NaN, 1]),
      ...refuse('eps', (eps) => optim.adadelta(0.1, { eps })),
    },
  }),
  lion: transformation(optim.lion, {
    make: { 'by default': () => optim.lion(0.02) },
    descends: true,
    bad: {
      ...refuse('learningRate', (learningRate) => optim.lion(learningRate)),
      ...refuse('b1', (b1) => optim.lion(0.1, { b1 }), [NaN, 1]),
      ...refuse('b2', (b2) => optim.lion(0.1, { b2 }), [NaN, 1]),
      ...refuse('weightDecay', (weightDecay) => optim.lion(0.1, { weightDecay })),
    },
  }),
  signSgd: transformation(optim.signSgd, {
    make: { 'by default': () => optim.signSgd(0.02) },
    descends: true,
    bad: refuse('learningRate', optim.signSgd),
  }),
  lamb: transformation(optim.lamb, {
    make: { 'by default': () => optim.lamb(0.05), 'with decay': () => optim.lamb(0.05, { weightDecay: 0.1 }) },
    descends: true,
    bad: { ...refuseMoments(optim.lamb), ...refuse('weightDecay', (weightDecay) => optim.lamb(0.1, { weightDecay })) },
  }),
  lars: transformation(optim.lars, {
    make: {
      'by default': () => optim.lars(0.1),
      'without momentum': () => optim.lars(1, { momentum: 0, trustCoefficient: 0.05, weightDecay: 0.1 }),
    },
    bad: {
      ...refuse('learningRate', (learningRate) => optim.lars(learningRate)),
      ...refuse('weightDecay', (weightDecay) => optim.lars(0.1, { weightDecay })),
      ...refuse('trustCoefficient', (trustCoefficient) => optim.lars(0.1, { trustCoefficient }), [NaN, 0]),
      ...refuse('momentum', (momentum) => optim.lars(0.1, { momentum }), [NaN, 1]),
    },
  }),
  muon: transformation(optim.muon, {
    make: {
      'by default': () => optim.muon(0.02),
      'of consistent size': () => optim.muon(0.05, { consistentRms: 0.2 }),
      'of no matrix': () => optim.muon(0.02, { matrices: () => false, nesterov: false }),
    },
    descends: true,
    bad: {
      ...refuse('learningRate', (learningRate) => optim.muon(learningRate)),
      ...refuse('momentum', (momentum) => optim.muon(0.1, { momentum }), [NaN, 1]),
      ...refuse('consistentRms', (consistentRms) => optim.muon(0.1, { consistentRms }), [NaN, 0]),
      ...refuse('rounds', (rounds) => optim.muon(0.1, { rounds }), [NaN, 0]),
      ...refuse('weightDecay', (weightDecay) => optim.muon(0.1, { weightDecay })),
      'dtype nesterov': () => optim.muon(0.1, { nesterov: 1 as never }),
    },
  }),
  accumulate: transformation(optim.accumulate, {
    make: { 'three batches': () => optim.accumulate(adamw(0.2, { mask: (path) => path === 'layers/0/w' }), 3) },
    descends: true,
    bad: {
      'dtype inner': () => optim.accumulate({} as never, 2),
      'dtype sum': () => optim.accumulate(sgd(0.1), 2, { sum: 1 as never }),
      ...refuse('every', (every) => optim.accumulate(sgd(0.1), every), [NaN, 0]),
    },
  }),
  lookahead: transformation(optim.lookahead, {
    make: { 'by default': () => optim.lookahead(adam(0.1)) },
    descends: true,
    bad: {
      'dtype inner': () => optim.lookahead(null as never),
      ...refuse('every', (every) => optim.lookahead(sgd(0.1), { every }), [NaN, 0]),
      ...refuse('rate', (rate) => optim.lookahead(sgd(0.1), { rate }), [NaN, 1.1]),
    },
  }),
  scheduleFree: transformation(optim.scheduleFree, {
    make: {
      sgd: () => optim.scheduleFree(sgd(0.1), 0.1),
      adamw: () => optim.scheduleFree(adamw(0.1, { b1: 0 }), linear(0, 0.1, { steps: 5 })),
    },
    descends: true,
    bad: {
      'dtype inner': () => optim.scheduleFree({} as never, 0.1),
      ...refuse('learningRate', (learningRate) => optim.scheduleFree(sgd(0.1), learningRate)),
      ...refuse('b1', (b1) => optim.scheduleFree(sgd(0.1), 0.1, { b1 }), [NaN, 0, 1.1]),
      ...refuse('power', (power) => optim.scheduleFree(sgd(0.1), 0.1, { power })),
    },
  }),
  scheduleFreeParams: utility(optim.scheduleFreeParams, {
    call: (keep) => {
      const start = params();
      keep(start.w);
      return optim.scheduleFreeParams(start, keep(optim.scheduleFree(sgd(0.1), 0.1).init(start) as never));
    },
  }),
  parameterEma: utility(optim.parameterEma, {
    call: (keep) => {
      const ema = optim.parameterEma(0.9);
      const start = params();
      keep(start.w);
      const state = ema.follow(start, ema.init(start));
      return { state, average: ema.average(start, state) };
    },
    bad: refuse('decay', optim.parameterEma, [NaN, -0.1, 1]),
  }),
});
