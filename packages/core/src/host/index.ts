/** @file The part of core that never imports tfjs: generators, special functions and Float64 algebra. */
export { SurrogateError, isSurrogateError, type SurrogateErrorCode } from './errors.js';

// random numbers
export { Rng, rng, type RngState } from './random/rng.js';

// special functions
export { digamma, lgamma, trigamma } from './special/gamma.js';
export { erf, erfc, erfcinv, erfcx, erfinv } from './special/erf.js';
export { logNormalCdf, normalCdf, normalPdf, normalQuantile, normalQuantileLog } from './special/normal.js';
export { gammaP, gammaQ, logGammaP, logGammaQ } from './special/incompleteGamma.js';
export { betaI, chiSquareQuantile, gammaQuantile, studentTCdf } from './special/quantiles.js';
export { logNoncentralChiSquareCdf } from './special/noncentralChiSquare.js';
export { lambertW, wrightOmega } from './special/lambertW.js';
export { besselRatio } from './special/besselRatio.js';
