export { createHooks } from './create-hooks.ts';
export type {
  EmitArguments,
  EventName,
  Handler,
  HookHandle,
  HookOptions,
  HookRegistry,
  Hooks,
} from './hooks.ts';
export type { HooksOptions, LaneOptions } from './options.ts';
export type { EmitCause, EmitOptions } from './emit-options.ts';
export { assertAdmitted } from './assert-admitted.ts';
export type { Admitted, EmitResult, Refused, Waiting } from './emit-result.ts';
export { buffer, type BufferOptions, type OverloadStrategy } from './overload.ts';
export { waitForRoom, type WaitOptions } from './wait-for-room.ts';
export type { HandlerContext } from './handler-context.ts';
export { type HookPolicy, withPolicy } from './policy.ts';
export type { PoolResize } from './pool-bounds.ts';
export type { CaptureContext, ContextRunner } from './context-capture.ts';
export type { DeadLetter, DeadLetterOf, DeadLetterReason } from './dead-letter.ts';
export type { ErrorReport } from './reporter.ts';
export type { CloseReport, DrainOptions, DrainReport } from './lifecycle.ts';
export type { TaskCounters } from './counters.ts';
export { metricsOf, type HooksMetrics, type LaneMetrics, type MeasuredHooks } from './metrics.ts';
export type { HistogramSnapshot } from './histogram-snapshot.ts';
export {
  EmitRefusedError,
  HandlerTimeoutError,
  type HookErrorCode,
  HookError,
  HookLimitError,
  HooksClosedError,
  type RefusalReason,
  TaskAbandonedError,
} from './errors.ts';
export { nextTurn, timeSource } from './turn.ts';
