import { type Backoff, backoffDelayMs, checkBackoff } from './backoff.ts';
import { ObserverTally } from './observer-tally.ts';
import { checkLimit } from './option-checks.ts';
import { neverAborted, type Policy, type PolicyContext } from './policy.ts';
import { isRefusal } from './refusal.ts';
import { retryAfterMsOf } from './retry-after.ts';
import { sleep } from './sleep.ts';

/** What one attempt is handed. */
export interface RetryContext extends PolicyContext {
  /** Which attempt this is, from 1. One that a breaker or a rate limit refused is made again. */
  readonly attempt: number;
}

/** Said of an attempt that will be followed by another. */
export interface RetryEvent {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  /** What it failed with; `undefined` when its result was not good enough. */
  readonly error: unknown;
  /** The result that was not good enough. */
  readonly result?: unknown;
  /** Milliseconds until the next attempt. */
  readonly delayMs: number;
  /** Whether it was used up. A refusal by one's own breaker or rate limit uses up none. */
  readonly isSpent: boolean;
}

/** How often a call is tried, after which failures, and the waits between in ms. */
export interface RetryOptions {
  /**
   * How often the function is called at most, the first time included. At least 1; `Infinity` for what
   * is repeated until it succeeds or its signal is aborted.
   */
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** Uniform in [0, 1). Default: the global `Math.random` at the time of the draw. */
  readonly random?: () => number;
  /** Whether another attempt could end differently. Default: always. */
  readonly isRetryable?: (error: unknown) => boolean;
  /**
   * Whether a result is worth another attempt, such as an answer with status 503. When the attempts
   * are used up, it is what the call resolves to. Default: none is.
   */
  readonly isRetryableResult?: (result: unknown) => boolean;
  /**
   * The delay that an error or a result asks for, in milliseconds; it takes the place of the
   * back-off, and unless the jitter is `none`, up to `backoff.initialMs` are added, so that those who
   * were told the same moment do not come back together. Default: `retryAfterMsOf`.
   */
  readonly delayOf?: (errorOrResult: unknown) => number | undefined;
  /**
   * How long errors may ask to wait before one attempt, all together, in milliseconds; who asks for
   * more ends the attempts. `Infinity` is no limit. Default 300,000: a service that says "tomorrow" is not waited for.
   */
  readonly maxRetryAfterMs?: number;
  /** Called before each wait. What it throws or rejects with is counted. */
  readonly onRetry?: (event: RetryEvent) => unknown;
}

/** A retry as a policy. */
export interface Retry extends Policy<RetryContext> {
  /** Calls of `onRetry` that threw or rejected. */
  readonly observerFailures: number;
}

/** How one attempt ended. */
type Ending<T> =
  | { readonly kind: 'answered'; readonly result: T }
  | { readonly kind: 'failed'; readonly error: unknown };

/**
 * Makes a policy that calls a function again when it fails, after a back-off or the delay that the
 * failure asks for. Rejects with the error of the last attempt, unchanged, when the attempts are used
 * up or `isRetryable` refuses, and with the signal's reason when the signal is aborted while it waits.
 * A call that was refused by an open breaker or a rate limit was not made, and uses up no attempt.
 *
 * The last error speaks for the last attempt only: when an earlier one may have been performed, so may
 * the whole. Use `makeCertain` where that counts.
 *
 * The loop is not cockatiel's `retry`: that one sits out its whole delay after an abort and then
 * calls the function once more, so that a service with a minute of back-off cannot shut down.
 *
 * @throws RangeError on an option out of range.
 */
export function createRetry(options: RetryOptions): Retry {
  const maxAttempts = checkLimit('maxAttempts', options.maxAttempts, { min: 1, integer: true });
  const backoff = checkBackoff('backoff', options.backoff);
  const maxRetryAfterMs = checkLimit('maxRetryAfterMs', options.maxRetryAfterMs ?? 300_000, {
    min: 0,
  });
  const { random = () => Math.random(), isRetryable = () => true, isRetryableResult } = options;
  const { delayOf = (source) => retryAfterMsOf(source), onRetry } = options;
  const observers = new ObserverTally();

  /** The delay that is asked for, spread; what is no delay is none. */
  function askedDelayMs(source: unknown): number | undefined {
    const askedMs = delayOf(source);
    if (askedMs === undefined || !(askedMs >= 0)) return undefined;
    return askedMs + (backoff.jitter === 'none' ? 0 : random() * backoff.initialMs);
  }

  return {
    get observerFailures() {
      return observers.failures;
    },

    async execute<T>(
      fn: (context: RetryContext) => PromiseLike<T> | T,
      signal: AbortSignal = neverAborted,
    ): Promise<T> {
      signal.throwIfAborted();
      let attempt = 1;
      let backoffMs: number | undefined;
      let askedMs = 0;
      for (;;) {
        let ending: Ending<T>;
        try {
          ending = { kind: 'answered', result: await fn({ attempt, signal }) };
        } catch (error) {
          ending = { kind: 'failed', error };
        }
        if (ending.kind === 'answered' && isRetryableResult?.(ending.result) !== true) {
          return ending.result;
        }
        const isSpent = ending.kind !== 'failed' || !isRefusal(ending.error);
        if (signal.aborted || (isSpent && attempt >= maxAttempts)) return giveUp(ending);
        if (ending.kind === 'failed' && !isRetryable(ending.error)) return giveUp(ending);
        const asked = askedDelayMs(ending.kind === 'failed' ? ending.error : ending.result);
        if (asked === undefined) backoffMs = backoffDelayMs(backoff, attempt, random, backoffMs);
        const delayMs = asked ?? backoffMs ?? 0;
        askedMs = isSpent ? (asked ?? 0) : askedMs + delayMs;
        if (askedMs > maxRetryAfterMs) return giveUp(ending);
        observers.tell(onRetry, { ...told(ending), attempt, delayMs, isSpent });
        if (isSpent) attempt += 1;
        await sleep(delayMs, signal);
      }
    },
  };
}

function told(ending: Ending<unknown>): Pick<RetryEvent, 'error' | 'result'> {
  return ending.kind === 'failed'
    ? { error: ending.error }
    : { error: undefined, result: ending.result };
}

function giveUp<T>(ending: Ending<T>): T {
  if (ending.kind === 'failed') throw ending.error;
  return ending.result;
}
