export {
  type BatchHandler,
  defineProjection,
  type EventHandler,
  type FailurePolicy,
  type Projection,
  type ProjectionContext,
  type ProjectionOptions,
} from './define-projection.ts';
export { HandlerInterruptedError, ProjectionTimeoutError, RunnerStateError } from './errors.ts';
export { toInlineProjection } from './inline-projection.ts';
export type { RunnerNotice, RunnerObserver } from './notices.ts';
export type { Partition } from './partition.ts';
export { startRebuild, type SwapOptions, swapWhenCaughtUp } from './rebuild.ts';
export { type RetriedDeadLetters, retryDeadLetters } from './retry-dead-letters.ts';
export { runUntilSignal, type RunUntilSignalOptions } from './run-until-signal.ts';
export {
  type CaughtUpOptions,
  createProjectionRunner,
  type ProjectionRunner,
  type RunnerMetrics,
  type StopOptions,
} from './runner.ts';
export type { ProjectionRunnerOptions } from './runner-options.ts';
export { type ProjectionReport, reportProjections, type StuckBucket } from './status.ts';
export { formatStatusTable } from './status-table.ts';
