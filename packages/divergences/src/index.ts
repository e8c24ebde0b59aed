/** @file How far apart are two distributions. */
export type { FDivergence } from './f/record.js';
export { jeffreys, kl, reverseKl } from './f/kl.js';
export { generalizedJensenShannon, jensenShannon, skewKl, skewReverseKl } from './f/jensenShannon.js';
export { alphaDivergence, neyman, pearson, squaredHellinger } from './f/alpha.js';
export { softenedKl, softenedReverseKl } from './f/softened.js';
export { leCam, totalVariation } from './f/bounded.js';
export { fDivergence, fDivergenceFromLogits, type DiscreteDivergenceOptions } from './f/discrete.js';

export { squaredMmd, energyDistance, type EnergyDistanceOptions, type MmdOptions } from './kernel/mmd.js';
export { mmdPermutationTest, type MmdPermutationOptions, type PermutationTest } from './kernel/permutation.js';
export { kernelSteinDiscrepancy, type SteinOptions } from './kernel/stein.js';
export { cka, distanceCorrelation, hsic, type DependenceOptions } from './kernel/dependence.js';
export {
  cauchySchwarzBottleneckLoss,
  cauchySchwarzDivergence,
  cauchySchwarzInformation,
  conditionalCauchySchwarzDivergence,
  type Bandwidth,
  type BottleneckBatch,
  type BottleneckOptions,
  type CauchySchwarzInformationOptions,
  type CauchySchwarzOptions,
  type ConditionalCauchySchwarzOptions,
} from './kernel/cauchySchwarz.js';
export { renyiDivergence, tsallisDivergence, type RenyiOptions, type TsallisOptions } from './discrete/renyi.js';
export { bhattacharyyaCoefficient, bhattacharyyaDistance, categoricalCauchySchwarz, fisherRaoDistance } from './discrete/angles.js';
export {
  bregmanDivergence,
  bregmanPotential,
  burgEntropy,
  coinEntropy,
  logPartition,
  negativeEntropy,
  squaredNorm,
  type BregmanPotential,
} from './discrete/bregman.js';
export {
  gaussianBhattacharyya,
  gaussianKl,
  gaussianRenyi,
  gaussianSquaredWasserstein,
  type GaussianRenyiOptions,
} from './gaussian/closedForms.js';
export { gaussianFisherDivergence, gaussianFisherRao, gaussianSquaredHellinger } from './gaussian/geometry.js';
export { gaussianCauchySchwarz, mixtureCauchySchwarz, type MixtureOfGaussians } from './gaussian/cauchySchwarz.js';
export type { DiagonalGaussian, FullGaussian, Gaussian } from './gaussian/gaussian.js';
export {
  maxSlicedWasserstein,
  slicedWasserstein,
  wasserstein1d,
  type SlicedWassersteinOptions,
  type WassersteinOptions,
} from './transport/wasserstein.js';
export {
  sinkhorn,
  sinkhornDivergence,
  sinkhornUntil,
  transportPlan,
  type SinkhornDivergenceOptions,
  type SinkhornOptions,
  type SinkhornUntilOptions,
  type Transport,
} from './transport/sinkhorn.js';
export type { Potentials, SolverOptions, TransportOptions } from './transport/problem.js';
export {
  donskerVaradhan,
  ganObjective,
  infoNceBound,
  mine,
  nwj,
  variationalBound,
  type InfoNceOptions,
  type MineInputs,
  type MineOptions,
  type MineState,
  type VariationalOptions,
} from './variational/bounds.js';
export { club, smile, type SmileOptions } from './variational/pairs.js';
export {
  nearestNeighborEntropy,
  nearestNeighborInformation,
  nearestNeighborKl,
  type NearestNeighborOptions,
} from './neighbors/estimates.js';
export { fDistillWeight, fDivergenceFromLogRatios, pseudoReward, type LogRatioOptions } from './variational/samples.js';
export {
  initLightBridge,
  lightBridgeDrift,
  lightBridgeLogProb,
  lightBridgeLoss,
  lightBridgePlan,
  type InitLightBridgeOptions,
  type LightBridge,
  type LightBridgeOptions,
  type LightBridgePlan,
} from './bridge/lightBridge.js';
export {
  sampleLightBridge,
  simulateLightBridge,
  type SampleLightBridgeOptions,
  type SimulateLightBridgeOptions,
} from './bridge/sampleBridge.js';
