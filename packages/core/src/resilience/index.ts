export { type Backoff, backoffDelayMs, checkBackoff, type Jitter } from './backoff.ts';
export {
  type BreakerChange,
  type BreakerCounts,
  type Breakers,
  type BreakersOptions,
  createBreakers,
} from './breakers.ts';
export type { BreakerState } from './circuit.ts';
export {
  createDeadLetters,
  type DeadLetter,
  type DeadLetters,
  type DeadLettersOptions,
} from './dead-letters.ts';
export { BreakerOpenError, DeadLettersFullError } from './errors.ts';
export type { FailureThreshold } from './failure-counter.ts';
export type { Policy, PolicyContext } from './policy.ts';
export {
  createRateLimiter,
  type RateDecision,
  type RateLimiter,
  type RateLimiterOptions,
  type TakeOptions,
} from './rate-limiter.ts';
export type { ReplayOptions, ReplayReport } from './replay.ts';
export { sleep } from './sleep.ts';
export { createRetry, type RetryContext, type RetryEvent, type RetryOptions } from './retry.ts';
