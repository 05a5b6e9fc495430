export { type Backoff, backoffDelayMs, checkBackoff, type Jitter } from './backoff.ts';
export {
  type BreakerChange,
  type BreakerCounts,
  type Breakers,
  type BreakersOptions,
  createBreakers,
  type Isolation,
} from './breakers/breakers.ts';
export type { BreakerState } from './breakers/circuit.ts';
export type { FailureThreshold, SavedCount, SavedSlice } from './breakers/failure-counter.ts';
export type { HalfOpenOptions } from './breakers/probe-rules.ts';
export type { SavedBreaker, SavedBreakers } from './breakers/saved-breakers.ts';
export { isCancellation, type VerdictOptions } from './breakers/verdict.ts';
export {
  type ConnectionPool,
  type ConnectionPoolMetrics,
  type ConnectionPoolOptions,
  createConnectionPool,
  withConnection,
} from './connection-pool.ts';
export {
  createDeadLetters,
  type DeadLetters,
  type DeadLettersOptions,
  type Letter,
} from './dead-letters.ts';
export {
  BreakerIsolatedError,
  BreakerOpenError,
  BulkheadFullError,
  BulkheadTimeoutError,
  CallTimeoutError,
  DeadLettersFullError,
  PoolExhaustedError,
  PoolTimeoutError,
  RateLimitedError,
} from './errors.ts';
export { ExpectedError } from './expected-error.ts';
export { type CertaintyOptions, makeCertain } from './outcomes/make-certain.ts';
export { type FailureOutcome, outcomeOf } from './outcomes/outcome-of.ts';
export { type CallOutcome, settle } from './outcomes/settle.ts';
export { type PatientOutcome, withPatience } from './patience.ts';
export type { Policy, PolicyContext } from './policy.ts';
export {
  createRateLimiter,
  type RateDecision,
  type RateLimiter,
  type RateLimiterOptions,
  type TakeOptions,
} from './rate-limiter.ts';
export type { ReplayOptions, ReplayReport } from './replay.ts';
export {
  createRetry,
  type Retry,
  type RetryContext,
  type RetryEvent,
  type RetryOptions,
} from './retry.ts';
export { parseRetryAfter, retryAfterMsOf } from './retry-after.ts';
export { type LongTimer, setLongTimer } from './long-timer.ts';
export { sleep } from './sleep.ts';
export { WaitingLine } from './waiting-line.ts';
export type { Lease } from './slots.ts';
export { createTimeout, type Timeout, type TimeoutOptions } from './timeout.ts';
export {
  createFallback,
  type Fallback,
  type FallbackContext,
  type FallbackOptions,
} from './fallback.ts';
export {
  createBulkhead,
  type Bulkhead,
  type BulkheadMetrics,
  type BulkheadOptions,
} from './bulkhead.ts';
export { wrap, type Wrapped } from './wrap.ts';
export { WorkClosedError, WorkConflictError } from './work/errors.ts';
export { createMemoryWorkStore } from './work/memory-work-store.ts';
export { openWork } from './work/open-work.ts';
export type { WorkDrainOptions, NewWork, Work, WorkMetrics, WorkReport } from './work/work.ts';
export type { WorkDeath, WorkDeathReason, WorkItem } from './work/work-item.ts';
export type { WorkContext, WorkOptions, WorkReplayOptions } from './work/work-options.ts';
export type { WorkStore } from './work/work-store.ts';
