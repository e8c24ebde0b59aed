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

// linear algebra
export { checkMatrix, checkVector, identityMatrix, matMul, matrixFromRows, matrixToRows, transpose, type Matrix } from './linalg/matrix.js';
export {
  cholesky,
  choleskyLogDet,
  choleskySolve,
  solveTriangular,
  type CholeskyOptions,
  type TriangularOptions,
} from './linalg/cholesky.js';
export { eigh, qr, svd, type QrFactors, type SingularValues, type SymmetricEigen } from './linalg/decompositions.js';
export { leastSquares, pinv, solveLinear, type RankOptions } from './linalg/leastSquares.js';
export { expm, kroneckerMultiply, kroneckerProduct, symmetricPower, type SymmetricPowerOptions } from './linalg/matrixFunctions.js';

// samplers
export { sampleBeta, sampleChiSquare, sampleDirichlet, sampleGamma, sampleInverseGamma } from './samplers/gamma.js';
export { sampleExponential, sampleLaplace, sampleStudentT } from './samplers/continuous.js';
export { sampleGeometric, samplePoisson, sampleRademacher } from './samplers/discrete.js';
export { aliasTable, sampleAlias, type AliasTable } from './samplers/aliasTable.js';
export { sampleMultivariateNormal, sampleSphere } from './samplers/vectors.js';

// solvers
export { findRoot, type RootOptions } from './solvers/findRoot.js';
export { goldenSection, type GoldenSectionOptions } from './solvers/goldenSection.js';
export { gaussHermite, gaussLegendre, type QuadratureRule } from './solvers/gaussRules.js';
export { integrate, type IntegrateOptions } from './solvers/integrate.js';
export { fft, inverseFft, type ComplexArray } from './solvers/fft.js';
export { monotoneInterpolation } from './solvers/interpolation.js';
export { minimizeLbfgs, type LbfgsOptions, type Minimum, type ValueAndGradient } from './solvers/lbfgs.js';
export { minimizeNelderMead, type NelderMeadOptions } from './solvers/nelderMead.js';
export { linearProgram, type LinearConstraints, type LinearSolution } from './solvers/linearProgram.js';

// clusters and statistics
export { kMeans, type KMeansOptions, type KMeansResult } from './cluster/kMeans.js';
export { gaussianMixture, type GaussianMixture, type GaussianMixtureOptions } from './cluster/gaussianMixture.js';
export { adjustedRandIndex, clusteringAccuracy, normalizedMutualInformation } from './cluster/agreement.js';
export { assign } from './cluster/assign.js';
export { nearestNeighbors, neighborGraph, type NeighborGraphOptions, type Neighbors } from './cluster/neighbors.js';
export { addToMoments, mergeMoments, noMoments, variance, type Moments } from './stats/moments.js';
