/** @file What kernels are good for: regression, Gaussian processes, density estimates. */
export type { Covariance } from './covariance/record.js';
export {
  maternCovariance,
  rationalQuadraticCovariance,
  rbfCovariance,
  type LengthScaleOptions,
  type MaternCovarianceOptions,
  type RationalQuadraticCovarianceOptions,
} from './covariance/stationary.js';
export { laplacianCovariance, periodicCovariance, type PeriodicCovarianceOptions } from './covariance/separable.js';
export {
  linearCovariance,
  polynomialCovariance,
  type LinearCovarianceOptions,
  type PolynomialCovarianceOptions,
} from './covariance/products.js';
export { reluTangentCovariance } from './covariance/reluTangent.js';
export { fixedCovariance, productOfCovariances, scaledCovariance, sumOfCovariances } from './covariance/compose.js';

export { extendProcess, gaussianProcess, type GaussianProcess, type GaussianProcessOptions } from './process/process.js';
export {
  posteriorCovariance,
  predictGradient,
  predictJointly,
  predictProcess,
  sampleProcess,
  type JointPrediction,
  type Prediction,
  type PredictionGradient,
} from './process/predict.js';
export { leaveOneOut, logMarginalLikelihood, logMarginalLikelihoodGradient } from './process/likelihood.js';
export { fitGaussianProcess, type FitOptions, type FittedProcess } from './process/fit.js';

export { kernelRidge, predictRidge, type KernelRidge, type KernelRidgeOptions } from './regression/kernelRidge.js';
export { kernelDescent, predictDescent, type KernelDescent, type KernelDescentOptions } from './regression/kernelDescent.js';

export { boxBump, epanechnikovBump, exponentialBump, gaussianBump, triangularBump, type DensityKernel } from './density/kernels.js';
export {
  leaveOneOutLogDensity,
  logKernelDensity,
  sampleKernelDensity,
  scottBandwidth,
  silvermanBandwidth,
  type BumpOptions,
  type LogKernelDensityOptions,
  type SampleKernelDensityOptions,
} from './density/density.js';
