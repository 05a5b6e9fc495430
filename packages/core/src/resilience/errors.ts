import { ExpectedError } from './expected-error.ts';

/** A call was refused because the circuit breaker of its key is open. The call was not made. */
export class BreakerOpenError extends Error {
  override readonly name = 'BreakerOpenError';
  readonly code = 'BREAKER_OPEN';
  readonly outcome = 'failure';
  readonly key: string;
  /**
   * Milliseconds until the breaker lets a probe through. While probes are under way their outcome is
   * not known yet, and this is the length of the last open period.
   */
  readonly retryAfterMs: number;

  /** @param cause The failure that opened the breaker. */
  constructor(key: string, retryAfterMs: number, cause?: unknown) {
    super(
      `Failed to call "${key}": its circuit breaker is open after repeated failures. ` +
        `Try again in ${Math.ceil(retryAfterMs)} ms, or put the call aside as a dead letter.`,
      cause === undefined ? undefined : { cause },
    );
    this.key = key;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A call was refused because somebody isolated the circuit breaker of its key. It was not made. */
export class BreakerIsolatedError extends Error {
  override readonly name = 'BreakerIsolatedError';
  readonly code = 'BREAKER_ISOLATED';
  readonly outcome = 'failure';
  readonly key: string;

  constructor(key: string) {
    super(
      `Failed to call "${key}": its circuit breaker is isolated. ` +
        'Release the isolation, or put the call aside as a dead letter.',
    );
    this.key = key;
  }
}

/** A dead letter was refused because the store is at its capacity. Nothing was dropped. */
export class DeadLettersFullError extends Error {
  override readonly name = 'DeadLettersFullError';
  readonly code = 'DEAD_LETTERS_FULL';
  readonly key: string;
  readonly capacity: number;

  constructor(key: string, capacity: number, cause: unknown) {
    super(
      `Failed to keep a dead letter of "${key}": all ${capacity} places are taken. ` +
        'Replay the letters that wait, raise `capacity`, or stop taking in work.',
      { cause },
    );
    this.key = key;
    this.capacity = capacity;
  }
}

/** No connection became free within the pool's limit. */
export class PoolTimeoutError extends ExpectedError {
  override readonly name = 'PoolTimeoutError';
  readonly code = 'POOL_TIMEOUT';
  readonly outcome = 'failure';
  readonly pool: string;
  readonly timeoutMs: number;

  constructor(pool: string, timeoutMs: number) {
    super(
      `Failed to acquire a connection of ${pool}: none became free within ${timeoutMs} ms. ` +
        'Hold connections for less time, or admit less work.',
    );
    this.pool = pool;
    this.timeoutMs = timeoutMs;
  }
}

/** As many callers wait for a connection as the pool allows. */
export class PoolExhaustedError extends ExpectedError {
  override readonly name = 'PoolExhaustedError';
  readonly code = 'POOL_EXHAUSTED';
  readonly outcome = 'failure';
  readonly pool: string;
  readonly maxWaiters: number;

  constructor(pool: string, maxWaiters: number) {
    super(
      `Failed to acquire a connection of ${pool}: ${maxWaiters} callers wait already. ` +
        'Shed work before it reaches the pool.',
    );
    this.pool = pool;
    this.maxWaiters = maxWaiters;
  }
}

/** A call was refused because the rate limit of its key is used up. The call was not made. */
export class RateLimitedError extends Error {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  readonly outcome = 'failure';
  readonly key: string;
  /** Milliseconds until the tokens are there, with those who wait in line served first. */
  readonly retryAfterMs: number;

  constructor(key: string, retryAfterMs: number) {
    super(
      `Failed to call "${key}": its rate limit is used up. ` +
        `Try again in ${Math.ceil(retryAfterMs)} ms, or admit less work.`,
    );
    this.key = key;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A call took longer than its limit. It may go on, and have its effect: the outcome is unknown. */
export class CallTimeoutError extends ExpectedError {
  override readonly name = 'CallTimeoutError';
  readonly code = 'CALL_TIMEOUT';
  readonly outcome = 'unknown';
  readonly timeoutMs: number;

  constructor(timeoutMs: number) {
    super(
      `Failed to get an answer: none came within ${timeoutMs} ms. The call may have had its effect: ` +
        'look it up, or repeat it with the same idempotency key.',
    );
    this.timeoutMs = timeoutMs;
  }
}

/** As many calls run and wait as the bulkhead allows. The call was not made. */
export class BulkheadFullError extends ExpectedError {
  override readonly name = 'BulkheadFullError';
  readonly code = 'BULKHEAD_FULL';
  readonly outcome = 'failure';
  readonly bulkhead: string;
  readonly maxConcurrent: number;
  readonly maxWaiting: number;

  constructor(bulkhead: string, maxConcurrent: number, maxWaiting: number) {
    super(
      `Failed to call through ${bulkhead}: ${maxConcurrent} calls run and ${maxWaiting} wait already. ` +
        'Shed work before it reaches the bulkhead.',
    );
    this.bulkhead = bulkhead;
    this.maxConcurrent = maxConcurrent;
    this.maxWaiting = maxWaiting;
  }
}

/** No place in the bulkhead became free in time. The call was not made. */
export class BulkheadTimeoutError extends ExpectedError {
  override readonly name = 'BulkheadTimeoutError';
  readonly code = 'BULKHEAD_TIMEOUT';
  readonly outcome = 'failure';
  readonly bulkhead: string;
  readonly maxWaitMs: number;

  constructor(bulkhead: string, maxWaitMs: number) {
    super(
      `Failed to call through ${bulkhead}: no place became free within ${maxWaitMs} ms. ` +
        'Admit less work, or let calls take less time.',
    );
    this.bulkhead = bulkhead;
    this.maxWaitMs = maxWaitMs;
  }
}
