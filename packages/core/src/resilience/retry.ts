import { type Backoff, backoffDelayMs, checkBackoff } from './backoff.ts';
import { notify } from './notify.ts';
import { checkNumber } from './option-checks.ts';
import { neverAborted, type Policy, type PolicyContext } from './policy.ts';
import { sleep } from './sleep.ts';

/** What one attempt is handed. */
export interface RetryContext extends PolicyContext {
  /** Which attempt this is, from 1. */
  readonly attempt: number;
}

/** Said of an attempt that failed and will be followed by another. */
export interface RetryEvent {
  /** The attempt that failed, from 1. */
  readonly attempt: number;
  readonly error: unknown;
  /** Milliseconds until the next attempt. */
  readonly delayMs: number;
}

export interface RetryOptions {
  /** How often the function is called at most, the first time included. At least 1. */
  readonly maxAttempts: number;
  readonly backoff: Backoff;
  /** Uniform in [0, 1). Default: the global `Math.random` at the time of the draw. */
  readonly random?: () => number;
  /** Whether another attempt could end differently. Default: always. */
  readonly isRetryable?: (error: unknown) => boolean;
  /** Called before each wait. */
  readonly onRetry?: (event: RetryEvent) => void;
}

/**
 * Makes a policy that calls a function again after a back-off when it fails. Rejects with the error
 * of the last attempt, unchanged, when the attempts are used up or `isRetryable` refuses, and with
 * the signal's reason when the signal is aborted while it waits.
 *
 * The loop is not cockatiel's `retry`: that one sits out its whole delay after an abort and then
 * calls the function once more, so that a service with a minute of back-off cannot shut down.
 *
 * @throws RangeError on an option out of range.
 */
export function createRetry(options: RetryOptions): Policy<RetryContext> {
  const maxAttempts = checkNumber('maxAttempts', options.maxAttempts, { min: 1, integer: true });
  const backoff = checkBackoff('backoff', options.backoff);
  const { random = () => Math.random(), isRetryable = () => true, onRetry } = options;

  return {
    async execute(fn, signal = neverAborted) {
      signal.throwIfAborted();
      let delayMs: number | undefined;
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await fn({ attempt, signal });
        } catch (error) {
          if (signal.aborted || attempt >= maxAttempts || !isRetryable(error)) throw error;
          delayMs = backoffDelayMs(backoff, attempt, random, delayMs);
          notify(onRetry, { attempt, error, delayMs });
        }
        await sleep(delayMs, signal);
      }
    },
  };
}
