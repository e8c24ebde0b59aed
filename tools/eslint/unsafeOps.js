/** @file The tfjs ops that library code does without, and what stands in for them. */

const twice = 'its second derivative throws or is silently wrong';

/** Ops of `@tensorflow/tfjs-core` by name, with the reason. Core's own primitives are made of some of them. */
const unsafeOps = {
  exp: `${twice}: use exp of @surrogate/core`,
  sigmoid: `${twice}: use sigmoid of @surrogate/core`,
  tanh: `${twice}: use tanh of @surrogate/core`,
  softmax: `${twice}: use softmax of @surrogate/core`,
  logSoftmax: `${twice}: use logSoftmax of @surrogate/core`,
  logSumExp: `${twice}: use logSumExp of @surrogate/core`,
  log1p: 'it cancels near 0 on wasm and webgpu: use log1p of @surrogate/core',
  expm1: 'it cancels near 0 on webgpu: use expm1 of @surrogate/core',
  sign: 'it is 0 on wasm for all that is smaller than 1e-7: use sign of @surrogate/core',
  cumsum: 'its gradient is wrong on webgpu, and so is its value along a negative axis on cpu: use cumsum of @surrogate/core',
  max: `${twice}, and every tie gets the whole gradient: use max of @surrogate/core`,
  min: `${twice}, and every tie gets the whole gradient: use min of @surrogate/core`,
  pow: `${twice}: use pow of @surrogate/core`,
  where: 'its gradient spreads an infinity of the branch that was not taken: use select of @surrogate/core',
  clipByValue: `${twice}: use clip of @surrogate/core`,
  norm: 'its gradient at 0 is NaN: use safeNorm of @surrogate/core',
  gather: 'it has no gradient on wasm: use takeAlongAxis of @surrogate/core',
  prod: twice,
  elu: twice,
  selu: twice,
  leakyRelu: twice,
  prelu: twice,
  einsum: 'it has no gradient',
  topk: 'it has no gradient',
  gatherND: 'it has no gradient',
  losses: `${twice}: the losses of tfjs are not twice differentiable`,
  randomNormal: 'draws are made on the host from an Rng: use randomNormal of @surrogate/core',
  randomUniform: 'draws are made on the host from an Rng: use randomUniform of @surrogate/core',
  randomUniformInt: 'draws are made on the host from an Rng',
  randomGamma: 'draws are made on the host from an Rng',
  randomStandardNormal: 'draws are made on the host from an Rng',
  truncatedNormal: 'draws are made on the host from an Rng',
  multinomial: 'draws are made on the host from an Rng: use randomCategorical of @surrogate/core',
  dropout: 'draws are made on the host from an Rng',
};

/** The unsafe ops that also exist as methods of a tensor. */
const chained = Object.keys(unsafeOps).filter((name) => !/^(random|losses|truncated|multinomial|dropout|einsum|gatherND)/.test(name));

/** Options of `no-restricted-imports`. */
export const restrictedImports = {
  paths: Object.entries(unsafeOps).map(([name, message]) => ({
    name: '@tensorflow/tfjs-core',
    importNames: [name],
    message,
  })),
};

/** Selectors of `no-restricted-syntax` for the same ops called as methods. */
export const restrictedMethods = {
  selector: `CallExpression > MemberExpression.callee[property.name=/^(${chained.join('|')})$/]:not([object.name='Math'])`,
  message: 'A tensor method of that name is not twice differentiable: call the function of @surrogate/core.',
};
