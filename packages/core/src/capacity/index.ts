export { erlangB, erlangC, offeredForBlocking } from './erlang.ts';
export { NoModelError } from './errors.ts';
export { fluidDropRatio } from './fluid.ts';
export { allenCunneenWaitMs } from './mean-wait.ts';
export { type ArrivalPhases, arrivalPhases } from './arrival-phases.ts';
export type { PoolLoad } from './pool-load.ts';
export { type PoolPrediction, predictPool, waitQuantileMs } from './predict-pool.ts';
export { type QueueModel, queueModels } from './queue-model.ts';
export { type ServiceShape, serviceShapes } from './service-shape.ts';

export {
  type CapacityNeeds,
  type CapacityPlan,
  planCapacity,
  sizeByRule,
} from './plan-capacity.ts';
export {
  type CapacityTargets,
  type PlannedLoad,
  type PlannedPool,
  plannedPool,
} from './planned-pool.ts';
export type { PoolSize } from './smallest-pool.ts';

export { type ArrivalTimes, arrivalTimesFrom } from './arrival-times.ts';
export { type ServiceTimes, serviceTimesFrom, serviceTimesFromHistogram } from './service-times.ts';
export { type RecordedWork, type ReplayResult, replayPool, waitQuantile } from './replay-pool.ts';
export { sizeForRecorded } from './plan-trace.ts';

export { fixedController, guideController } from './adaptive/guide-controller.ts';
export { gradientController, type GradientOptions } from './adaptive/gradient-controller.ts';
export type { LimitController, LoadWindow, PoolLimits } from './adaptive/limit-controller.ts';
export {
  bestArrangement,
  type ClassOutcome,
  classOutcome,
  comparePartition,
  type Outcomes,
  type PartitionComparison,
  type PartitionNeeds,
  type WorkClass,
} from './partition.ts';

export { type AlertThresholds, alertThresholds } from './guide/alerts.ts';
export {
  type AlertChange,
  type AlertCondition,
  type AlertName,
  type AlertRule,
  alertRules,
  type AlertWatch,
  createAlertWatch,
  type PoolFigures,
  poolFigures,
} from './guide/alert-rules.ts';
export { type EmitMeter, meterEmits } from './guide/emit-meter.ts';
export { prometheusMetrics, prometheusRules } from './guide/prometheus.ts';
export { type BurstBand, burstBand, burstBands } from './guide/burst-bands.ts';
export { type ChecklistPhase, deploymentChecklist } from './guide/checklist.ts';
export {
  type Adjustment,
  adjustmentFor,
  adjustments,
  decisionTree,
  type Outcome,
  type PlanningStep,
  type ValidationOutcome,
} from './guide/decision-tree.ts';
export {
  adaptiveRule,
  circuitBreakerExample,
  optimisationTips,
  partitionExample,
} from './guide/patterns.ts';
export {
  type Diagnosis,
  diagnosePool,
  idleBelow,
  overloadedAbove,
  type PoolObservation,
  type Symptom,
  type TroubleshootingRule,
  troubleshootingRules,
} from './guide/troubleshooting.ts';
export {
  type ExpectedDrops,
  type WorkedConfiguration,
  workedConfigurations,
} from './guide/worked-configurations.ts';
