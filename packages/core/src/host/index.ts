/** @file The part of core that never imports tfjs: generators, special functions and Float64 algebra. */
export { SurrogateError, isSurrogateError, type SurrogateErrorCode } from './errors.js';

// random numbers
export { Rng, rng, type RngState } from './random/rng.js';
