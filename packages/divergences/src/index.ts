/** @file How far apart are two distributions. */
export type { FDivergence } from './f/record.js';
export { jeffreys, kl, reverseKl } from './f/kl.js';
export { generalizedJensenShannon, jensenShannon, skewKl, skewReverseKl } from './f/jensenShannon.js';
export { alphaDivergence, neyman, pearson, squaredHellinger } from './f/alpha.js';
export { leCam, totalVariation } from './f/bounded.js';
export { fDivergence, fDivergenceFromLogits, type DiscreteDivergenceOptions } from './f/discrete.js';
