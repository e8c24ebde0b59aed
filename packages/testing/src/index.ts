/** @file What the tests of every package share. */
export { eachBackend, type EachBackendOptions } from './backends/eachBackend.js';
export { backends, startBackend, type Backend } from './backends/startBackend.js';
export { checkGradient, type GradientCheckOptions } from './gradients/checkGradient.js';
export { expectClose, isClose, type Tolerance } from './matchers/expectClose.js';
export { expectNoLeak } from './matchers/expectNoLeak.js';
export { oracle, type OracleCase, type OracleOptions } from './oracles/oracle.js';
export { read, type Numbers, type Values } from './values.js';
