/** @file What the tests of every package share. */
export { eachBackend, type EachBackendOptions } from './backends/eachBackend.js';
export { backends, startBackend, type Backend } from './backends/startBackend.js';
export { checkGradient, type GradientCheckOptions } from './gradients/checkGradient.js';
export { expectClose, isClose, type Tolerance } from './matchers/expectClose.js';
export { expectNoLeak } from './matchers/expectNoLeak.js';
export { expectSurrogateError, type ExpectedError } from './matchers/expectSurrogateError.js';
export { oracle, type OracleCase, type OracleOptions } from './oracles/oracle.js';
export { read, type Numbers, type Values } from './values.js';

// the conformance table and its rows
export { conformance, tableFaults, type ConformanceTable } from './conformance/conformance.js';
export {
  disposed,
  keeping,
  tensorOf,
  type BadCalls,
  type Call,
  type Declare,
  type Keep,
  type Nested,
  type Row,
} from './conformance/row.js';
export { batchLoss, pairBatch, type BatchLossRow } from './conformance/batchLoss.js';
export { classLoss, type ClassLossRow } from './conformance/classLoss.js';
export { divergence, type DivergenceRow } from './conformance/divergence.js';
export { fDivergence, type FDivergenceRecord, type FDivergenceRow } from './conformance/fDivergence.js';
export { hostFunction, type HostFunctionRow } from './conformance/hostFunction.js';
export { regressionLoss, type RegressionLossRow } from './conformance/regressionLoss.js';
export { schedule, type ScheduleRow } from './conformance/schedule.js';
export { statefulObjective, type StatefulObjectiveRow } from './conformance/statefulObjective.js';
export { elementwise, tensorFunction, type ElementwiseRow, type TensorCall, type TensorFunctionRow } from './conformance/tensorFunction.js';
export { transformation, type TransformationRow } from './conformance/transformation.js';
export { utility, type UtilityOptions } from './conformance/utility.js';

// documentation that runs
export { docExamples } from './examples/docExamples.js';
export { runExample } from './examples/runExample.js';
export { logitsAndLabels, numbers, property, rowsOfNumbers, twoDistributions, type Arbitrary } from './properties/property.js';
