/** @file Every export of the host entry, held to what all of them promise: finite numbers inside the domain, NaN or a typed error outside. */
import { conformance, hostFunction, type BadCalls } from '@surrogate/testing';
import * as host from './index.js';
import type { Matrix, Rng } from './index.js';

const matrix = host.matrixFromRows([
  [2, 0.5],
  [0.5, 1],
]);
const tall = host.matrixFromRows([
  [1, 2],
  [0, 1],
  [3, -1],
]);
const points = host.matrixFromRows([
  [0, 0],
  [0.1, 0.2],
  [3, 3],
  [3.1, 2.9],
]);
const noMatrix = [[1]] as unknown as Matrix;
const noRng = 3 as unknown as Rng;
const vector = Float64Array.of(1, -2);
const text = 'three' as never;

/** A function of numbers, which answers NaN outside its domain. */
const special = <A extends readonly number[]>(fn: (...args: A) => number, inside: A, ...outside: A[]) =>
  hostFunction(fn, { call: () => fn(...inside), outside: outside.map((args) => () => fn(...args)) });

/** A draw: the same from the same seed, refused without a generator. */
const sampler = <A extends readonly unknown[]>(fn: (rng: Rng, ...args: A) => unknown, args: A, bad: BadCalls = {}) =>
  hostFunction(fn, { call: () => fn(host.rng(3), ...args), bad: { 'dtype rng': () => fn(noRng, ...args), ...bad } });

/** A function of one matrix. */
const ofMatrix = (fn: (a: Matrix) => unknown, argument: string, bad: BadCalls = {}, good = matrix) =>
  hostFunction(fn, {
    call: () => fn(good),
    bad: {
      [`dtype ${argument}`]: () => fn(noMatrix),
      [`range ${argument}`]: () => fn({ ...good, data: good.data.map(() => NaN) }),
      ...bad,
    },
  });

conformance(host, {
  // errors and random numbers
  SurrogateError: hostFunction(host.SurrogateError, { call: () => new host.SurrogateError('range', 'f', 'x', 'must be more, got less') }),
  isSurrogateError: hostFunction(host.isSurrogateError, { call: () => Number(host.isSurrogateError(new Error('no'))) }),
  Rng: hostFunction(host.Rng, {
    call: () => host.Rng.fromJSON(host.rng(3).toJSON()).normal(),
    fn: 'Rng.fromJSON',
    bad: { 'range saved': () => host.Rng.fromJSON({ key: [1], splits: 0, state: [1] }) },
  }),
  rng: hostFunction(host.rng, {
    call: () => host.rng(3).split().uniform(),
    bad: { 'range seed': [() => host.rng(-1), () => host.rng(0.5), () => host.rng(text)] },
  }),

  // special functions
  digamma: special(host.digamma, [2.5], [NaN]),
  lgamma: special(host.lgamma, [2.5], [NaN]),
  trigamma: special(host.trigamma, [2.5], [NaN]),
  erf: special(host.erf, [0.3], [NaN]),
  erfc: special(host.erfc, [0.3], [NaN]),
  erfcinv: special(host.erfcinv, [0.3], [NaN], [-1], [3]),
  erfcx: special(host.erfcx, [30], [NaN]),
  erfinv: special(host.erfinv, [0.3], [NaN], [2]),
  logNormalCdf: special(host.logNormalCdf, [-40], [NaN]),
  normalCdf: special(host.normalCdf, [-1], [NaN]),
  normalPdf: special(host.normalPdf, [-1], [NaN]),
  normalQuantile: special(host.normalQuantile, [0.1], [NaN], [-1], [2]),
  normalQuantileLog: special(host.normalQuantileLog, [-300], [NaN], [1]),
  gammaP: special(host.gammaP, [2, 3], [NaN, 1], [-1, 1], [1, -1]),
  gammaQ: special(host.gammaQ, [2, 3], [NaN, 1], [-1, 1], [1, -1]),
  logGammaP: special(host.logGammaP, [2, 1e-30], [NaN, 1], [-1, 1], [1, -1]),
  logGammaQ: special(host.logGammaQ, [2, 1e3], [NaN, 1], [-1, 1], [1, -1]),
  betaI: special(host.betaI, [0.3, 2, 3], [NaN, 1, 1], [2, 1, 1], [0.3, -1, 1]),
  chiSquareQuantile: special(host.chiSquareQuantile, [0.3, 2], [NaN, 1], [2, 1], [0.3, -1]),
  gammaQuantile: special(host.gammaQuantile, [0.3, 2], [NaN, 1], [2, 1], [0.3, -1]),
  studentTCdf: special(host.studentTCdf, [0.3, 2], [NaN, 1], [0.3, -1]),
  logNoncentralChiSquareCdf: special(host.logNoncentralChiSquareCdf, [1, 4, 100], [NaN, 1, 1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]),
  lambertW: hostFunction(host.lambertW, {
    call: { main: () => host.lambertW(2), other: () => host.lambertW(-0.2, -1) },
    outside: [() => host.lambertW(-1), () => host.lambertW(NaN), () => host.lambertW(1, -1)],
  }),
  wrightOmega: special(host.wrightOmega, [-3], [NaN]),
  besselRatio: special(host.besselRatio, [1, 300], [NaN, 1], [1, NaN]),

  // linear algebra
  checkMatrix: hostFunction(host.checkMatrix, {
    call: () => host.checkMatrix('checkMatrix', 'value', matrix),
    bad: {
      'dtype value': () => host.checkMatrix('checkMatrix', 'value', noMatrix),
      'shape value': () => host.checkMatrix('checkMatrix', 'value', { ...matrix, rows: 3 }),
      'range value': () => host.checkMatrix('checkMatrix', 'value', { ...matrix, data: matrix.data.map(() => NaN) }),
    },
  }),
  checkVector: hostFunction(host.checkVector, {
    call: () => host.checkVector('checkVector', 'value', vector, 2),
    bad: {
      'dtype value': () => host.checkVector('checkVector', 'value', text, 2),
      'shape value': () => host.checkVector('checkVector', 'value', vector, 3),
      'range value': () =>
        host.checkVector(
          'checkVector',
          'value',
          vector.map(() => Infinity),
          2,
        ),
    },
  }),
  identityMatrix: hostFunction(host.identityMatrix, {
    call: () => host.identityMatrix(2, 3),
    bad: { 'range n': () => host.identityMatrix(-1) },
  }),
  matrixFromRows: hostFunction(host.matrixFromRows, {
    call: () => matrix,
    bad: { 'shape rows': () => host.matrixFromRows([[1], [1, 2]]) },
  }),
  matrixToRows: hostFunction(host.matrixToRows, { call: () => host.matrixToRows(tall) }),
  transpose: hostFunction(host.transpose, { call: () => host.transpose(tall) }),
  matMul: hostFunction(host.matMul, {
    call: { matrices: () => host.matMul(tall, matrix), vector: () => host.matMul(tall, vector) },
    bad: {
      'dtype a': () => host.matMul(noMatrix, vector),
      'shape b': [() => host.matMul(tall, tall), () => host.matMul(tall, Float64Array.of(1))],
    },
  }),
  cholesky: ofMatrix(host.cholesky, 'a', {
    'shape a': () => host.cholesky(tall),
    'range a': () =>
      host.cholesky(
        host.matrixFromRows([
          [1, 2],
          [3, 1],
        ]),
      ),
    'range jitter': () => host.cholesky(matrix, { jitter: -1 }),
  }),
  choleskyLogDet: ofMatrix(host.choleskyLogDet, 'l', { 'shape l': () => host.choleskyLogDet(tall) }),
  choleskySolve: hostFunction(host.choleskySolve, {
    call: {
      vector: () => host.choleskySolve(host.cholesky(matrix), vector),
      matrix: () => host.choleskySolve(host.cholesky(matrix), matrix),
    },
    bad: { 'dtype l': () => host.choleskySolve(noMatrix, vector), 'shape b': () => host.choleskySolve(matrix, Float64Array.of(1)) },
  }),
  solveTriangular: hostFunction(host.solveTriangular, {
    call: () => host.solveTriangular(host.cholesky(matrix), vector),
    bad: {
      'dtype t': () => host.solveTriangular(noMatrix, vector),
      'shape t': () => host.solveTriangular(tall, vector),
      'shape b': () => host.solveTriangular(matrix, Float64Array.of(1)),
      'range t': () =>
        host.solveTriangular(
          host.matrixFromRows([
            [0, 0],
            [1, 1],
          ]),
          vector,
        ),
    },
  }),
  eigh: ofMatrix(host.eigh, 'a', {
    'shape a': () => host.eigh(tall),
    'range a': () =>
      host.eigh(
        host.matrixFromRows([
          [1, 2],
          [3, 1],
        ]),
      ),
  }),
  svd: ofMatrix(host.svd, 'a', {}, tall),
  qr: ofMatrix(host.qr, 'a', { 'shape a': () => host.qr(host.transpose(tall)) }, tall),
  leastSquares: hostFunction(host.leastSquares, {
    call: () => host.leastSquares(tall, Float64Array.of(1, 2, 3)),
    bad: {
      'dtype a': () => host.leastSquares(noMatrix, vector),
      'shape b': () => host.leastSquares(tall, vector),
      'range rcond': () => host.leastSquares(tall, Float64Array.of(1, 2, 3), { rcond: -1 }),
    },
  }),
  pinv: ofMatrix(host.pinv, 'a', { 'range rcond': () => host.pinv(tall, { rcond: NaN }) }, tall),
  solveLinear: hostFunction(host.solveLinear, {
    call: () => host.solveLinear(matrix, vector),
    bad: {
      'dtype a': () => host.solveLinear(noMatrix, vector),
      'shape a': () => host.solveLinear(tall, vector),
      'shape b': () => host.solveLinear(matrix, Float64Array.of(1)),
      'range a': () =>
        host.solveLinear(
          host.matrixFromRows([
            [1, 1],
            [1, 1],
          ]),
          vector,
        ),
    },
  }),
  expm: ofMatrix(host.expm, 'a', { 'shape a': () => host.expm(tall) }),
  kroneckerProduct: hostFunction(host.kroneckerProduct, {
    call: () => host.kroneckerProduct(matrix, tall),
    bad: { 'dtype a': () => host.kroneckerProduct(noMatrix, tall), 'dtype b': () => host.kroneckerProduct(tall, noMatrix) },
  }),
  kroneckerMultiply: hostFunction(host.kroneckerMultiply, {
    call: () => host.kroneckerMultiply([matrix, matrix], Float64Array.of(1, 2, 3, 4)),
    bad: {
      'dtype factors': () => host.kroneckerMultiply([noMatrix], vector),
      'shape x': () => host.kroneckerMultiply([matrix, matrix], vector),
    },
  }),
  symmetricPower: hostFunction(host.symmetricPower, {
    call: () => host.symmetricPower(matrix, -0.5),
    bad: {
      'dtype a': () => host.symmetricPower(noMatrix, 1),
      'range exponent': () => host.symmetricPower(matrix, NaN),
      'range ridge': () => host.symmetricPower(matrix, 1, { ridge: -1 }),
      'range a': () => host.symmetricPower(host.identityMatrix(2, -1), 0.5),
    },
  }),

  // samplers
  sampleBeta: sampler(host.sampleBeta, [2, 3], {
    'range a': () => host.sampleBeta(host.rng(0), 0, 1),
    'range b': () => host.sampleBeta(host.rng(0), 1, NaN),
  }),
  sampleChiSquare: sampler(host.sampleChiSquare, [2], { 'range df': () => host.sampleChiSquare(host.rng(0), 0) }),
  sampleDirichlet: sampler(host.sampleDirichlet, [[1, 2, 0.1]], {
    'shape concentration': () => host.sampleDirichlet(host.rng(0), []),
    'range concentration': () => host.sampleDirichlet(host.rng(0), [1, 0]),
  }),
  sampleGamma: sampler(host.sampleGamma, [0.3, 2], {
    'range shape': () => host.sampleGamma(host.rng(0), 0),
    'range scale': () => host.sampleGamma(host.rng(0), 1, 0),
  }),
  sampleInverseGamma: sampler(host.sampleInverseGamma, [3, 2], {
    'range shape': () => host.sampleInverseGamma(host.rng(0), 0),
    'range scale': () => host.sampleInverseGamma(host.rng(0), 1, 0),
  }),
  sampleExponential: sampler(host.sampleExponential, [2], { 'range rate': () => host.sampleExponential(host.rng(0), 0) }),
  sampleLaplace: sampler(host.sampleLaplace, [1, 2], {
    'range mean': () => host.sampleLaplace(host.rng(0), NaN),
    'range scale': () => host.sampleLaplace(host.rng(0), 0, 0),
  }),
  sampleStudentT: sampler(host.sampleStudentT, [3], { 'range df': () => host.sampleStudentT(host.rng(0), 0) }),
  sampleGeometric: sampler(host.sampleGeometric, [0.3], {
    'range prob': [() => host.sampleGeometric(host.rng(0), 0), () => host.sampleGeometric(host.rng(0), 2)],
  }),
  samplePoisson: sampler(host.samplePoisson, [30], { 'range mean': () => host.samplePoisson(host.rng(0), -1) }),
  sampleRademacher: sampler(host.sampleRademacher, []),
  aliasTable: hostFunction(host.aliasTable, {
    call: () => host.aliasTable([1, 0, 3]),
    bad: { 'range weights': [() => host.aliasTable([-1]), () => host.aliasTable([0]), () => host.aliasTable([NaN])] },
  }),
  sampleAlias: sampler(host.sampleAlias, [host.aliasTable([1, 0, 3])]),
  sampleMultivariateNormal: sampler(host.sampleMultivariateNormal, [vector, matrix], {
    'dtype factor': () => host.sampleMultivariateNormal(host.rng(0), vector, noMatrix),
    'shape mean': () => host.sampleMultivariateNormal(host.rng(0), Float64Array.of(1), matrix),
  }),
  sampleSphere: sampler(host.sampleSphere, [3], { 'range dimension': () => host.sampleSphere(host.rng(0), 0) }),

  // solvers
  findRoot: hostFunction(host.findRoot, {
    call: () => host.findRoot((x) => x * x - 2, 0, 2),
    bad: {
      'range f': [() => host.findRoot((x) => x * x + 2, 0, 2), () => host.findRoot(() => NaN, 0, 2)],
      'range low': () => host.findRoot((x) => x, NaN, 2),
      'range tolerance': () => host.findRoot((x) => x, -1, 2, { tolerance: -1 }),
      'range maxCalls': () => host.findRoot((x) => x, -1, 2, { maxCalls: 1 }),
      'convergence f': () => host.findRoot((x) => x ** 3 - 2, 0, 9, { maxCalls: 3 }),
    },
  }),
  goldenSection: hostFunction(host.goldenSection, {
    call: () => host.goldenSection((x) => (x - 0.3) ** 2, 0, 2),
    bad: {
      'range f': () => host.goldenSection(() => NaN, 0, 2),
      'range high': () => host.goldenSection((x) => x, 2, 0),
      'range tolerance': () => host.goldenSection((x) => x, 0, 2, { tolerance: 0 }),
    },
  }),
  gaussHermite: hostFunction(host.gaussHermite, {
    call: () => host.gaussHermite(5),
    bad: { 'range n': [() => host.gaussHermite(0), () => host.gaussHermite(301)] },
  }),
  gaussLegendre: hostFunction(host.gaussLegendre, { call: () => host.gaussLegendre(5), bad: { 'range n': () => host.gaussLegendre(0.5) } }),
  integrate: hostFunction(host.integrate, {
    call: {
      finite: () => host.integrate((x) => x * x, 0, 1),
      infinite: () => host.integrate((x) => Math.exp(-x * x), -Infinity, Infinity),
    },
    bad: {
      'range f': () => host.integrate(() => NaN, 0, 1),
      'range high': () => host.integrate((x) => x, 1, 0),
      'range relativeTolerance': () => host.integrate((x) => x, 0, 1, { relativeTolerance: -1 }),
      'range maxPieces': () => host.integrate((x) => x, 0, 1, { maxPieces: 0 }),
    },
  }),
  fft: hostFunction(host.fft, {
    call: () => host.fft(Float64Array.of(1, 2, 3, 4)),
    bad: { 'dtype re': () => host.fft([1, 2] as never), 'shape im': () => host.fft(vector, Float64Array.of(1)) },
  }),
  inverseFft: hostFunction(host.inverseFft, {
    call: () => host.inverseFft(Float64Array.of(1, 2, 3, 4)),
    bad: { 'dtype re': () => host.inverseFft([1, 2] as never), 'shape im': () => host.inverseFft(vector, Float64Array.of(1)) },
  }),
  monotoneInterpolation: hostFunction(host.monotoneInterpolation, {
    call: () => host.monotoneInterpolation([0, 1, 3], [0, 2, 3])(0.5),
    bad: {
      'shape y': () => host.monotoneInterpolation([0, 1], [0]),
      'range x': () => host.monotoneInterpolation([1, 0], [0, 1]),
    },
  }),
  minimizeLbfgs: hostFunction(host.minimizeLbfgs, {
    call: () => host.minimizeLbfgs((x) => ({ value: x[0]! ** 2, gradient: Float64Array.of(2 * x[0]!) }), Float64Array.of(3)),
    bad: {
      'dtype x0': () => host.minimizeLbfgs((x) => ({ value: 0, gradient: x }), [1] as never),
      'range f': () => host.minimizeLbfgs((x) => ({ value: NaN, gradient: x }), vector),
      'range memory': () => host.minimizeLbfgs((x) => ({ value: 0, gradient: x }), vector, { memory: 0 }),
    },
  }),
  minimizeNelderMead: hostFunction(host.minimizeNelderMead, {
    call: () => host.minimizeNelderMead((x) => (x[0]! - 1) ** 2, Float64Array.of(3)),
    bad: {
      'dtype x0': () => host.minimizeNelderMead(() => 0, [1] as never),
      'shape x0': () => host.minimizeNelderMead(() => 0, Float64Array.of()),
      'range f': () => host.minimizeNelderMead(() => NaN, vector),
      'range initialStep': () => host.minimizeNelderMead(() => 0, vector, { initialStep: 0 }),
    },
  }),
  linearProgram: hostFunction(host.linearProgram, {
    call: () => host.linearProgram(vector, { atMost: { a: matrix, b: Float64Array.of(1, 1) } }),
    bad: {
      'dtype c': () => host.linearProgram([1] as never, {}),
      'shape atMost': () => host.linearProgram(Float64Array.of(1), { atMost: { a: matrix, b: vector } }),
      'range free': () => host.linearProgram(vector, { free: [5] }),
    },
  }),

  // clusters and statistics
  kMeans: hostFunction(host.kMeans, {
    call: () => host.kMeans(points, 2, host.rng(3)),
    bad: {
      'dtype points': () => host.kMeans(noMatrix, 2, host.rng(0)),
      'dtype rng': () => host.kMeans(points, 2, noRng),
      'range k': () => host.kMeans(points, 5, host.rng(0)),
      'range restarts': () => host.kMeans(points, 2, host.rng(0), { restarts: 0 }),
    },
  }),
  gaussianMixture: hostFunction(host.gaussianMixture, {
    call: () => host.gaussianMixture(points, 2, host.rng(3)),
    bad: {
      'dtype points': () => host.gaussianMixture(noMatrix, 2, host.rng(0)),
      'dtype rng': () => host.gaussianMixture(points, 2, noRng),
      'range k': () => host.gaussianMixture(points, 0, host.rng(0)),
      'range covariance': () => host.gaussianMixture(points, 2, host.rng(0), { covariance: text }),
    },
  }),
  adjustedRandIndex: hostFunction(host.adjustedRandIndex, {
    call: () => host.adjustedRandIndex([0, 0, 1], [1, 1, 0]),
    bad: { 'shape b': () => host.adjustedRandIndex([0], [0, 1]), 'range a': () => host.adjustedRandIndex([NaN], [0]) },
  }),
  normalizedMutualInformation: hostFunction(host.normalizedMutualInformation, {
    call: () => host.normalizedMutualInformation([0, 0, 1], [1, 1, 0]),
    bad: { 'shape b': () => host.normalizedMutualInformation([0], [0, 1]) },
  }),
  clusteringAccuracy: hostFunction(host.clusteringAccuracy, {
    call: () => host.clusteringAccuracy([0, 0, 1], [1, 1, 0]),
    bad: { 'shape clusters': () => host.clusteringAccuracy([0], [0, 1]) },
  }),
  assign: ofMatrix(host.assign, 'costs'),
  nearestNeighbors: hostFunction(host.nearestNeighbors, {
    call: () => host.nearestNeighbors(points, 2),
    bad: { 'dtype points': () => host.nearestNeighbors(noMatrix, 1), 'range k': () => host.nearestNeighbors(points, 4) },
  }),
  neighborGraph: hostFunction(host.neighborGraph, {
    call: () => host.neighborGraph(points, 2),
    bad: {
      'dtype points': () => host.neighborGraph(noMatrix, 1),
      'range k': () => host.neighborGraph(points, 4),
      'dtype mutual': () => host.neighborGraph(points, 1, { mutual: 1 as never }),
    },
  }),
  addToMoments: hostFunction(host.addToMoments, {
    call: () => host.addToMoments(host.addToMoments(host.noMoments(2), vector), [1, 2], 3),
    bad: {
      'shape x': () => host.addToMoments(host.noMoments(2), [1]),
      'range weight': () => host.addToMoments(host.noMoments(1), 1, -1),
    },
  }),
  mergeMoments: hostFunction(host.mergeMoments, {
    call: () => host.mergeMoments(host.addToMoments(host.noMoments(1), 1), host.addToMoments(host.noMoments(1), 3)),
    bad: { 'shape b': () => host.mergeMoments(host.noMoments(1), host.noMoments(2)) },
  }),
  noMoments: hostFunction(host.noMoments, { call: () => host.noMoments(2) }),
  variance: hostFunction(host.variance, {
    call: () => host.variance(host.addToMoments(host.addToMoments(host.noMoments(1), 1), 3)),
    bad: { 'range ddof': () => host.variance(host.noMoments(1), -1) },
  }),
});
